"""The block ``/// cell | group/stem : cell-name``.

Takes in the block's argument, options and caption; gives out the element that shows
the cell.
"""

from collections import Counter
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from pymdownx.blocks.block import Block

from hamgasht.embed.cells.cell import Cell, fill_cell
from hamgasht.embed.page import Page, choose
from hamgasht.embed.page_text import Place

_PARTS = ("code", "output")
_OPTIONS = ("show", "alt")


class CellBlock(Block):
    """A cell of a snippet, in a chapter."""

    NAME = "cell"
    ARGUMENT = None

    def _validate(self, parent: Element, arg: Any, **options: Any) -> bool:
        """Check argument and options, with an error where pymdownx has silence."""
        page: Page = self.config["page"]
        place = page.source.cell(arg or "", page.made.count(arg or ""))
        for key in options:
            if key not in _OPTIONS:
                raise choose(page, place, "option", key, _OPTIONS)
        self.argument, self.options = arg, {"attrs": {}}
        self.cell = Cell(
            page=page,
            place=place,
            **named_cell(page, place, arg or ""),
            **parts_shown(page, place, options.get("show")),
            alt=_alt(page, place, options.get("alt")),
        )
        return True

    def on_create(self, parent: Element) -> Element:
        """Make the element of the cell, with a place for the caption in it."""
        self.config["page"].made.append(self.argument or "")
        element = SubElement(parent, "div", {"class": "hg-cell"})
        element.set("id", self.cell.element_id())
        self.caption = SubElement(element, "div")
        return element

    def on_add(self, block: Element) -> Element:
        """Send the block's content into the caption."""
        return self.caption

    def on_inline_end(self, block: Element) -> None:
        """Fill the element, now that the caption is parsed."""
        block.remove(self.caption)
        fill_cell(self.md, self.cell, block, self.caption)


class CellCheckTreeprocessor(Treeprocessor):
    """Refuses pages where Markdown took a cell block for text or for code.

    Args:
        md: The Markdown instance.
        page: The page.
    """

    def __init__(self, md: Markdown, page: Page) -> None:
        super().__init__(md)
        self.page = page

    def run(self, root: Element) -> None:
        """Compare the blocks in the source with those that were made.

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


def named_cell(page: Page, place: Place, argument: str) -> dict[str, Any]:
    """Return the recorded run and the name of the cell that an argument names."""
    snippet_id, found, name = (part.strip() for part in argument.partition(":"))
    if not found or not name or snippet_id.count("/") != 1:
        raise page.error(
            place,
            f"{argument!r} names no cell",
            "write '/// cell | group/stem : cell-name'",
        )
    recorded = page.recorded(snippet_id, place)
    offered = {
        key: cell
        for key, cell in recorded.cells.items()
        if not {"hide", "values"} & set(cell["metadata"]["tags"])
    }
    if name not in offered:
        raise choose(page, place, f"cell of {snippet_id}", name, offered)
    return {"recorded": recorded, "name": name}


def parts_shown(page: Page, place: Place, show: Any) -> dict[str, bool]:
    """Return whether code and output are shown, by the option ``show``."""
    parts = show.split() if isinstance(show, str) else list(_PARTS)
    wrong = [part for part in parts if part not in _PARTS]
    if wrong or not parts or not isinstance(show, str | None):
        raise page.error(
            place, f"show cannot be {show!r}", "write code, output, or code output"
        )
    return {"code": "code" in parts, "output": "output" in parts}


def _alt(page: Page, place: Place, alt: Any) -> str:
    if not isinstance(alt, str | None):
        raise page.error(
            place, f"the alt text {alt!r} is no text", "put quotes around it"
        )
    return " ".join((alt or "").split())
