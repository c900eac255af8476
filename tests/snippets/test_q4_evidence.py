"""Paired comparisons, against SciPy's paired test and drawing group by group."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loading import recorded, run_cells
from q4_mri import artefact, groups
from scipy import stats

SNIPPET = "q4_mri_classifier/evidence"


def compare(one: list[float], other: list[float]):
    """Return what the snippet finds for the scores of two steps."""
    scores = pd.DataFrame({"one": one, "other": other})
    names = {"math": math, "np": np, "stats": stats, "scores": scores}
    return run_cells(SNIPPET, "a-paired-comparison", names=names)["compare"](
        "one", "other"
    )


@given(
    st.lists(
        st.tuples(st.integers(0, 600), st.integers(0, 600)), min_size=5, max_size=5
    ).filter(lambda pairs: len({a - b for a, b in pairs}) > 1)
)
def test_a_comparison_is_the_paired_t_test_with_two_thirds_of_its_t(pairs):
    one, other = (np.array(column) / 600 for column in zip(*pairs, strict=True))
    mean, low, high, p = compare(list(one), list(other))
    test = stats.ttest_rel(one, other)
    assert mean == pytest.approx((one - other).mean(), abs=1e-12)
    # sqrt(1/5) over sqrt(1/5 + 1/4) is two thirds.
    assert p == pytest.approx(2 * stats.t.sf(abs(test.statistic) * 2 / 3, 4))
    plain = test.confidence_interval(0.95)
    assert high - low == pytest.approx(1.5 * (plain.high - plain.low))
    assert (low + high) / 2 == pytest.approx(mean, abs=1e-12)


def drawn(right: pd.DataFrame) -> tuple[float, float]:
    """Return the interval over groups of a table of right answers."""
    names = {"np": np, "right": right}
    return run_cells(SNIPPET, "over-groups", names=names)["over_groups"]("one", "other")


def test_one_large_group_makes_the_interval_wide():
    rng = np.random.default_rng(0)
    one, other = rng.random((2, 600)) < [[0.9], [0.8]]
    table = pd.DataFrame({"one": one, "other": other}).astype(float)
    apart = drawn(table.assign(group=range(600)))
    difference = one.astype(int) - other.astype(int)
    half = 1.96 * difference.std() / math.sqrt(600)
    expected = difference.mean() - half, difference.mean() + half
    assert apart == pytest.approx(expected, abs=0.01)
    together = drawn(table.sort_values("one").assign(group=np.arange(600) // 30))
    assert together[1] - together[0] > 2 * (apart[1] - apart[0])


def scores() -> pd.DataFrame:
    """Return each step's accuracy on each fold, from the recorded answers."""
    steps = artefact("train_folds", "steps.csv", index_col=0).index
    answers = {
        name: artefact("train_folds", f"predictions-{number}.csv")
        for number, name in enumerate(steps)
    }
    answers["original, 256×256"] = artefact("train_original_folds", "predictions.csv")
    return pd.DataFrame(
        {
            name: ((seen["p_no"] > 0.5) == (seen["label"] == 1))
            .groupby(seen["fold"])
            .mean()
            for name, seen in answers.items()
        }
    )


def test_the_recorded_comparisons():
    values, found = recorded(SNIPPET).values, scores()
    ahead = 100 * (found["augmentation"] - found["original, 256×256"])
    half = stats.t.ppf(0.975, 4) * ahead.std() * math.sqrt(1 / 5 + 1 / 4)
    assert values["ahead_1"] == pytest.approx(ahead.mean(), abs=0.051)
    assert values["from_1"] == pytest.approx(ahead.mean() - half, abs=0.051)
    assert values["to_1"] == pytest.approx(ahead.mean() + half, abs=0.051)


def test_the_recorded_claim():
    values = recorded(SNIPPET).values
    # One of ten is below 0.05, and none after Holm's correction.
    assert values["comparisons"] == 10
    assert values["under_5"] == 1
    assert values["smallest_p"] < 0.05 < values["smallest_holm"]
    assert values["from_1"] < 0 < values["low_1"]
    rows = range(1, 11)
    beyond = sum(values[f"low_{n}"] > 0 or values[f"high_{n}"] < 0 for n in rows)
    assert beyond == pytest.approx(values["beyond_groups"], abs=1)  # rounded here
    assert len(groups()["group"].unique()) == 342


def test_one_fold_is_no_evidence():
    assert compare([0.9], [0.8]) == pytest.approx((0.1, 0.1, 0.1, 1.0))
