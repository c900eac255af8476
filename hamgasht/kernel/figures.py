"""One figure, drawn once for each language, as an SVG for the page to inline.

Takes in a Matplotlib figure and the label catalogue; gives out SVG text whose
colours are CSS variables and whose words are text. Runs inside the kernel: nothing
else of the engine but what it calls imports Matplotlib.
"""

import io
import json
import math
import re
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from hamgasht.core.fonts import FONTS
from hamgasht.core.labels import MATH, Catalogue

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend
    from matplotlib.text import Text

ROLES = {
    "#0072b2": "series-1",
    "#d55e00": "series-2",
    "#009e73": "series-3",
    "#cc79a7": "series-4",
    "#e69f00": "series-5",
    "#56b4e9": "series-6",
    "#7a5195": "series-7",
    "#6b6b6b": "series-8",
    "#1b1b1f": "ink",
    "#d4d4d8": "grid",
    "#fdfdfe": "paper",
}
"""The style's marker colours and the roles that they stand for."""

_ROOT_STYLE = "direction: ltr; stroke-linejoin: round; stroke-linecap: butt"
# A style element inside an inlined SVG would apply to the whole page.
_PAGE_WIDE_STYLE = re.compile(r"\s*<defs>\s*<style.*?</style>\s*</defs>", re.S)
_STYLE = re.compile(r'style="[^"]*"')
_TEXT = re.compile(r"(<(?:text|tspan)\b[^>]*>)([^<]+)(</(?:text|tspan)>)")
_PERSIAN_LETTER = re.compile(r"[\u0621-\u064a\u0671-\u06d3]")
_RTL = "\u200f"
_SIGNED = re.compile(r"[-\u2212][\u06f0-\u06f9][\u06f0-\u06f9\u066b\u066c]*")
# WebKit does not honour isolates inside SVG text. An embedding between marks of the
# outer direction orders the text around it in the same way.
_LTR_EMBEDDING = str.maketrans({"\u2066": "\u200f\u202a", "\u2069": "\u202c\u200f"})
_HASHED_ID = re.compile(r'(?<=["#])(p|m|h|image|C[0-9a-f]+_[0-9a-f]+_)[0-9a-f]{10}\b')
_SIZE = re.compile(r'<svg [^>]*?viewBox="0 0 ([\d.]+) ([\d.]+)"[^>]*>', re.S)


class MissingLabelError(Exception):
    """A figure or table holds texts that the catalogue does not translate.

    Args:
        labels: The texts.
    """

    def __init__(self, labels: list[str]) -> None:
        super().__init__(json.dumps(labels, ensure_ascii=False))


class NotShownError(Exception):
    """A page cannot show an object as what it is.

    Args:
        what: The object, as a noun.
        fix: What to do about it.
    """

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(what)
        self.fix = fix


def draw(figure: "Figure", catalogue: Catalogue) -> dict[str, str]:
    """Return the SVG text of a figure by language.

    Args:
        figure: The figure; it is left as it was.
        catalogue: The label catalogue.

    Raises:
        MissingLabelError: A label has no translation.
        NotShownError: A translation has Persian letters inside a formula.
    """
    known = len(catalogue.missing)
    drawn = {"en": _svg(figure, "en")}
    with _in_persian(figure, catalogue):
        drawn["fa"] = _svg(figure, "fa")
    if missing := catalogue.missing[known:]:
        raise MissingLabelError(missing)
    return drawn


def raster(figure: "Figure") -> tuple[bytes, int, int]:
    """Return a figure as WebP, and its width and height in pixels.

    Photographs without loss weigh five times as much, and no eye sees it.

    Raises:
        NotShownError: It holds text, which would be English for all readers.
    """
    from matplotlib.text import Text
    from PIL import Image

    buffer, draw_text = io.BytesIO(), Text.draw

    def refuse_text(text: Text, *arguments: Any) -> None:
        if text.get_visible() and text.get_text().strip():
            what = f"an image with a text ({text.get_text()!r}), which has no language"
            fix = "say it in the caption, or take the tag 'raster' away"
            raise NotShownError(what, fix)
        draw_text(text, *arguments)

    with patch.object(Text, "draw", refuse_text):
        figure.savefig(buffer, format="png")
    image = Image.open(buffer)
    result = io.BytesIO()
    image.save(result, format="webp", quality=85, method=6)
    return result.getvalue(), image.width, image.height


