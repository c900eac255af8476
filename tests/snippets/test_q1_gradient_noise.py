"""Noise of a mean: the law of one over the root, and the finite population."""

import numpy as np
import pytest
from loading import names_up_to, recorded

SNIPPET = "q1_optimizers/gradient_noise"


@pytest.fixture(scope="module")
def names() -> dict:
    return names_up_to(SNIPPET, "one-gradient-a-sample")


def test_the_mean_of_all_gradients_is_the_gradient_of_the_mean(names: dict):
    network = names["new_network"](5)
    each = names["gradient_of_each"](network)
    full = names["flat"](names["gradients"](network, names["x"], names["y"]))
    np.testing.assert_allclose(each.mean(axis=0), full, atol=1e-12)


@pytest.mark.parametrize("size", [1, 4, 25, 90, 100])
@pytest.mark.parametrize("replace", [True, False])
def test_noise_of_a_small_population(names: dict, size: int, replace: bool):
    each = np.random.default_rng(0).normal(size=(100, 3))
    sigma = np.sqrt(((each - each.mean(axis=0)) ** 2).sum(axis=1).mean())
    expected = sigma / np.sqrt(size)
    if not replace:
        expected *= np.sqrt((100 - size) / 99)
    found = names["noise"](each, size, replace, np.random.default_rng(1))
    assert found == pytest.approx(expected, rel=0.12, abs=1e-12)


def test_the_recorded_slopes():
    values = recorded(SNIPPET).values
    assert values["slope_start"] == pytest.approx(-0.5, abs=0.03)
    assert values["slope_later"] == pytest.approx(-0.5, abs=0.03)
    assert values["whole_without"] == 0
    assert values["equal_later"] > 10 * values["equal_start"]
