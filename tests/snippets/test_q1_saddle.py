"""Escape from the saddle, against closed forms, and the rules against Keras."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loading import names_of
from test_q1_update_rules import SNIPPET as WRITTEN_OUT

SNIPPET = "q1_optimizers/saddle"


@settings(deadline=None)
@given(st.floats(1e-3, 0.2), st.floats(1e-8, 0.5))
def test_descent_takes_the_logarithm_of_the_distance(lr: float, y: float):
    names = names_of(SNIPPET)
    steps = math.log(1 / y) / math.log(1 + 2 * lr)
    path = names["escape"](names["GradientDescent"](lr), (1.0, y))
    if steps < 9000 and abs(steps - round(steps)) > 1e-6:
        assert len(path) - 1 == math.ceil(steps)


def test_momentum_by_its_recursion():
    # y_{t+1} = (1 + beta + 2 lr) y_t - beta y_{t-1}, from y = 1e-6 at rest.
    before = now = 1e-6
    steps = 0
    while now <= 1:
        before, now = now, (1 + 0.9 + 0.02) * now - 0.9 * before
        steps += 1
    names = names_of(SNIPPET)
    assert len(names["paths"]["momentum", 0.01]) - 1 == steps


@pytest.mark.parametrize("rule", ["GradientDescent", "Momentum", "RMSprop", "Adam"])
def test_rules_are_those_that_are_checked_against_keras(rule: str):
    one, other = names_of(SNIPPET)[rule](0.03), names_of(WRITTEN_OUT)[rule](0.03)
    rng = np.random.default_rng(0)
    w = v = np.zeros(4)
    for _ in range(50):
        g = rng.normal(size=4)
        w, v = one.step(w, g), other.step(v, g)
        np.testing.assert_allclose(w, v, rtol=1e-12)


def test_the_row_with_noise_is_a_median():
    names = names_of(SNIPPET)
    runs = [
        len(names["escape"](names["NoisyDescent"](0.01, seed=seed), (1.0, 1e-6))) - 1
        for seed in range(21)
    ]
    steps = names["steps"].set_index("rule")
    assert steps.loc["with noise", "rate 0.01"] == sorted(runs)[10]
    values = names["values"]
    assert (values["noise_01_least"], values["noise_01_most"]) == (min(runs), max(runs))


def test_only_noise_leaves_the_ridge():
    ridge = names_of(SNIPPET)["ridge"]
    assert list(ridge[ridge["escapes"] == "it leaves"]["rule"]) == ["with noise"]


def test_the_surface():
    names = names_of(SNIPPET)
    h = 1e-6
    for i in range(2):
        bump = np.zeros(2)
        bump[i] = h
        column = (names["gradient"](bump) - names["gradient"](-bump)) / (2 * h)
        np.testing.assert_allclose(column, names["HESSIAN"][:, i], atol=1e-6)
    # Minima of x^2 - y^2 + y^4 / 2: gradient zero, all curvatures positive.
    np.testing.assert_array_equal(names["with_floor"](np.array([0.0, 1.0])), 0)
    assert set(names["floor"].iloc[:, 1:].abs().to_numpy().ravel()) == {1.0}
