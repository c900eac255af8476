"""Where a twin ends: likeness by NumPy, bands by hand, chains on a line of points."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from loading import recorded, run_cells
from PIL import Image
from q4_mri import groups

SNIPPET = "q4_mri_classifier/twin_threshold"


def test_likeness_is_the_highest_correlation_of_four_ways():
    rng = np.random.default_rng(0)
    grey = rng.integers(0, 256, (4, 64, 64), dtype=np.uint8)
    grey[1] = grey[0][:, ::-1]  # left to right
    grey[2] = grey[3][::-1]  # upside down
    names = run_cells(SNIPPET, "imports") | {"SIDE": (64, 64)}
    names["images"] = [Image.fromarray(image) for image in grey]
    found = run_cells(SNIPPET, "likeness", names=names)["likeness_mirrored"]
    ways = [grey, grey[:, :, ::-1], grey[:, ::-1], grey[:, ::-1, ::-1]]
    expected = np.max(
        [np.corrcoef(grey.reshape(4, -1), way.reshape(4, -1))[:4, 4:] for way in ways],
        axis=0,
    )
    np.testing.assert_allclose(found(names["images"]), expected, atol=1e-5)
    assert expected[0, 1] == pytest.approx(1)


def test_the_nearest_one_is_in_another_fold():
    rng = np.random.default_rng(1)
    alike = rng.random((60, 60))
    names = {"np": np, "alike": alike + alike.T, "fold": rng.integers(0, 5, 60)}
    names["label"] = rng.integers(0, 2, 60)
    run_cells(SNIPPET, "nearest-in-another-fold", names=names)
    for row in range(60):
        others = np.flatnonzero(names["fold"] != names["fold"][row])
        best = others[names["alike"][row, others].argmax()]
        assert names["nearest"][row] == best
        assert names["likeness"][row] == names["alike"][row, best]


def test_bands_count_each_image_once():
    rng = np.random.default_rng(2)
    names = {"pd": pd, "pairwise": pairwise, "THRESHOLD": 0.95}
    names["likeness"] = rng.uniform(0.5, 0.95, 500)
    names["agrees"] = rng.random(500) < names["likeness"]
    by_band = run_cells(SNIPPET, "agreement-by-likeness", names=names)["by_band"]
    assert by_band["size"].sum() == 500
    chosen = (names["likeness"] > 0.92) & (names["likeness"] <= 0.93)
    row = by_band.loc["0.92 to 0.93"]
    assert row["size"] == chosen.sum()
    assert row["mean"] == pytest.approx(names["agrees"][chosen].mean())


def test_chains_of_a_line_of_points():
    """Five in a row, each alike to the next one only: four pairs of ten are twins."""
    place = np.arange(5)
    alike = np.where(np.abs(place[:, None] - place) <= 1, 0.97, 0.4)
    table = pd.DataFrame({"group": [0] * 5, "label": [1] * 5})
    names = {"np": np, "THRESHOLD": 0.95, "alike": alike, "table": table}
    names["group"] = table["group"].to_numpy()
    pairs = run_cells(SNIPPET, "chains", names=names)["pairs"]
    assert len(pairs) == 10
    assert (pairs <= 0.95).mean() == pytest.approx(0.6)


def test_the_recorded_numbers():
    values, sizes = recorded(SNIPPET).values, groups()["group"].value_counts()
    assert values["pairs"] == (sizes * (sizes - 1) // 2).sum()
    assert values["leaking_share"] == pytest.approx(values["leaking"] / 3000)
    figures = recorded("q4_mri_classifier/folds_figures").values
    assert values["best"] == pytest.approx(figures["best_accuracy"], abs=1e-6)
    assert values["original"] == pytest.approx(figures["original_accuracy"], abs=1e-6)
    for key in ("best", "original"):
        low, high = values[f"{key}_without_low"], values[f"{key}_without_high"]
        assert low < values[f"{key}_without"] < high


def test_the_recorded_claim():
    values = recorded(SNIPPET).values
    # Above the line all agree; below it no more than all others do.
    assert values["leaking_agree"] == 1
    assert values["below_agree"] < 0.9
    assert values["others_agree"] < 0.8
    # What still leaks does not carry the scores.
    assert values["best"] - values["best_without"] < 0.01
    assert values["original"] - values["original_without"] < 0.01
    for key in ("best", "original"):
        assert values[f"{key}_fall_high"] < 1.5
    assert 0 < values["chained"] < 0.2
    assert values["least_alike"] < 0.7
