"""What optimisers keep, against their papers, and the batch that Keras takes."""

import inspect

import keras
from loading import names_of

SNIPPET = "q1_optimizers/optimizer_memory"


def test_floats_for_each_parameter():
    memory = names_of(SNIPPET)["memory"].set_index("optimiser")
    kept = memory["floats per parameter"].to_dict()
    assert kept == {
        "SGD": 0,
        "SGD with momentum": 1,
        "RMSprop": 1,
        "Adam": 2,
        "AMSGrad": 3,
    }
    assert names_of(SNIPPET)["parameters"] == 65 * 32 + 33 * 32 + 33 * 10


def test_settings_are_arguments_of_the_optimisers():
    memory = names_of(SNIPPET)["memory"].set_index("optimiser")
    arguments = set(inspect.signature(keras.optimizers.Adam).parameters)
    assert {"learning_rate", "beta_1", "beta_2", "epsilon"} <= arguments
    assert memory["settings"]["Adam"] == 4
    assert memory["settings"]["SGD"] == 1


def test_sgd_gets_batches_of_32():
    assert names_of(SNIPPET)["updates"] == -(-1437 // 32)
    assert "batch_size" not in inspect.signature(keras.optimizers.SGD).parameters
