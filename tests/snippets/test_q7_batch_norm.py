"""Batch normalisation, against scikit-learn and against theory."""

import math

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers
from loading import names_of, recorded
from sklearn.preprocessing import StandardScaler

SNIPPET = "q7_inception_cifar10/batch_norm"
DATA = "q7_inception_cifar10/data"
CHAPTER_4 = "q4_mri_classifier/train_norm"


@pytest.fixture(scope="module")
def names() -> dict:
    return names_of(SNIPPET)


def test_in_training_it_is_a_scaler_for_each_channel():
    rng = np.random.default_rng(3)
    x = rng.normal(5, 3, (6, 4, 4, 2)).astype("float32")
    layer = layers.BatchNormalization(epsilon=1e-9)
    found = keras.ops.convert_to_numpy(layer(x, training=True))
    scaled = StandardScaler().fit_transform(x.reshape(-1, 2))
    np.testing.assert_allclose(found.reshape(-1, 2), scaled, atol=1e-4)


def test_gamma_and_beta_are_deviation_and_mean(names):
    o = names["whole_train"]
    assert names["train_difference"] < 1e-5
    assert names["test_difference"] < 1e-5
    layer = layers.BatchNormalization()
    layer.build(names["x"].shape)
    layer.set_weights([names["gamma"], names["beta"], np.zeros(3), np.ones(3)])
    o = keras.ops.convert_to_numpy(layer(names["x"], training=True))
    np.testing.assert_allclose(o.mean(axis=(0, 1, 2)), names["beta"], atol=1e-4)
    np.testing.assert_allclose(o.std(axis=(0, 1, 2)), names["gamma"], rtol=0.003)


@settings(max_examples=10)
@given(st.floats(0.5, 0.99), st.integers(1, 60))
def test_what_is_missing_falls_geometrically(momentum: float, steps: int):
    layer = layers.BatchNormalization(momentum=momentum)
    layer.build((None, 1))
    batch = np.array([[4.0], [6.0]], "float32")
    for _ in range(steps):
        layer(batch, training=True)
    mean = float(keras.ops.convert_to_numpy(layer.moving_mean)[0])
    assert mean == pytest.approx(5 * (1 - momentum**steps), rel=1e-3)


def test_the_curves_are_those_of_the_formula(names):
    for momentum, shares in names["arrived"].items():
        theory = 1 - momentum ** names["steps"]
        np.testing.assert_allclose(shares, theory, atol=1e-4)


def test_what_the_histograms_show_is_the_formula(names):
    """Before, after in training, and after 50 and 600 steps at inference."""
    before, in_training, early, late = (names["panels"][n] for n in names["order"])
    np.testing.assert_array_equal(before, names["x"])
    mean, variance = names["mean"], names["variance"]
    for found, come in ((early, 1 - 0.99**50), (late, 1 - 0.99**600)):
        scale = np.sqrt(1 + come * (variance - 1) + names["epsilon"])
        wanted = names["gamma"] * (before - come * mean) / scale + names["beta"]
        np.testing.assert_allclose(found, wanted, atol=1e-3)
    np.testing.assert_allclose(late, in_training, atol=0.03)
    assert np.abs(early - in_training).max() > 0.5


def test_an_image_depends_on_its_batch_in_training_only(names):
    assert np.abs(names["alone"] - names["in_batch"]).max() < 1e-6
    assert np.abs(names["alone_train"] - names["whole_train"]).max() > 0.01


def test_the_scale_of_the_weights(names):
    slopes = names["slopes"]
    assert slopes["loss"].max() - slopes["loss"].min() < 1e-5
    assert abs(slopes["slope"][0]) > 1e-4
    np.testing.assert_allclose(
        slopes["slope"] * slopes["weights times"], slopes["slope"][0], rtol=0.01
    )


def test_the_recorded_values():
    values = recorded(SNIPPET).values
    assert (values["numbers"], values["trained"]) == (4 * 3, 2 * 3)
    assert values["slope_ratio"] == pytest.approx(8, rel=0.01)
    assert values["arrived_99_50"] == pytest.approx(1 - 0.99**50, abs=1e-4)
    assert values["arrived_99_300"] == pytest.approx(1 - 0.99**300, abs=1e-4)
    assert values["arrived_90_50"] == pytest.approx(1 - 0.9**50, abs=1e-4)
    steps = values["steps_an_epoch"]
    assert steps == math.ceil(recorded(DATA).values["train_images"] / 64) == 782
    assert values["arrived_epoch"] == pytest.approx(1 - 0.99**steps)
    assert values["arrived_epoch"] > 0.999
    assert recorded(CHAPTER_4).values["steps"] == 38
    assert values["arrived_38"] == pytest.approx(1 - 0.99**38)
    for name in ("train_difference", "test_difference", "undo_difference"):
        assert values[name] < 1e-4
