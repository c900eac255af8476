"""The module: four branches side by side, counted by hand."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from keras import layers
from loading import names_of, recorded

SNIPPET = "q7_inception_cifar10/inception_module"
BY_HAND = [2112, 1056, 18496, 1056, 51264, 2112]


def test_parameters_by_hand():
    names = names_of(SNIPPET)
    assert list(names["table"]["by hand"]) == BY_HAND
    assert list(names["table"]["Keras"]) == BY_HAND
    assert names["module"].count_params() == sum(BY_HAND) == 76_096


def test_the_branches_are_those_of_the_question():
    module = names_of(SNIPPET)["module"]
    convolutions = [x for x in module.layers if isinstance(x, layers.Conv2D)]
    assert sorted((x.kernel_size[0], x.filters) for x in convolutions) == [
        (1, 32), (1, 32), (1, 64), (1, 64), (3, 64), (5, 64),
    ]  # fmt: skip
    assert all(x.padding == "same" for x in convolutions)
    (pool,) = (x for x in module.layers if isinstance(x, layers.MaxPooling2D))
    assert (pool.pool_size, pool.strides, pool.padding) == ((3, 3), (1, 1), "same")
    assert module.output.shape == (None, 16, 16, 4 * 64)


@given(st.integers(1, 7), st.integers(1, 64), st.integers(1, 64))
def test_the_formula_counts_what_keras_stores(k: int, c_in: int, c_out: int):
    layer = layers.Conv2D(c_out, k)
    layer.build((None, 9, 9, c_in))
    stored = sum(int(np.prod(weight.shape)) for weight in layer.weights)
    assert names_of(SNIPPET)["conv_parameters"](k, c_in, c_out) == stored


def test_concatenation_lays_side_by_side():
    names = names_of(SNIPPET)
    np.testing.assert_array_equal(names["by_hand"], names["whole"])
    assert names["whole"].shape[-1] == 256


def test_the_recorded_values():
    values = recorded(SNIPPET).values
    assert values["parameters"] == values["by_hand"] == 76_096
    assert values["multiply_adds"] == 16 * 16 * (76_096 - 5 * 64)
    assert values["channels"] == 256
    assert (values["pool_size"], values["pool_size_default"]) == (16, 16 // 3)
    assert values["five_share"] == (1056 + 51264) / 76_096
    assert values["join_difference"] == 0
