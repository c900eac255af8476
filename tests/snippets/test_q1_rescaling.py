"""Adam and positive factors on its gradients: any powers of two, exactly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loading import names_of

SNIPPET = "q1_optimizers/rescaling"


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(-12, 12), min_size=6, max_size=6))
def test_without_epsilon_powers_of_two_change_nothing(powers: list[int]):
    adam = names_of(SNIPPET)["adam"]
    plain = adam(0.01, 1.0, 0.0, num_steps=60)
    scaled = adam(0.01, 2.0 ** np.array(powers), 0.0, num_steps=60)
    np.testing.assert_array_equal(plain, scaled)


def test_with_epsilon_it_is_an_approximation():
    gaps = names_of(SNIPPET)["gaps"]["largest difference"]
    assert gaps[0] == 0
    assert gaps.is_monotonic_increasing
    assert gaps[3] > 100 * gaps[2]


def test_the_limit_of_descent_moves_with_the_eigenvalues():
    names = names_of(SNIPPET)
    product = np.diag(names["FACTORS"]) @ names["HESSIAN"]
    largest = np.linalg.eigvals(product).real.max()
    assert names["scaled_largest"] == pytest.approx(largest)
