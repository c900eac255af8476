"""Catapult and edge of stability, counted again from the recorded updates."""

import csv
from collections import defaultdict
from itertools import pairwise
from statistics import median

import pytest
from loading import ROOT, recorded

SNIPPET = "q1_optimizers/sharpness_figures"
VALUES = recorded(SNIPPET).values
FOLDER = ROOT / "docs/outputs/q1_optimizers/train_sharpness/artefacts"
WORDS = {"01": 0.1, "05": 0.5, "1": 1.0, "15": 1.5}


@pytest.fixture(scope="module")
def runs() -> dict:
    """Update, loss and sharpness of each run, by rate and seed."""
    found = defaultdict(list)
    with (FOLDER / "runs.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            sharp = float(row["sharpness"]) if row["sharpness"] else None
            key = float(row["rate"]), int(row["seed"])
            found[key].append((int(row["update"]), float(row["loss"]), sharp))
    return found


def times_the_limit(run: list, lr: float, first: int, last: int) -> list[float]:
    return [
        sharp * lr / 2 for update, _, sharp in run if sharp and first <= update <= last
    ]


def rises(run: list, first: int, last: int) -> float:
    losses = [loss for update, loss, _ in run if first <= update <= last]
    pairs = list(pairwise(losses))
    return sum(after > before for before, after in pairs) / len(pairs)


@pytest.mark.parametrize("word", WORDS)
def test_the_values_follow_from_the_updates(runs: dict, word: str):
    lr = WORDS[word]
    mine = [run for (rate, _), run in runs.items() if rate == lr]
    spans = {
        name: (VALUES[f"{name}_first"], VALUES[f"{name}_last"])
        for name in ("early", "late")
    }
    early = [max(times_the_limit(run, lr, *spans["early"])) for run in mine]
    late = [median(times_the_limit(run, lr, *spans["late"])) for run in mine]
    often = [rises(run, *spans["late"]) for run in mine]
    for name, numbers in (("early", early), ("late", late), ("rises_late", often)):
        assert VALUES[f"{name}_{word}"] == pytest.approx(median(numbers), rel=1e-4)
        assert VALUES[f"{name}_{word}_least"] == pytest.approx(min(numbers), rel=1e-4)
        assert VALUES[f"{name}_{word}_most"] == pytest.approx(max(numbers), rel=1e-4)


def test_below_the_limit_the_loss_never_rises(runs: dict):
    for (lr, _), run in runs.items():
        if max(times_the_limit(run, lr, 0, 10_000)) < 0.9:
            assert rises(run, 0, 10_000) == 0
    assert VALUES["early_01_most"] < 0.3


def test_above_the_limit_all_seeds_are_thrown_about_at_first():
    for word in ("1", "15"):
        assert VALUES[f"start_{word}_least"] > VALUES[f"limit_{word}"]
        assert VALUES[f"early_{word}_least"] > 2
        assert VALUES[f"rises_early_{word}_least"] > 0.2


def test_at_half_the_sharpness_grows_to_the_limit_and_turns():
    assert 0.9 < VALUES["middle_05_least"] <= VALUES["middle_05_most"] < 1.5
    assert VALUES["late_05_most"] < 0.8


def test_some_seeds_stay_at_the_limit_and_others_sink_below():
    assert 0 < VALUES["still_15"] < 5
    assert VALUES["late_1_most"] < 1


def test_rounding_grows_beyond_the_limit_only():
    assert VALUES["apart_low"] < 1e-12
    assert VALUES["apart_high_10"] < 1e-10
    assert VALUES["apart_high"] > 0.01
