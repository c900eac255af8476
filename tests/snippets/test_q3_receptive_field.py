"""Receptive fields, against the network run backwards and against its gradient."""

import numpy as np
from loading import names_of

SNIPPET = "q3_shapes_and_parameters/receptive_field"


def test_the_field_by_going_backwards_from_one_output():
    names = names_of(SNIPPET)
    needed = 1
    for _, k, s in reversed(names["LAYERS"]):
        needed = (needed - 1) * s + k
    assert names["field"] == needed
    assert names["jump"] == 2**3
    assert names["reached"] == [needed] * 3


def test_the_weight_of_each_element_is_its_number_of_ways():
    names = names_of(SNIPPET)
    ways = np.ones(1)  # from one output down, each window adds its ways up
    for _, k, s in reversed(names["LAYERS"]):
        spread = np.zeros((len(ways) - 1) * s + 1)
        spread[::s] = ways
        ways = np.convolve(spread, np.ones(k))
    np.testing.assert_allclose(names["share"], 100 * ways / ways.sum(), rtol=1e-5)
