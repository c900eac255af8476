"""One network, written twice: parameters by hand, and one function of the weights."""

import keras
import numpy as np
import pytest
from loading import names_of, recorded
from q4_mri import parameters_of_the_original

SNIPPET = "q4_mri_classifier/two_apis"
BY_HAND = [160, 4640, 18496, 3686464, 65]
TOTAL = 3_709_825


@pytest.fixture(scope="module")
def names():
    return names_of(SNIPPET)


def test_parameters_by_hand(names):
    assert sum(BY_HAND) == parameters_of_the_original(256) == TOTAL
    assert [number for _, number in names["by_hand"]] == BY_HAND
    assert list(names["table"]["by hand"]) == BY_HAND
    assert list(names["table"]["Keras"]) == BY_HAND


@pytest.mark.parametrize("api", ["sequential", "functional"])
def test_parameters_by_keras(names, api: str):
    model = names[api]
    counts = [layer.count_params() for layer in model.layers]
    assert [number for number in counts if number] == BY_HAND
    assert sum(weights.size for weights in model.get_weights()) == TOTAL
    assert model.count_params() == TOTAL


def test_layers_are_those_of_the_original_in_both(names):
    for layers in (names["sequential"].layers, names["functional"].layers[1:]):
        assert [type(layer).__name__ for layer in layers] == [
            *("Conv2D", "MaxPooling2D") * 3, "Flatten", "Dense", "Dense",
        ]  # fmt: skip
        assert [layer.output.shape[1:] for layer in layers] == [
            (254, 254, 16), (127, 127, 16), (125, 125, 32), (62, 62, 32),
            (60, 60, 64), (30, 30, 64), (57600,), (64,), (1,),
        ]  # fmt: skip
        activations = [layer.activation for layer in layers if layer.weights]
        assert activations == [keras.activations.relu] * 4 + [keras.activations.sigmoid]


def test_they_are_one_function_of_the_weights(names):
    one, other = names["sequential"], names["functional"]
    rng = np.random.default_rng(7)
    images = rng.uniform(0, 255, (2, 256, 256, 1)).astype("float32")
    weights = [
        rng.normal(0, 0.02, array.shape).astype("float32")
        for array in one.get_weights()
    ]
    before = one.get_weights()
    try:
        one.set_weights(weights)
        apart = one.predict(images, verbose=0), other.predict(images, verbose=0)
        assert not np.array_equal(*apart)  # other weights, other answers
        other.set_weights(weights)
        np.testing.assert_array_equal(apart[0], other.predict(images, verbose=0))
    finally:
        one.set_weights(before)
        other.set_weights(before)


def test_the_same_seed_gives_the_same_start(names):
    assert names["equal"] == [True] * 10
    kernels = names["first"][::2]
    assert all(np.ptp(kernel) > 0 for kernel in kernels)


def test_a_branched_network_has_the_channels_of_both(names):
    assert names["branched"].output.shape == (None, 256, 256, 8 + 8)
    assert names["branched"].count_params() == (9 * 8 + 8) + (25 * 8 + 8)


def test_the_recorded_values():
    values = recorded(SNIPPET).values
    assert values["parameters"] == values["parameters_functional"] == TOTAL
    assert values["dense_parameters"] == 3_686_464
    assert values["dense_share"] == pytest.approx(3_686_464 / TOTAL)
    assert values["flatten"] == 30 * 30 * 64 == 57_600
    assert values["difference"] == 0
    assert values["equal_arrays"] == values["arrays"] == 10
