"""Numbers in prose, compared with what Python's own formatting gives."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hamgasht.core.numbers import digits_fa, format_tex, format_value

NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(
    -(10**300), 10**300
)


@given(NUMBERS, st.integers(0, 9))
@example(0.0, 2)
@example(-0.0, 0)
@example(2**100, 2)
@example(1.7e308, 9)
def test_every_number_has_a_form_in_each_format(value: float, places: int):
    for name in ("plain", "integer", "percent", "decimal", "scientific"):
        spec = name if name in ("plain", "integer") else f"{name}{places}"
        english = format_value(value, spec, "en")
        assert format_tex(value, spec)
        persian = format_value(value, spec, "fa")
        assert not re.search(r"[0-9.,%]", persian)
        plain = english.partition("×")[0]
        assert persian.partition("×")[0] == digits_fa(plain)


@pytest.mark.parametrize("value", [0.0, 0, 1.0, 2**100, -1.5e-7, 12345.678])
def test_powers_of_ten_are_those_of_python(value: float):
    mantissa, exponent = f"{value:.2e}".split("e")
    tex = format_tex(value, "scientific2")
    assert tex == rf"{mantissa} \times 10^{{{int(exponent)}}}"


def test_a_large_integer_keeps_all_its_digits():
    assert format_value(2**100, None, "en") == f"{2**100:,}"
    assert format_value(-(2**200), "decimal2", "en") == f"−{2**200:,}.00"
