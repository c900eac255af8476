"""What neighbours, order and few channels do to a 1×1 layer, against theory."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loading import recorded
from q6_cifar import ran_on_the_stand_in

SNIPPET = "q6_one_by_one_filters/when_it_does_not_help"


@pytest.fixture(scope="module")
def names():
    return ran_on_the_stand_in(SNIPPET)


def test_a_window_that_holds_the_target_explains_all_of_it(names):
    assert list(names["neighbours"]["best 3×3 (%)"]) == [100, 100, 100]
    assert names["neighbours"]["best 1×1 (%)"][0] == 100


def test_explained_is_the_square_of_the_correlation(names):
    """With one input, least squares explains the squared correlation."""
    rng = np.random.default_rng(0)
    x, noise = rng.normal(size=(2, 500))
    share = names["explained"](x, x + noise)
    assert share == pytest.approx(np.corrcoef(x, x + noise)[0, 1] ** 2)


def test_on_photographs_an_edge_is_out_of_reach():
    values = recorded(SNIPPET).values
    assert values["edge_1"] < 0.05
    assert values["edge_3"] == values["grey_1"] == 1
    assert 0.5 < values["mean_1"] < 1


def test_order_of_pixels(names):
    assert names["changes"][1] == 0
    assert names["changes"][3] > 0


@given(st.sampled_from([1, 3, 5, 7]), st.integers(2, 600), st.integers(2, 600))
def test_the_widest_middle_that_saves(k, c_in, c_out):
    names = ran_on_the_stand_in(SNIPPET)
    weights, middle = names["weights"], names["widest_that_saves"](k, c_in, c_out)
    full = weights(k, c_in, c_out)
    assert middle == 0 or weights(k, c_in, c_out, middle) < full
    assert weights(k, c_in, c_out, middle + 1) >= full
    assert middle < min(k * k * c_out, c_in)
    assert math.isclose(full, k * k * c_in * c_out)
