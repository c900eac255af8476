"""Gradients by known weights, and the width by theory."""

from functools import cache

import keras
import numpy as np
import pytest
from keras import layers
from loading import names_up_to, recorded, run_cells

SNIPPET = "q5_strengths_and_limits/effective_field"
VALUES = recorded(SNIPPET).values


@cache
def names() -> dict:
    found = names_up_to(SNIPPET, "squared-gradient-of-a-unit")
    end = "\n\nDEPTHS = "
    return run_cells(SNIPPET, "deep-stacks-at-initialisation", names=found, end=end)


def test_the_gradient_of_one_filter_is_its_weights():
    net = keras.Sequential(
        [keras.Input((5, 5, 2)), layers.Conv2D(1, 3, use_bias=False)]
    )
    kernel = np.random.default_rng(0).normal(size=(3, 3, 2, 1)).astype("float32")
    net.set_weights([kernel])
    found = names()["squared_gradient"](net, np.ones((4, 5, 5, 2), "float32"), 1, 2)
    expected = np.zeros((5, 5))
    expected[1:4, 2:5] = (kernel[..., 0] ** 2).sum(axis=2)
    np.testing.assert_allclose(found, expected / expected.sum(), rtol=1e-5)


def test_width_and_area_of_a_binomial():
    """n steps of -1, 0 or 1 have variance 2 n / 3."""
    line = np.ones(1)
    for _ in range(6):
        line = np.convolve(line, np.ones(3) / 3)
    squares = np.outer(line, line)
    assert names()["width"](squares) == pytest.approx(np.sqrt(2 * 6 / 3))
    assert names()["area"](np.full((10, 10), 0.01)) == pytest.approx(0.95, abs=0.02)
    assert names()["area"](np.eye(1)) == 1


def test_stacks_are_as_wide_as_theory_says_and_use_ever_less_of_their_field():
    for depth in (5, 10, 20, 40):
        theory = np.sqrt(2 * depth / 3)
        assert VALUES[f"theory_{depth}"] == pytest.approx(theory, abs=1e-3)
        assert VALUES[f"linear_{depth}"] == pytest.approx(theory, rel=0.15)
    areas = [VALUES[f"area_{depth}"] for depth in (5, 10, 20, 40)]
    assert areas == sorted(areas, reverse=True)


def test_no_gradient_leaves_the_field():
    assert VALUES["inside"] == pytest.approx(1, abs=1e-5)
    assert VALUES["field"] == 7 + 1 + 2 * 2 + 2 + 2 * 4
