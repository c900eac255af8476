"""Answers to the exercises, by theory and by independent libraries."""

import math

import numpy as np
import pytest
from loading import names_of, recorded
from scipy.ndimage import center_of_mass
from scipy.stats import binom

SNIPPET = "q5_strengths_and_limits/exercises"
VALUES = recorded(SNIPPET).values


def test_parameters_by_hand():
    assert VALUES["conv_parameters"] == 5 * 5 * 3 * 32 + 32
    n_in, n_out = 64 * 64 * 3, 64 * 64 * 32
    assert VALUES["dense_parameters"] == n_in * n_out + n_out


def test_wrapping_makes_equivariance_complete():
    assert VALUES["wrap_error"] == 0 < VALUES["zeros_error"]


def test_exact_shifts_are_multiples_of_eight():
    assert names_of(SNIPPET)["exact"] == [(0, 0), (0, 8), (8, 0), (8, 8)]
    assert VALUES["exact_shifts"] / VALUES["tried_shifts"] == 1 / 64


def test_a_sum_over_the_group_is_invariant():
    assert VALUES["turned_change"] == 0 < VALUES["plain_change"]


def test_centring_puts_the_centre_of_mass_in_the_middle():
    names = names_of(SNIPPET)
    images = names["x"][:20]
    for image in names["centred"](np.roll(images, (2, -3), axis=(1, 2))):
        assert center_of_mass(image) == pytest.approx((7.5, 7.5), abs=0.51)
    assert VALUES["centred_shift4"] == VALUES["centred_middle"] > 0.95
    assert VALUES["plain_shift4"] < 0.5


def test_the_field_doubles_with_each_layer():
    reach = names_of(SNIPPET)["reach"]
    assert (reach["field by impulses"] == 2 ** reach["layers"]).all()
    assert VALUES["needed"] == math.ceil(math.log2(16_000))


def test_what_training_keeps():
    values = 22 * 22 * 16 + 11 * 11 * 16 + 9 * 9 * 32 + 4 * 4 * 32 + 10
    assert VALUES["small_values"] == values
    assert VALUES["batch_values"] == 32 * values
    assert VALUES["small_parameters"] == 160 + 4640 + 5130


def test_one_face_among_many():
    assert VALUES["chance_10000"] == pytest.approx(1 - math.exp(-1), abs=1e-3)
    assert VALUES["chance_10000"] == pytest.approx(binom.sf(0, 10_000, 1e-4), abs=1e-4)
    spread = math.sqrt(0.632 * 0.368 / 20_000)
    assert abs(VALUES["found_10000"] - VALUES["chance_10000"]) < 4 * spread
