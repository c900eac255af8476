"""What a cell displayed: figures, tables, matrices and text in the page's language."""

import html
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown

from hamgasht.core.mime import MATRIX_MIME, TABLE_MIME
from hamgasht.core.numbers import digits_fa, matrix_tex
from hamgasht.embed.cells.cell import Cell
from hamgasht.embed.cells.svg import inline_svg
from hamgasht.embed.cells.tables import table_element
from hamgasht.embed.page import Page
from hamgasht.embed.prose.bidi import isolate_runs
from hamgasht.embed.prose.formulas import style_formula, typeset_formula
from hamgasht.embed.prose.values import fill_tex, fill_text

_MIN_ROWS_TO_FOLD = 10


def output_element(md: Markdown, cell: Cell, caption: Element) -> Element:
    """Return the element of a cell's outputs.

    Args:
        md: The Markdown instance.
        cell: The cell.
        caption: The parsed caption; empty where there is none.

    Raises:
        EmbedError: There is no output, a figure has no alt text, or a label of a
            table has no Persian text.
    """
    if not cell.outputs:
        raise cell.page.error(
            cell.place,
            "the cell has no output to show",
            "end the cell with an expression, or write 'show: code'",
        )
    _check_alt(cell)
    title = _caption_text(cell.page, caption)
    items = list(_items(md, cell, title))
    kinds = [_kind(output) for output in cell.outputs]
    if kinds == ["table"] and len(caption):
        holder = Element("caption", {"class": "hg-caption"})
        _move(caption, holder)
        items[0][0].insert(0, holder)
        caption = Element("div")
    return _wrap(cell.page, items, kinds, caption)


def _caption_text(page: Page, caption: Element) -> str:
    """Return a parsed caption as plain text, formulas as TeX."""
    return " ".join("".join(_walk_text(caption, page)).split())


def _walk_text(element: Element, page: Page) -> Iterator[str]:
    if element.get("class") == "arithmatex":
        yield fill_tex(page, (element.text or "")[2:-2])
    else:
        yield element.text or ""
        for child in element:
            yield from _walk_text(child, page)
            yield child.tail or ""


def _items(md: Markdown, cell: Cell, title: str) -> Iterator[Element]:
    for number, output in enumerate(cell.outputs, 1):
        match _kind(output):
            case "figure":
                yield _figure(md, cell, output, title, number)
            case "raster":
                yield _raster(cell, output)
            case "table":
                yield _table(cell, output, title)
            case "matrix":
                yield _matrix(md, cell, output)
            case _:
                yield _text(md, cell, output)


def _kind(output: Mapping[str, Any]) -> str:
    return output.get("metadata", {}).get("hamgasht", {}).get("kind", "text")


def _file(cell: Cell, output: Mapping[str, Any]) -> str:
    """Return a figure's file for the page's language, relative to the run."""
    return output["metadata"]["hamgasht"]["files"][cell.page.language]


def _check_alt(cell: Cell) -> None:
    pictures = any(_kind(output) in ("figure", "raster") for output in cell.outputs)
    if pictures and not cell.alt:
        problem, fix = "the figure has no alt text", "say in 'alt:' what to see in it"
        raise cell.page.error(cell.place, problem, fix)
    if cell.alt and not pictures:
        problem = "there is an alt text but no figure"
        raise cell.page.error(cell.place, problem, "take the option 'alt:' away")


def _figure(
    md: Markdown, cell: Cell, output: Mapping[str, Any], title: str, number: int
) -> Element:
    svg = (cell.recorded.path / _file(cell, output)).read_text(encoding="utf-8")
    page = cell.page
    element = Element("div", {"class": "hg-picture"})
    element.text = md.htmlStash.store(
        inline_svg(
            svg,
            prefix=f"{cell.id}-{number}",
            title=_plain(page, title),
            description=_plain(page, fill_text(page, cell.alt)),
        )
    )
    return element


def _raster(cell: Cell, output: Mapping[str, Any]) -> Element:
    about = output["metadata"]["hamgasht"]
    folder = f"{cell.page.up}notebooks/{cell.recorded.id}"
    return Element(
        "img",
        {
            "class": "hg-raster",
            "src": f"{folder}/{_file(cell, output)}",
            "width": str(about["width"]),
            "height": str(about["height"]),
            "loading": "lazy",
            "alt": _plain(cell.page, fill_text(cell.page, cell.alt)),
        },
    )


def _table(cell: Cell, output: Mapping[str, Any], title: str) -> Element:
    data = output["data"][TABLE_MIME]
    long = " hg-table--long" if len(data["data"]) >= _MIN_ROWS_TO_FOLD else ""
    region = Element("div", {"class": f"hg-table{long}", "role": "group"})
    region.set("tabindex", "0")
    region.set("aria-label", _plain(cell.page, title or cell.page.words["cell.table"]))
    region.append(table_element(cell.page, data, cell.place))
    return region


def _matrix(md: Markdown, cell: Cell, output: Mapping[str, Any]) -> Element:
    matrix, tex = output["data"][MATRIX_MIME], matrix_tex(output["data"][MATRIX_MIME])
    element = Element("div")
    element.text = md.htmlStash.store(
        typeset_formula(cell.page, tex, display=True, place=cell.place)
    )
    style_formula(element, cell.page, display=True)
    element.set("class", "arithmatex hg-matrix")
    element.set("aria-label", _matrix_label(cell.page, matrix["shape"]))
    return element


def _matrix_label(page: Page, shape: list[int]) -> str:
    own = page.words
    label = own["cell.matrix"] if len(shape) == 2 else own["cell.row"]
    label = label.format(rows=shape[0], columns=shape[-1])
    return digits_fa(label) if page.language == "fa" else label


def _text(md: Markdown, cell: Cell, output: Mapping[str, Any]) -> Element:
    error = output.get("name") == "stderr"
    text = output.get("text", output.get("data", {}).get("text/plain", ""))
    text = text if isinstance(text, str) else "".join(text)
    classes = "hg-text hg-text--warning" if error else "hg-text"
    if "│" in text:
        classes += " hg-text--ruled"
    label = html.escape(cell.page.words["cell.printed"])
    element = Element("div", {"class": "hg-printed"})
    element.text = md.htmlStash.store(
        f'<pre class="{classes}" dir="ltr" lang="en" tabindex="0" role="group" '
        f'aria-label="{label}"><samp>{html.escape(text.rstrip())}</samp></pre>'
    )
    return element


def _wrap(
    page: Page, items: list[Element], kinds: list[str], caption: Element
) -> Element:
    pictures = {"figure", "raster"} & set(kinds)
    if pictures or len(caption):
        element = Element("figure", {"class": "hg-output"})
    else:
        element = Element("div", {"class": "hg-output", "role": "group"})
        element.set("aria-label", page.words["cell.output"])
    element.extend(items)
    if len(caption):
        holder = SubElement(element, "figcaption", {"class": "hg-caption"})
        _move(caption, holder)
    return element


def _move(caption: Element, holder: Element) -> None:
    """Move a caption's content; a single paragraph loses its ``p``."""
    content = caption[0] if len(caption) == 1 and caption[0].tag == "p" else caption
    holder.text = content.text
    holder.extend(list(content))


def _plain(page: Page, text: str) -> str:
    """Return text for an attribute, with Latin runs isolated on a Persian page."""
    return isolate_runs(text) if page.language == "fa" else text
