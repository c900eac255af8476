"""Features from five digits for five others: what is held out, and what is claimed."""

import numpy as np
import pytest
from loading import names_up_to, recorded
from sklearn.datasets import load_digits
from sklearn.metrics import roc_auc_score
from sklearn.metrics.pairwise import cosine_similarity

SNIPPET = "q5_strengths_and_limits/train_transfer"


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


def test_the_area_of_pixels_by_scikit_learn(names):
    """Cosines of scikit-learn's own, over the pairs counted one by one."""
    x, y = load_digits(return_X_y=True)
    test = names["test"]
    likeness = cosine_similarity(x[test])
    pairs = [(i, j) for i in range(len(test)) for j in range(i)]
    same = [y[test[i]] == y[test[j]] for i, j in pairs]
    values = recorded(SNIPPET).values
    assert values["pairs"] == len(pairs)
    assert values["same_pairs"] == sum(same)
    area = roc_auc_score(same, [likeness[i, j] for i, j in pairs])
    assert values["area_pixels"] == pytest.approx(area, abs=0.001)


def test_the_text_says_what_was_found():
    values = recorded(SNIPPET).values
    for each in (1, 5, 10):
        assert values[f"carried_{each}"] < values[f"scratch_{each}"] + 0.01
    areas = [values[f"area_{name}"] for name in ("pixels", "untrained", "trained")]
    assert np.ptp(areas) < 0.02
    assert min(areas) > 0.8
