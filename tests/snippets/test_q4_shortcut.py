"""The forest sees widths and heights only, and still tells the classes apart."""

import numpy as np
import pandas as pd
import pytest
from loading import recorded, run_cells
from q4_mri import groups
from sklearn.ensemble import RandomForestClassifier

SNIPPET = "q4_mri_classifier/shortcut"
COURSE = 0.938
"""On folds that keep upright twins together alone, as COURSE.md gives it."""


def table_of(seen: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that the forest may need, with the ratio."""
    table = seen[["width", "height", "label", "fold", "upright_fold"]].copy()
    return table.assign(ratio=table["width"] / table["height"])


def scores_of(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return a smaller forest's scores on a table, on honest folds and leaking ones."""
    names = run_cells(SNIPPET, "imports")
    names |= {
        "table": table,
        "RandomForestClassifier": lambda **_: RandomForestClassifier(
            30, random_state=1
        ),
    }
    names = run_cells(SNIPPET, "a-forest-that-sees-no-pixel", names=names)
    return names["scores"], names["upright"]


def test_sizes_are_enough():
    # Neither file names nor groups are in the table: the cell would fail.
    scores, upright = scores_of(table_of(groups()))
    assert scores.mean() == pytest.approx(0.73, abs=0.03)
    assert upright.mean() == pytest.approx(COURSE, abs=0.03)


def test_sizes_of_other_files_tell_nothing():
    table = table_of(groups())
    rng = np.random.default_rng(0)
    columns = ["width", "height", "ratio"]
    table[columns] = table[columns].to_numpy()[rng.permutation(len(table))]
    for scores in scores_of(table):
        assert scores.mean() == pytest.approx(0.5, abs=0.06)


def test_a_fold_is_judged_by_a_forest_that_has_not_seen_it():
    names = run_cells(SNIPPET, "imports") | {"table": table_of(groups())}
    asked = []
    names["cross_val_score"] = lambda *_, cv: asked.append(cv) or np.zeros(5)
    run_cells(SNIPPET, "a-forest-that-sees-no-pixel", names=names)
    for k, (train, held_out) in enumerate(asked[0]):
        assert set(groups()["fold"].iloc[held_out]) == {k}
        assert sorted([*train, *held_out]) == list(range(3000))
        both = (set(groups()["group"].iloc[rows]) for rows in (train, held_out))
        assert not set.intersection(*both)


def test_the_recorded_scores():
    values = recorded(SNIPPET).values
    assert values["upright_accuracy"] == pytest.approx(COURSE, abs=0.03)
    # Mirrored copies kept together, most of it is gone, but not all.
    assert values["accuracy"] == pytest.approx(0.73, abs=0.03)
    assert values["lowest"] <= values["accuracy"] <= values["highest"]
    assert 0.6 < values["ratio_only"] <= values["accuracy"] + 0.01


def test_the_recorded_sizes():
    values, table = recorded(SNIPPET).values, groups()
    sizes = table[["width", "height"]].value_counts()
    assert values["commonest"] == sizes.iloc[0]
    assert values["distinct_sizes"] == len(sizes)
    square = (table["width"] / table["height"] - 1).abs() <= 0.005
    for label, key in ((0, "square_tumour"), (1, "square_healthy")):
        assert values[key] == pytest.approx(square[table["label"] == label].mean())
