"""The sigmoid's gradient, against differences, and the law that waits obey."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loading import names_of

SNIPPET = "q1_optimizers/plateau"


@given(st.floats(-8, 8))
def test_gradient_equals_differences(w: float):
    loss, gradient = (names_of(SNIPPET)[name] for name in ("loss", "gradient"))
    h = 1e-5
    assert gradient(w) == pytest.approx((loss(w + h) - loss(w - h)) / (2 * h), abs=1e-9)


def test_ten_times_the_rate_is_a_tenth_of_the_wait():
    waits = names_of(SNIPPET)["waits"]
    assert waits["first gradient"].nunique() == 1
    for _, row in waits.iterrows():
        # Gradient flow needs one time for all rates; steps are time over rate.
        assert row["steps to the target"] * row["rate"] == pytest.approx(465, rel=0.05)
