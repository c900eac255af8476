"""The explorer of descent against Keras, step by step, and against theory."""

import math
from collections.abc import Callable
from itertools import product
from typing import Any

import keras
import numpy as np
import pytest
from explorers.node import call, calls

STEPS = 100
TOLERANCE = 1e-5
START = (-1.3, 0.7)
TEXTS = {
    **dict.fromkeys(("sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw"), "0"),
    **{"surface": "parabola", "rate": "0.1", "steps": str(STEPS), "seed": "0"},
    **{"x": str(START[0]), "y": str(START[1]), "first": "1", "second": "10"},
    **{"deviation": "0.5", "beta": "0.9", "rho": "0.9", "decay": "0.004"},
    **{"beta_1": "0.9", "beta_2": "0.999"},
}
SURFACES: dict[str, Callable[[float, float], tuple[float, float]]] = {
    "parabola": lambda x, y: (x, 10 * y),
    "saddle": lambda x, y: (2 * x, -2 * y + 2 * y**3),
    "valley": lambda x, y: (x - 1 - 16 * x * (y - x**2), 8 * (y - x**2)),
}
optimizers = keras.optimizers
RULES: dict[str, Callable[[dict[str, float]], keras.Optimizer]] = {
    "sgd": lambda s: optimizers.SGD(s["rate"]),
    "momentum": lambda s: optimizers.SGD(s["rate"], s["beta"]),
    "nesterov": lambda s: optimizers.SGD(s["rate"], s["beta"], nesterov=True),
    "rmsprop": lambda s: optimizers.RMSprop(s["rate"], s["rho"]),
    "adam": lambda s: optimizers.Adam(s["rate"], s["beta_1"], s["beta_2"]),
    "adamw": lambda s: optimizers.AdamW(
        s["rate"], s["decay"], s["beta_1"], s["beta_2"]
    ),
}
SETTINGS: list[dict[str, float]] = [
    {"rate": 0.01, "beta": 0.9, "rho": 0.9, "decay": 0.004},
    {"rate": 0.02, "beta": 0.5, "rho": 0.99, "decay": 0.3},
    {"rate": 0.003, "beta": 0.99, "rho": 0.5, "decay": 2},
]
BETAS = [{"beta_1": 0.9, "beta_2": 0.999}, {"beta_1": 0.5, "beta_2": 0.9}]
CASES = [
    (rule, first | second)
    for rule, first, second in product(RULES, SETTINGS, BETAS)
    if rule.startswith("adam") or second is BETAS[0]
]


def read(**changes: Any) -> tuple[str, tuple[dict[str, str]]]:
    """Return the call that reads these settings, as texts."""
    return "read", (TEXTS | {key: str(value) for key, value in changes.items()},)


def test_each_rule_walks_as_in_keras() -> None:
    # Rules work entry by entry, so one variable walks on all surfaces at once.
    states = iter(
        calls(
            "descent",
            (
                read(surface=surface, **{rule: "1"}, **settings)
                for rule, settings in CASES
                for surface in SURFACES
            ),
        )
    )
    for rule, settings in CASES:
        weights = keras.Variable([START] * len(SURFACES), dtype="float64")
        optimizer = RULES[rule](settings)
        path = [keras.ops.convert_to_numpy(weights)]
        for _ in range(STEPS):
            slopes = [
                gradient(*point)
                for gradient, point in zip(SURFACES.values(), path[-1], strict=True)
            ]
            optimizer.apply([keras.ops.convert_to_tensor(slopes, "float64")], [weights])
            path.append(keras.ops.convert_to_numpy(weights))
        ours = [next(states)["runs"][0]["points"] for _ in SURFACES]
        far = np.abs(np.stack(ours, axis=1) - np.array(path)).max()
        assert far < TOLERANCE, (rule, settings, far)


@pytest.mark.parametrize("rule", ["sgd", "momentum", "nesterov"])
@pytest.mark.parametrize("beta", [0.3, 0.9])
def test_the_limit_separates_what_settles_from_what_flies_off(
    rule: str, beta: float
) -> None:
    common = {rule: 1, "beta": beta, "steps": 1000}
    limit = call("descent", *_flat(read(**common)))["runs"][0]["limit"]
    below, above = calls(
        "descent", [read(**common, rate=limit * part) for part in (0.99, 1.001)]
    )
    assert abs(below["runs"][0]["points"][-1][1]) < START[1] / 100
    assert abs(above["runs"][0]["points"][-1][1]) > START[1] * 5


def _flat(call: tuple[str, tuple[Any, ...]]) -> tuple[Any, ...]:
    return call[0], *call[1]


def test_plain_descent_has_the_limit_of_theory() -> None:
    run = call("descent", *_flat(read(sgd=1, first=4, second=16)))["runs"][0]
    assert run["limit"] == 2 / 16
    adaptive = call("descent", *_flat(read(adam=1, rmsprop=1)))["runs"]
    assert [run["limit"] for run in adaptive] == [None, None]


def test_overflow_comes_when_float32_ends() -> None:
    # A step multiplies y by 1 - 0.3 * 10 = -2, and x by 0.7.
    state = call("descent", *_flat(read(sgd=1, adam=1, rate=0.3, steps=200)))
    diverged, settled = state["runs"]
    expected = math.ceil(math.log2(float(np.finfo("float32").max) / START[1]))
    assert diverged["overflow"] == expected == len(diverged["points"])
    assert settled["overflow"] is None
    alone = call("descent", *_flat(read(sgd=1, rate=0.3, steps=200)))
    assert alone == {"error": f"overflow {expected}"}


def test_noise_is_that_of_its_seed_and_deviation() -> None:
    def moves(seed: int) -> np.ndarray:
        flat = {"first": 0.01, "second": 0.01, "rate": 0.0001, "deviation": 2}
        texts = read(surface="noise", sgd=1, seed=seed, steps=2000, **flat)
        points = call("descent", *_flat(texts))["runs"][0]["points"]
        return np.diff(np.array(points), axis=0) / -0.0001

    first, again, other = moves(1), moves(1), moves(2)
    assert np.array_equal(first, again)
    assert not np.allclose(first, other)
    # Standard errors of mean and deviation of 4000 numbers: 0.03 and 0.02.
    assert abs(first.mean()) < 0.15
    assert abs(first.std() - 2) < 0.1
    assert abs(np.corrcoef(first.T)[0, 1]) < 0.1


BAD = [
    ({"rate": "fast"}, "wrong_rate 0.0001 10"),
    ({"rate": "0"}, "wrong_rate 0.0001 10"),
    ({"rate": ""}, "wrong_rate 0.0001 10"),
    ({"steps": "2.5"}, "whole 1 2000"),
    ({"first": "-1"}, "curvature 0.01 100"),
    ({"beta": "1"}, "coefficient 0 0.9999"),
    ({"x": "NaN"}, "place -100 100"),
    ({"surface": "moon"}, "unknown"),
    ({"sgd": "0"}, "none"),
]


@pytest.mark.parametrize(("change", "problem"), BAD, ids=str)
def test_bad_settings_are_named(change: dict[str, str], problem: str) -> None:
    assert call("descent", *_flat(read(**{"sgd": "1"} | change))) == {"error": problem}
