"""The question's network: published sum, layers, and what each one sees."""

import keras
import numpy as np
from keras import layers
from loading import names_of, recorded
from q7_cifar import PARAMETERS, PLAIN, TRAINED

SNIPPET = "q7_inception_cifar10/network"


def test_parameters():
    names = names_of(SNIPPET)
    assert names["with_bn"].count_params() == PARAMETERS
    assert names["plain"].count_params() == PLAIN
    assert names["trained"] == TRAINED
    assert sum(row[2] for row in names["by_formula"]) == PARAMETERS


def test_every_row_agrees():
    table = names_of(SNIPPET)["table"]
    assert len(table) == 13
    assert (table["shape by formula"] == table["shape by Keras"]).all()
    assert (table["parameters by formula"] == table["parameters by Keras"]).all()


def test_only_one_has_dropout_and_batch_normalisation():
    names = names_of(SNIPPET)
    kinds = [type(layer).__name__ for layer in names["with_bn"].layers]
    assert kinds[-8:] == [
        "Conv2D", "BatchNormalization", "Dropout",
        "Conv2D", "BatchNormalization", "Dropout", "Flatten", "Dense",
    ]  # fmt: skip
    plain = [type(layer).__name__ for layer in names["plain"].layers]
    assert plain == [k for k in kinds if k not in ("BatchNormalization", "Dropout")]
    rates = [x.rate for x in names["with_bn"].layers if isinstance(x, layers.Dropout)]
    assert rates == [0.5, 0.5]
    assert names["plain"].layers[-1].activation is keras.activations.softmax


def test_four_numbers_a_channel_two_of_them_trained():
    added = names_of(SNIPPET)["added"]
    assert (added["parameters"] == 4 * added["channels"]).all()
    assert (added["trained"] == 2 * added["channels"]).all()
    assert list(added["channels"]) == [128, 256]


def test_the_field_is_what_gradients_reach():
    """The longest way through the real network, by where an image changes it."""
    fields = names_of(SNIPPET)["fields"]
    assert (fields["field by formula"] == fields["field measured"]).all()
    plain = names_of(SNIPPET)["plain"]
    flat = next(x for x in plain.layers if isinstance(x, layers.Flatten))
    maps = keras.Model(plain.inputs, flat.input)
    rng = np.random.default_rng(0)
    image = rng.normal(0, 1, (1, 32, 32, 3)).astype("float32")
    changed = np.repeat(image, 32, axis=0)
    for column in range(32):
        changed[column, :, column] += 100  # reaches every ReLU that it can
    o = keras.ops.convert_to_numpy(maps(changed))[:, :, 8]
    still = keras.ops.convert_to_numpy(maps(image))[0, :, 8]
    reached = int((np.abs(o - still) > 1e-6).any(axis=(1, 2)).sum())
    assert reached == fields["field measured"].iloc[-1] == 24


def test_the_recorded_values():
    values = recorded(SNIPPET).values
    assert values["parameters"] == values["by_formula"] == PARAMETERS
    assert values["parameters_plain"] == PLAIN
    assert (values["trained"], values["added"]) == (TRAINED, PARAMETERS - PLAIN)
    assert values["differing"] == values["flatten_parameters"] == 0
    assert values["flat_values"] == 16 * 16 * 256
    assert values["dense"] == 10 * values["flat_values"] + 10
    assert values["dense_share"] == values["dense"] / PARAMETERS
