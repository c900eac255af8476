"""Networks for a page: rounding errors do not add up, and change no recorded answer."""

import numpy as np
import pytest
from loading import recorded, run_cells

ROUNDED = ("q4_mri_classifier", "q7_inception_cifar10")


@pytest.mark.parametrize("group", ROUNDED)
def test_rounding_errors_of_a_filter_do_not_add_up(group: str) -> None:
    names = {"np": np}
    cell = "whole-numbers-of-16-bits"
    end = "rounded = keras"
    quantise = run_cells(f"{group}/in_the_page", cell, names=names, end=end)["quantise"]
    kernel = np.random.default_rng(0).normal(size=(3, 3, 50, 4)).astype("float32")
    whole, step = quantise(kernel)
    assert whole.dtype == np.int16
    error = (whole * step - kernel.astype("float64")).reshape(-1, 4) / step
    assert np.abs(error).max() < 1.01
    assert np.abs(error.sum(axis=0)).max() < 0.51  # of nearest values: about six
    assert np.abs(error).max() > 0.5
    assert (step < kernel.std() / 3000).all()


@pytest.mark.parametrize("group", ROUNDED)
def test_no_decision_is_changed_by_rounding(group: str) -> None:
    values = recorded(f"{group}/in_the_page").values
    assert values["changed"] == 0
    assert 0 < values["difference"] < 1e-3
    assert values["images"] >= 600


def test_the_slices_are_those_of_the_heat_maps() -> None:
    page, maps = (
        recorded(f"q4_mri_classifier/{stem}").values
        for stem in ("in_the_page", "grad_cam")
    )
    assert page["images"] == maps["images"]
    kinds = ("found", "missed", "alarms", "cleared")
    assert page["shown"] == sum(min(3, maps[kind]) for kind in kinds)


def test_digits_are_recognised_as_in_the_chapter() -> None:
    values = recorded("q5_strengths_and_limits/in_the_page").values
    assert values["shown"] == 10
    assert min(values["plain_right"], values["augmented_right"]) > 0.95
