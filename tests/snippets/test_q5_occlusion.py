"""Covers cover what they should, and only strokes matter."""

from functools import cache

import numpy as np
from loading import recorded, run_cells

SNIPPET = "q5_strengths_and_limits/occlusion"
VALUES = recorded(SNIPPET).values


@cache
def names() -> dict:
    """Return the cell's functions; it needs no network, but one to ask."""
    cell = "cover-each-part-in-turn"
    return run_cells(SNIPPET, cell, names={"np": np}, end="\n\nheat = ")


def test_a_cover_takes_what_it_covers():
    """With a 'probability' that is one pixel, only covers over it matter."""
    names()["probability"] = lambda images, digit: images[:, 3, digit]
    image = np.zeros((9, 9))
    image[3, 6] = 0.5
    loss = names()["loss_when_covered"](image, 6)
    expected = np.zeros((9, 9))
    expected[1:6, 4:9] = 0.5  # all centres whose 5x5 cover reaches (3, 6)
    np.testing.assert_array_equal(loss, expected)


def test_strokes_matter_and_the_frame_does_not():
    assert VALUES["largest_loss"] > 0.5
    assert VALUES["digit_loss"] > 3 * VALUES["frame_loss"]
    assert VALUES["sure"] > 0.8
    assert VALUES["many"] >= 100
    assert (
        0 <= VALUES["loss_lower"] <= VALUES["loss_median"] <= VALUES["loss_upper"] <= 1
    )
