"""Two 1×1 layers: one linear map without ReLU, more than one layer with it."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from loading import names_of

SNIPPET = "q6_one_by_one_filters/network_on_each_pixel"


def test_without_relu_two_layers_are_one():
    assert names_of(SNIPPET)["linear_difference"] == 0


def test_exclusive_or_needs_two():
    table = names_of(SNIPPET)["table"]
    assert list(table["two layers"]) == [0, 1, 1, 0]
    # No line separates the two diagonals: the best fit is one half everywhere.
    np.testing.assert_allclose(table["one layer at its best"], 0.5)


@settings(max_examples=20, deadline=None)
@given(st.integers(-1000, 1000), st.integers(-1000, 1000))
def test_contrast_is_the_distance(a, b):
    pixel = np.array([[[[a, b]]]], "float32")
    assert float(names_of(SNIPPET)["contrast"](pixel)[0, 0, 0, 0]) == abs(a - b)


def test_contrast_on_an_image():
    assert names_of(SNIPPET)["contrast_difference"] == 0
