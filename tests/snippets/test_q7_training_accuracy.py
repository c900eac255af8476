"""What Keras logs is the mean of the batches, each scored before its own step."""

import keras
import numpy as np
import pytest
from keras.ops import convert_to_numpy
from loading import recorded, run_cells

SNIPPET = "q7_inception_cifar10/training_accuracy"
VALUES = recorded(SNIPPET).values


def test_the_logged_accuracy_is_a_running_mean():
    """Without dropout, it is what one gets by hand, batch by batch."""
    names = run_cells(SNIPPET, "imports", "images", "network")
    x, y = names["x_train"][:256], names["y_train"][:256]
    keras.utils.set_random_seed(0)
    by_hand, by_keras = names["network"](), names["network"]()
    for model in (by_hand, by_keras):
        next(layer for layer in model.layers if "dropout" in layer.name).rate = 0.0
    by_hand.set_weights(by_keras.get_weights())
    right = 0
    for start in range(0, len(x), 64):
        part = slice(start, start + 64)
        answers = convert_to_numpy(by_hand(x[part], training=True))
        right += (answers.argmax(axis=1) == y[part]).sum()
        by_hand.train_on_batch(x[part], y[part])
    fit = by_keras.fit(x, y, batch_size=64, epochs=1, shuffle=False, verbose=0)
    assert fit.history["accuracy"][0] == pytest.approx(right / len(x))
    answers = convert_to_numpy(by_keras(x)).argmax(axis=1)
    assert np.mean(answers == y) > right / len(x)  # by the weights at the end


def test_each_reason_shows_where_it_should():
    """The running mean at first, dropout until the end."""
    assert VALUES["first_with"] - VALUES["first_logged"] > 0.05
    assert VALUES["last_without"] > VALUES["last_with"]
    assert abs(VALUES["last_with"] - VALUES["last_logged"]) < 0.01
    assert VALUES["last_logged"] < VALUES["last_val"] < VALUES["last_without"]
