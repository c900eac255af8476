"""Four networks on shifted digits: the theorem, and what training gave."""

from functools import cache

import keras
import numpy as np
from keras.ops import convert_to_numpy
from loading import names_up_to, recorded

SNIPPET = "q5_strengths_and_limits/train_heads"
VALUES = recorded(SNIPPET).values


@cache
def names() -> dict:
    return names_up_to(SNIPPET, "four-networks")


def test_without_strides_the_average_is_invariant_whatever_the_weights():
    keras.utils.set_random_seed(1)
    model = names()["NETWORKS"]["no stride, global average"]()
    x = names()["x"][:8]
    for shift in (1, 3, 4):
        moved = np.roll(x, shift, axis=2)
        np.testing.assert_allclose(
            convert_to_numpy(model(moved)), convert_to_numpy(model(x)), atol=1e-5
        )


def test_the_digit_stays_clear_of_the_border_up_to_four_pixels():
    """Three windows of 3 see 7 pixels: 6 dark ones must be left on either side."""
    columns = names()["x"].max(axis=(0, 1, 3))
    used = np.flatnonzero(columns)
    assert used.min() >= 6
    assert used.max() + 4 <= 28 - 1 - 6


def test_what_comes_after_the_convolutions_decides():
    for key in ("dense", "flatten", "pooled", "still"):
        assert VALUES[f"{key}_middle"] > 0.85
    assert VALUES["still_unmoved"] == 1
    assert VALUES["still_shift4"] == VALUES["still_middle"]
    assert VALUES["dense_shift4"] < 0.5
    assert VALUES["flatten_shift4"] < 0.6
    assert VALUES["pooled_shift4"] > 0.7


def test_parameters_by_hand():
    assert VALUES["dense_parameters"] == 784 * 32 + 32 + 330
    assert VALUES["flatten_parameters"] == 80 + 1168 + (5 * 5 * 16 * 10 + 10)
    assert VALUES["still_parameters"] == 80 + 1168 + 4640 + 330
