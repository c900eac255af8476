"""What a cell displayed, as elements of a page.

Takes in a notebook's outputs; gives out figures, tables, matrices and text in the
page's language.
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown

from hamgasht.core.mime import MATRIX_MIME, TABLE_MIME
from hamgasht.core.numbers import digits_fa
from hamgasht.embed.cells.svg import inline_svg
from hamgasht.embed.cells.tables import table_element
from hamgasht.embed.page import Page
from hamgasht.embed.page_text import Place
from hamgasht.embed.prose.bidi import isolate_runs
from hamgasht.embed.prose.formulas import style_formula, typeset_formula
from hamgasht.embed.prose.katex import escape_text
from hamgasht.embed.prose.values import fill_tex, fill_text
from hamgasht.records.read import Recorded

LONG = 10
"""From how many rows on a table may be folded until the reader asks for all."""

_NUMBER = re.compile(r"(?P<mantissa>-?\d+\.?\d*)(?:e(?P<exponent>[-+]?\d+))?")
_MATRIX_WORDS = {"nan": r"\mathrm{nan}", "inf": r"\infty", "-inf": r"-\infty"}


@dataclass(frozen=True)
class CellOutput:
    """The outputs of one cell, on their way to a page.

    Attributes:
        page: The page.
        place: The place in the source that asks for them.
        recorded: The snippet's recorded run.
        outputs: The outputs as the notebook holds them.
        alt: The alternative text of the figures, as written.
        prefix: Put before ids inside figures.
    """

    page: Page
    place: Place
    recorded: Recorded
    outputs: list[Mapping[str, Any]]
    alt: str
    prefix: str

    def path(self, output: Mapping[str, Any]) -> str:
        """Return a figure's file for the page's language, relative to the run."""
        return output["metadata"]["hamgasht"]["files"][self.page.language]


def fill_output(md: Markdown, shown: CellOutput, caption: Element) -> Element:
    """Return the element of a cell's outputs.

    Args:
        md: The Markdown instance.
        shown: The outputs.
        caption: The parsed caption; empty where there is none.

    Raises:
        EmbedError: There is no output, a figure has no alt text, or a label of a
            table has no Persian text.
    """
    if not shown.outputs:
        raise shown.page.error(
            shown.place,
            "the cell has no output to show",
            "end the cell with an expression, or write 'show: code'",
        )
    _check_alt(shown)
    title = caption_text(shown.page, caption)
    items = list(_items(md, shown, title))
    kinds = [kind_of(output) for output in shown.outputs]
    if kinds == ["table"] and len(caption):
        holder = Element("caption", {"class": "hg-caption"})
        _move(caption, holder)
        items[0][0].insert(0, holder)
        caption = Element("div")
    return _wrap(shown.page, items, kinds, caption)


def caption_text(page: Page, caption: Element) -> str:
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


def _items(md: Markdown, shown: CellOutput, title: str) -> Iterator[Element]:
    for number, output in enumerate(shown.outputs, 1):
        match kind_of(output):
            case "figure":
                yield _figure(md, shown, output, title, number)
            case "raster":
                yield _raster(shown, output)
            case "table":
                yield _table(shown, output, title)
            case "matrix":
                yield _matrix(md, shown, output)
            case _:
                yield _text(md, shown, output)


def kind_of(output: Mapping[str, Any]) -> str:
    """Return what an output is: figure, raster, table, matrix or text."""
    return output.get("metadata", {}).get("hamgasht", {}).get("kind", "text")


def _check_alt(shown: CellOutput) -> None:
    pictures = any(kind_of(output) in ("figure", "raster") for output in shown.outputs)
    if pictures and not shown.alt:
        raise shown.page.error(
            shown.place,
            "the figure has no alt text",
            "add an option 'alt:' that says what to see in it",
        )
    if shown.alt and not pictures:
        raise shown.page.error(
            shown.place,
            "there is an alt text but no figure",
            "take the option 'alt:' away",
        )


def _figure(
    md: Markdown, shown: CellOutput, output: Mapping[str, Any], title: str, number: int
) -> Element:
    svg = (shown.recorded.path / shown.path(output)).read_text(encoding="utf-8")
    page = shown.page
    element = Element("div", {"class": "hg-picture"})
    element.text = md.htmlStash.store(
        inline_svg(
            svg,
            prefix=f"{shown.prefix}-{number}",
            title=_plain(page, title),
            description=_plain(page, fill_text(page, shown.alt)),
        )
    )
    return element


def _raster(shown: CellOutput, output: Mapping[str, Any]) -> Element:
    about = output["metadata"]["hamgasht"]
    folder = f"{shown.page.up}notebooks/{shown.recorded.id}"
    return Element(
        "img",
        {
            "class": "hg-raster",
            "src": f"{folder}/{shown.path(output)}",
            "width": str(about["width"]),
            "height": str(about["height"]),
            "loading": "lazy",
            "alt": _plain(shown.page, fill_text(shown.page, shown.alt)),
        },
    )


def _table(shown: CellOutput, output: Mapping[str, Any], title: str) -> Element:
    data = output["data"][TABLE_MIME]
    long = " hg-table--long" if len(data["data"]) >= LONG else ""
    region = Element("div", {"class": f"hg-table{long}", "role": "group"})
    region.set("tabindex", "0")
    region.set(
        "aria-label", _plain(shown.page, title or shown.page.words["cell.table"])
    )
    region.append(table_element(shown.page, data, shown.place))
    return region


def _matrix(md: Markdown, shown: CellOutput, output: Mapping[str, Any]) -> Element:
    matrix, tex = output["data"][MATRIX_MIME], matrix_tex(output)
    element = Element("div")
    element.text = md.htmlStash.store(
        typeset_formula(shown.page, tex, display=True, place=shown.place)
    )
    style_formula(element, shown.page, display=True)
    element.set("class", "arithmatex hg-matrix")
    element.set("aria-label", _matrix_label(shown.page, matrix["shape"]))
    return element


def _matrix_label(page: Page, shape: list[int]) -> str:
    own = page.words
    label = own["cell.matrix"] if len(shape) == 2 else own["cell.row"]
    label = label.format(rows=shape[0], columns=shape[-1])
    return digits_fa(label) if page.language == "fa" else label


def matrix_tex(output: Mapping[str, Any]) -> str:
    """Return a recorded matrix as TeX."""
    matrix = output["data"][MATRIX_MIME]
    rows = matrix["values"] if len(matrix["shape"]) == 2 else [matrix["values"]]
    body = r" \\ ".join(" & ".join(map(number_tex, row)) for row in rows)
    return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"


def number_tex(text: str) -> str:
    """Return an entry of a matrix, which the engine wrote as text, as TeX."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return _MATRIX_WORDS.get(text, rf"\text{{{escape_text(text)}}}")
    mantissa = match["mantissa"].removesuffix(".")
    if match["exponent"] is None:
        return mantissa
    return rf"{mantissa} \times 10^{{{int(match['exponent'])}}}"


def _text(md: Markdown, shown: CellOutput, output: Mapping[str, Any]) -> Element:
    error = output.get("name") == "stderr"
    text = output.get("text", output.get("data", {}).get("text/plain", ""))
    text = text if isinstance(text, str) else "".join(text)
    classes = "hg-text hg-text--warning" if error else "hg-text"
    if "│" in text:
        classes += " hg-text--ruled"
    label = html.escape(shown.page.words["cell.printed"])
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
