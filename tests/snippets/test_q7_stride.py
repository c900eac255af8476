"""Sizes, costs and fields of view for any stride, against counting and theory."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from loading import names_of, recorded

SNIPPET = "q7_inception_cifar10/stride"
SIZES = {
    "n": st.integers(1, 300),
    "k": st.integers(1, 9),
    "p": st.integers(0, 4),
    "s": st.integers(1, 12),
}


@pytest.fixture(scope="module")
def names() -> dict:
    return names_of(SNIPPET)


@given(**SIZES)
def test_the_formula_counts_places(n: int, k: int, p: int, s: int):
    assume(n + 2 * p >= k)
    places = sum(start + k <= n + 2 * p for start in range(0, n + 2 * p, s))
    assert names_of(SNIPPET)["output_size"](n, k, p, s) == places


@given(**SIZES)
def test_the_original_is_wrong_just_where_the_stride_divides(n, k, p, s):
    assume(n + 2 * p >= k)
    names = names_of(SNIPPET)
    right, wrong = names["output_size"](n, k, p, s), names["original_size"](n, k, p, s)
    assert right - wrong == ((n - k + 2 * p) % s == 0)


def test_the_grid_has_no_difference(names):
    assert len(names["grid"]) == 4 * 4 * 3 * 4
    assert names["differing"] == 0


def test_the_question_and_the_originals_numbers(names):
    row = names["too_small"].set_index("stride s")
    assert row.loc[1].tolist() == [254, 254, 253]
    assert row.loc[2].tolist() == [127, 127, 127]


def test_multiply_adds_by_formula(names):
    for row in names["costs"].itertuples(index=False):
        size, work, parameters = row[1:4]
        assert work == size**2 * 9 * 3 * 8
        assert parameters == 9 * 3 * 8 + 8


@settings(max_examples=20)
@given(
    st.lists(
        st.tuples(st.integers(2, 4), st.integers(1, 2)), min_size=1, max_size=3
    ).filter(lambda windows: field(windows) <= 21)
)
def test_the_field_by_theory(windows: list[tuple[int, int]]):
    assert names_of(SNIPPET)["receptive_field"](windows) == field(windows)


def field(windows: list[tuple[int, int]]) -> int:
    """Each window adds (k - 1) times the distance of its neighbouring inputs."""
    size, jump = 1, 1
    for k, s in windows:
        size += (k - 1) * jump
        jump *= s
    return size


def test_a_stride_skips_and_the_rest_is_equal(names):
    np.testing.assert_array_equal(names["kept"], names["skipped"])
    assert np.abs(names["kept"]).max() > 0


def test_the_recorded_values():
    values = recorded(SNIPPET).values
    assert (values["size_256"], values["size_256_s2"]) == (254, 127)
    assert (values["original_256"], values["original_256_s2"]) == (253, 127)
    assert values["differing"] == values["skip_difference"] == 0
    assert values["share_s2"] == 127**2 / 254**2 == 0.25
    assert [values[f"field_{k}"] for k in ("1", "2_s1", "2_s2", "3_s1", "3_s2")] == [
        3, field([(3, 1)] * 2), field([(3, 2), (3, 1)]),
        field([(3, 1)] * 3), field([(3, 2), (3, 1), (3, 1)]),
    ]  # fmt: skip
    assert values["work_pooling"] == pytest.approx(4 * values["work_stride"], rel=0.01)
