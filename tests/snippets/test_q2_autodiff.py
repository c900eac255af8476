"""Three independent ways to the gradients agree."""

import numpy as np
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
    assert table.iloc[:, 1:].to_numpy().max() < 1e-12


def test_differences_of_a_known_function():
    gradient = names_of(SNIPPET)["by_differences"](
        lambda a: float((a**2).sum()), np.array([[1.0, -2.0]]), h=1e-3
    )
    np.testing.assert_allclose(gradient, [[2, -4]], rtol=1e-9)
