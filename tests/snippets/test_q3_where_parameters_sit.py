"""Parameters and multiply-adds, against counts by hand."""

import pytest
from loading import names_of

SNIPPET = "q3_shapes_and_parameters/where_parameters_sit"


def test_multiply_adds_by_hand():
    counts = names_of(SNIPPET)["counts"]
    assert list(counts["multiply-adds"]) == [
        498 * 3 * 7 * 16,
        245 * 5 * 16 * 32,
        118 * 5 * 32 * 64,
        3776 * 128,
        128 * 5,
    ]


def test_activations_by_hand():
    names = names_of(SNIPPET)
    shapes = ((498, 16), (249, 16), (245, 32), (122, 32), (118, 64), (59, 64))
    values = [length * channels for length, channels in shapes]
    assert list(names["memory"]["output values"]) == [*values, 59 * 64, 128, 5]
    kilobytes = names["memory"]["batch of 64 (kB)"]
    assert kilobytes[0] == 498 * 16 * 64 * 4 // 1000


def test_nearly_all_parameters_are_in_one_dense_layer():
    counts = names_of(SNIPPET)["counts"]
    assert counts["parameters"].max() / counts["parameters"].sum() == pytest.approx(
        483456 / 497349
    )


def test_averaging_does_not_depend_on_the_length():
    names = names_of(SNIPPET)
    convolutions = 352 + 2592 + 10304
    small = convolutions + (64 + 1) * 128 + (128 + 1) * 5
    assert set(names["with_average"]) == {small}
    assert names["with_flatten"] == sorted(set(names["with_flatten"]))
