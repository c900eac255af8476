"""Refuses cell blocks that Markdown would show as text or as code without a word."""

import re
import textwrap
from collections import Counter
from xml.etree.ElementTree import Element

import yaml

from hamgasht.embed.page_text import HEAD, Place
from hamgasht.embed.processors import PagePreprocessor, PageTreeprocessor

_END = re.compile(r"^\s*(?P<mark>/{3,})\s*$")
_OPTION = re.compile(r"^\s*(?:show|alt)\s*:", re.I)
_OTHER_HEAD = re.compile(r"^\s*/{3,}\s*[\w-]+")


class CellPreprocessor(PagePreprocessor):
    """Starts the page, and checks ends and options of its cell blocks."""

    def run(self, lines: list[str]) -> list[str]:
        """Check every block; the lines stay as they are.

        Raises:
            EmbedError: A block has no end, or its options cannot be read.
        """
        self.page.start("\n".join(lines))
        prose = self.page.markdown.prose.split("\n")
        seen: Counter[str] = Counter()
        for number, argument in self.page.markdown.cells():
            place = self.page.source.cell(argument, seen[argument])
            seen[argument] += 1
            self._check_options(place, prose[number - 1], prose[number:])
            self._check_end(place, prose[number - 1], prose[number:])
        return lines

    def _check_end(self, place: Place, head: str, following: list[str]) -> None:
        match = HEAD.match(head)
        mark = match["mark"] if match else ""
        for line in following:
            end = _END.match(line)
            if end and end["mark"] == mark:
                return
            if _OTHER_HEAD.match(line):
                break
        raise self.page.error(
            place, "the cell block has no end", f"close it with a line {mark!r}"
        )

    def _check_options(self, place: Place, head: str, following: list[str]) -> None:
        indent = len(head) - len(head.lstrip())
        options = []
        for line in following:
            if not line.startswith(" " * (indent + 4)) or not line.strip():
                break
            options.append(line)
        for line in following[len(options) :]:
            if _END.match(line) or _OTHER_HEAD.match(line):
                break
            if _OPTION.match(line):
                raise self.page.error(
                    place,
                    f"{line.strip()!r} is no option where it stands",
                    "put it under the head of the cell, behind four spaces",
                )
        try:
            found = yaml.safe_load(textwrap.dedent("\n".join(options)))
        except yaml.YAMLError as error:
            found = getattr(error, "problem", None) or "not YAML"
        if found is not None and not isinstance(found, dict):
            raise self.page.error(
                place,
                f"the options of the cell cannot be read ({found})",
                'write "key: value" lines, with double quotes around a text that '
                "holds a colon or starts with a bracket",
            )


class CellTreeprocessor(PageTreeprocessor):
    """Compares the cell blocks in the source with those that were made."""

    def run(self, root: Element) -> None:
        """Refuse the page if a block is not there.

        Raises:
            EmbedError: One was not made.
        """
        asked = Counter(argument for _, argument in self.page.markdown.cells())
        for argument in asked - Counter(self.page.made):
            raise self.page.error(
                self.page.source.cell(argument, self.page.made.count(argument)),
                "Markdown does not take this for a cell block",
                "put an empty line before it and indent it like the text around it",
            )
