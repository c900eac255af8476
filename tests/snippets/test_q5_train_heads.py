"""Five networks on shifted digits: the theorem, and what training gave."""

from functools import cache
from math import comb

import keras
import numpy as np
import pandas as pd
from keras.ops import convert_to_numpy
from loading import names_up_to, recorded

SNIPPET = "q5_strengths_and_limits/train_heads"
VALUES = recorded(SNIPPET).values


@cache
def names() -> dict:
    return names_up_to(SNIPPET, "five-networks")


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
    assert used.max() + 4 <= 32 - 1 - 6


def test_a_total_stride_of_two_follows_even_shifts_whatever_the_weights():
    keras.utils.set_random_seed(1)
    model = names()["NETWORKS"]["pooling, global average"]()
    answer = [
        convert_to_numpy(model(np.roll(names()["x"][:8], shift, axis=2)))
        for shift in (0, 1, 2)
    ]
    np.testing.assert_allclose(answer[2], answer[0], atol=1e-5)
    assert np.abs(answer[1] - answer[0]).max() > 1e-3


def test_the_blur_is_a_normalised_binomial_that_training_leaves_alone():
    *_, blur = names()["blurred_pooling"]()
    blur.build((None, 20, 20, 3))
    assert not blur.trainable_weights
    (kernel,) = (convert_to_numpy(weight) for weight in blur.weights)
    taps = [comb(4, k) / 16 for k in range(5)]
    for channel in range(3):
        found = kernel[:, :, channel, 0]
        np.testing.assert_allclose(found, np.outer(taps, taps), rtol=1e-6)


def test_what_comes_after_the_convolutions_decides():
    for key in ("dense", "flatten", "pooled", "still", "blurred"):
        assert VALUES[f"{key}_shift0"] > 0.7
    assert VALUES["still_unmoved"] == 1
    assert VALUES["still_shift4"] == VALUES["still_shift0"]
    assert VALUES["dense_shift4"] < 0.5
    assert VALUES["flatten_shift4"] < 0.6
    assert VALUES["pooled_shift4"] > 0.7


def test_the_zigzag_is_in_every_seed_and_a_blur_shrinks_it():
    assert VALUES["num_seeds"] >= 5
    assert VALUES["pooled_zigzag_low"] > 0
    assert abs(VALUES["blurred_zigzag"]) < VALUES["pooled_zigzag"] / 2
    assert VALUES["still_zigzag"] == 0


def test_the_blur_costs_accuracy_in_the_middle_in_every_seed():
    table = pd.read_csv(recorded(SNIPPET).path / "artefacts/results.csv")
    middle = table[table["shift"] == 0].set_index(["network", "seed"])["right"]
    behind = (
        middle["blurred pooling, global average"] < middle["pooling, global average"]
    )
    assert behind.all()


def test_parameters_by_hand():
    assert VALUES["dense_parameters"] == 1024 * 32 + 32 + 330
    assert VALUES["flatten_parameters"] == 80 + 1168 + (6 * 6 * 16 * 10 + 10)
    assert VALUES["still_parameters"] == 80 + 1168 + 4640 + 330
    assert VALUES["blurred_parameters"] - VALUES["pooled_parameters"] == 25 * 8
