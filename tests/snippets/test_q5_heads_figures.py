"""The table of shifts is what the five trainings left."""

import pandas as pd
import pytest
from loading import recorded, run_cells

SNIPPET = "q5_strengths_and_limits/heads_figures"


def test_the_spread_is_mean_lowest_and_highest():
    spread = run_cells(SNIPPET, "even-against-odd-shifts", end="\n\nrows = ")["spread"]
    assert spread(pd.Series([1.0, 2.0, 6.0])) == "3.0 (1.0 to 6.0)"


def test_every_network_seed_and_shift_was_tested_on_the_same_images():
    folder = recorded("q5_strengths_and_limits/train_heads").path
    table = pd.read_csv(folder / "artefacts/results.csv")
    counts = table.groupby(["network", "seed"])["shift"].agg(["count", "nunique"])
    assert len(counts) == 5 * 5
    assert (counts == 10).all(axis=None)
    rate = table["right"] / table["images"]
    pooled = table["network"] == "pooling, global average"
    values = recorded("q5_strengths_and_limits/train_heads").values
    for shift in (0, 3):
        mean = rate[pooled & (table["shift"] == shift)].mean()
        assert values[f"pooled_shift{shift}"] == pytest.approx(mean, abs=1e-4)
