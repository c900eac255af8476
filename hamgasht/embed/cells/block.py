"""The block ``/// cell | group/stem : cell-name``."""

from typing import Any
from xml.etree.ElementTree import Element, SubElement

from hamgasht.embed.cells.cell import Cell
from hamgasht.embed.cells.code import code_elements
from hamgasht.embed.cells.outputs import output_element
from hamgasht.embed.cells.provenance import provenance_line
from hamgasht.embed.page import Page, unknown_name_error
from hamgasht.embed.page_text import Place
from hamgasht.embed.processors import PageBlock
from hamgasht.records.read import Recorded

_PARTS = ("code", "output")
_OPTIONS = ("show", "alt")


class CellBlock(PageBlock):
    """A cell of a snippet, in a chapter."""

    NAME = "cell"

    def check(self, argument: str, options: dict[str, Any]) -> None:
        """Check argument and options."""
        page = self.page
        place = page.source.cell(argument, page.made.count(argument))
        for key in options:
            if key not in _OPTIONS:
                raise unknown_name_error(page, place, "option", key, _OPTIONS)
        recorded, name = _find_cell(page, place, argument)
        parts = _parts_shown(page, place, options.get("show"))
        self.cell = Cell(
            page=page,
            place=place,
            recorded=recorded,
            name=name,
            code="code" in parts,
            output="output" in parts,
            alt=_alt(page, place, options.get("alt")),
        )

    def on_create(self, parent: Element) -> Element:
        """Make the element of the cell, with a place for the caption in it."""
        self.page.made.append(self.argument or "")
        element = SubElement(parent, "div", {"class": "hg-cell"})
        element.set("id", self.cell.id)
        self.caption = SubElement(element, "div")
        return element

    def on_add(self, block: Element) -> Element:
        """Send the block's content into the caption."""
        return self.caption

    def on_inline_end(self, block: Element) -> None:
        """Fill the element, now that the caption is parsed."""
        block.remove(self.caption)
        cell, caption = self.cell, self.caption
        if cell.code:
            block.extend(code_elements(self.md, cell))
        if cell.output:
            block.append(output_element(self.md, cell, caption))
        elif len(caption):
            caption.set("class", "hg-caption")
            block.append(caption)
        block.append(provenance_line(cell.page, cell.recorded, run=cell.output))


def _find_cell(page: Page, place: Place, argument: str) -> tuple[Recorded, str]:
    """Return the recorded run and the name of the cell that an argument names."""
    snippet_id, found, name = (part.strip() for part in argument.partition(":"))
    if not found or not name or snippet_id.count("/") != 1:
        raise page.error(
            place,
            f"{argument!r} names no cell",
            "write '/// cell | group/stem : cell-name'",
        )
    recorded = page.recorded(snippet_id, place)
    offered = [
        key
        for key, cell in recorded.cells.items()
        if not {"hide", "values"} & set(cell["metadata"]["tags"])
    ]
    if name not in offered:
        raise unknown_name_error(page, place, f"cell of {snippet_id}", name, offered)
    return recorded, name


def _parts_shown(page: Page, place: Place, show: Any) -> list[str]:
    """Return whether code and output are shown, by the option ``show``."""
    parts = show.split() if isinstance(show, str) else list(_PARTS)
    if not isinstance(show, str | None) or not parts or not set(parts) <= set(_PARTS):
        raise page.error(
            place, f"show cannot be {show!r}", "write code, output, or code output"
        )
    return parts


def _alt(page: Page, place: Place, alt: Any) -> str:
    if not isinstance(alt, str | None):
        raise page.error(
            place, f"the alt text {alt!r} is no text", "put quotes around it"
        )
    return " ".join((alt or "").split())
