"""Areas over pairs counted one by one, and what the page says."""

from functools import cache

import numpy as np
import pytest
from loading import names_up_to, recorded
from sklearn.datasets import load_digits
from sklearn.metrics import roc_auc_score
from sklearn.metrics.pairwise import cosine_similarity

SNIPPET = "q5_strengths_and_limits/train_verification"
VALUES = recorded(SNIPPET).values


@cache
def names() -> dict:
    return names_up_to(SNIPPET, "same-or-not")


def test_the_area_of_pixels_over_pairs_counted_one_by_one():
    x, y = load_digits(return_X_y=True)
    test = np.random.default_rng(0).permutation(np.flatnonzero(y >= 5))[450:]
    likeness = cosine_similarity(x[test])
    pairs = [(i, j) for i in range(len(test)) for j in range(i)]
    same = [y[test[i]] == y[test[j]] for i, j in pairs]
    area = roc_auc_score(same, [likeness[i, j] for i, j in pairs])
    assert VALUES["pairs"] == len(pairs)
    assert VALUES["area_pixels"] == pytest.approx(area, abs=0.001)


def test_counts_are_copies_of_images():
    """Two copies of an image weigh as two images, but are no pair of their own."""
    images = np.arange(30)
    counts = np.ones(30, dtype=int)
    area, x = names()["area"], names()["x"]
    assert area(x, images, counts) == pytest.approx(area(x, images))
    counts[3] = 2
    scores, y = cosine_similarity(x[:30].reshape(30, -1)), names()["y"]
    pairs = [
        (i, j)
        for i in range(30)
        for j in range(i)
        for _ in range(counts[i] * counts[j])
    ]
    found = roc_auc_score(
        [y[i] == y[j] for i, j in pairs], [scores[i, j] for i, j in pairs]
    )
    assert area(x, images, counts) == pytest.approx(found)


def test_what_the_text_says():
    assert VALUES["gap_from"] < 0 < VALUES["gap_to"]
    assert VALUES["rise_from"] < 0 < VALUES["rise"]
    assert VALUES["gap_8_from"] < 0 < VALUES["gap_8_to"]
    assert VALUES["risen"] > VALUES["num_seeds"] / 2
