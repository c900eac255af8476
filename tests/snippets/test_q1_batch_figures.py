"""Counts of updates, samples and work, against what the layers' shapes say."""

import pytest
from loading import recorded

SNIPPET = "q1_optimizers/batch_figures"
VALUES = recorded(SNIPPET).values
SIZES = {"1": 1, "32": 32, "batch": 1437}


def test_samples_are_updates_times_batch_size():
    for key, size in SIZES.items():
        assert VALUES[f"samples_{key}"] == VALUES[f"updates_{key}"] * size
        assert VALUES[f"kept_{key}"] == size * (64 + 32 + 10)


def test_each_wins_in_its_own_measure():
    updates = [VALUES[f"updates_{key}"] for key in ("batch", "32", "1")]
    samples = [VALUES[f"samples_{key}"] for key in ("1", "32", "batch")]
    assert updates == sorted(updates)
    assert samples == sorted(samples)


def test_products_of_a_sample():
    forward = 64 * 32 + 32 * 10
    weights = 64 * 32 + 32 * 10  # each weight's gradient is one product
    hidden = 32 * 10  # the gradient of the hidden layer
    assert VALUES["products"] == forward + weights + hidden
    assert VALUES["an_epoch_32"] == pytest.approx(1437 / 32, abs=1)
