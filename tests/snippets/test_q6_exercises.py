"""The answers to the exercises of chapter 6, against theory."""

import numpy as np
import pytest
from loading import recorded
from q6_cifar import ran_on_the_stand_in

SNIPPET = "q6_one_by_one_filters/exercises"


@pytest.fixture(scope="module")
def names():
    return ran_on_the_stand_in(SNIPPET)


def test_1_counts_by_hand(names):
    by_hand = names["by_hand"]
    narrow = 513 * 128 + (9 * 128 + 1) * 128 + 129 * 512
    assert list(by_hand["parameters"]) == [(9 * 512 + 1) * 512, narrow]
    assert list(by_hand["parameters"]) == list(by_hand["parameters by Keras"])
    weights = [9 * 512 * 512, 512 * 128 + 9 * 128 * 128 + 128 * 512]
    assert list(by_hand["multiply-adds"]) == [196 * w for w in weights]


def test_2_two_layers_or_one(names):
    ranks = names["ranks"]
    middle = ranks["middle channels"]
    assert list(ranks["weights of two layers"]) == [32 * m for m in middle]
    assert list(ranks["rank of the product"]) == [min(m, 16) for m in middle]


def test_3_weights_of_grey():
    assert recorded(SNIPPET).values["grey_error"] < 0.01


def test_4_mean_first_or_classes_first(names):
    assert names["head_difference"] == 0
    assert names["class_maps"].shape == (5, 8, 8, 10)


def test_5_any_size_of_image(names):
    assert names["answers"] == {n: (n - 7, n - 7, 10) for n in (8, 32, 40)}


def test_6_stride_2(names):
    assert names["read"] == {"1×1": 1 / 4, "3×3": 1}


def test_7_depthwise_and_pointwise(names):
    split = names["separable"]
    np.testing.assert_allclose(split["share of the weights"], split["formula"])
    for _, row in split.iterrows():
        k, c_out = row["kernel size k"], row["filters"]
        share = (64 * k * k + 64 * c_out) / (64 * k * k * c_out)
        assert row["share of the weights"] == pytest.approx(share, abs=1e-4)


def test_8_how_far_a_network_sees(names):
    assert list(names["reach"]["pixels wide, run"]) == [3, 1, 5, 9]
    assert list(names["reach"]["pixels wide, formula"]) == [3, 1, 5, 9]
