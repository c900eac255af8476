"""Two poolings follow multiples of four, whatever the weights."""

import keras
import numpy as np
from keras import layers
from keras.ops import convert_to_numpy
from loading import names_up_to, recorded

SNIPPET = "q5_strengths_and_limits/exercise_zigzag"
VALUES = recorded(SNIPPET).values


def test_a_total_stride_of_four_follows_shifts_by_four():
    found = names_up_to(SNIPPET, "train-and-test")
    keras.utils.set_random_seed(1)
    pool = layers.MaxPooling2D
    model = found["network"](
        found["conv"](8),
        pool(),
        found["conv"](32),
        pool(),
        layers.GlobalAveragePooling2D(),
    )
    answer = [
        convert_to_numpy(model(np.roll(found["x"][:8], shift, axis=2)))
        for shift in range(5)
    ]
    np.testing.assert_allclose(answer[4], answer[0], atol=1e-5)
    for shift in (1, 2, 3):
        assert np.abs(answer[shift] - answer[0]).max() > 1e-3


def test_the_answers_to_both_exercises():
    assert VALUES["four_lowest_exact"] > VALUES["four_highest_between"]
    assert abs(VALUES["off"]) < VALUES["middle"]
