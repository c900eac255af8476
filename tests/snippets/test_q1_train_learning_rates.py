"""The watch reads the true gradient, changes nothing, and counts what is dead."""

import keras
import numpy as np
import pytest
from loading import names_up_to, recorded

SNIPPET = "q1_optimizers/train_learning_rates"


@pytest.fixture(scope="module")
def names() -> dict:
    return names_up_to(SNIPPET, "what-to-watch")


def compiled(names: dict, optimizer: str = "sgd") -> keras.Model:
    keras.utils.set_random_seed(0)
    model = names["new_network"]()
    model.compile(
        optimizer=optimizer,
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    return model


def watched(names: dict, model: keras.Model) -> dict:
    watch = names["Watch"]()
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


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_the_watch_reads_the_gradient_and_changes_nothing(names: dict, optimizer: str):
    model = compiled(names, optimizer)
    x, y = names["x"][names["train"]], names["y"][names["train"]]
    model.train_on_batch(x[:64], y[:64])  # so that Adam has a state
    before = model.get_weights()
    state = [variable.numpy() for variable in model.optimizer.variables]
    row = watched(names, model)
    expected = by_hand(before, x.astype("float64"), y)
    assert row["gradient"] == pytest.approx(expected, rel=1e-3)
    after = model.get_weights(), [v.numpy() for v in model.optimizer.variables]
    for kept, found in zip((before, state), after, strict=True):
        for one, other in zip(kept, found, strict=True):
            np.testing.assert_array_equal(one, other)


def test_the_watch_counts_dead_units(names: dict):
    model = compiled(names)
    weights = model.get_weights()
    weights[1][:8] = -1e3  # 8 of 64 hidden units can never fire
    alive = watched(names, model)["dead"]
    model.set_weights(weights)
    assert watched(names, model)["dead"] >= 8 / 64 > alive


def test_the_data(names: dict):
    assert names["x"].shape == (1797, 64)
    assert names["x"].min() == 0
    assert names["x"].max() == 1
    assert not set(names["train"]) & set(names["test"])
    assert recorded(SNIPPET).values["num_train"] == 1437
