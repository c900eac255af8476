"""The block ``/// errata | q*.md``: every erratum of the chapters, on one page.

Takes in a pattern of the chapters' files, beside the page; gives out, for each chapter
that has ``!!! errata`` boxes, a heading, what the chapter says before the first box,
and a table of its boxes. So the page holds what the chapters hold, and no more.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown.treeprocessors import Treeprocessor
from pymdownx.blocks.block import Block

from hamgasht.embed.page import Page
from hamgasht.embed.page_text import title_of
from hamgasht.embed.words import words

_BOX = re.compile(
    r'^!!! errata "(?P<title>.*)" *\n(?P<body>(?: *\n| {4}.*(?:\n|\Z))*)', re.MULTILINE
)
_BEFORE = re.compile(
    r'^## [^\n]*\{#errata\} *\n(?P<text>.*?)(?=^!!! errata "|^#|\Z)',
    re.MULTILINE | re.DOTALL,
)
_BLOCK = re.compile(r"^ *(/{3,}) *\w+.*?^ *\1 *$\n?", re.MULTILINE | re.DOTALL)
_OWN_ANCHOR = re.compile(r"\]\((?=#)")


@dataclass(frozen=True)
class Erratum:
    """One box.

    Attributes:
        title: The box's title.
        parts: Its paragraphs: what was claimed, what the run shows, what is right.
    """

    title: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class ChapterErrata:
    """What one chapter corrects.

    Attributes:
        file: The chapter's file name.
        title: The chapter's title.
        before: What the chapter says before its first box.
        boxes: The boxes, in order.
    """

    file: str
    title: str
    before: str
    boxes: tuple[Erratum, ...]


def errata_of(path: Path) -> ChapterErrata:
    """Return what a chapter corrects; links to its own sections name the file."""
    text = path.read_text(encoding="utf-8")
    before = _BEFORE.search(text)
    return ChapterErrata(
        file=path.name,
        title=title_of(text) or path.stem,
        before=next(_paragraphs(before["text"], path.name), "") if before else "",
        boxes=tuple(
            Erratum(box["title"], tuple(_paragraphs(box["body"], path.name)))
            for box in _BOX.finditer(text)
        ),
    )


class ErrataBlock(Block):
    """The errata of all chapters."""

    NAME = "errata"
    ARGUMENT = None

    def _validate(self, parent: Element, arg: Any, **options: Any) -> bool:
        """Find the chapters, with an error where pymdownx has silence."""
        page: Page = self.config["page"]
        folder = page.folder
        pattern = arg or ""
        found = [errata_of(path) for path in sorted(folder.glob(pattern or "-"))]
        self.chapters = [chapter for chapter in found if chapter.boxes]
        if options or not self.chapters:
            raise page.error(
                f"errata | {pattern}" if pattern else "errata",
                f"no chapter beside this page is called {pattern!r} and has errata",
                "write '/// errata | q*.md', without options",
            )
        self.argument, self.options = arg, {"attrs": {}}
        return True

    def on_create(self, parent: Element) -> Element:
        """Make heading, text and table of each chapter."""
        own = words(self.config["page"].language)
        for chapter in self.chapters:
            heading = SubElement(parent, "h2", {"id": Path(chapter.file).stem})
            heading.text = chapter.title
            if chapter.before:
                SubElement(parent, "p").text = chapter.before
            parent.append(_table(chapter, own["errata_claim"], own["errata_shows"]))
        return SubElement(parent, "div")


class ErrataTreeprocessor(Treeprocessor):
    """Gives each errata box of a page an id that the page of errata links to."""

    def run(self, root: Element) -> None:
        """Number the boxes."""
        boxes = (item for item in root if "errata" in item.get("class", "").split())
        for number, box in enumerate(boxes, 1):
            box.set("id", box_id(number))


def box_id(number: int) -> str:
    """Return the id of a page's errata box, counted from 1."""
    return f"erratum-{number}"


def _paragraphs(text: str, file: str) -> Iterator[str]:
    """Yield the paragraphs of a text, without the blocks in it."""
    for paragraph in re.split(r"\n\s*\n", _BLOCK.sub("\n", text)):
        if paragraph.strip():
            yield _OWN_ANCHOR.sub(f"]({file}", " ".join(paragraph.split()))


def _table(chapter: ChapterErrata, claim: str, shows: str) -> Element:
    """Return a chapter's table; its cells are Markdown still, and parsed later."""
    table = Element("table")
    head = SubElement(SubElement(table, "thead"), "tr")
    for text in (claim, shows):
        SubElement(head, "th").text = text
    body = SubElement(table, "tbody")
    for number, box in enumerate(chapter.boxes, 1):
        row = SubElement(body, "tr")
        first = SubElement(row, "td")
        title = SubElement(SubElement(first, "p"), "strong")
        title.text = f"[{box.title}]({chapter.file}#{box_id(number)})"
        said, shown, *_ = (*box.parts, "", "")
        SubElement(first, "p").text = without_label(claim, said)
        SubElement(row, "td").text = without_label(shows, shown)
    return table


def without_label(label: str, text: str) -> str:
    """Return a paragraph without the label that the table's head repeats."""
    if not text.startswith(f"{label}:"):
        return text
    text = text.removeprefix(f"{label}:").strip()
    return text[:1].upper() + text[1:]
