"""Heat maps: CAM as the case with a known answer, and shares of known maps."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from loading import recorded, run_cells

SNIPPET = "q4_mri_classifier/where_it_looks"


def heat_of(network: keras.Model, images: np.ndarray) -> np.ndarray:
    """Return the snippet's heat maps."""
    names = {"keras": keras, "np": np, "tf": tf, "ops": keras.ops}
    return run_cells(SNIPPET, "heat-of-a-logit", names=names)["heat_of"](
        network, images
    )


@pytest.mark.parametrize("bias", [0.0, 60.0, -60.0])
def test_after_an_average_pooling_it_is_the_class_activation_map(bias: float):
    """Zhou et al.: there the weights are the last layer's own, over the map's size.

    With a bias of 60 the sigmoid is saturated; the map is that of the logit.
    """
    keras.utils.set_random_seed(0)
    layers = keras.layers
    image = keras.Input((8, 8, 1))
    maps = layers.Activation("relu")(layers.Conv2D(3, 3, padding="same")(image))
    pooled = layers.GlobalAveragePooling2D()(maps)
    start = keras.initializers.Constant(bias)
    last = layers.Dense(1, activation="sigmoid", bias_initializer=start)
    network = keras.Model(image, last(pooled))
    images = np.random.default_rng(0).normal(size=(2, 8, 8, 1)).astype("float32")
    features = keras.ops.convert_to_numpy(keras.Model(image, maps)(images))
    kernel = keras.ops.convert_to_numpy(last.kernel)[:, 0]
    expected = np.maximum(-(features * kernel).sum(axis=-1) / 64, 0)
    assert expected.max() > 0
    np.testing.assert_allclose(heat_of(network, images), expected, atol=1e-6)


def test_shares_of_known_maps():
    names = {"np": np}
    run_cells(SNIPPET, "in-the-inner-quarter", names=names, end="p_no = ")
    even, middle, rim = np.ones((8, 8)), np.zeros((8, 8)), np.ones((8, 8))
    middle[2:6, 2:6], rim[2:6, 2:6] = 1, 0
    empty = np.zeros((8, 8))
    np.testing.assert_allclose(
        names["inner"](np.array([even, middle, rim, empty])), [0.25, 1, 0]
    )


def test_the_recorded_claim():
    values = recorded(SNIPPET).values
    assert values["images"] == 600
    # The head, not a quarter, is what the heat is compared with.
    assert 0.35 < values["head"] < 0.5
    assert values["heat"] > values["head"] > values["random_high"]
    before = recorded("q4_mri_classifier/grad_cam").values["heat_inside"]
    assert values["heat"] == pytest.approx(before, abs=0.01)
