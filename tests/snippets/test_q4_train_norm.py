"""Statistics of batch normalisation, against NumPy and a layer of another momentum."""

import keras
import numpy as np
import pytest
from keras import layers
from loading import recorded, run_cells
from q4_mri import artefact

SNIPPET = "q4_mri_classifier/train_norm"
FIGURES = "q4_mri_classifier/norm_figures"
COLUMNS = ("running", "shorter", "anew")


def cells(*names: str) -> dict:
    """Return what some of the snippet's cells define."""
    return run_cells(SNIPPET, *names, names={"keras": keras, "layers": layers})


def statistics(model: keras.Model) -> list[np.ndarray]:
    """Return the averages of the model's layers of normalisation."""
    return [
        keras.ops.convert_to_numpy(variable)
        for layer in model.layers
        if isinstance(layer, layers.BatchNormalization)
        for variable in (layer.moving_mean, layer.moving_variance)
    ]


def test_statistics_computed_anew_are_plain_means_over_batches():
    image = keras.Input((4, 4, 2))
    model = keras.Model(image, layers.BatchNormalization()(image))
    x = np.random.default_rng(0).normal(3, 2, (192, 4, 4, 2)).astype("float32")
    before = statistics(model)
    copy = cells("statistics-computed-anew")["with_new_statistics"](model, x)
    parts = x.reshape(3, 64, 4, 4, 2)
    mean, variance = statistics(copy)
    np.testing.assert_allclose(mean, x.mean(axis=(0, 1, 2)), rtol=1e-5)
    expected = parts.var(axis=(1, 2, 3)).mean(axis=0)
    np.testing.assert_allclose(variance, expected, rtol=1e-5)
    for old, now in zip(before, statistics(model), strict=True):
        assert np.array_equal(old, now), "the network itself is as it was"


def trained(momentum: float, callbacks: list) -> keras.Model:
    """Return a tiny network after two epochs, the same but for its momentum."""
    keras.utils.set_random_seed(0)
    image = keras.Input((8, 8, 1))
    x = layers.Conv2D(4, 3, use_bias=False)(image)
    x = layers.BatchNormalization(momentum=momentum)(x)
    x = layers.GlobalAveragePooling2D()(layers.Activation("relu")(x))
    model = keras.Model(image, layers.Dense(1, activation="sigmoid")(x))
    model.compile(optimizer="adam", loss="binary_crossentropy")
    rng = np.random.default_rng(1)
    x = rng.normal(2, 3, (96, 8, 8, 1)).astype("float32")
    y = rng.integers(0, 2, 96).astype("float32")
    for _ in range(2):  # as the snippet does: one epoch a call
        model.fit(x, y, batch_size=16, callbacks=callbacks, verbose=0)
    return model


def test_the_shorter_memory_is_that_of_momentum_nine_tenths():
    names = cells("statistics-computed-anew", "a-shorter-memory")
    follower = names["ShorterMemory"]()
    trained(0.99, [follower])
    other = trained(0.9, [])
    for mine, own in zip(
        statistics(follower.network()), statistics(other), strict=True
    ):
        np.testing.assert_allclose(mine, own, rtol=1e-3, atol=1e-4)


def test_the_recorded_numbers_are_those_of_the_history():
    history, values = artefact("train_norm", "history.csv"), recorded(FIGURES).values
    assert len(history) == 60
    last = history[history["epoch"] == 12]
    for name in COLUMNS:
        assert values[f"{name}_end"] == pytest.approx(last[name].mean())
        assert values[f"{name}_low"] == pytest.approx(last[name].min())
        assert values[f"{name}_mean"] == pytest.approx(history[name].mean())
        jumps = [
            100 * abs(run.iloc[row] - run.iloc[row - 1])
            for _, run in history.groupby("fold")[name]
            for row in range(3, 12)
        ]
        assert values[f"{name}_largest"] == pytest.approx(max(jumps))
        assert values[f"{name}_jump"] == pytest.approx(np.mean(jumps))


def test_the_training_is_the_one_of_the_table():
    """The same seeds and the same step, so the same scores as recorded there."""
    ours = artefact("train_norm", "history.csv").set_index(["fold", "epoch"])
    steps = artefact("train_folds", "history.csv")
    theirs = steps[steps["step"] == "batch normalisation"]
    theirs = theirs.set_index(["fold", "epoch"])["val_accuracy"]
    assert ours["running"].corr(theirs) > 0.9


def test_the_recorded_claim():
    values = recorded(FIGURES).values
    # The same weights score higher with statistics computed anew, on each fold.
    assert values["folds_higher"] == 5
    assert values["gap_least"] > 0
    assert values["anew_mean"] > values["shorter_mean"] > values["running_mean"]
    assert values["anew_chance"] < values["running_chance"] / 4
    # Most of the jumping goes with them; a shorter memory alone does not take it.
    assert values["anew_jump"] < values["running_jump"] / 2
    assert values["shorter_jump"] > values["anew_jump"] * 2
    # And against group normalisation nothing is left that would be evidence.
    assert values["ahead_low"] < 0 < values["ahead_high"]
