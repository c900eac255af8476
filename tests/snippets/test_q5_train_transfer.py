"""Features from five digits for five others: what is held out, and what is claimed."""

import numpy as np
import pytest
from loading import names_up_to, recorded
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

SNIPPET = "q5_strengths_and_limits/train_transfer"
VALUES = recorded(SNIPPET).values


@pytest.fixture(scope="module")
def names():
    return names_up_to(SNIPPET, "convolutions-and-head")


def test_no_digit_is_in_two_parts(names):
    old, pool, test = (set(names[part].tolist()) for part in ("old", "pool", "test"))
    assert not old & pool
    assert not old & test
    assert not pool & test
    assert len(old | pool | test) == len(names["y"])
    assert set(names["y"][list(old)].tolist()) == set(range(5))
    assert set(names["y"][list(test)].tolist()) == set(range(5, 10))


def test_the_baseline_by_another_solver(names):
    """Softmax regression by Newton's method gives the pixels' score of ten labels."""
    x, y = load_digits(return_X_y=True)
    x = x / 16
    scores = []
    for draw in range(VALUES["num_draws"]):
        rng = np.random.default_rng(draw)
        pool = names["pool"]
        classes = [rng.permutation(pool[y[pool] == c]) for c in range(5, 10)]
        chosen = np.concatenate([of_class[:10] for of_class in classes])
        head = LogisticRegression(solver="newton-cg").fit(x[chosen], y[chosen])
        scores.append(head.score(x[names["test"]], y[names["test"]]))
    assert VALUES["pixels_10"] == pytest.approx(np.mean(scores), abs=0.003)


def test_more_labels_help():
    for key in ("pixels", "untrained", "frozen", "tuned", "scratch"):
        assert VALUES[f"{key}_10"] > VALUES[f"{key}_1"] + 0.1


def test_what_the_text_says():
    assert VALUES["largest_loss"] < 0.02
    assert VALUES["apart"] == 1
    assert VALUES["from_untrained_10"] > 0
    for key in ("pixels_1", "pixels_10", "scratch_1", "scratch_10"):
        assert VALUES[f"from_{key}"] < 0 < VALUES[f"to_{key}"]
