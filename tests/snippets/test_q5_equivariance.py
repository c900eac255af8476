"""Equivariance, against SciPy's correlation and by theory."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from loading import names_up_to, recorded
from scipy.signal import correlate2d

SNIPPET = "q5_strengths_and_limits/equivariance"
VALUES = recorded(SNIPPET).values
WHOLE = st.integers(-9, 9)


@cache
def names() -> dict:
    return names_up_to(SNIPPET, "error-of-a-shift")


@settings(max_examples=15, deadline=None)
@given(arrays(int, (9, 11), elements=WHOLE), arrays(int, (3, 3), elements=WHOLE))
def test_the_map_is_scipys_correlation(image, kernel):
    for stride in (1, 2):
        expected = correlate2d(image, kernel, mode="valid")[::stride, ::stride]
        found = names()["feature_map"](image, kernel, stride)
        np.testing.assert_array_equal(found, expected)


@settings(max_examples=50)
@given(
    arrays(int, (12, 12), elements=WHOLE),
    arrays(int, (3, 3), elements=WHOLE),
    st.integers(0, 5),
    st.integers(0, 5),
)
def test_a_shift_commutes_with_correlation_inside(image, kernel, down, right):
    before = correlate2d(image, kernel, mode="valid")
    moved = names()["shift"](image, down, right)
    after = correlate2d(moved, kernel, mode="valid")
    size = len(before)
    np.testing.assert_array_equal(
        after[down:, right:], before[: size - down, : size - right]
    )


def test_the_best_shift_counts():
    x = np.zeros((8, 8))
    x[2:4, 1:3] = [[1, 2], [3, 4]]
    error = names()["shift_error"]
    assert error(x, np.roll(x, 2, axis=1), 2) == 0
    assert error(x, np.roll(x, 2, axis=1), 1) > 0.5
    assert error(x, np.zeros_like(x), 3) == 1


def test_inside_is_exact_and_the_border_is_not():
    assert VALUES["inside"] == 0 == VALUES["figure_difference"]
    assert VALUES["border"] > 10
    assert VALUES["trials"] == 50


def test_a_map_follows_multiples_of_its_total_stride_only():
    errors = names()["errors"]
    for total, error in errors.items():
        for shift, value in zip(names()["shifts"], error, strict=True):
            assert (value == 0) == (shift % total == 0), (total, shift)
    assert VALUES["stride2_error"] == pytest.approx(errors[2][1], abs=1e-4)
    assert VALUES["stride2_error"] > 0.2
    assert VALUES["stride4_four"] == 0 == VALUES["stride2_even"]


def test_pooling_is_invariant_only_in_the_whole():
    assert VALUES["global_change"] == 0
    assert (
        VALUES["pool1_change"]
        > VALUES["pool2_change"]
        > VALUES["pool8_change"]
        > VALUES["global_change"]
    )


def test_the_other_changes():
    """A vertical edge filter turns its sign in a mirror; a symmetric one does not."""
    assert VALUES["shift_edges"] == 0
    assert VALUES["turn_symmetric"] == 0 < VALUES["turn_edges"]
    assert VALUES["bright_edges"] == 0  # linear
    for key in ("large_edges", "large_symmetric", "swap_edges"):
        assert VALUES[key] > 0.2
