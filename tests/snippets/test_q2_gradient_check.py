"""Checking a gradient: what the tape answers at kinks, against the theory."""

import numpy as np
import pytest
from loading import names_of

SNIPPET = "q2_convolution_by_hand/gradient_check"


def test_relative_error_of_known_vectors():
    relative_error = names_of(SNIPPET)["relative_error"]
    assert relative_error(np.array([3.0, 4]), np.array([3.0, 4])) == 0
    assert relative_error(np.array([3.0, 4]), np.zeros(2)) == 1
    assert relative_error(np.array([2.0, 0]), np.array([-2.0, 0])) == 2


def test_a_check_tells_right_from_wrong_in_double_precision_only():
    names = names_of(SNIPPET)
    right, turned, small_step, large_step = names["checks"]["relative error"]
    assert right < 1e-7
    assert turned > 0.1
    assert small_step > 0.1 > large_step  # the same, right gradient


def test_every_entry_of_the_gradient_is_right():
    names = names_of(SNIPPET)
    weights = names["weights"]
    error = names["check"](names["loss"], weights, names["right"], 1e-5, weights.size)
    assert error < 1e-7


@pytest.mark.parametrize(
    ("function", "below", "above"),
    [
        ("|x| at 0", -1, 1),
        ("ReLU at 0", 0, 1),
        ("maximum of x and 0 at 0", 0, 1),
        ("maximum of four equal", 0, 1),
        ("max-pooling of four equal", 0, 1),
    ],
)
def test_the_tape_answers_a_subgradient_and_differences_the_mean(
    function: str, below: int, above: int
):
    kinks = names_of(SNIPPET)["kinks"].set_index("function").loc[function]
    assert below <= kinks["tape"] <= above
    assert kinks["central difference"] == pytest.approx((below + above) / 2)


def test_one_function_two_answers():
    tape = names_of(SNIPPET)["kinks"].set_index("function")["tape"]
    assert tape["ReLU at 0"] == 0
    assert tape["maximum of x and 0 at 0"] == 1


def test_a_step_across_the_kink_mixes_both_slopes():
    slopes = names_of(SNIPPET)["beside"]["central difference"]
    # relu(x + h) - relu(x - h) is x + h as long as x < h.
    assert list(slopes) == pytest.approx([(1 + 1 / 4) / 2, (1 + 1 / 2) / 2, 1])
