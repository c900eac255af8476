"""Three independent ways to the gradients agree."""

import numpy as np
import pytest
from loading import names_of

SNIPPET = "q2_convolution_by_hand/autodiff"


def test_the_tape_gives_the_published_gradients():
    names = names_of(SNIPPET)
    assert float(names["loss"]) == 0.25
    np.testing.assert_allclose(names["tape_df"], [[2.5, 1.75], [1.25, -1]], rtol=1e-12)
    np.testing.assert_allclose(
        names["tape_dx"],
        [[0.5, 0.5, 0], [-0.25, 0, 0.25], [-0.75, -0.5, 0.25]],
        atol=1e-12,
    )


def test_all_three_agree():
    table = names_of(SNIPPET)["agreement"]
    assert len(table) == 3
    exact, *by_differences = table.iloc[:, 1:].to_numpy()
    assert exact.max() == 0
    assert np.max(by_differences) < 1e-9


def test_differences_of_a_known_function():
    gradient = names_of(SNIPPET)["by_differences"](
        lambda a: float((a**3).sum()), np.array([[1.0, -2.0]])
    )
    np.testing.assert_allclose(gradient, [[3, 12]], rtol=1e-9)


def test_differences_refuse_whole_numbers():
    with pytest.raises(TypeError, match="floats, not of int64"):
        names_of(SNIPPET)["by_differences"](np.sum, np.array([[1, 2]]))
