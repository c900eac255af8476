"""A chapter as text: what is prose in it, and what it asks for.

Takes in the Markdown of a chapter; gives out its headings, blocks, inline values
and links, and its prose with all else taken out (same lines, same columns).
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

_FRONT_MATTER = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)
_HEADING = re.compile(r"^(#{1,6}) +(.*?)(?: *\{#([\w-]+)\})? *$", re.MULTILINE)
_CELL = re.compile(
    r"^ *(/{3,}) *cell *\| *(\S+) *: *([\w-]+) *\n(.*?)^ *\1 *$",
    re.MULTILINE | re.DOTALL,
)
_SHOW = re.compile(r"^ +show: *(.*?) *$", re.MULTILINE)
_INLINE = re.compile(r"\[\[ *([\w./-]+?)\.(\w+)(?: +as +(\w+))? *\]\]")
_FENCE = re.compile(r"^ *(?:```|~~~).*$", re.MULTILINE)
_BOX = re.compile(r'^ *(?:!!!|\?\?\?\+?) +([\w -]+?) *(?:"|$)', re.MULTILINE)
_LINK = re.compile(r"\]\( *<?([^)\s>]+)>?[^)]*\)|<(https?://[^>]+)>")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_MATH = re.compile(r"\$\$.+?\$\$|(?<![\\$])\$(?![\s$]).+?(?<![\s\\])\$", re.DOTALL)
_OPTIONS = re.compile(r"^(( *)/{3,}.*\n)((?:\2 {4}.*\n)+)", re.MULTILINE)
_TITLED = re.compile(
    r'^( *(?:!!!|\?\?\?\+?) +[\w -]+?)( *"(.*)")? *$|^( *=== +)"(.*)" *$', re.MULTILINE
)
OBJECT = "\ufffc"
# What is no prose, in the order in which it is blanked.
_NO_PROSE = (
    re.compile(r"<!--.*?-->", re.DOTALL),
    _MATH,
    _CODE,
    _INLINE,
    re.compile(r"\[(?:@[a-z]+\d{4}[a-z]?(?:; ?)?)+\]|@[a-z]+\d{4}[a-z]?\b"),
    re.compile(r"^ */{3,}.*$", re.MULTILINE),
    re.compile(r"^[ >]*\d+\.(?= )", re.MULTILINE),
    re.compile(r"\]\([^)]*\)|<https?://[^>]+>|\]\[[\w-]*\]", re.DOTALL),
    re.compile(r"https?://\S+"),
    re.compile(r"\b(?:arXiv:?|doi:?) ?\d[\w./-]*", re.IGNORECASE),
    re.compile(r"</?[a-zA-Z][^>]*>"),
    re.compile(r"\{[:#.][^}\n]*\}"),
    re.compile(r"^\[\^[\w-]+\]:|\[\^[\w-]+\]", re.MULTILINE),
    re.compile(r"&[a-z]+;|&#\d+;"),
)


@dataclass(frozen=True)
class Chapter:
    """One Markdown file of one language.

    Attributes:
        root: The checkout's root.
        path: The file.
    """

    root: Path
    path: Path

    @property
    def name(self) -> str:
        """The path, as messages show it."""
        return self.path.relative_to(self.root).as_posix()

    @cached_property
    def text(self) -> str:
        """The file's whole text."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def front_matter(self) -> dict[str, object]:
        """Title, description and the like."""
        found = _FRONT_MATTER.match(self.text)
        return (yaml.safe_load(found[1]) or {}) if found else {}

    @cached_property
    def headings(self) -> list[tuple[int, str, str]]:
        """Level, id and text of each heading, in order."""
        body = _blank(self.text, [_FRONT_MATTER, _CODE])
        return [
            (len(found[1]), found[3] or "", found[2])
            for found in _HEADING.finditer(body)
        ]

    @cached_property
    def cells(self) -> list[tuple[str, str, str]]:
        """Snippet, cell and what is shown of it, for each cell block, in order."""
        found = []
        for _, snippet, cell, body in _CELL.findall(self.text):
            show = _SHOW.search(body)
            found.append((snippet, cell, show[1] if show else "code output"))
        return found

    @cached_property
    def values(self) -> Counter[str]:
        """How often each inline value (``snippet.value``) is asked for."""
        return Counter(f"{item[0]}.{item[1]}" for item in _INLINE.findall(self.text))

    @cached_property
    def snippets(self) -> set[str]:
        """Ids of the snippets that the chapter asks anything of."""
        return {item[0] for item in self.cells} | {
            item.rpartition(".")[0] for item in self.values
        }

    @cached_property
    def boxes(self) -> list[str]:
        """The types of the admonitions, in order."""
        return _BOX.findall(self.text)

    @cached_property
    def links(self) -> Counter[str]:
        """The targets of the links."""
        body = _blank(self.text, [_CODE])
        return Counter(one or other for one, other in _LINK.findall(body))

    @cached_property
    def fences(self) -> list[str]:
        """Code fences, each with its line."""
        return [
            f"{self.name}:{self.line_of(found.start())}: {found[0].strip()}"
            for found in _FENCE.finditer(self.text)
        ]

    @cached_property
    def prose(self) -> str:
        """The text with all that is no prose blanked, at the same places."""
        found = _FRONT_MATTER.match(self.text)
        body = self.text
        if found:
            values = re.sub(
                r"^[^\n]+$",
                lambda line: (
                    re.sub(r"^\w+: *[\"']?|[\"'] *$", _spaces, line[0])
                    if line[0].startswith(("title:", "description:"))
                    else _spaces(line)
                ),
                found[1],
                flags=re.MULTILINE,
            )
            body = "   \n" + values + "   \n" + body[found.end() :]
        body = _OPTIONS.sub(lambda item: item[1] + _option_texts(item[3]), body)
        body = _TITLED.sub(_title, body)
        return _blank(body, _NO_PROSE)

    def lines(
        self, *, leave_out: frozenset[str] = frozenset()
    ) -> Iterator[tuple[int, str]]:
        """Yield number and prose of each line.

        Args:
            leave_out: Ids of sections to leave out, with all below them.
        """
        out_level = 0
        for number, line in enumerate(self.prose.splitlines(), 1):
            heading = _HEADING.match(self.text.splitlines()[number - 1])
            if heading:
                level = len(heading[1])
                if out_level and level <= out_level:
                    out_level = 0
                if not out_level and heading[3] in leave_out:
                    out_level = level
            if not out_level:
                yield number, line

    def section(self, identity: str) -> str:
        """Return the whole text of a section; empty if there is none."""
        pattern = rf"^(#+) [^\n]*\{{#{identity}\}} *$(.*?)(?=^\1 |\Z)"
        found = re.search(pattern, self.text, re.MULTILINE | re.DOTALL)
        return found[2] if found else ""

    def line_of(self, position: int) -> int:
        """Return the number of the line at a position of the text."""
        return self.text.count("\n", 0, position) + 1

    def __str__(self) -> str:
        return self.name


