"""The source text of a page, and the lines on which pieces of it stand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

HEAD = re.compile(r"^\s*(?P<mark>/{3,})\s*cell\b\s*(?:\|\s*(?P<argument>.*?))?\s*$")
_FENCE = re.compile(r"^\s*(?P<mark>`{3,}|~{3,})")
_FRONT = re.compile(r"\A---\n.*?\n(?:---|\.\.\.)\s*(?:\n|\Z)", re.S)
_TITLE = re.compile(r"^# +(.*?)(?: *\{#[\w-]+\})? *$", re.MULTILINE)

Place = str | int
"""Where something is asked for: a piece of the source, or the number of its line."""


def title_of(text: str) -> str:
    """Return the title of a page's Markdown, without its id; empty if it has none."""
    found = _TITLE.search(text)
    return found[1] if found else ""


def section_of(text: str, name: str) -> str:
    """Return what a section of a page's Markdown holds, by its id; empty if none."""
    pattern = rf"^## [^\n]*\{{#{re.escape(name)}\}} *\n(.*?)(?=^## |\Z)"
    found = re.search(pattern, text, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


@dataclass(frozen=True)
class Source:
    """A page's text.

    Args:
        text: The text, as it lies in the file.
    """

    text: str = ""

    @cached_property
    def prose(self) -> str:
        """The text with the content of its code fences blanked, line by line."""
        lines, fence = [], ""
        for line in self.text.split("\n"):
            match = _FENCE.match(line)
            if fence:
                closes = match and match["mark"].startswith(fence)
                lines.append("")
                fence = "" if closes else fence
            elif match:
                fence = match["mark"]
                lines.append("")
            else:
                lines.append(line)
        return "\n".join(lines)

    @property
    def front(self) -> str:
        """The front matter; empty if the text has none."""
        found = _FRONT.match(self.text)
        return found[0] if found else ""

    def line(self, place: Place) -> int | str:
        """Return the number of the first line that holds a piece of the prose.

        Args:
            place: The piece, its white space as it comes; one that starts with a
                dollar sign is a formula. A number is returned as it is.

        Returns:
            The number; empty if the piece is nowhere.
        """
        if isinstance(place, int):
            return place
        piece = r"\s+".join(map(re.escape, place.lstrip("$").split()))
        start = r"\$\s*" if place.startswith("$") else ""
        match = re.search(f"{start}({piece})", self.prose) if piece else None
        return self.prose.count("\n", 0, match.start(1)) + 1 if match else ""

    def cells(self) -> Iterator[tuple[int, str]]:
        """Yield line and argument of every cell block's head."""
        for number, line in enumerate(self.prose.split("\n"), 1):
            if match := HEAD.match(line):
                yield number, match["argument"] or ""

    def cell(self, argument: str, nth: int) -> Place:
        """Return the line of the ``nth`` cell block with an argument, from 0 on."""
        found = [line for line, other in self.cells() if other == argument]
        return found[nth] if nth < len(found) else argument
