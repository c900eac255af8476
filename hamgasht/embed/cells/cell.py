"""One cell on a page: code, output and where they came from.

Takes in a recorded cell and what the chapter wants of it; gives out its elements.
"""

from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from pymdownx.highlight import Highlight, HighlightExtension

from hamgasht.core.paths import source_name
from hamgasht.embed.cells.needs import with_needs
from hamgasht.embed.cells.outputs import Shown, fill_output
from hamgasht.embed.cells.provenance import provenance
from hamgasht.embed.page import Page
from hamgasht.embed.page_text import Place
from hamgasht.embed.words import words
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
    id: str = ""

    @property
    def content(self) -> dict[str, Any]:
        """The notebook's cell."""
        return self.recorded.cells[self.name]

    @property
    def source(self) -> str:
        """The cell's code."""
        return text_of(self.content["source"])

    def element_id(self) -> str:
        """Return (and keep) an id for the cell's element, unique on the page."""
        stem = self.recorded.id.partition("/")[2]
        wanted = f"cell-{stem}-{self.name}".replace("_", "-")
        self.id = self.page.unique_id(wanted)
        return self.id


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
        shown = Shown(
            page=cell.page,
            place=cell.place,
            recorded=cell.recorded,
            outputs=cell.content["outputs"],
            alt=cell.alt,
            prefix=cell.id,
        )
        element.append(fill_output(md, shown, caption))
    elif len(caption):
        caption.set("class", "hg-caption")
        element.append(caption)
    element.append(provenance(cell.page, cell.recorded, run=cell.output))


def text_of(source: str | list[str]) -> str:
    """Return a notebook's multi-line text as one text."""
    return source if isinstance(source, str) else "".join(source)


def _code(md: Markdown, cell: Cell) -> Element:
    title = f"{cell.recorded.id}.py : {cell.content['metadata']['title']}"
    code = _highlighter(md).highlight(
        cell.source.strip("\n"),
        "python",
        classes=["language-python"],
        title=title,  # Pygments escapes it
    )
    element = Element("div", {"class": "hg-code", "dir": "ltr", "lang": "en"})
    element.text = md.htmlStash.store(code)
    return element


def _highlighter(md: Markdown) -> Highlight:
    """Return Material's own highlighter, with the settings of the site."""
    for extension in md.registeredExtensions:
        if isinstance(extension, HighlightExtension):
            settings = extension.get_pymdownx_highlight_settings()
            settings.pop("_enabled", None)
            settings.pop("css_class", None)
            return Highlight(md, **settings)
    return Highlight(md)


def _actions(cell: Cell) -> Element:
    own = words(cell.page.language)
    element = Element("div", {"class": "hg-actions", "data-search-exclude": ""})
    button = SubElement(
        element,
        "button",
        {
            "type": "button",
            "class": "hg-copy",
            "title": own["copy_title"],
            "data-clipboard-text": paste(cell),
        },
    )
    button.text = own["copy"]
    return element


def paste(cell: Cell) -> str:
    """Return the cell's code after all earlier code that it needs.

    Where that reads what another snippet left behind, the first line says so.
    """
    cells = [
        (name, text_of(content["source"]))
        for name, content in cell.recorded.cells.items()
    ]
    code = with_needs(cells, cell.name)
    if "artefacts" in code:
        name = source_name(cell.recorded.id)
        header = read_header(cell.page.library.source(cell.recorded.id), name)
        if header.needs:
            needed = ", ".join(source_name(need) for need in header.needs)
            code = f"# Reads artefacts/ that {needed} leaves: run that first.\n{code}"
    return code
