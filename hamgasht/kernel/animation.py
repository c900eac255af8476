"""What moves in an animated figure, for a page to play when asked.

Takes in a Matplotlib figure that a ``FuncAnimation`` moves; gives out the places of
its moving points, and writes them into the figure's SVG as SMIL animations that begin
when a script says so. Runs inside the kernel.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

import numpy as np

if TYPE_CHECKING:
    from matplotlib.animation import Animation
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

_POINT = "moving-{}"
_USE = re.compile(r'(<g id="moving-(\d+)">.*?<use [^>]*?)/>', re.S)


class MotionError(Exception):
    """A figure moves in a way that a page cannot show."""


@dataclass(frozen=True)
class Motion:
    """The moving points of a figure.

    Attributes:
        points: The artists, each a line of one point.
        places: Their data coordinates, shape (frames, points, 2), float64.
        seconds: How long the whole takes.
    """

    points: "list[Line2D]"
    places: np.ndarray
    seconds: float


@contextmanager
def moving(figure: "Figure") -> "Iterator[Motion | None]":
    """Find what moves in a figure, and name it in SVG drawn meanwhile.

    Args:
        figure: The figure; it is left as it was.

    Yields:
        The motion; None for a figure that stands still.

    Raises:
        MotionError: More than single points moves.
    """
    animation = _animation_of(figure)
    if animation is None:
        yield None
        return
    motion = _followed(figure, animation)
    try:
        for number, point in enumerate(motion.points):
            point.set_gid(_POINT.format(number))
        yield motion
    finally:
        for point in motion.points:
            point.set_gid(None)


def with_motion(svg: str, figure: "Figure", motion: Motion) -> str:
    """Return a figure's SVG with the motion in it.

    Args:
        svg: The SVG, drawn from the figure as it stands.
        figure: The figure.
        motion: What moves in it.
    """
    height = figure.get_figheight() * 72

    def animated(match: re.Match[str]) -> str:
        number = int(match[2])
        transform = motion.points[number].axes.transData
        x, y = (transform.transform(motion.places[:, number]) * 72 / figure.dpi).T
        seconds = f"{motion.seconds:g}s"
        return f"{match[1]}>{_animate('x', x, seconds)}" + (
            f"{_animate('y', height - y, seconds)}</use>"
        )

    return _USE.sub(animated, svg)


def _animate(attribute: str, places: np.ndarray, seconds: str) -> str:
    values = ";".join(f"{place:.1f}".removesuffix(".0") for place in places)
    return (
        f'<animate attributeName="{attribute}" begin="indefinite" fill="freeze" '
        f"dur={quoteattr(seconds)} values={quoteattr(values)}/>"
    )


def _animation_of(figure: "Figure") -> "Animation | None":
    """Return the animation that waits for the figure's first drawing."""
    from matplotlib.animation import Animation

    waiting = figure.canvas.callbacks.callbacks.get("draw_event", {})
    owners = (getattr(callback(), "__self__", None) for callback in waiting.values())
    return next((owner for owner in owners if isinstance(owner, Animation)), None)


def _followed(figure: "Figure", animation: "Animation") -> Motion:
    """Play an animation through once, and note where its points were."""
    from matplotlib.animation import AbstractMovieWriter

    lines = [line for axes in figure.axes for line in axes.lines]
    still = [np.asarray(line.get_xydata()).copy() for line in lines]
    frames = []

    class Notes(AbstractMovieWriter):
        def setup(self, fig, outfile, dpi=None):
            self.fig, self.dpi = fig, dpi

        def grab_frame(self, **_):
            frames.append([np.asarray(line.get_xydata()).copy() for line in lines])

        def finish(self):
            pass

    animation.save("", writer=Notes())
    for line, places in zip(lines, still, strict=True):
        line.set_data(*places.T)
    moved = [
        index
        for index, first in enumerate(frames[0])
        if any(not np.array_equal(first, frame[index]) for frame in frames[1:])
    ]
    if not moved or any(len(frame[index]) != 1 for frame in frames for index in moved):
        raise MotionError(
            "in an animation, move lines of one point each and nothing else"
        )
    return Motion(
        points=[lines[index] for index in moved],
        places=np.array([[frame[index][0] for index in moved] for frame in frames]),
        seconds=len(frames) * animation.event_source.interval / 1000,
    )
