"""The forest sees widths and heights only, and still tells the classes apart."""

import numpy as np
import pandas as pd
import pytest
from loading import recorded
from q4_mri import groups, run_cells
from sklearn.ensemble import RandomForestClassifier

SNIPPET = "q4_mri_classifier/shortcut"
COURSE = 0.938


def table_of(seen: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that the forest may need, with the ratio."""
    table = seen[["width", "height", "label", "fold"]].copy()
    return table.assign(ratio=table["width"] / table["height"])


def scores_of(table: pd.DataFrame) -> np.ndarray:
    """Return the snippet's scores on a table, with a smaller forest."""
    names = run_cells(SNIPPET, "imports")
    names |= {
        "table": table,
        "RandomForestClassifier": lambda **_: RandomForestClassifier(
            30, random_state=1
        ),
    }
    return run_cells(SNIPPET, "a-forest-that-sees-no-pixel", names=names)["scores"]


def test_sizes_are_enough():
    # Neither file names nor groups are in the table: the cell would fail.
    scores = scores_of(table_of(groups()))
    assert scores.mean() == pytest.approx(COURSE, abs=0.03)


def test_sizes_of_other_files_tell_nothing():
    table = table_of(groups())
    rng = np.random.default_rng(0)
    columns = ["width", "height", "ratio"]
    table[columns] = table[columns].to_numpy()[rng.permutation(len(table))]
    assert scores_of(table).mean() == pytest.approx(0.5, abs=0.06)


def test_a_fold_is_judged_by_a_forest_that_has_not_seen_it():
    names = run_cells(SNIPPET, "imports") | {"table": table_of(groups())}
    names["cross_val_score"] = lambda *_, **__: np.zeros(5)
    folds = run_cells(SNIPPET, "a-forest-that-sees-no-pixel", names=names)["folds"]
    for k, (train, held_out) in enumerate(folds):
        assert set(groups()["fold"].iloc[held_out]) == {k}
        assert sorted([*train, *held_out]) == list(range(3000))
        both = (set(groups()["group"].iloc[rows]) for rows in (train, held_out))
        assert not set.intersection(*both)


def test_the_recorded_scores():
    values = recorded(SNIPPET).values
    assert values["accuracy"] == pytest.approx(COURSE, abs=0.03)
    assert values["lowest"] == pytest.approx(0.922, abs=0.03)
    assert values["highest"] == pytest.approx(0.952, abs=0.03)
    assert values["lowest"] <= values["accuracy"] <= values["highest"]
    assert 0.8 < values["ratio_only"] <= values["accuracy"] + 0.01


def test_the_recorded_sizes():
    values, table = recorded(SNIPPET).values, groups()
    sizes = table[["width", "height"]].value_counts()
    assert values["commonest"] == sizes.iloc[0]
    assert values["distinct_sizes"] == len(sizes)
    square = (table["width"] / table["height"] - 1).abs() <= 0.005
    for label, key in ((0, "square_tumour"), (1, "square_healthy")):
        assert values[key] == pytest.approx(square[table["label"] == label].mean())
