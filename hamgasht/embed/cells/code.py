"""A cell's code on a page, and the button that copies it with everything above it."""

import json
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
    """Return the button that copies the snippet from its beginning to the cell's end.

    The page holds each cell's code once: a script takes what is shown from where it is
    shown, and what is not from the first button that needs it.
    """
    own, snippet = cell.page.words, cell.recorded.id
    element = Element("div", {"class": "hg-actions", "data-search-exclude": ""})
    button = SubElement(element, "button", {"type": "button", "class": "hg-copy"})
    button.set("title", own["cell.copy_above_title"])
    codes = [*map(_text_of, cell.recorded.cells.values())]
    number = [*cell.recorded.cells].index(cell.name)
    given = cell.page.codes.setdefault(snippet, {number})
    unseen = {above: codes[above] for above in range(number) if above not in given}
    given |= {number, *unseen}
    button.set("data-snippet", snippet)
    button.set("data-cell", str(number))
    if unseen:
        button.set("data-above", json.dumps(unseen, ensure_ascii=False))
    if reads := _reads(cell, codes[: number + 1]):
        button.set("data-reads", reads)
    button.text = own["cell.copy_above"]
    return element


def _reads(cell: Cell, codes: list[str]) -> str:
    """Return a comment that says which other snippets' artefacts the codes read."""
    if not any("artefacts" in code for code in codes):
        return ""
    source = cell.page.records.source(cell.recorded.id)
    needs = read_header(source, source_name(cell.recorded.id)).needs
    needed = ", ".join(map(source_name, needs))
    return needed and f"# Reads artefacts/ that {needed} leaves: run that first."


def _text_of(content: dict[str, Any]) -> str:
    """Return the code of a notebook's cell, which may be a list of lines."""
    source = content["source"]
    return (source if isinstance(source, str) else "".join(source)).strip("\n")
