"""Parameters by steps, against formulas; tied blocks, against a loop in NumPy."""

import numpy as np
import pytest
from loading import names_of

SNIPPET = "q6_one_by_one_filters/residual_or_recurrent"
N = 64


@pytest.fixture(scope="module")
def names():
    return names_of(SNIPPET)


def test_parameters_of_recurrent_layers_do_not_grow_with_their_steps(names):
    """Input, recurrent and bias weights; GRU's second bias is Keras's `reset_after`."""
    counts = names["counts"]
    assert set(counts["SimpleRNN"]) == {2 * N * N + N}
    assert set(counts["GRU"]) == {3 * (2 * N * N + 2 * N)}
    assert set(counts["LSTM"]) == {4 * (2 * N * N + N)}


def test_parameters_of_a_resnet_grow_with_its_blocks_unless_tied(names):
    counts, block = names["counts"], 2 * (N * N + N)
    assert list(counts["ResNet"]) == [block * n for n in counts["steps or blocks"]]
    assert set(counts["ResNet, tied weights"]) == {block}


def test_tied_blocks_are_an_unrolled_rnn(names):
    h = names["x"].astype("int64")
    inner, inner_bias, outer, outer_bias = names["whole"]
    for _ in range(names["NUM_BLOCKS"]):
        f = np.maximum(h @ inner + inner_bias, 0) @ outer + outer_bias
        h = np.maximum(h + f, 0)
    assert h.max() < 2**24  # float32 holds every whole number up to here
    assert names["moved"] > 0
    np.testing.assert_array_equal(names["by_resnet"], h)
    np.testing.assert_array_equal(names["by_rnn"], h)
