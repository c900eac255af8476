"""The convolution explorer computes what Keras computes, and refuses what it must."""

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from node import call, calls

CASES, CASES_WITH_BOTH = 200, 40
LARGEST = 9
DEFAULTS = {
    "x": "3,4,5;2,1,-3;4,-2,0",
    "f": "2,0;-3,1",
    "strides": "1",
    "padding": "valid",
    "dilation": "1",
    "g": "mean",
    "part": "forward",
    "at": "1,1",
}
Case = tuple[np.ndarray, np.ndarray, dict[str, Any]]


def random_cases(seed: int, count: int, *, both: bool) -> list[Case]:
    """Return inputs, filters and options that fit; both: neither step is 1."""
    rng = np.random.default_rng(seed)
    cases: list[Case] = []
    while len(cases) < count:
        x = rng.normal(size=rng.integers(1, LARGEST + 1, size=2))
        f = rng.normal(size=rng.integers(1, LARGEST + 1, size=2))
        steps = rng.integers(2 if both else 1, 4, size=(2, 2)).tolist()
        if not both:
            steps[rng.integers(2)] = [1, 1]
        strides, dilation = steps
        zeros = rng.integers(0, 5, size=2).tolist()
        padding = ["valid", "same", zeros[0], zeros][rng.integers(4)]
        numbers = padding if isinstance(padding, list) else [padding, padding]
        if isinstance(padding, str):
            numbers = [99, 99] if padding == "same" else [0, 0]
        spans = (np.array(f.shape) - 1) * dilation + 1
        if (spans <= np.array(x.shape) + 2 * np.array(numbers)).all():
            options = {"strides": strides, "padding": padding, "dilation": dilation}
            cases.append((x, f, options))
    return cases


def padded(x: tf.Tensor, padding: Any) -> tuple[tf.Tensor, str]:
    """Return an input with its numbers of zeros, and the padding that is left."""
    if isinstance(padding, str):
        return x, padding
    down, across = padding if isinstance(padding, list) else (padding, padding)
    return tf.pad(x, [[down, down], [across, across]]), "valid"


def by_keras(x: tf.Tensor, f: tf.Tensor, options: dict[str, Any]) -> tf.Tensor:
    """Return the output of Keras's convolution."""
    wide, padding = padded(x, options["padding"])
    return keras.ops.conv(
        wide[None, :, :, None],
        f[:, :, None, None],
        strides=tuple(options["strides"]),
        padding=padding,
        data_format="channels_last",
        dilation_rate=tuple(options["dilation"]),
    )[0, :, :, 0]


def by_patches(x: tf.Tensor, f: tf.Tensor, options: dict[str, Any]) -> tf.Tensor:
    """Return the output from TensorFlow's patches: Keras refuses both steps at once."""
    wide, padding = padded(x, options["padding"])
    patches = tf.image.extract_patches(
        wide[None, :, :, None],
        sizes=[1, *f.shape, 1],
        strides=[1, *options["strides"], 1],
        rates=[1, *options["dilation"], 1],
        padding=padding.upper(),
    )
    return tf.tensordot(patches[0], tf.reshape(f, [-1]), axes=1)


