"""The general backward pass, against TensorFlow's tape on random sizes."""

import numpy as np
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from loading import names_of

SNIPPET = "q2_convolution_by_hand/conv2d_backward"


@st.composite
def layers(draw):
    """Draw sizes of a layer whose filter fits into its padded input."""
    padding = draw(st.integers(0, 2))
    k, l = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    height = draw(st.integers(max(1, k - 2 * padding), 9))
    width = draw(st.integers(max(1, l - 2 * padding), 9))
    return {
        "X": (draw(st.integers(1, 3)), height, width, draw(st.integers(1, 3))),
        "kernel": (k, l, draw(st.integers(1, 3))),
        "stride": draw(st.integers(1, 4)),
        "padding": padding,
        "seed": draw(st.integers(0, 2**32 - 1)),
    }


@settings(max_examples=60)
@given(layers())
def test_forward_and_backward_equal_tensorflow(layer: dict):
    names = names_of(SNIPPET)
    rng = np.random.default_rng(layer["seed"])
    stride, padding = layer["stride"], layer["padding"]
    k, l, out = layer["kernel"]
    X = rng.normal(size=layer["X"])
    W = rng.normal(size=(k, l, layer["X"][3], out))
    B = rng.normal(size=out)
    pads = [[0, 0], [padding, padding], [padding, padding], [0, 0]]
    x, w, b = tf.constant(X), tf.constant(W), tf.constant(B)
    with tf.GradientTape() as tape:
        tape.watch([x, w, b])
        o = tf.nn.conv2d(tf.pad(x, pads), w, stride, "VALID") + b
    ours = names["conv2d_forward"](X, W, B, stride, padding)
    np.testing.assert_allclose(ours, o.numpy(), atol=1e-10)
    dO = rng.normal(size=ours.shape)
    theirs = tape.gradient(o, [x, w, b], tf.constant(dO))
    ours = names["conv2d_backward"](dO, X, W, stride, padding)
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other.numpy(), atol=1e-10)


def test_the_question_is_a_special_case():
    names = names_of(SNIPPET)
    np.testing.assert_allclose(
        names["question_dX"],
        [[0.5, 0.5, 0], [-0.25, 0, 0.25], [-0.75, -0.5, 0.25]],
    )
    np.testing.assert_allclose(names["question_dW"], [[2.5, 1.75], [1.25, -1]])


def test_every_size_of_the_table_agrees():
    assert names_of(SNIPPET)["sizes"]["equal to the tape"].all()


def test_unread_inputs_are_those_beyond_the_last_step():
    unread = names_of(SNIPPET)["unread"][0, :, :, 0]
    expected = np.zeros((6, 6))
    for row in (0, 2):
        for column in (0, 2):
            expected[row : row + 3, column : column + 3] += 1
    np.testing.assert_array_equal(unread, expected)
