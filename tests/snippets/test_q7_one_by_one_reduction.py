"""What 1×1 layers save, against GoogLeNet's paper and against trying all numbers."""

import math

from hypothesis import given
from hypothesis import strategies as st
from loading import names_of, recorded

SNIPPET = "q7_inception_cifar10/one_by_one_reduction"


def test_googlenet_s_module_as_its_paper_counts_it():
    """Szegedy et al. 2014, table 1, row inception (3a): 159K parameters, 128M ops."""
    values = recorded(SNIPPET).values
    assert values["googlenet_reduced"] // 1024 == 159
    assert math.floor(values["googlenet_work"]) == 128


def test_the_question_s_module_by_hand():
    values = recorded(SNIPPET).values
    plain = 32 * 64 + 9 * 32 * 64 + 25 * 32 * 64 + 32 * 64
    assert values["question_plain"] == plain
    reduced = 32 * 64 + (32 + 9 * 64) * 32 + (32 + 25 * 64) * 32 + 32 * 64
    assert values["question_reduced"] == reduced
    assert values["question_extra"] == reduced - plain > 0


@given(
    st.sampled_from([1, 3, 5, 7]),
    st.integers(1, 400),
    st.integers(1, 400),
    st.integers(1, 400),
)
def test_it_pays_up_to_the_widest(k: int, c_in: int, c_out: int, r: int):
    saves = k * k * c_in * c_out > c_in * r + k * k * r * c_out
    assert saves == (r <= names_of(SNIPPET)["widest"](k, c_in, c_out))


def test_the_weights_of_a_wide_input():
    values = recorded(SNIPPET).values
    assert values["plain_256"] == 256 * 64 * (1 + 9 + 25 + 1)
    narrow = 2 * 256 * 32 + (9 + 25) * 32 * 64
    assert values["reduced_256"] == 2 * 256 * 64 + narrow
    assert values["saved_256"] == 1 - values["reduced_256"] / values["plain_256"]
    assert (values["widest_3"], values["widest_5"]) == (30, 31)
