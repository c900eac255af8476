"""A cell's code on a page, and the button that copies it with everything above it."""

from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from pymdownx.highlight import Highlight, HighlightExtension

from hamgasht.core.paths import source_name
from hamgasht.embed.cells.cell import Cell
from hamgasht.source.header import read_header


def code_elements(md: Markdown, cell: Cell) -> list[Element]:
    """Return a cell's code, and below it what can be done with it."""
    return [_code(md, cell), _actions(cell)]


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


def _text_of(content: dict[str, Any]) -> str:
    """Return the code of a notebook's cell, which may be a list of lines."""
    source = content["source"]
    return (source if isinstance(source, str) else "".join(source)).strip("\n")