@pytest.mark.parametrize(
    ("reference", "cases"),
    [
        (by_keras, random_cases(0, CASES, both=False)),
        (by_patches, random_cases(1, CASES_WITH_BOTH, both=True)),
    ],
    ids=["keras", "patches"],
)
def test_output_and_gradients_are_those_of_keras(
    reference: Any, cases: list[Case]
) -> None:
    rng = np.random.default_rng(2)
    wanted, asked = [], []
    for x, f, options in cases:
        tensors = [tf.constant(x), tf.constant(f)]
        with tf.GradientTape() as tape:
            tape.watch(tensors)
            output = reference(*tensors, options)
        d_output = rng.normal(size=output.shape)
        dx, df = tape.gradient(output, tensors, output_gradients=d_output)
        wanted.append((output, df, dx))
        given = x.tolist(), f.tolist()
        asked.append(("forward", (*given, options)))
        asked.append(("backward", (*given, d_output.tolist(), options)))
    found = calls("convolution", asked)
    outputs, gradients = found[::2], found[1::2]
    for (x, f, options), (output, df, dx), mine, gradient in zip(
        cases, wanted, outputs, gradients, strict=True
    ):
        about = f"{x.shape} {f.shape} {options}"
        np.testing.assert_allclose(mine, output, atol=1e-5, err_msg=about)
        np.testing.assert_allclose(gradient["df"], df, atol=1e-5, err_msg=about)
        np.testing.assert_allclose(gradient["dx"], dx, atol=1e-5, err_msg=about)


def test_the_terms_of_an_entry_add_up_to_it() -> None:
    """What is written below the matrices is where the gradients come from."""
    x, f = np.arange(12.0).reshape(3, 4) - 5, np.array([[1.0, -2], [3, 0.5]])
    options = {"strides": [2, 1], "padding": [1, 0], "dilation": 1}
    places = call("convolution", "place", x.tolist(), f.tolist(), options)
    d_output = np.array([[1.0, 2, 3], [4, 5, 6]])
    given = x.tolist(), f.tolist(), d_output.tolist(), options
    gradient = call("convolution", "backward", *given)
    for of, wanted, other in (("filter", "df", x), ("input", "dx", f)):
        for at, entry in np.ndenumerate(np.array(gradient[wanted])):
            terms = call("convolution", "terms", places, of, list(at))
            key = "x" if of == "filter" else "f"
            products = [d_output[*term["o"]] * other[*term[key]] for term in terms]
            assert sum(products) == pytest.approx(entry)


def test_a_stride_puts_zeros_between() -> None:
    found = call("convolution", "spread", [[1, 2], [3, 4]], {"strides": [2, 3]})
    assert found == [[1, 0, 0, 2], [0, 0, 0, 0], [3, 0, 0, 4]]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"x": "1,2;3,a"}, "not_number"),
        ({"x": ""}, "not_number"),
        ({"x": "1,2;3"}, "ragged"),
        ({"x": "1e9"}, "too_large 1000000"),
        ({"x": ",".join("1" * 10), "f": "1"}, "size 9"),
        ({"f": "1,2,3,4"}, "filter_larger 4 3"),
        ({"dilation": "3"}, "filter_larger 4 3"),
        ({"strides": "0"}, "strides_range 1 9"),
        ({"strides": "1.5"}, "strides_range 1 9"),
        ({"strides": "1,1,1"}, "strides_range 1 9"),
        ({"padding": "-1"}, "padding_range 0 4"),
        ({"padding": "full"}, "not_number"),
        ({"g": "1,2"}, "gradient_size 2 2"),
        ({"part": "sideways"}, "broken"),
        ({"at": "3,1"}, "no_entry 2 2"),
        ({"at": "0,1"}, "broken 1 Infinity"),
    ],
)
def test_a_bad_state_is_refused(change: dict[str, str], problem: str) -> None:
    assert call("convolution", "read", DEFAULTS | change) == {"error": problem}


def test_the_starting_state_is_the_question() -> None:
    state = call("convolution", "read", DEFAULTS)
    assert state["x"] == [[3, 4, 5], [2, 1, -3], [4, -2, 0]]
    assert state["dO"] == [[0.25, 0.25], [0.25, 0.25]]


def test_a_change_of_size_brings_a_gradient_that_fits() -> None:
    texts = DEFAULTS | {"g": "1,2;3,4", "at": "2,2", "padding": "1"}
    assert call("convolution", "adapt", texts)["g"] == "mean"
    texts |= {"padding": "valid", "strides": "2"}
    assert call("convolution", "adapt", texts)["at"] == "1,1"
