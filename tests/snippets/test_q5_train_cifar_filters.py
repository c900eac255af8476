"""Linear classifiers on layers, and what the recorded training shows."""

from functools import cache

import numpy as np
import pytest
from loading import recorded, run_cells
from sklearn.linear_model import Ridge

SNIPPET = "q5_strengths_and_limits/train_cifar_filters"
VALUES = recorded(SNIPPET).values


@cache
def functions(cell: str, stop: str) -> dict:
    """Return the functions of a cell, without what the cell runs."""
    return run_cells(SNIPPET, cell, names={"np": np}, end=stop)


def linear() -> dict:
    return functions("a-linear-classifier-on-each-layer", "\n\npixels = ")


def test_coarse_maps_are_means_of_regions():
    maps = np.arange(2 * 4 * 4 * 3, dtype="float64").reshape(2, 4, 4, 3)
    found = linear()["coarse"](maps, 2)
    assert found.shape == (2, 2 * 2 * 3)
    np.testing.assert_allclose(found[:, :3], maps[:, :2, :2].mean(axis=(1, 2)))
    np.testing.assert_allclose(found[:, -3:], maps[:, 2:, 2:].mean(axis=(1, 2)))


def test_the_linear_classifier_against_scikit_learn():
    rng = np.random.default_rng(0)
    y, test_y = rng.integers(0, 10, 300), rng.integers(0, 10, 200)
    centres = rng.normal(size=(10, 12))
    x = centres[y] + rng.normal(size=(300, 12))
    test_x = centres[test_y] + rng.normal(size=(200, 12))
    names = linear()
    names |= {"y": y, "test_y": test_y}
    found = names["linear_accuracy"](x, test_x)
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-6
    ridge = Ridge(alpha=0.01 * 300, fit_intercept=False)
    ridge.fit((x - mean) / spread, np.eye(10)[y] - 0.1)
    said = ridge.predict((test_x - mean) / spread).argmax(axis=1)
    assert found == pytest.approx((said == test_y).mean(), abs=1e-9)
    assert found > 0.5


def test_patches_are_the_receptive_fields():
    """Fields by the recurrence: a window of k adds (k - 1) jumps."""
    size, jump, fields = 1, 1, []
    for k, s in ((7, 1), (2, 2), (3, 1), (2, 2), (3, 1)):
        size += (k - 1) * jump
        jump *= s
        fields.append((size, jump))
    wanted = dict(enumerate(fields[i] for i in (0, 2, 4)))
    source = functions("patches-that-excite-a-unit", "NUM_UNITS")
    assert source["FIELDS"] == wanted


def test_features_are_learnt_and_build_on_features():
    assert VALUES["smooth_before"] < 0.1 < VALUES["smooth_after"]
    assert VALUES["probe_trained_3"] > VALUES["probe_trained_1"] + 0.01
    assert VALUES["probe_untrained_3"] < VALUES["probe_untrained_1"] - 0.03
    assert VALUES["probe_trained_3"] > VALUES["probe_untrained_3"] + 0.05
    assert VALUES["probe_trained_1"] > VALUES["probe_pixels"]
    assert VALUES["train_accuracy"] > VALUES["accuracy"] > 0.45
