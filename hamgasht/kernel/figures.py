"""One figure, drawn once for each language, as an SVG for the page to inline.

Takes in a Matplotlib figure and the label catalogue; gives out SVG text whose
colours are CSS variables and whose words are text. Runs inside the kernel: nothing
else of the engine but what it calls imports Matplotlib.
"""

import io
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from hamgasht.core.fonts import FONTS
from hamgasht.core.labels import Catalogue

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
    """
    from PIL import Image

    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    image = Image.open(buffer)
    result = io.BytesIO()
    image.save(result, format="webp", quality=85, method=6)
    return result.getvalue(), image.width, image.height


def _svg(figure: "Figure", language: str) -> str:
    buffer = io.StringIO()
    no_metadata = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    figure.savefig(buffer, format="svg", metadata=no_metadata)
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
    if _PERSIAN_LETTER.search(content):
        signed = _SIGNED.sub("\u2066\\g<0>\u2069", content)
        content = f"\u202b{signed.translate(_LTR_EMBEDDING)}\u202c"
    return opening + content + closing


@contextmanager
def _in_persian(figure: "Figure", catalogue: Catalogue) -> Iterator[None]:
    """Put texts into Persian and legends from right to left, and all of it back."""
    from matplotlib.legend import Legend
    from matplotlib.text import Text

    undo = []
    ticks = [text for axis in _axes_of(figure) for text in _tick_texts(axis)]
    for text in figure.findobj(Text):
        if not any(text is tick for tick in ticks):
            undo.append((text, text.get_text(), text.get_fontfamily()))
    formatters = [
        (level, level.formatter)
        for axis in _axes_of(figure)
        for level in (axis.major, axis.minor)
    ]
    stack = ExitStack()
    try:
        for text, content, _ in undo:
            text.set_text(_translated(content, catalogue))
            text.set_fontfamily(FONTS["fa"])
        for axis in _axes_of(figure):
            axis.set_tick_params(which="both", labelfontfamily=FONTS["fa"])
            axis.offsetText.set_fontfamily(FONTS["fa"])
        for level, formatter in formatters:
            level.formatter = _persian_formatter(formatter, catalogue)
        for legend in figure.findobj(Legend):
            stack.enter_context(_right_to_left(legend))
        yield
    finally:
        stack.close()
        for text, content, family in undo:
            text.set_text(content)
            text.set_fontfamily(family)
        for axis in _axes_of(figure):
            axis.set_tick_params(which="both", labelfontfamily=FONTS["en"])
            axis.offsetText.set_fontfamily(FONTS["en"])
        for level, formatter in formatters:
            level.formatter = formatter


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


def _axes_of(figure: "Figure") -> list:
    """Return the x, y and, where there is one, z axis of every axes."""
    return [axis for axes in figure.axes for axis in axes._axis_map.values()]


def _tick_texts(axis) -> list["Text"]:
    """Return the texts that a formatter fills in when the axis is drawn."""
    ticks = (*axis.majorTicks, *axis.minorTicks)
    labels = [label for tick in ticks for label in (tick.label1, tick.label2)]
    return [*labels, axis.offsetText]


def _translated(content: str, catalogue: Catalogue) -> str:
    if not content.strip():
        return content
    translation = catalogue.translate(content)
    return content if translation is None else translation


def _persian_formatter(inner, catalogue: Catalogue):
    """Return a tick formatter that gives what ``inner`` gives, in Persian."""
    from matplotlib.ticker import Formatter

    class PersianFormatter(Formatter):
        def __call__(self, x, pos=None):
            return _translated(inner(x, pos), catalogue)

        def format_ticks(self, values):
            return [_translated(text, catalogue) for text in inner.format_ticks(values)]

        def get_offset(self):
            return _translated(inner.get_offset(), catalogue)

        def set_locs(self, locs):
            self.locs = locs
            inner.set_locs(locs)

    return PersianFormatter()
