"""Dropout, against the binomial distribution."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers
from loading import names_of, recorded
from scipy.stats import binomtest

SNIPPET = "q7_inception_cifar10/dropout"


def test_half_of_a_million_go():
    kept = int(names_of(SNIPPET)["kept"].sum())
    assert binomtest(kept, 1_000_000, 0.5).pvalue > 1e-4


@settings(max_examples=10, deadline=None)
@given(st.floats(0.05, 0.9), st.integers(0, 10**6))
def test_what_stays_is_divided_by_its_share(rate: float, seed: int):
    x = np.random.default_rng(seed).uniform(1, 2, (40, 50)).astype("float32")
    layer = layers.Dropout(rate, seed=seed)
    o = keras.ops.convert_to_numpy(layer(x, training=True))
    stayed = o != 0
    np.testing.assert_allclose(o[stayed], x[stayed] / (1 - rate), rtol=1e-5)
    assert binomtest(int(stayed.sum()), x.size, 1 - rate).pvalue > 1e-6
    still = keras.ops.convert_to_numpy(layer(x, training=False))
    np.testing.assert_array_equal(still, x)


def test_the_mean_over_masks_is_the_answer_at_inference():
    names = names_of(SNIPPET)
    noisy, quiet = names["noisy"], names["quiet"][0]
    error = noisy.std(axis=0) / np.sqrt(len(noisy))
    assert (np.abs(noisy.mean(axis=0) - quiet) < 4 * error).all()
    # Theory: each product is 0 or doubled, so its variance is its square.
    products = names["features"].T * names["w"]
    deviation = np.sqrt((products**2).sum(axis=0))
    np.testing.assert_allclose(noisy.std(axis=0), deviation, rtol=0.03)


def test_the_recorded_values():
    values = recorded(SNIPPET).values
    assert values["zeros"] == pytest.approx(0.5, abs=0.003)
    assert values["zeros_half_percent"] == pytest.approx(0.005, abs=0.0005)
    assert values["factor"] == 2
    assert values["mean"] == pytest.approx(1, abs=0.01)
    assert (values["same"], values["parameters"]) == (1, 0)
