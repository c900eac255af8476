"""A network without neighbours: what it computes, and what was recorded."""

import numpy as np
import pytest
from loading import recorded, run_cells

SNIPPET = "q6_one_by_one_filters/colours_alone"


@pytest.fixture(scope="module")
def names():
    return run_cells(
        SNIPPET, "imports", "network-without-neighbours", "shuffled-pixels"
    )


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (40, 32, 32, 3), "uint8")


def test_shuffling_moves_pixels_and_keeps_their_colours(names, images):
    shuffled = names["shuffle_pixels"](images, 0)
    for before, after in zip(images, shuffled, strict=True):
        assert (before != after).any()
        colours = [x.reshape(-1, 3) for x in (before, after)]
        first, second = (x[np.lexsort(x.T)] for x in colours)
        np.testing.assert_array_equal(first, second)
    again = names["shuffle_pixels"](np.repeat(images[:1], 2, axis=0), 0)
    assert (again[0] != again[1]).any()  # an order of its own for each image


def test_every_layer_before_the_last_mean_sees_one_pixel(names, images):
    model = names["colours_alone"]()
    kinds = [type(layer).__name__ for layer in model.layers]
    assert not {"MaxPooling2D", "AveragePooling2D"} & set(kinds)
    convolutions = [x for x in model.layers if hasattr(x, "kernel_size")]
    assert {x.kernel_size + x.strides for x in convolutions} == {(1, 1, 1, 1)}
    # Kernels without bias, four numbers a channel of normalisation, and Dense.
    c = names["CHANNELS"]
    assert model.count_params() == 3 * c + 2 * c * c + 3 * 4 * c + (c + 1) * 10
    shuffled = names["shuffle_pixels"](images, 1)
    np.testing.assert_allclose(model(images), model(shuffled), atol=1e-5)


def test_the_recorded_training_saw_colours_alone():
    values = recorded(SNIPPET).values
    assert values["changed"] == 0
    assert 0.25 < values["lowest"] <= values["highest"] < 0.4
    assert 0.25 < values["training_accuracy"] < 0.4  # nor does it fit what it saw
    # Less than the network that pools in between, and more than guessing.
    other = recorded("q6_one_by_one_filters/train_bottleneck").values
    assert values["highest"] < other["colours_accuracy"]
