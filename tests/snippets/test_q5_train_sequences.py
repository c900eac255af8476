"""The task is fair, and the field is what theory says."""

from functools import cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from keras.ops import convert_to_numpy
from loading import names_up_to, recorded

SNIPPET = "q5_strengths_and_limits/train_sequences"
VALUES = recorded(SNIPPET).values


@cache
def names() -> dict:
    return names_up_to(SNIPPET, "two-stacks")


@settings(max_examples=25)
@given(st.lists(st.integers(0, 19), min_size=1, max_size=8), st.integers(0, 10**6))
def test_one_sign_is_marked_and_asked_for(delays: list[int], seed: int):
    make = names()["make_sequences"]
    x, y = make(np.array(delays), 20, np.random.default_rng(seed))
    assert x.shape == (len(delays), 20, 2)
    for sequence, answer, delay in zip(x, y, delays, strict=True):
        (place,) = np.flatnonzero(sequence[:, 1])
        assert place == 19 - delay
        assert answer == (sequence[place, 0] > 0)
        assert set(np.abs(sequence[:, 0])) == {1}


def test_the_fields_by_theory():
    """A layer of width 2 adds its dilation to the field."""
    assert VALUES["short_field"] == 1 + 6
    assert VALUES["dilated_field"] == 1 + 1 + 2 + 4 + 8 + 16 + 32
    assert VALUES["parameters"] == (2 * 2 * 16 + 16) + 5 * (2 * 16 * 16 + 16) + 17


def test_what_lies_before_the_field_cannot_change_the_answer():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(4, 96, 2)).astype("float32")
    for name, field in (("neighbouring taps", 7), ("dilated", 64)):
        net = names()["stack"](names()["STACKS"][name])
        other = x.copy()
        other[:, : 96 - field] = rng.normal(size=other[:, : 96 - field].shape)
        last = convert_to_numpy(net(x))[:, -1]
        np.testing.assert_array_equal(last, convert_to_numpy(net(other))[:, -1])
        other[:, 96 - field] += 5
        assert (last != convert_to_numpy(net(other))[:, -1]).any()


def test_memory_ends_where_the_field_does():
    assert VALUES["short_inside"] > 0.95
    assert 0.4 < VALUES["short_outside"] < 0.6
    assert VALUES["dilated_inside"] > 0.9
    assert VALUES["dilated_far"] > 0.8
    assert 0.4 < VALUES["dilated_outside"] < 0.6
