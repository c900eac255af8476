"""The example of Reddi et al.: what their theorem says, for more constants."""

import numpy as np
import pytest
from loading import names_of

SNIPPET = "q1_optimizers/adam_fails"


def test_the_best_place_is_minus_one():
    gradient = names_of(SNIPPET)["gradient"]
    assert [gradient(t) for t in range(1, 7)] == [3, -1, -1, 3, -1, -1]


def test_adam_goes_to_the_worst_place_and_the_others_to_the_best():
    xs = names_of(SNIPPET)["xs"]
    assert xs["Adam"][-300:].mean() > 0.9
    assert xs["SGD"][-300:].mean() < -0.9
    assert xs["AMSGrad"][-300:].mean() < -0.9


def test_amsgrad_never_lengthens_its_rate():
    run = names_of(SNIPPET)["run"]
    # A step of AMSGrad is at most lr * C / sqrt(t * largest v): it shrinks.
    moves = np.abs(np.diff(run("AMSGrad", num_steps=3000)))
    assert moves[-300:].max() < moves[:300].max() / 2


def test_regret_of_standing_still():
    mean_regret = names_of(SNIPPET)["mean_regret"]
    assert mean_regret(np.full(3000, -1.0)) == pytest.approx(0, abs=1e-2)
    # Always at 1 it pays 2 more for each unit of slope: 2/3 a step.
    assert mean_regret(np.full(3000, 1.0)) == pytest.approx(2 / 3, abs=1e-2)


def test_a_long_memory_cures_it():
    memory = names_of(SNIPPET)["memory"]
    assert memory.iloc[0, 1] > 0.9
    assert (memory.iloc[2:, 1] < -0.9).all()
