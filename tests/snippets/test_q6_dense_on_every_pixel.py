"""A 1×1 convolution is a Dense layer on every pixel: equality, reach, widths."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loading import names_of

SNIPPET = "q6_one_by_one_filters/dense_on_every_pixel"


def test_whole_numbers_leave_no_difference():
    names = names_of(SNIPPET)
    assert names["whole_dense"] == names["whole_loop"] == 0
    # float32 holds every whole number up to 2^24; no sum here comes near it.
    assert 9 * 3 * 128 + 3 < 2**24


def test_fractions_differ_by_rounding_only():
    names = names_of(SNIPPET)
    assert all(names["errors"].values())
    assert names["agree"]
    assert names["bound"].max() < 1e-2  # a bound that says something


@settings(max_examples=15, deadline=None)
@given(
    size=st.integers(1, 6),
    c_in=st.integers(1, 9),
    c_out=st.integers(1, 9),
    seed=st.integers(0, 10**6),
)
def test_equal_to_an_einsum_for_any_sizes(size, c_in, c_out, seed):
    rng = np.random.default_rng(seed)
    x = rng.integers(-9, 10, (2, size, size, c_in)).astype("float32")
    w = rng.integers(-3, 4, (c_in, c_out)).astype("float32")
    layer = keras.layers.Conv2D(c_out, 1, use_bias=False)
    layer.build(x.shape)
    layer.set_weights([w[None, None]])
    np.testing.assert_array_equal(layer(x), np.einsum("nijc,co->nijo", x, w))
    by_loop = names_of(SNIPPET)["by_loop"](x, w, np.zeros(c_out))
    np.testing.assert_array_equal(by_loop, layer(x))


@pytest.mark.parametrize("k", [1, 3, 5])
def test_a_pixel_reaches_a_window_of_places(k):
    assert names_of(SNIPPET)["reach"][k] == k**2


def test_narrow_keep_widen():
    widths = names_of(SNIPPET)["widths"]
    assert list(widths["output"]) == ["32×32×32", "32×32×128", "32×32×512"]
    assert list(widths["parameters"]) == [129 * 32, 129 * 128, 129 * 512]
