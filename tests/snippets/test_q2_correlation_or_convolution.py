"""Which operation turns the filter: held against NumPy's one-dimensional ones."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from loading import names_of, recorded

SNIPPET = "q2_convolution_by_hand/correlation_or_convolution"
NUMBERS = st.integers(-9, 9).map(float)


@given(arrays(float, (1, 7), elements=NUMBERS), arrays(float, (1, 3), elements=NUMBERS))
def test_one_row_equals_numpy(signal: np.ndarray, weights: np.ndarray):
    names = names_of(SNIPPET)
    np.testing.assert_allclose(
        names["convolve"](signal, weights)[0],
        np.convolve(signal[0], weights[0], mode="valid"),
    )
    np.testing.assert_allclose(
        names["correlate"](signal, weights)[0],
        np.correlate(signal[0], weights[0], mode="valid"),
    )


def test_keras_correlates():
    names = names_of(SNIPPET)
    np.testing.assert_allclose(names["by_keras"], [[1, 2], [-10, 8]])
    assert np.abs(names["by_keras"] - names["convolve"](names["X"], names["F"])).max()


def test_the_gradient_is_a_full_convolution():
    np.testing.assert_allclose(
        names_of(SNIPPET)["dX"],
        [[0.5, 0.5, 0], [-0.25, 0, 0.25], [-0.75, -0.5, 0.25]],
    )


def test_an_unturned_filter_gives_another_gradient():
    values = recorded(SNIPPET).values
    assert values["dx21"] == -0.25
    assert values["unturned_dx21"] == 1 / 4 * (0 + 1)  # F12 and F22 on the quarters


@given(arrays(float, (3, 3), elements=NUMBERS), arrays(float, (2, 2), elements=NUMBERS))
def test_only_convolution_commutes(one: np.ndarray, other: np.ndarray):
    convolve = names_of(SNIPPET)["convolve"]
    np.testing.assert_allclose(
        convolve(np.pad(one, 1), other), convolve(np.pad(other, 2), one)
    )