def chapters(root: Path, language: str) -> dict[str, Chapter]:
    """Return all chapters of a language by their path below its folder."""
    folder = root / "docs" / language
    return {
        path.relative_to(folder).as_posix(): Chapter(root, path)
        for path in sorted(folder.rglob("*.md"))
    }


def latin_digits(text: str) -> str:
    """Return a text with Persian digits and signs made Latin, place by place."""
    return text.translate(str.maketrans("۰۱۲۳۴۵۶۷۸۹٫٬٪", "0123456789.,%"))


def _spaces(found: re.Match[str]) -> str:
    """Return as many spaces as were found, with the line breaks in place."""
    return re.sub(r"[^\n]", " ", found[0])


def _marks(found: re.Match[str]) -> str:
    """Return as many marks for an object within the text, line breaks in place."""
    return re.sub(r"[^\n]", OBJECT, found[0])


def _option_texts(options: str) -> str:
    """Return a block's options with all but the texts of captions blanked."""
    options = re.sub(r"^ +show:.*$", _spaces, options, flags=re.MULTILINE)
    options = re.sub(r"^ +\w+: *[|>+-]*", _spaces, options, flags=re.MULTILINE)
    return re.sub(r"^ +[\"']|[\"'] *$", _spaces, options, flags=re.MULTILINE)


def _title(found: re.Match[str]) -> str:
    """Return a box's or a tab's opening line with only its title left."""
    title = found[3] or found[5]
    if not title:
        return _spaces(found)
    at = found[0].index(f'"{title}"') + 1
    return (" " * at + title).ljust(len(found[0]))


def _blank(text: str, patterns: "list[re.Pattern[str]] | tuple") -> str:
    for pattern in patterns:
        text = pattern.sub(_marks, text)
    return text
