"""What is written more briefly is still drawn in the same places."""

import math
import re
from itertools import accumulate

from hamgasht.site.compress import slim

POINTS = [(step * 1.2345, 50 + 40 * math.sin(step / 3)) for step in range(-5, 200)]


def test_a_long_line_is_written_by_steps_that_end_where_it_went() -> None:
    line = "\n".join(f"{'L' if n else 'M'} {x} {y}" for n, (x, y) in enumerate(POINTS))
    figure = f'<svg class="hg-figure"><path d="{line}\n" style="fill: none"/></svg>'
    brief = slim(figure)
    assert len(brief) < len(figure) / 3
    drawn = re.search(r'd="M([^l"]*)l([^"]*)"', brief)
    assert drawn
    numbers = [
        float(part) for part in re.findall(r"-?[\d.]+", f"{drawn[1]} {drawn[2]}")
    ]
    found = zip(accumulate(numbers[::2]), accumulate(numbers[1::2]), strict=True)
    for (x, y), (found_x, found_y) in zip(POINTS, found, strict=True):
        assert math.hypot(x - found_x, y - found_y) < 0.08  # half a tenth each way


def test_a_marker_keeps_its_points() -> None:
    marker = '<path d="M -3.5 0 L 3.5 0 L 0 3.5 z"/>'
    assert marker in slim(f'<svg class="hg-figure">{marker}</svg>')
