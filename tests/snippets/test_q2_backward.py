"""The backward pass, against exact rational differences of the loss."""

from fractions import Fraction

import numpy as np
from loading import names_of

SNIPPET = "q2_convolution_by_hand/backward"


def loss(X, F):
    return sum(
        F[a][b] * X[i + a][j + b]
        for i in range(2)
        for j in range(2)
        for a in range(2)
        for b in range(2)
    ) / Fraction(4)


def exact_gradient(of: str) -> np.ndarray:
    """The loss is linear in each entry, so a difference of 1 is the derivative."""
    names = names_of(SNIPPET)
    arrays = {key: names[key].tolist() for key in ("X", "F")}
    shape = names[of].shape
    gradient = np.zeros(shape)
    for row, column in np.ndindex(shape):
        moved = [list(line) for line in arrays[of]]
        moved[row][column] += 1
        gradient[row, column] = float(loss(**{**arrays, of: moved}) - loss(**arrays))
    return gradient


def test_gradients_are_exact():
    names = names_of(SNIPPET)
    np.testing.assert_array_equal(names["dF"], exact_gradient("F"))
    np.testing.assert_array_equal(names["dX"], exact_gradient("X"))


def test_the_published_numbers():
    names = names_of(SNIPPET)
    np.testing.assert_array_equal(names["dO"], np.full((2, 2), 0.25))
    np.testing.assert_array_equal(names["dF"], [[2.5, 1.75], [1.25, -1]])
    np.testing.assert_array_equal(
        names["dX"], [[0.5, 0.5, 0], [-0.25, 0, 0.25], [-0.75, -0.5, 0.25]]
    )


def test_outputs_fed_add_up_to_all_meetings():
    fed = names_of(SNIPPET)["fed"]
    assert fed.sum() == 16  # four outputs, four inputs each
    np.testing.assert_array_equal(fed, fed.T)


def test_gradient_of_the_input_adds_up_to_the_filter():
    names = names_of(SNIPPET)
    assert names["dX"].sum() == names["F"].sum() == 0
