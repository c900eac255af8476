"""Paired differences against SciPy's own interval, and what the text says of them."""

import pandas as pd
import pytest
from loading import recorded
from scipy import stats

SNIPPET = "q5_strengths_and_limits/hunger_figures"
VALUES = recorded(SNIPPET).values


@pytest.fixture(scope="module")
def accuracy() -> pd.DataFrame:
    folder = recorded("q5_strengths_and_limits/train_data_hunger").path
    table = pd.read_csv(folder / "artefacts/results.csv")
    table["accuracy"] = 100 * table["right"] / table["images"]
    return table.pivot(index=["labels", "seed"], columns="network", values="accuracy")


@pytest.mark.parametrize(
    ("end", "size"), [("fewest", 20), ("middle", 200), ("most", 1200)]
)
def test_intervals_by_a_paired_t_test(accuracy, end: str, size: int):
    part = accuracy.xs(size if size in accuracy.index else accuracy.index[-1][0])
    found = stats.ttest_rel(part["convolutional"], part["dense"]).confidence_interval()
    assert VALUES[f"dense_from_{end}"] == pytest.approx(found.low, abs=0.06)
    assert VALUES[f"dense_to_{end}"] == pytest.approx(found.high, abs=0.06)


def test_what_the_text_says_of_the_six_sizes(accuracy):
    means = accuracy.groupby("labels").mean()
    assert len(means) == VALUES["sizes"]
    assert (means["SVM on pixels"] == means.max(axis=1)).all()
    assert VALUES["shuffled_apart"] == VALUES["sizes"]
    assert VALUES["shuffled_from_fewest"] > 0
    assert VALUES["dense_apart"] == 1
    assert VALUES["dense_from_middle"] > 0
