"""The answers to the exercises of chapter 2, against hand computation and the tape."""

import numpy as np
import pytest
import tensorflow as tf
from loading import names_of

SNIPPET = "q2_convolution_by_hand/exercises"


@pytest.fixture(scope="module")
def names():
    return names_of(SNIPPET)


def tape(loss_of, X, F):
    """Return the gradients of a loss of the output, by TensorFlow."""
    x = tf.constant(X[None, :, :, None])
    f = tf.constant(F[:, :, None, None])
    with tf.GradientTape() as recorder:
        recorder.watch([x, f])
        loss = loss_of(tf.nn.conv2d(x, f, 1, "VALID"))
    dx, df = recorder.gradient(loss, [x, f])
    return df.numpy()[:, :, 0, 0], dx.numpy()[0, :, :, 0]


def test_1_another_filter(names):
    np.testing.assert_array_equal(names["O_G"], [[2, 7], [4, 1]])
    df, dx = tape(tf.reduce_mean, names["X"], names["G"])
    np.testing.assert_allclose(names["dF_G"], df)
    np.testing.assert_allclose(names["dX_G"], dx)
    assert names["dX_G"][1, 1] == names["G"].sum() / 4 == 0


def test_2_sum_instead_of_mean(names):
    df, dx = tape(tf.reduce_sum, names["X"], names["F"])
    np.testing.assert_allclose(names["dF_sum"], df)
    np.testing.assert_allclose(names["dX_sum"], dx)
    np.testing.assert_allclose(names["dF_sum"], 4 * names["dF"])


def test_3_largest_output_only(names):
    df, dx = tape(tf.reduce_max, names["X"], names["F"])
    np.testing.assert_allclose(names["dF_max"], df)
    np.testing.assert_allclose(names["dX_max"], dx)
    np.testing.assert_array_equal(names["dF_max"], names["X"][1:, 1:])
    assert (names["dX_max"] == 0).sum() == 6


def test_4_one_step_of_descent(names):
    assert names["after"] == pytest.approx(names["foreseen"])
    assert np.sum(names["dF"] ** 2) == 2.5**2 + 1.75**2 + 1.25**2 + 1
    assert names["after"] == pytest.approx(0.25 - 0.1 * 11.875)


def test_5_bias(names):
    assert names["db"] == 1
    assert names["with_bias"] == 0.75


def test_6_padded_input(names):
    assert names["O_padded"].shape == (4, 4)
    assert names["O_padded"].mean() == 0
    np.testing.assert_allclose(names["dX_padded"][1:-1, 1:-1], np.zeros((3, 3)))


def test_7_as_a_matrix(names):
    M = names["M"]
    assert M.shape == (4, 9)
    assert (M == 0).sum() == 4 * 9 - 4 * 3  # one entry of the filter is zero itself
    np.testing.assert_allclose(M @ names["X"].ravel(), [1, 2, -10, 8])
    np.testing.assert_allclose(names["by_matrix"], names["dX"])


def test_8_a_layer_that_flips_learns_the_filter_turned(names):
    np.testing.assert_allclose(names["W"], [[1, -3], [0, 2]], atol=1e-6)
