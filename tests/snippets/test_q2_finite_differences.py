"""Truncation and rounding: the errors behave as the theory says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loading import names_of

SNIPPET = "q2_convolution_by_hand/finite_differences"


def test_exact_derivatives():
    names = names_of(SNIPPET)
    seen = names["X"][1:, :2]  # the inputs that F21 meets
    assert names["exact_mean"] == seen.sum() / 4 == 1.25
    output = np.array([[1, 2], [-10, 8]])
    assert names["exact_cubic"] == np.mean(3 * output**2 * seen) == 208.5


def test_truncation_is_of_second_order():
    names = names_of(SNIPPET)
    large, small = names["errors_cubic"][-1], names["errors_cubic"][-2]
    assert np.log10(large / small) == pytest.approx(2, abs=0.02)


def test_a_linear_loss_has_no_truncation_error():
    names = names_of(SNIPPET)
    assert names["errors_mean"][-1] < 1e-15
    assert names["errors_mean"][0] > 1e-8  # but rounding at a tiny step


def test_the_best_step_is_near_the_cube_root_of_the_precision():
    names = names_of(SNIPPET)
    for errors, precision in (("errors_cubic", np.float64), ("errors_32", np.float32)):
        best = names["steps"][int(np.argmin(names[errors]))]
        root = np.finfo(precision).eps ** (1 / 3)
        assert root / 10 <= best <= 10 * root
    assert min(names["errors_32"]) > 1000 * min(names["errors_cubic"])


@given(st.floats(0.01, 1))
def test_central_difference_of_the_cubes_errs_by_the_third_derivative(h: float):
    names = names_of(SNIPPET)
    # f(F21 ± h) = mean((O ± h·seen)³), so the error is exactly h²·mean(seen³).
    seen = names["X"][1:, :2]
    error = names["central"](names["cubic"], h) - names["exact_cubic"]
    assert error == pytest.approx(h**2 * np.mean(seen**3), rel=1e-6, abs=1e-8)
