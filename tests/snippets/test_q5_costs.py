"""Counts of parameters and work, against Keras, SciPy and published numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers
from loading import names_of, recorded
from scipy.signal import correlate2d

SNIPPET = "q5_strengths_and_limits/costs"
VALUES = recorded(SNIPPET).values


@settings(max_examples=10, deadline=None)
@given(st.integers(3, 9), st.integers(1, 3), st.integers(1, 4))
def test_the_formulas_against_keras(side: int, c_in: int, c_out: int):
    names = names_of(SNIPPET)
    conv = layers.Conv2D(c_out, 3)
    conv.build((None, side, side, c_in))
    shape = conv.compute_output_shape((1, side, side, c_in))
    work = int(np.prod(shape)) * int(np.prod(conv.kernel.shape[:-1]))
    assert names["conv_counts"](side, c_in, c_out) == (conv.count_params(), work)
    dense = layers.Dense(int(np.prod(shape)))
    dense.build((None, side * side * c_in))
    assert names["dense_counts"](side, c_in, c_out) == (
        dense.count_params(),
        int(np.prod(dense.kernel.shape)),
    )


def test_the_matrix_is_the_convolution():
    names = names_of(SNIPPET)
    x = np.arange(36).reshape(6, 6) % 7
    expected = correlate2d(x, np.arange(1, 10).reshape(3, 3), mode="valid")
    np.testing.assert_array_equal(
        x.reshape(1, 36) @ names["matrix"], [expected.ravel()]
    )
    assert VALUES["matrix_difference"] == 0
    assert VALUES["matrix_zeros"] == 36 * 16 - 9 * 16
    assert VALUES["matrix_weights"] == 9


def test_vgg_16_has_its_published_size():
    """138,357,544 parameters (Keras Applications); 15.5 billion multiply-adds."""
    assert VALUES["vgg_parameters"] == 138_357_544
    assert VALUES["vgg_work_billions"] == pytest.approx(15.5, abs=0.05)
    assert VALUES["vgg_weights_mb"] == pytest.approx(4 * 138.357544)
    assert VALUES["vgg_batch_gb"] == pytest.approx(32 * VALUES["vgg_values_mb"] / 1000)
    assert VALUES["vgg_conv_parameters"] + VALUES[
        "vgg_dense_parameters"
    ] == pytest.approx(1)


def test_the_pair_of_layers():
    assert VALUES["conv_parameters"] == 3 * 3 * 3 * 16 + 16
    assert VALUES["dense_parameters"] == 3072 * 14400 + 14400
    assert VALUES["times_work"] == pytest.approx(3072 / 27)
    assert VALUES["conv_work"] == VALUES["conv_uses"] * 27 * 16
