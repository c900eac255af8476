"""Cards: the picture that a link to a page shows where it is shared.

Takes in a page's title and description; gives out a PNG, the same bytes each time,
drawn without a network. No page loads its own card.
"""

import io
from pathlib import Path
from typing import TYPE_CHECKING

from hamgasht.core.fonts import FONTS, install_fonts

if TYPE_CHECKING:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch
    from matplotlib.text import Text

WIDTH, HEIGHT = 1200, 630
"""The size in pixels that the makers of Open Graph readers ask for."""

PAPER, INK, GREY, ACCENT = "#fdfdfe", "#1b1b1f", "#55555c", "#0072b2"
_COLOURS = 48
_MARGIN, _FOOT = 84, 50
_DPI = 100
_TITLE, _SMALL = 46, 23
_TITLE_LINES = 3
_SPACING = 1.5
# A three by three window on a grid: the operation that the course is about.
_CELLS, _WINDOW, _CELL = 5, 3, 22


def draw_card(path: Path, language: str, site: str, title: str, text: str) -> None:
    """Draw a page's card.

    Args:
        path: The PNG to write.
        language: ``fa`` or ``en``; it sets the font and the direction.
        site: The name of the course.
        title: The page's title.
        text: What the page is about, in a sentence or two; its end may be left out.
    """
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from PIL import Image

    install_fonts()
    plain = {"font.family": FONTS[language], "text.parse_math": False}
    with rc_context(plain):
        size = (WIDTH / _DPI, (HEIGHT + 0.5) / _DPI)  # it is cut, not rounded
        figure = Figure(figsize=size, dpi=_DPI, facecolor=PAPER)
        canvas = FigureCanvasAgg(figure)
        card = _Card(figure, canvas, right_to_left=language == "fa")
        card.ornament()
        top = card.write(site, _SMALL, ACCENT, HEIGHT - _MARGIN + 20, 1)
        top = card.write(title, _TITLE, INK, top - 60, _TITLE_LINES, even=True) - 36
        card.write(text, _SMALL, GREY, top, int((top - _FOOT) / _step(_SMALL)))
        canvas.draw()
    pixels = (
        Image.frombytes("RGBA", canvas.get_width_height(), bytes(canvas.buffer_rgba()))
        .convert("RGB")
        .quantize(_COLOURS)
    )
    buffer = io.BytesIO()
    pixels.save(buffer, format="png", optimize=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(buffer.getvalue())


def _step(size: int) -> float:
    """Return how far apart lines of a size in points are, in pixels."""
    return size * _DPI / 72 * _SPACING


class _Card:
    """A figure that text is written on from the top, in pixels."""

    def __init__(
        self, figure: "Figure", canvas: "FigureCanvasAgg", *, right_to_left: bool
    ) -> None:
        self._figure = figure
        self._canvas = canvas
        self._rtl = right_to_left
        self._edge = WIDTH - _MARGIN if right_to_left else _MARGIN
        self._widths: dict[int, dict[str, float]] = {}

    def ornament(self) -> None:
        """Draw the grid with its window, and a line along the reading edge."""
        from matplotlib.patches import Rectangle

        bar = 0 if not self._rtl else WIDTH - 18
        self._add(Rectangle((bar, 0), 18, HEIGHT, color=ACCENT, linewidth=0))
        left = _MARGIN if self._rtl else WIDTH - _MARGIN - _CELLS * _CELL
        bottom = HEIGHT - 64 - _CELLS * _CELL
        for row in range(_CELLS):
            for column in range(_CELLS):
                inside = row < _WINDOW and column < _WINDOW
                corner = (left + column * _CELL, bottom + row * _CELL)
                self._add(
                    Rectangle(
                        corner,
                        _CELL,
                        _CELL,
                        facecolor="#cfe3f1" if inside else PAPER,
                        edgecolor=ACCENT if inside else "#c4c4cc",
                        linewidth=1.2,
                        zorder=2 if inside else 1,
                    )
                )

    def write(
        self,
        text: str,
        size: int,
        colour: str,
        top: float,
        lines: int,
        *,
        even: bool = False,
    ) -> float:
        """Write a text below a height and return where it ends.

        Args:
            text: The text.
            size: In points.
            colour: As Matplotlib takes it.
            top: The height.
            lines: How many lines there may be; what is too long ends in an ellipsis.
            even: Whether lines should be about equally long.
        """
        room = WIDTH - 2 * _MARGIN
        broken = self._broken(text, size, room)
        if even and 1 < len(broken) <= lines:
            while len(self._broken(text, size, room - 20)) == len(broken):
                room -= 20
            broken = self._broken(text, size, room)
        if len(broken) > lines:
            last = broken[lines - 1].split()
            while self._width([*last, "…"], size) > room:
                last.pop()
            broken = [*broken[: lines - 1], " ".join([*last, "…"])]
        for line in broken:
            top -= _step(size)
            self._text(line, size, colour, top)
        return top

    def _broken(self, text: str, size: int, room: float) -> list[str]:
        """Return a text in lines that fit, one long word alone at worst."""
        lines: list[list[str]] = [[]]
        for word in text.split():
            if lines[-1] and self._width([*lines[-1], word], size) > room:
                lines.append([])
            lines[-1].append(word)
        return [" ".join(line) for line in lines]

    def _width(self, words: list[str], size: int) -> float:
        for word in {*words, "n n", "nn"} - self._widths.get(size, {}).keys():
            drawn = self._text(word, size, INK, 0)
            extent = drawn.get_window_extent(self._canvas.get_renderer())
            self._widths.setdefault(size, {})[word] = extent.width
            drawn.remove()
        widths = self._widths[size]
        space = widths["n n"] - widths["nn"]
        return sum(widths[word] for word in words) + space * (len(words) - 1)

    def _text(self, text: str, size: int, colour: str, bottom: float) -> "Text":
        # An isolate gives the line its direction, whatever letter begins it.
        isolated = f"\u2067{text}\u2069" if self._rtl else text
        return self._figure.text(
            self._edge / WIDTH,
            bottom / HEIGHT,
            isolated,
            size=size,
            color=colour,
            horizontalalignment="right" if self._rtl else "left",
            verticalalignment="baseline",
        )

    def _add(self, patch: "Patch") -> None:
        from matplotlib.transforms import IdentityTransform

        patch.set_transform(IdentityTransform())
        self._figure.add_artist(patch)
