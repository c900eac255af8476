"""The calibration error where it is known, and what the page says."""

from functools import cache

import numpy as np
import pytest
from loading import recorded, run_cells

SNIPPET = "q5_strengths_and_limits/calibration"
VALUES = recorded(SNIPPET).values


@cache
def calibration_error():
    names = run_cells(SNIPPET, "expected-calibration-error", names={"np": np})
    return names["calibration_error"]


@pytest.mark.parametrize("confidence", [0.35, 0.62, 1.0])
@pytest.mark.parametrize("accuracy", [0.0, 0.5, 1.0])
def test_one_bin_by_hand(confidence: float, accuracy: float):
    right = np.arange(100) < 100 * accuracy
    error = calibration_error()(np.full(100, confidence), right)
    assert error == pytest.approx(abs(confidence - accuracy))


def test_answers_drawn_with_their_own_probability_are_calibrated():
    rng = np.random.default_rng(0)
    sure = rng.uniform(0.1, 1, 200_000)
    assert calibration_error()(sure, rng.random(200_000) < sure) < 0.01
    assert calibration_error()(sure, rng.random(200_000) < sure**2) > 0.1


def test_what_the_text_says():
    assert VALUES["plain_unchanged_error"] < 0.02
    assert VALUES["plain_turned_least"] > 0.4
    assert VALUES["plain_turned_scaled"] > 0.4
    assert VALUES["augmented_turned_error"] < VALUES["plain_turned_error"] / 2
    assert VALUES["plain_shifted_changed"] > 0.8
    assert VALUES["plain_turned_wrong"] < 0.65
