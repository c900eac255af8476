"""The network's gradient by differences and by Keras; what was recorded of batches."""

from itertools import islice

import keras
import numpy as np
import pytest
from loading import names_up_to, recorded

SNIPPET = "q1_optimizers/train_batch_sizes"


@pytest.fixture(scope="module")
def names() -> dict:
    return names_up_to(SNIPPET, "descent")


def test_gradient_equals_differences(names: dict):
    network = names["new_network"](3)
    x, y = names["x"][:50], names["y"][:50]
    _, grads = names["loss_and_gradients"](network, x, y)
    rng = np.random.default_rng(0)
    for array, grad in zip(network, grads, strict=True):
        for _ in range(5):
            place = tuple(rng.integers(0, size) for size in array.shape)
            kept, ends = array[place], []
            for h in (1e-6, -1e-6):
                array[place] = kept + h
                ends.append(names["loss_and_gradients"](network, x, y)[0])
            array[place] = kept
            slope = (ends[0] - ends[1]) / 2e-6
            assert grad[place] == pytest.approx(slope, abs=1e-7)


def test_loss_equals_keras(names: dict):
    network = names["new_network"](1)
    model = keras.Sequential(
        [
            keras.Input((64,)),
            keras.layers.Dense(32, activation="relu"),
            keras.layers.Dense(10),
        ]
    )
    model.set_weights(network)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    expected = float(loss(names["y"], model(names["x"].astype("float32"))))
    assert names["loss_over_all"](network) == pytest.approx(expected, rel=1e-5)


def test_one_epoch_takes_each_sample_once(names: dict):
    seen = []
    names["loss_and_gradients"], real = (
        lambda net, x, y: (seen.append(x), real(net, x, y))[1],
        names["loss_and_gradients"],
    )
    try:
        list(islice(names["updates"](32, 0.1, 0), 45))
    finally:
        names["loss_and_gradients"] = real
    rows = np.concatenate(seen)
    assert len(rows) == len(names["x"])
    np.testing.assert_array_equal(
        rows[np.lexsort(rows.T)], names["x"][np.lexsort(names["x"].T)]
    )


def test_batch_descent_is_smooth_and_knows_no_order(names: dict):
    size = len(names["x"])
    one = [loss for loss, _ in islice(names["updates"](size, 0.1, 0, 1), 20)]
    other = [loss for loss, _ in islice(names["updates"](size, 0.1, 0, 2), 20)]
    np.testing.assert_allclose(one, other, rtol=1e-9)
    assert (np.diff(one) < 0).all()


def test_the_recorded_curves():
    values = recorded(SNIPPET).values
    assert values["batch_rises_most"] == 0 < values["all_rises_least"]
    assert values["all_rises_most"] < values["own_rises_least"]
    assert values["edge_rises"] > 0.2
    assert values["edge_rises_least"] > 0.1
    assert values["all_change_most"] < values["own_change_least"] / 4
    assert values["batch_other_order"] < 1e-3 < values["mini_other_order"]
    assert values["rate_1"] < values["rate_32"] <= values["rate_batch"]
