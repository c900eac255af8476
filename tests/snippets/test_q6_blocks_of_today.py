"""Blocks of today: equal to 1×1 layers, against NumPy; counts, by hand."""

import numpy as np
import pytest
from loading import names_of

SNIPPET = "q6_one_by_one_filters/blocks_of_today"


@pytest.fixture(scope="module")
def names():
    return names_of(SNIPPET)


def test_a_feed_forward_block_is_two_1x1_layers(names):
    inner, inner_bias, outer, outer_bias = names["whole"]
    x = names["tokens"].astype("int64")
    by_hand = np.maximum(x @ inner + inner_bias, 0) @ outer + outer_bias
    assert 0 < np.abs(by_hand).max() < 2**24
    np.testing.assert_array_equal(names["by_dense"], by_hand)
    assert names["transformer"] == 0


def test_convnext_is_two_1x1_layers_up_to_rounding(names):
    assert names["difference"] < 1e-5 * np.abs(names["by_keras"]).max()
    # Other weights give another answer: the comparison can fail.
    first = names["convolutions"].layers[0]
    kernel, bias = first.get_weights()
    first.set_weights([kernel[:, :, ::-1], bias])
    assert np.abs(names["convolutions"](names["x"]) - names["by_keras"]).max() > 0.1


def test_weights_by_hand(names):
    """Sandler 2018, table 2; Liu 2022, figure 4; Vaswani 2017, table 3."""
    assert list(names["weights"]["weights"]) == [
        24 * 144 + 9 * 144 + 144 * 24,
        49 * 96 + 2 * 96 * 384,
        4 * 512**2 + 2 * 512 * 2048,
    ]
    assert list(names["weights"]["of these in 1×1 layers"]) == [
        2 * 24 * 144,
        2 * 96 * 384,
        4 * 512**2 + 2 * 512 * 2048,
    ]
    assert list(names["counted"]["multiply-adds"]) == [
        56 * 56 * weights for weights in names["counted"]["weights"]
    ]


def test_no_activation_follows_the_layer_that_narrows(names):
    assert names["following"][-3:] == [
        "block_2_project",
        "block_2_project_BN",
        "block_2_add",
    ]


def test_a_relu_keeps_what_theory_says(names):
    """Fewer than two of n fair coins show heads with probability (n + 1) / 2^n."""
    for n in (2, 3, 5, 9):
        share, expected = names["kept_by_relu"](n, points=20_000), 1 - (n + 1) / 2**n
        error = (expected * (1 - expected) / 20_000) ** 0.5
        assert share == pytest.approx(expected, abs=5 * error)