def _svg(figure: "Figure", language: str) -> str:
    from matplotlib import rc_context

    buffer = io.StringIO()
    no_metadata = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    # Greek letters and operators, which our fonts lack, come from a font that names
    # them as Unicode does; in Computer Modern, the usual one, eta is an accent.
    with rc_context({"mathtext.fallback": "stix"}), warnings.catch_warnings():
        warnings.filterwarnings("error", r"Glyph \d+ ", UserWarning)
        try:
            figure.savefig(buffer, format="svg", metadata=no_metadata)
        except UserWarning as missing:
            what = f"a figure whose font lacks a letter: {str(missing).rstrip('.')}"
            fix = r"write Greek letters and signs as formulas: $\eta$, $\leq$"
            raise NotShownError(what, fix) from None
    return _tidy(buffer.getvalue(), language)


def _tidy(svg: str, language: str) -> str:
    """Return Matplotlib's SVG made fit to stand inside a page."""
    svg = svg[svg.index("<svg ") :]
    width, height = _SIZE.search(svg).groups()
    svg = _SIZE.sub(
        f'<svg xmlns="http://www.w3.org/2000/svg" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" lang="{language}" style="{_ROOT_STYLE}">',
        svg,
        count=1,
    )
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.S)
    svg = _PAGE_WIDE_STYLE.sub("", svg, count=1)
    svg = _STYLE.sub(lambda style: _with_roles(style[0], language), svg)
    svg = number_ids(_TEXT.sub(_embedded, svg))
    return re.sub(r"[ \t]+\n", "\n", svg)


def _with_roles(style: str, language: str) -> str:
    """Return a style attribute with marker colours as variables and page fonts."""
    for colour, role in ROLES.items():
        style = style.replace(colour, f"var(--fig-{role}, {colour})")
    order = [FONTS[language], *(font for font in FONTS.values())]
    fonts = ", ".join(dict.fromkeys([*order, "sans-serif"]))
    style = re.sub(r"'STIX\w+'", f"Signs, {fonts}", style)
    return re.sub(r"'(?:Inter|Vazirmatn)'(?:, [^;\"]+)?", fonts, style)


def number_ids(svg: str) -> str:
    """Return an SVG whose hashed ids are numbers, in order of first appearance.

    Matplotlib names clip paths, markers, hatches and images by hashing floats in full
    precision: the last bit of another processor would rename parts that look equal.
    """
    numbers: dict[str, int] = {}

    def numbered(match: re.Match[str]) -> str:
        return f"{match[1]}{numbers.setdefault(match[0], len(numbers) + 1)}"

    return _HASHED_ID.sub(numbered, svg)


def _embedded(match: re.Match[str]) -> str:
    """Return a text element whose Persian words run right to left.

    A number among them keeps its sign on the left, as one that stands alone does in
    the figure's own direction.
    """
    opening, content, closing = match.groups()
    if content.startswith(_RTL) or _PERSIAN_LETTER.search(content):
        signed = _SIGNED.sub("\u2066\\g<0>\u2069", content)
        content = f"\u202b{signed.translate(_LTR_EMBEDDING)}\u202c"
    return opening + content + closing


