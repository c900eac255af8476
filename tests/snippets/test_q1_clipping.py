"""Clipping keeps the direction and bounds the norm; what was recorded of it."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loading import names_up_to, recorded

SNIPPET = "q1_optimizers/clipping"
VALUES = recorded(SNIPPET).values


@given(st.integers(0, 1000), st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_clipping(seed: int, scale: float, limit: float):
    rng = np.random.default_rng(seed)
    arrays = [scale * rng.normal(size=shape) for shape in ((3, 2), 4)]
    clipped = names_up_to(SNIPPET, "clipping")["clip"](arrays, limit)
    before, after = (
        np.concatenate([array.ravel() for array in group])
        for group in (arrays, clipped)
    )
    norm = np.linalg.norm(before)
    assert np.linalg.norm(after) == pytest.approx(min(norm, limit))
    np.testing.assert_allclose(after * norm, before * np.linalg.norm(after))


def test_the_clipped_parabola_neither_overflows_nor_converges():
    """A step is at most rate times limit, and near the minimum the factor is -2."""
    assert 0.1 < VALUES["bounded"] <= 0.3 * VALUES["limit"]


def test_the_recorded_network():
    assert VALUES["free_high_lost"] > 0
    assert VALUES["clipped_high_lost"] == VALUES["clipped_low_lost"] == 0
    assert VALUES["free_high_least"] > 0.99 * VALUES["mean_error"]
    assert VALUES["clipped_high_most"] < 0.7 * VALUES["mean_error"]
    assert VALUES["clipped_low_least"] > VALUES["free_low_most"]
    assert math.isfinite(VALUES["free_high_longest"])
