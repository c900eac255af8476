"""Words for times, and the number of calls."""

from hypothesis import given
from hypothesis import strategies as st
from loading import names_up_to, recorded

SNIPPET = "q1_optimizers/one_call_or_many"


@given(st.floats(0.1, 1000))
def test_the_words_are_true(times: float):
    words = names_up_to(SNIPPET, "how-long-a-pass-takes")["in_words"](times)
    assert ("more than 10" in words) == (times >= 10)
    assert ("less than 3" in words) == (1 < times < 3)
    assert ("or less" in words) == (times <= 1)


def test_the_recorded_calls():
    values = recorded(SNIPPET).values
    assert values["calls_1"] == 1437
    assert values["calls_32"] == 45
    assert values["slow_1"] == 1
