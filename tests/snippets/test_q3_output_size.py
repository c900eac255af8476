"""The size formula, against Keras and against counting the places one by one."""

import keras
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from loading import names_of

SNIPPET = "q3_shapes_and_parameters/output_size"


def counted(n: int, k: int, p: int, s: int, d: int) -> int:
    """Count the places of a window, each tried in turn."""
    last = n + 2 * p - 1
    return sum(start + d * (k - 1) <= last for start in range(0, last + 1, s))


@given(
    n=st.integers(1, 300),
    k=st.integers(1, 9),
    p=st.integers(0, 5),
    s=st.integers(1, 6),
    d=st.integers(1, 5),
)
def test_formula_counts_places(n: int, k: int, p: int, s: int, d: int):
    assume(n + 2 * p >= d * (k - 1) + 1)
    assert names_of(SNIPPET)["conv_output_size"](n, k, p, s, d) == counted(
        n, k, p, s, d
    )


@settings(max_examples=60)
@given(n=st.integers(9, 200), k=st.integers(1, 5), s=st.integers(1, 4))
def test_formula_equals_keras_for_convolution_and_pooling(n: int, k: int, s: int):
    size = names_of(SNIPPET)["conv_output_size"]
    convolution = keras.layers.Conv1D(1, k, strides=s)
    assert convolution.compute_output_shape((1, n, 1))[1] == size(n, k, s=s)
    pooling = keras.layers.MaxPooling1D(k, strides=s)
    assert pooling.compute_output_shape((1, n, 1))[1] == size(n, k, s=s)


def test_a_window_wider_than_the_input_is_refused():
    with pytest.raises(ValueError, match="wider"):
        names_of(SNIPPET)["conv_output_size"](3, 5)


def test_the_grid_has_no_difference():
    names = names_of(SNIPPET)
    assert len(names["grid"]) > 100
    assert names["differing"] == 0
