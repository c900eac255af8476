"""The networks that are compared: counts by hand, and what was recorded."""

import keras
import numpy as np
import pytest
from loading import recorded, run_cells

SNIPPET = "q6_one_by_one_filters/train_bottleneck"
C = 48


@pytest.fixture(scope="module")
def names():
    return run_cells(SNIPPET, "imports", "blocks", "network", "what-a-network-costs")


def kernels(block: int, first: int = 3) -> int:
    """Weights of the first layer, of two blocks, and of the last layer."""
    return first**2 * 3 * C + 2 * block + C * 10


BLOCKS = {
    "3×3": (9 * C * C, C, 3),
    "bottleneck, 24 channels": (2 * C * 24 + 9 * 24**2, 24 + 24 + C, 3),
    "bottleneck, 12 channels": (2 * C * 12 + 9 * 12**2, 12 + 12 + C, 3),
    "bottleneck, 6 channels": (2 * C * 6 + 9 * 6**2, 6 + 6 + C, 3),
    "1×1 for 3×3": (C * C, C, 3),
    "1×1 everywhere": (C * C, C, 1),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_parameters_and_work_by_hand(names, name):
    weights, normalised, first = BLOCKS[name]
    model = names["networks"][name]()
    # Batch normalisation keeps four numbers a channel; the last layer has biases.
    assert model.count_params() == (
        kernels(weights, first) + 4 * (C + 2 * normalised) + 10
    )
    assert names["multiply_adds"](model) == (
        256 * first**2 * 3 * C + (256 + 64) * weights + C * 10
    )


def test_normalisation_worked_into_the_weights(names):
    model = names["networks"]["bottleneck, 12 channels"]()
    rng = np.random.default_rng(0)
    model.set_weights([rng.uniform(0.5, 1.5, w.shape) for w in model.get_weights()])
    arrays = names["first_layers"](model)
    net = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            keras.layers.Conv2D(48, 3, strides=2, padding="same", activation="relu"),
            keras.layers.Conv2D(12, 1, activation="relu"),
        ]
    )
    net.set_weights(
        [arrays[f"{part}_{n}"] for n in (1, 2) for part in ("kernel", "bias")]
    )
    second = [each for each in model.layers if isinstance(each, keras.layers.ReLU)][1]
    part = keras.Model(model.inputs, second.output)
    x = rng.integers(0, 256, (2, 32, 32, 3)).astype("float32")
    np.testing.assert_allclose(
        net(x / 255), part(x, training=False), rtol=1e-4, atol=1e-3
    )


def test_the_recorded_training_shows_the_claims():
    values = recorded(SNIPPET).values
    assert values["num_train"] == 50_000
    assert values["num_test"] == 10_000
    assert values["plain_accuracy"] > 0.5
    # The narrower the bottleneck, the less accuracy, by more than two seeds differ.
    wide_to_narrow = [
        values[f"{key}_accuracy"] for key in ("half", "quarter", "eighth")
    ]
    assert wide_to_narrow == sorted(wide_to_narrow, reverse=True)
    assert values["plain_accuracy"] > values["quarter_accuracy"] + 0.02
    # Of two networks with about the same work, the one that looks around wins.
    assert 0.9 < values["quarter_work"] / values["mixed_work"] < 1.1
    assert values["mixed_accuracy"] < values["quarter_accuracy"]
    assert values["colours_accuracy"] < values["eighth_accuracy"]
