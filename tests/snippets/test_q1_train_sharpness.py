"""Products with the Hessian by differences; its largest eigenvalue by the matrix."""

import numpy as np
import pytest
from loading import names_up_to, recorded

SNIPPET = "q1_optimizers/train_sharpness"


@pytest.fixture(scope="module")
def names() -> dict:
    return names_up_to(SNIPPET, "largest-eigenvalue")


@pytest.fixture(scope="module")
def small(names: dict) -> tuple:
    """A network of 3 hidden units and 40 samples: 235 parameters."""
    rng = np.random.default_rng(1)
    network = [rng.normal(0, 0.3, shape) for shape in ((64, 3), 3, (3, 10), 10)]
    return network, names["x"][:40], names["y"][:40]


def full_hessian(names: dict, small: tuple) -> np.ndarray:
    network, *samples = small
    product, flat = names["hessian"](network, *samples), names["flat"]
    size = sum(array.size for array in network)
    columns = (names["split"](unit, network) for unit in np.eye(size))
    return np.array([flat(product(column)) for column in columns])


def test_the_gradient_and_the_hessian_equal_differences(names: dict, small: tuple):
    network, *samples = small
    rng = np.random.default_rng(2)
    direction = [rng.normal(size=array.shape) for array in network]
    h = 1e-6  # too small a step to cross a kink of ReLU here
    ends = [
        names["gradients"](
            [w + sign * h * v for w, v in zip(network, direction, strict=True)],
            *samples,
        )
        for sign in (1, -1)
    ]
    flat = names["flat"]
    slope = (ends[0][0] - ends[1][0]) / (2 * h)
    gradient = names["gradients"](network, *samples)[1]
    assert slope == pytest.approx(flat(gradient) @ flat(direction), rel=1e-6)
    expected = (flat(ends[0][1]) - flat(ends[1][1])) / (2 * h)
    found = flat(names["hessian"](network, *samples)(direction))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-7)


def test_the_sharpness_is_the_largest_eigenvalue(names: dict, small: tuple):
    matrix = full_hessian(names, small)
    np.testing.assert_allclose(matrix, matrix.T, atol=1e-12)
    expected = np.linalg.eigvalsh(matrix)[-1]
    found, vector = names["sharpness"](*small, np.ones(len(matrix)))
    assert found == pytest.approx(expected, rel=1e-3)
    np.testing.assert_allclose(matrix @ vector, found * vector, atol=0.05 * found)


def test_the_recorded_size():
    values = recorded(SNIPPET).values
    assert values["parameters"] == 64 * 32 + 32 + 32 * 10 + 10
    assert values["num_updates"] >= 600
    assert values["num_seeds"] >= 5
