"""What decay does to a weight without a gradient, by theory."""

import numpy as np
import pytest
from loading import names_up_to, recorded

SNIPPET = "q1_optimizers/weight_decay"


@pytest.fixture(scope="module")
def step():
    return names_up_to(SNIPPET, "two-ways-to-decay")["step"]


def walk(step, decay: float, decoupled: bool, steps: int = 50) -> np.ndarray:
    w, state = np.array([0.5, -0.2]), {}
    for t in range(1, steps + 1):
        w = step(w, np.zeros(2), state, t, 0.003, decay, decoupled)
    return w


@pytest.mark.parametrize("decay", [0.0, 0.1, 2.0])
def test_adamw_shrinks_by_the_same_factor_each_step(step, decay: float):
    expected = np.array([0.5, -0.2]) * (1 - 0.003 * decay) ** 50
    np.testing.assert_allclose(walk(step, decay, True), expected, rtol=1e-12)


def test_l2_in_adam_takes_steps_of_the_rate_whatever_the_decay(step):
    weak, strong = (walk(step, decay, False) for decay in (0.01, 10.0))
    np.testing.assert_allclose(weak, strong, rtol=0.01)
    first = step(np.array([0.5]), np.zeros(1), {}, 1, 0.003, 0.01, False)
    assert first == pytest.approx(0.5 - 0.003, rel=1e-4)


def test_without_decay_both_are_adam(step):
    rng = np.random.default_rng(0)
    one = other = rng.normal(size=4)
    states: tuple = ({}, {})
    for t in range(1, 30):
        g = rng.normal(size=4)
        one = step(one, g, states[0], t, 0.01, 0.0, True)
        other = step(other, g, states[1], t, 0.01, 0.0, False)
    np.testing.assert_array_equal(one, other)


def test_the_recorded_claims():
    values = recorded(SNIPPET).values
    assert values["num_seeds"] >= 5
    assert values["adamw_left_01"] == pytest.approx(values["theory_left_01"], rel=1e-9)
    assert values["l2_left_weakest"] < 0.01 > values["l2_left_strongest"]
    # No evidence that either generalises better: each range holds a part of the other.
    assert values["l2_least"] < values["adamw_most"]
    assert values["adamw_least"] < values["l2_most"]
