"""Full convolution with zeros in between, against the tape."""

import numpy as np
import pytest
import tensorflow as tf
from loading import names_of

SNIPPET = "q2_convolution_by_hand/turned_filter"


def test_nine_places_give_the_published_gradient():
    np.testing.assert_array_equal(
        names_of(SNIPPET)["dX"],
        [[0.5, 0.5, 0], [-0.25, 0, 0.25], [-0.75, -0.5, 0.25]],
    )


def test_the_example_equals_the_tape():
    names = names_of(SNIPPET)
    np.testing.assert_array_equal(names["dX_2"], names["by_tape"])
    np.testing.assert_allclose(names["dF_2"], names["dF_by_tape"])


@pytest.mark.parametrize(("stride", "kernel"), [(1, 3), (2, 2), (2, 3), (3, 2)])
def test_both_gradients_of_a_strided_layer(stride: int, kernel: int):
    names = names_of(SNIPPET)
    rng = np.random.default_rng(stride)
    size = 3 * stride + kernel  # four places, nothing left over
    x, f = rng.normal(size=(size, size)), rng.normal(size=(kernel, kernel))
    X, F = tf.constant(x[None, :, :, None]), tf.constant(f[:, :, None, None])
    with tf.GradientTape() as tape:
        tape.watch([X, F])
        o = tf.nn.conv2d(X, F, stride, "VALID")
    dO = rng.normal(size=o.shape)
    dX, dF = tape.gradient(o, [X, F], tf.constant(dO))
    wide = names["spread"](dO[0, :, :, 0], stride)
    ours = names["full_convolution"](wide, f)
    np.testing.assert_allclose(ours, dX.numpy()[0, :, :, 0], atol=1e-12)
    ours = names["correlate"](x, wide)
    np.testing.assert_allclose(ours, dF.numpy()[:, :, 0, 0], atol=1e-12)
