"""Blurs against theory: what is band-limited survives subsampling."""

from functools import cache

import numpy as np
import pytest
from loading import names_of
from scipy.ndimage import shift as spline_shift

SNIPPET = "q5_strengths_and_limits/blur_before_subsampling"


@cache
def names() -> dict:
    return names_of(SNIPPET)


def waves(size: int, most: int) -> np.ndarray:
    """Return a random sum of waves of at most so many periods, by its formula."""
    rng, places = np.random.default_rng(0), np.arange(size)
    phases = rng.uniform(0, 2 * np.pi, most + 1)
    return sum(
        np.cos(2 * np.pi * k * places / size + phases[k]) for k in range(most + 1)
    )


def test_a_fraction_of_a_place_by_the_formula_of_the_wave():
    places = np.arange(16)
    wave = np.cos(2 * np.pi * 3 * places / 16)[np.newaxis]
    moved = np.cos(2 * np.pi * 3 * (places - 0.5) / 16)[np.newaxis]
    np.testing.assert_allclose(names()["move"](wave, 0.5), moved, atol=1e-12)
    np.testing.assert_allclose(
        names()["move"](wave, 3), np.roll(wave, 3, axis=1), atol=1e-12
    )


def test_the_low_pass_filter_keeps_what_it_should():
    slow = waves(24, 5)  # below 24 / 4 periods
    np.testing.assert_allclose(names()["low_pass"](slow), slow, atol=1e-12)
    fast = np.cos(2 * np.pi * 7 * np.arange(24) / 24)
    np.testing.assert_allclose(names()["low_pass"](fast), 0, atol=1e-12)


def test_a_blur_keeps_the_mean_and_takes_the_narrowest_stripes():
    stripes = np.tile([1.0, 0.0], 10)
    for name in ("1, 2, 1", "1, 4, 6, 4, 1"):
        np.testing.assert_allclose(names()["BLURS"][name](stripes), 0.5)


def test_the_better_the_filter_the_smaller_the_error_of_half_a_place():
    errors = names()["errors"]
    half = [errors[name][1] for name in names()["BLURS"]]
    assert half == sorted(half, reverse=True)
    assert half[-1] < 1e-12
    assert errors["ideal low-pass filter"][0] > errors["1, 2, 1"][0]  # whole shifts


def test_half_a_place_agrees_with_splines_on_a_smooth_map():
    smooth = names()["low_pass"](names()["maps"][0])[::2, ::2]
    smooth = names()["blur"](smooth, (1, 4, 6, 4, 1))
    spline = spline_shift(smooth, (0, 0.5), mode="grid-wrap", order=5)
    gap = np.linalg.norm(names()["move"](smooth, 0.5) - spline)
    assert gap / np.linalg.norm(smooth) == pytest.approx(0, abs=0.01)
