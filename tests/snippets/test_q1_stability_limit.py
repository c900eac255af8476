"""The stability limit: the closed form of every iterate, and 2 over the curvature."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loading import names_of

SNIPPET = "q1_optimizers/stability_limit"


@given(st.floats(-3, 3), st.floats(0.01, 3), st.floats(0.1, 5), st.integers(1, 30))
def test_a_step_multiplies_by_one_minus_rate_times_curvature(w, lr, curvature, steps):
    path = names_of(SNIPPET)["descend"](lambda x: curvature * x, w, lr, steps)
    expected = w * (1 - lr * curvature) ** np.arange(steps + 1)
    np.testing.assert_allclose(path, expected, rtol=1e-7, atol=1e-9)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 6))
def test_the_limit_found_is_two_over_the_largest_eigenvalue(seed: int, size: int):
    a = np.random.default_rng(seed).normal(size=(size, size))
    hessian = a @ a.T / size + np.eye(size)
    found = names_of(SNIPPET)["find_limit"](hessian)
    assert found == pytest.approx(2 / np.linalg.eigvalsh(hessian).max(), rel=1e-3)


def test_the_sweep_turns_at_the_limit():
    names = names_of(SNIPPET)
    assert names["limit"] == pytest.approx(0.2)
    start = names["loss"](names["start"])
    for lr, loss in zip(names["sweep"], names["final"], strict=True):
        if abs(lr - 0.2) > 1e-3:
            assert (loss < start) == (lr < 0.2), lr
    assert names["best"] == pytest.approx(2 / 11, abs=names["sweep"][1] - 0.005)


def test_the_first_step_does_not_point_at_the_minimum():
    # Of (-4, 1) with curvatures 1 and 10, the gradient is (-4, 10).
    cosine = (16 + 10) / np.sqrt(17 * 116)
    assert names_of(SNIPPET)["angle"] == pytest.approx(np.degrees(np.arccos(cosine)))
    assert (names_of(SNIPPET)["ways"].iloc[:, 1] > 1).all()
