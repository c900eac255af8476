"""Words for times, and the number of calls."""

from hypothesis import given
from hypothesis import strategies as st
from loading import names_up_to, recorded

SNIPPET = "q1_optimizers/one_call_or_many"


@given(st.floats(0.01, 1000))
def test_the_words_are_true(times: float):
    words = names_up_to(SNIPPET, "how-long-a-pass-takes")["in_words"](times)
    assert ("more than 10" in words) == (times >= 10)
    assert ("third to 3" in words) == (1 / 3 <= times < 3)
    assert ("less than a third" in words) == (times < 1 / 3)


def test_the_recorded_calls():
    values = recorded(SNIPPET).values
    assert values["calls_1"] == 1437
    assert values["calls_32"] == 45
    assert values["slow_1"] == 1


def test_by_this_clock_mini_batch_is_the_quickest_way_to_the_target():
    """Samples that each descent needs, times what a sample takes at least."""
    needed = recorded("q1_optimizers/batch_figures").values
    assert recorded(SNIPPET).values["whole_alike"] == 1
    assert needed["samples_batch"] / 3 > needed["samples_32"]
    assert needed["samples_1"] * 10 > needed["samples_32"]
