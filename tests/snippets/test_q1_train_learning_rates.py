"""The watch reads the true gradient off a step, and counts what is dead."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest
from loading import names_up_to, recorded

SNIPPET = "q1_optimizers/train_learning_rates"


@pytest.fixture(scope="module")
def names() -> dict:
    return names_up_to(SNIPPET, "what-to-watch")


def compiled(names: dict, lr: float) -> keras.Model:
    keras.utils.set_random_seed(0)
    model = names["new_network"]()
    model.compile(
        optimizer=keras.optimizers.SGD(lr),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    return model


def watched(names: dict, model: keras.Model, lr: float) -> dict:
    watch = names["Watch"](lr)
    watch.set_model(model)
    watch.on_epoch_end(0)
    return watch.rows[0]


def by_hand(weights: list, x: np.ndarray, y: np.ndarray) -> float:
    """Return the length of the gradient by the chain rule, written out."""
    w1, b1, w2, b2, w3, b3 = (w.astype("float64") for w in weights)
    h1 = np.maximum(x @ w1 + b1, 0)
    h2 = np.maximum(h1 @ w2 + b2, 0)
    z = h2 @ w3 + b3
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    d3 = (p - np.eye(10)[y]) / len(y)
    d2 = d3 @ w3.T * (h2 > 0)
    d1 = d2 @ w2.T * (h1 > 0)
    parts = [x.T @ d1, d1.sum(0), h1.T @ d2, d2.sum(0), h2.T @ d3, d3.sum(0)]
    return float(np.sqrt(sum((part**2).sum() for part in parts)))


@pytest.mark.parametrize("lr", [0.01, 1.0])
def test_the_watch_reads_the_gradient_and_takes_its_step_back(names: dict, lr: float):
    model = compiled(names, lr)
    before = model.get_weights()
    row = watched(names, model, lr)
    train = SimpleNamespace(x=names["x"][names["train"]], y=names["y"][names["train"]])
    expected = by_hand(before, train.x.astype("float64"), train.y)
    assert row["gradient"] == pytest.approx(expected, rel=1e-3)
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_watch_counts_dead_units(names: dict):
    model = compiled(names, 0.1)
    weights = model.get_weights()
    weights[1][:8] = -1e3  # 8 of 64 hidden units can never fire
    alive = watched(names, model, 0.1)["dead"]
    model.set_weights(weights)
    assert watched(names, model, 0.1)["dead"] >= 8 / 64 > alive


def test_the_data(names: dict):
    assert names["x"].shape == (1797, 64)
    assert names["x"].min() == 0
    assert names["x"].max() == 1
    assert not set(names["train"]) & set(names["test"])
    assert recorded(SNIPPET).values["num_train"] == 1437