@contextmanager
def _in_persian(figure: "Figure", catalogue: Catalogue) -> Iterator[None]:
    """Lay out all texts in Persian, legends from right to left, and undo it.

    Whatever draws a text (an axis, a table, a key, an axes inside another) asks the
    text for its layout: there it is translated, so none is forgotten.
    """
    from matplotlib.backends.backend_svg import RendererSVG
    from matplotlib.legend import Legend
    from matplotlib.text import Text

    families: dict[Text, list[str]] = {}
    lay_out, measure = Text._get_layout, RendererSVG.get_text_width_height_descent

    def lay_out_in_persian(text: Text, renderer: Any) -> tuple:
        families.setdefault(text, text.get_fontfamily())
        text.set_fontfamily(FONTS["fa"])
        content = text.get_text()
        text.set_text(_translated(content, catalogue))
        try:
            box, lines, corner = lay_out(text, renderer)
        finally:
            text.set_text(content)
        pieces = [piece for line in lines for piece in _pieces(text, renderer, *line)]
        return box, pieces, corner

    def measure_pieces(renderer: RendererSVG, line: str, font: Any, ismath: Any):
        parts = _parts(line) if ismath is True else []
        if not parts:
            return measure(renderer, line, font, ismath)
        sizes = [_size(renderer, part, font) for part in parts]
        below = max(size[2] for size in sizes)
        above = max(size[1] - size[2] for size in sizes)
        return sum(size[0] for size in sizes), above + below, below

    with ExitStack() as stack:
        stack.enter_context(patch.object(Text, "_get_layout", lay_out_in_persian))
        stack.enter_context(
            patch.object(RendererSVG, "get_text_width_height_descent", measure_pieces)
        )
        for legend in figure.findobj(Legend):
            stack.enter_context(_right_to_left(legend))
        try:
            yield
        finally:
            for text, family in families.items():
                text.set_fontfamily(family)


def _parts(line: str) -> list[str]:
    """Return words, formulas and spaces of a Persian line; nothing of another line.

    Matplotlib sets a line that holds a formula letter by letter from the left, which
    no Persian word survives.

    Raises:
        NotShownError: A formula holds Persian letters.
    """
    parts = MATH.split(line)
    if any(_PERSIAN_LETTER.search(formula) for formula in parts[1::2]):
        what = f"a label with Persian letters inside a formula ({line!r})"
        raise NotShownError(what, "write them before or behind $...$")
    if len(parts) == 1 or not _PERSIAN_LETTER.search("".join(parts[::2])):
        return []
    found: list[str] = []
    for part in parts:
        inner = part.strip(" ")
        before, _, after = part.partition(inner) if inner else (part, "", "")
        found += [before, inner, after]
    return [*filter(None, found)]


def _size(renderer: Any, part: str, font: Any) -> tuple[float, float, float]:
    """Return width, height and descent of a part of a line."""
    measure = renderer.get_text_width_height_descent
    if part.isspace():
        apart, together = (
            measure(letters, font, False)[0] for letters in ("x x", "xx")
        )
        return len(part) * (apart - together), 0, 0
    return measure(part, font, MATH.fullmatch(part) is not None)


def _pieces(
    text: "Text", renderer: Any, line: str, size: tuple, place: tuple[float, float]
) -> Iterator[tuple[str, tuple, tuple[float, float]]]:
    """Yield what to draw of a line and where: itself, or its parts from the right."""
    parts = _parts(line) if text._preprocess_math(line)[1] is True else []
    if not parts:
        yield line, size, place
        return
    widths = [_size(renderer, part, text.get_fontproperties())[0] for part in parts]
    angle, right = math.radians(text.get_rotation()), sum(widths)
    for part, width in zip(parts, widths, strict=True):
        right -= width
        has_direction = MATH.fullmatch(part) or _PERSIAN_LETTER.search(part)
        x, y = place[0] + right * math.cos(angle), place[1] + right * math.sin(angle)
        if not part.isspace():
            yield part if has_direction else _RTL + part, size, (x, y)


@contextmanager
def _right_to_left(legend: "Legend") -> Iterator[None]:
    """Turn a legend around: its columns, and the line or point before each text."""
    from matplotlib.offsetbox import HPacker, VPacker

    rows = legend.findobj(HPacker)
    columns = [
        (column, column.align)
        for column in legend.findobj(VPacker)
        if all(child in rows for child in column.get_children())
    ]
    for row in rows:
        row.get_children().reverse()
    for column, _ in columns:
        column.align = "right"
    try:
        yield
    finally:
        for row in rows:
            row.get_children().reverse()
        for column, align in columns:
            column.align = align


def _translated(content: str, catalogue: Catalogue) -> str:
    if not content.strip():
        return content
    translation = catalogue.translate(content)
    return content if translation is None else translation
