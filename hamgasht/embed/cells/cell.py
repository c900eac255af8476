"""One cell on a page: its code, its output and where they came from."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from pymdownx.highlight import Highlight, HighlightExtension

from hamgasht.core.paths import source_name
from hamgasht.embed.cells.outputs import CellOutput, fill_output
from hamgasht.embed.cells.provenance import provenance_line
from hamgasht.embed.page import Page
from hamgasht.embed.page_text import Place
from hamgasht.records.read import Recorded
from hamgasht.source.header import read_header


@dataclass
class Cell:
    """A cell that a chapter shows.

    Attributes:
        page: The page.
        place: The place in the source that asks for it, for error messages.
        recorded: The snippet's recorded run.
        name: The cell's name.
        code: Whether the code is shown.
        output: Whether the output is shown.
        alt: The alternative text of its figures, as written.
    """

    page: Page
    place: Place
    recorded: Recorded
    name: str
    code: bool
    output: bool
    alt: str

    @property
    def content(self) -> dict[str, Any]:
        """The notebook's cell."""
        return self.recorded.cells[self.name]

    @cached_property
    def id(self) -> str:
        """The id of the cell's element, unique on the page."""
        stem = self.recorded.id.partition("/")[2]
        return self.page.unique_id(f"cell-{stem}-{self.name}".replace("_", "-"))


def fill_cell(md: Markdown, cell: Cell, element: Element, caption: Element) -> None:
    """Fill the element of a cell.

    Args:
        md: The Markdown instance.
        cell: The cell.
        element: Its empty element.
        caption: The parsed caption, empty where there is none.

    Raises:
        EmbedError: The cell has no output to show, or a figure has no alt text.
    """
    if cell.code:
        element.append(_code(md, cell))
        element.append(_actions(cell))
    if cell.output:
        output = CellOutput(
            page=cell.page,
            place=cell.place,
            recorded=cell.recorded,
            outputs=cell.content["outputs"],
            alt=cell.alt,
            prefix=cell.id,
        )
        element.append(fill_output(md, output, caption))
    elif len(caption):
        caption.set("class", "hg-caption")
        element.append(caption)
    element.append(provenance_line(cell.page, cell.recorded, run=cell.output))


def _text_of(content: dict[str, Any]) -> str:
    """Return the code of a notebook's cell, which may be a list of lines."""
    source = content["source"]
    return (source if isinstance(source, str) else "".join(source)).strip("\n")


def _code(md: Markdown, cell: Cell) -> Element:
    title = f"{cell.recorded.id}.py : {cell.content['metadata']['title']}"
    code = _highlighter(md).highlight(
        _text_of(cell.content),
        "python",
        classes=["language-python"],
        title=title,  # Pygments escapes it
    )
    element = Element("div", {"class": "hg-code", "dir": "ltr", "lang": "en"})
    element.text = md.htmlStash.store(code)
    return element


def _highlighter(md: Markdown) -> Highlight:
    """Return the highlighter of code fences, with the settings of the site."""
    for extension in md.registeredExtensions:
        if isinstance(extension, HighlightExtension):
            settings = extension.get_pymdownx_highlight_settings()
            settings.pop("_enabled", None)
            settings.pop("css_class", None)
            return Highlight(md, **settings)
    return Highlight(md)


def _actions(cell: Cell) -> Element:
    own = cell.page.words
    element = Element("div", {"class": "hg-actions", "data-search-exclude": ""})
    button = SubElement(element, "button", {"type": "button", "class": "hg-copy"})
    button.set("title", own["cell.copy_above_title"])
    button.set("data-clipboard-text", code_up_to(cell))
    button.text = own["cell.copy_above"]
    return element


def code_up_to(cell: Cell) -> str:
    """Return all code of the snippet up to a cell's end, which runs by itself.

    Where it reads what another snippet left behind, the first line says so.
    """
    names = [*cell.recorded.cells]
    above = names[: names.index(cell.name) + 1]
    code = "\n\n".join(_text_of(cell.recorded.cells[name]) for name in above) + "\n"
    if "artefacts" in code:
        source = cell.page.records.source(cell.recorded.id)
        if needs := read_header(source, source_name(cell.recorded.id)).needs:
            needed = ", ".join(map(source_name, needs))
            code = f"# Reads artefacts/ that {needed} leaves: run that first.\n{code}"
    return code
