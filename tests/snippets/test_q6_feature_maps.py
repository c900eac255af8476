"""Feature maps of the trained layers: what was recorded, and the mean by hand."""

import keras
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from loading import cells_of, recorded, run_cells

SNIPPET = "q6_one_by_one_filters/feature_maps"


def test_what_was_recorded():
    values = recorded(SNIPPET).values
    assert values["depth_3"] == 48
    assert values["depth_1"] == 12
    assert values["same_by_hand"] == 1
    assert values["pairs"] <= 12 * 11 / 2
    assert 0 < values["zeros_3"] < 1
    assert 0 < values["zeros_1"] < 1
    for quantity in ("brightness", "colour", "sideways", "downwards"):
        assert 0 <= values[quantity] <= 1


def test_inside_are_the_places_that_read_no_padding():
    names = {"np": np}
    line = next(
        x
        for x in cells_of(SNIPPET)["images-and-trained-layers"].splitlines()
        if x.startswith("inside = ")
    )
    exec(line, names)
    layer = keras.layers.Conv2D(
        1, 3, strides=2, padding="same", kernel_initializer="ones"
    )
    read = keras.ops.convert_to_numpy(layer(np.ones((1, 32, 32, 1), "float32")))
    assert (read[names["inside"]] == 9).all()
    assert (read == 9).sum() == read[names["inside"]].size


@given(st.floats(0.1, 9), st.floats(-9, 9))
def test_alike_knows_no_scale_and_no_offset(scale, offset):
    images = np.random.default_rng(0).random((2, 32, 32, 3)).astype("float32")
    maps = np.zeros((2, 16, 16, 12), "float32")
    maps[..., 0] = 1 + images[:, 1::2, 1::2, 0]
    names = {
        "np": np,
        "pd": __import__("pandas"),
        "images": images,
        "after_1": maps,
        "inside": np.s_[:, :15, :15],
    }
    run_cells(SNIPPET, "what-a-map-stands-for", names=names)
    one = images[..., 0]
    assert np.isclose(names["alike"](one, scale * one + offset), 1, atol=1e-4)
    # The middle of the window at place (i, j) is the pixel (2i + 1, 2j + 1).
    assert np.isclose(
        names["alike"](names["images"][:, 1:30:2, 1:30:2, 0], maps[:, :15, :15, 0]), 1
    )
