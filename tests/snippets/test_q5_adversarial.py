"""Gradients against finite differences, tiles that lose nothing, recorded falls."""

from functools import cache

import keras
import numpy as np
import pytest
from keras import layers
from loading import recorded, run_cells

SNIPPET = "q5_strengths_and_limits/adversarial"
VALUES = recorded(SNIPPET).values


@cache
def names() -> dict:
    """Return the snippet's functions; no data and no weights are needed."""
    found = run_cells(SNIPPET, "imports", "gradient-of-the-loss")
    return run_cells(SNIPPET, "shuffled-tiles", names=found, end="\n\nTILES = ")


def test_the_gradient_of_the_loss_by_finite_differences():
    keras.utils.set_random_seed(0)
    net = keras.Sequential([keras.Input((4, 4, 3)), layers.Flatten(), layers.Dense(10)])
    rng = np.random.default_rng(0)
    images = rng.normal(size=(2, 4, 4, 3)).astype("float32")
    labels = np.array([3, 7])

    def losses(x: np.ndarray) -> np.ndarray:
        logits = np.asarray(net(x), "float64")
        top = np.log(np.exp(logits).sum(axis=1))
        return top - logits[range(2), labels]

    found = names()["loss_gradient"](net, images, labels)
    for place in ((0, 0, 0), (1, 2, 1), (3, 3, 2)):
        step = np.zeros_like(images)
        step[(slice(None), *place)] = 0.01
        expected = (losses(images + step) - losses(images - step)) / 0.02
        np.testing.assert_allclose(found[(slice(None), *place)], expected, atol=1e-3)


@pytest.mark.parametrize("size", [16, 8, 4, 1])
def test_tiles_are_moved_and_nothing_is_lost(size: int):
    images = np.arange(2 * 32 * 32 * 3.0).reshape(2, 32, 32, 3)
    mixed = names()["shuffled"](images, size)
    assert not np.array_equal(mixed, images)
    for one, other in zip(images, mixed, strict=True):
        np.testing.assert_array_equal(np.sort(one.ravel()), np.sort(other.ravel()))
    corner = mixed[0, :size, :size]  # a whole tile, wherever it came from
    assert any(
        np.array_equal(corner, images[0, top : top + size, left : left + size])
        for top in range(0, 32, size)
        for left in range(0, 32, size)
    )
    np.testing.assert_array_equal(names()["shuffled"](images, 32), images)


def test_the_gradient_finds_what_chance_does_not():
    assert VALUES["seeds"] >= 3
    assert VALUES["sign_0"] == VALUES["random_0"] == VALUES["tiles_32"]
    falls = [VALUES[f"sign_{step}"] for step in (0, 1, 2, 4, 8)]
    assert falls == sorted(falls, reverse=True)
    assert VALUES["sign_2_high"] < VALUES["random_2_low"] - 0.1
    assert VALUES["random_2"] == pytest.approx(VALUES["random_0"], abs=0.02)
    assert 1 < VALUES["ratio"] <= np.sqrt(VALUES["pixels"])  # Cauchy and Schwarz
