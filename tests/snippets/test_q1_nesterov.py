"""Both kinds of momentum against their limits of stability, by theory."""

import numpy as np
import pytest
from loading import names_up_to, recorded

SNIPPET = "q1_optimizers/nesterov"


@pytest.fixture(scope="module")
def names() -> dict:
    return names_up_to(SNIPPET, "in-a-valley")


def matrix(rule: str, lr: float, curvature: float) -> np.ndarray:
    """Return what maps weight and sum to the next ones, on a parabola."""
    beta = 0.9
    if rule == "momentum":
        return np.array([[1 - lr * curvature, -lr * beta], [curvature, beta]])
    ahead = 1 - lr * curvature * (1 + beta)
    return np.array([[ahead, -lr * beta**2], [curvature, beta]])


@pytest.mark.parametrize("rule", ["momentum", "Nesterov"])
def test_it_arrives_exactly_below_the_limit(names: dict, rule: str):
    for lr in names["valley"]["rate"]:
        radius = max(
            np.abs(np.linalg.eigvals(matrix(rule, lr, curvature))).max()
            for curvature in names["CURVATURES"]
        )
        arrived = names["steps_to_arrive"](names["RULES"][rule], lr)
        assert np.isfinite(arrived) == (radius < 1)


def test_the_limits_of_the_text():
    values = recorded(SNIPPET).values
    for rule, word in (("momentum", "momentum"), ("Nesterov", "nesterov")):
        limit = values[f"limit_{word}"]
        radii = [
            np.abs(np.linalg.eigvals(matrix(rule, factor * limit, 100))).max()
            for factor in (0.99, 1.01)
        ]
        assert radii[0] < 1 < radii[1]


def test_the_recorded_claims():
    values = recorded(SNIPPET).values
    assert values["valley_nesterov"] < values["valley_momentum"]
    assert values["nesterov"] < values["momentum"]
    assert values["won"] > values["num_seeds"] / 2
