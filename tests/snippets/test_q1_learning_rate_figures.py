"""The recorded trainings show what the chapter says of high and low rates."""

import csv
import math
from statistics import median

import pytest
from loading import ROOT, recorded

SNIPPET = "q1_optimizers/learning_rate_figures"
TRAINED = "q1_optimizers/train_learning_rates"
VALUES = recorded(SNIPPET).values


def test_a_high_rate_fails_on_the_training_data():
    assert VALUES["accuracy_1"] < 0.7 < VALUES["accuracy_01_least"]
    assert VALUES["accuracy_10_most"] < 0.2
    assert VALUES["loss_10"] == pytest.approx(math.log(10), abs=0.3)
    assert VALUES["largest_gap"] < 5 < VALUES["gap_1_above"]
    assert VALUES["gap_others_above"] < 5
    assert VALUES["accuracy_of_widest"] < 0.6


def test_rate_1_is_a_lottery():
    assert VALUES["accuracy_1_least"] < 0.2
    assert VALUES["accuracy_1_most"] > 0.9


def test_a_high_rate_kills_units():
    assert VALUES["dead_01"] < 0.2 < VALUES["dead_1"] < VALUES["dead_10"]
    assert VALUES["weights_10"] > 20 * VALUES["weights_01"]


def test_a_low_rate_has_small_steps_and_gradients_of_the_usual_size():
    """In every seed; which of two rates has the longer gradient, seeds disagree on."""
    assert VALUES["step_0001_most"] < VALUES["step_01_least"] / 10
    spans = [
        (VALUES[f"gradient_{word}_least"], VALUES[f"gradient_{word}_most"])
        for word in ("0001", "01")
    ]
    assert max(low for low, _ in spans) < min(high for _, high in spans)
    assert 0 < VALUES["longer_at_0001"] < recorded(TRAINED).values["num_seeds"]
    assert VALUES["accuracy_0001_most"] < 0.4


def test_medians_and_steps_follow_from_the_recorded_epochs():
    """From the artefact, without pandas' grouping."""
    path = ROOT / f"docs/outputs/{TRAINED}/artefacts/histories.csv"
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    for word, lr in (("0001", 0.001), ("01", 0.1), ("10", 10.0)):
        assert VALUES[f"rate_{word}"] == lr
        runs: dict[str, list[float]] = {}
        for row in rows:
            if float(row["rate"]) == lr:
                runs.setdefault(row["seed"], []).append(float(row["gradient"]))
        late = [
            median(gradients[-VALUES["last_epochs"] :]) for gradients in runs.values()
        ]
        assert len(late) >= 10
        for suffix, of in (("", median), ("_least", min), ("_most", max)):
            assert VALUES[f"gradient_{word}{suffix}"] == pytest.approx(of(late))
            step = VALUES[f"step_{word}{suffix}"]
            assert step == pytest.approx(lr * of(late), rel=1e-3)
