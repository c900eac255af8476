"""The recorded trainings show what the chapter says of high and low rates."""

import math

import pytest
from loading import recorded

SNIPPET = "q1_optimizers/learning_rate_figures"
VALUES = recorded(SNIPPET).values


def test_a_high_rate_fails_on_the_training_data():
    assert VALUES["accuracy_1"] < 0.7 < VALUES["accuracy_01"]
    assert VALUES["accuracy_10"] < 0.2
    assert VALUES["loss_10"] == pytest.approx(math.log(10), abs=0.3)
    assert VALUES["largest_gap"] < 0.05


def test_a_high_rate_kills_units():
    assert VALUES["dead_01"] < 0.2 < VALUES["dead_1"] < VALUES["dead_10"]
    assert VALUES["weights_10"] > 20 * VALUES["weights_01"]


def test_a_low_rate_has_small_steps_and_large_gradients():
    assert VALUES["step_0001"] < VALUES["step_01"] / 10
    assert VALUES["gradient_0001"] > VALUES["gradient_01"]
    assert VALUES["accuracy_0001"] < 0.3


def test_a_step_is_rate_times_gradient():
    for word, lr in (("0001", 0.001), ("01", 0.1), ("10", 10.0)):
        assert VALUES[f"rate_{word}"] == lr
        assert VALUES[f"step_{word}"] == pytest.approx(lr * VALUES[f"gradient_{word}"])
