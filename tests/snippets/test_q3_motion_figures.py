"""Wilson's interval, against its definition, and the figures' own numbers."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loading import names_up_to, recorded, run_cells
from test_q3_train_motion import SNIPPET as TRAINED

SNIPPET = "q3_shapes_and_parameters/motion_figures"


def wilson(correct: int, total: int) -> tuple[float, float]:
    """Return the function's result; its cell needs nothing but ``math``."""
    names = run_cells(SNIPPET, "wilson-interval", names={"math": math})
    return names["wilson"](correct, total)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_bounds_solve_the_score_equation(case: tuple[int, int]):
    correct, total = case
    share = correct / total
    for bound in wilson(correct, total):
        # At a bound, |share - bound| is z standard errors computed at the bound.
        spread = bound * (1 - bound) / total
        assert (share - bound) ** 2 == pytest.approx(1.96**2 * spread, abs=1e-9)


def test_figures_tell_what_the_training_left():
    values, trained = recorded(SNIPPET).values, recorded(TRAINED).values
    for key in ("frames", "channels", "conv3d"):
        assert values[f"{key}_accuracy"] == pytest.approx(
            trained[f"{key}_accuracy"], abs=1e-4
        )
        low, high = values[f"{key}_low"], values[f"{key}_high"]
        assert low < high <= 1
        assert low <= values[f"{key}_accuracy"] <= high
    assert values["test_clips"] == trained["num_seeds"] * trained["num_test"]


def test_multiply_adds_by_keras_shapes():
    networks = names_up_to(TRAINED, "networks")["networks"]
    values = recorded(SNIPPET).values
    for key, name in (
        ("frames", "Conv2D, frame by frame"),
        ("channels", "Conv2D, frames as channels"),
        ("conv3d", "Conv3D"),
    ):
        model = networks[name]()
        work = sum(
            math.prod(layer.output.shape[1:]) * math.prod(layer.kernel.shape[:-1])
            for layer in model.layers
            if type(layer).__name__.startswith("Conv")
        )
        assert values[f"{key}_work"] == work
        assert values[f"{key}_parameters"] == model.count_params()
