"""Positions after Flatten and pooling, against the mean error by theory."""

import numpy as np
import pytest
from loading import names_of, recorded

SNIPPET = "q5_strengths_and_limits/flatten_and_position"
VALUES = recorded(SNIPPET).values


def test_flatten_keeps_every_value():
    assert VALUES["flatten_error"] == 0


@pytest.mark.parametrize("window", [2, 4, 8, 16])
def test_the_best_guess_is_the_middle_of_the_window(window: int):
    """The offsets from the middle are -(w-1)/2 ... (w-1)/2, their mean size w/4."""
    offsets = np.arange(window) - (window - 1) / 2
    by_theory = np.abs(offsets).mean()
    assert by_theory == window / 4
    assert VALUES[f"position_{window}"] == pytest.approx(by_theory, abs=1e-9)


def test_flattened_values_tell_the_place():
    assert VALUES["position_flatten"] == 0
    assert VALUES["places"] == 16 * 16


def test_a_dense_layer_is_not_equivariant_and_a_convolution_is():
    assert VALUES["conv_error"] == 0
    assert VALUES["dense_error"] > 0.5
    assert VALUES["conv_parameters"] == 9
    assert VALUES["dense_parameters"] == 144 * 100


def test_the_error_is_that_of_the_best_of_all_shifts():
    names = names_of(SNIPPET)

    def moves_down(x):
        return np.roll(x, 3, axis=1)[:, :10, :10]

    def scrambles(x):
        return np.sort(x.reshape(len(x), -1), axis=1)[:, -100:].reshape(-1, 10, 10, 1)

    assert names["shift_error"](moves_down) == 0
    assert names["shift_error"](scrambles) == 0  # an invariant layer passes, too

    weights = np.random.default_rng(0).normal(size=(12, 12, 1))
    assert names["shift_error"](lambda x: (x * weights)[:, :10, :10]) > 0.01
