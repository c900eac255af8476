"""Parameters and multiply-adds, against numbers worked out on paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loading import names_of

SNIPPET = "q6_one_by_one_filters/counts"


def test_from_256_to_256():
    names = names_of(SNIPPET)
    assert list(names["from_256"]["parameters by formula"]) == [
        590_080, 16_448, 147_712, 164_160,
    ]  # fmt: skip
    assert list(names["from_256"]["parameters by Keras"]) == [
        590_080, 16_448, 147_712, 164_160,
    ]  # fmt: skip
    assert round(100 * names["fewer"], 1) == 72.2


def test_the_number_of_the_original_is_near_another_block():
    names = names_of(SNIPPET)
    assert names["triple"] == 257 * 64 + (9 * 64 + 1) * 64 + 65 * 256
    assert abs(names["triple"] - 69_952) == 64
    assert round(100 * names["triple_fewer"]) == 88


def test_from_192_to_32():
    for column in ("multiply-adds by formula", "multiply-adds by Keras"):
        assert list(names_of(SNIPPET)["from_192"][column]) == [
            120_422_400, 2_408_448, 10_035_200, 12_443_648,
        ]  # fmt: skip


def test_the_networks_of_the_question():
    names = names_of(SNIPPET)
    sizes = {
        name: [layer.count_params() for layer in names[name].layers]
        for name in ("ones", "fair", "threes")
    }
    assert sizes == {
        "ones": [4128, 33],
        "fair": [4128, 1056],
        "threes": [36_896, 9248],
    }
    compared = names["compared"]
    assert list(compared["parameters by formula"]) == [4161, 5184, 46_144]
    assert list(compared["parameters by Keras"]) == [4161, 5184, 46_144]
    assert list(compared["output"]) == ["32×32×1", "32×32×32", "32×32×32"]
    # With equal channels only the window differs: nine places in place of one.
    works = compared["multiply-adds"]
    assert works[2] == 9 * works[1]


@given(st.integers(1, 7), st.integers(1, 600), st.integers(1, 600))
def test_a_window_costs_its_places_times_as_many_weights(k, c_in, c_out):
    count = names_of(SNIPPET)["parameters"]
    weights = count(k, c_in, c_out) - c_out
    assert weights == k**2 * (count(1, c_in, c_out) - c_out)


@pytest.mark.parametrize("sizes", [(3, 1, 4, 2), (2, 3, 5, 7), (5, 5, 1, 1)])
def test_counting_with_ones(sizes):
    names = names_of(SNIPPET)
    assert names["keras_multiply_adds"](*sizes) == names["multiply_adds"](*sizes)
