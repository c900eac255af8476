"""Labels are drawn evenly, shuffling is one order, and more labels help."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loading import names_up_to, recorded
from sklearn.svm import SVC

SNIPPET = "q5_strengths_and_limits/train_data_hunger"
VALUES = recorded(SNIPPET).values


@cache
def names() -> dict:
    return names_up_to(SNIPPET, "few-labels")


@settings(max_examples=20)
@given(st.sampled_from([20, 50, 100, 500, 1000]), st.integers(0, 1000))
def test_labels_are_drawn_evenly_from_training(size: int, seed: int):
    chosen = names()["labelled"](size, np.random.default_rng(seed))
    assert len(set(chosen)) == size
    assert set(chosen) <= set(names()["train"])
    counts = np.bincount(names()["y"][chosen], minlength=10)
    assert (counts == size // 10).all()


def test_shuffling_is_the_same_order_for_all_images():
    x, shuffled = names()["x"], names()["shuffled"]
    for pixel in (0, 10, 33):
        assert any(np.array_equal(shuffled[:, pixel], other) for other in x.T)
    np.testing.assert_array_equal(np.sort(x, axis=1), np.sort(shuffled, axis=1))


def test_both_networks_are_about_the_same_size():
    assert VALUES["conv_parameters"] == names()["convolutional"]().count_params()
    assert VALUES["dense_parameters"] == 64 * 64 + 64 + 650
    assert 0.9 < VALUES["conv_parameters"] / VALUES["dense_parameters"] < 1.1


def test_every_network_was_trained_until_its_loss_was_down():
    assert VALUES["num_seeds"] >= 5
    assert VALUES["largest_loss"] < 0.05


def test_more_labels_help_and_neighbourhood_does():
    for key in ("conv", "dense", "shuffled", "svm"):
        assert VALUES[f"{key}_most"] > VALUES[f"{key}_fewest"] + 0.1
    for size in ("fewest", "100", "most"):
        assert VALUES[f"conv_{size}"] > VALUES[f"shuffled_{size}"]


def test_the_baseline_with_labels_drawn_anew():
    """Other draws of as many labels give the mean that was recorded."""
    x, y, test = (names()[name] for name in ("x", "y", "test"))
    scores = []
    for seed in range(100, 110):
        chosen = names()["labelled"](100, np.random.default_rng(seed))
        scores.append(SVC(C=10).fit(x[chosen], y[chosen]).score(x[test], y[test]))
    assert np.mean(scores) == pytest.approx(VALUES["svm_100"], abs=0.02)
