"""Steps to a better network: counts by formula, repeatable trainings, honest folds."""

from itertools import product
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest
from loading import recorded, run_cells
from PIL import Image
from q4_mri import (
    Builder,
    Spy,
    StoppedError,
    artefact,
    even_images,
    even_table,
    grey_of,
    groups,
    parameters_of_the_original,
    tiny,
)

SNIPPET = "q4_mri_classifier/train_folds"
FOLDER = "artefacts/train_folds"
AUGMENTED = (
    "augmentation",
    "augmentation, group normalisation",
    "aspect ratio kept, augmentation",
    "cropped to a square, augmentation",
)
"""The steps that are trained twice as long."""

WHOLE = [
    "dropout",
    "averaged weights, decaying rate",
    "augmentation",
    "augmentation, group normalisation",
]
"""The steps whose network is the whole small one, on stretched images."""

SIZE = 16
COUNT = 60


def defined() -> dict:
    """Return the snippet's functions, with a few random images in folds."""
    names = run_cells(SNIPPET, "imports")
    rng = np.random.default_rng(0)
    fold = np.arange(COUNT) % 5
    names |= {
        "SIZE": SIZE,
        "fold": fold,
        "y": (np.arange(COUNT) // 5 % 2).astype("float32"),
        "images": rng.integers(0, 256, (COUNT, SIZE, SIZE), dtype=np.uint8),
    }
    cells = ("the-original-layers", "the-small-network", "one-training", "answers")
    return run_cells(SNIPPET, *cells, names=names)


PER_CHANNEL = {None: 1, "group": 2, "batch": 4}
"""What a channel has beside its filter: bias; scale and shift; two means more."""


def small_by_hand(average: bool, maximum: bool, norm: str | None) -> int:
    """Return how many parameters the small network has."""
    total, before = 0, 1
    for filters in (16, 32, 64, 128):
        total += 9 * before * filters + PER_CHANNEL[norm] * filters
        before = filters
    return total + 128 * (average + maximum) + 1


@pytest.mark.parametrize(
    ("average", "maximum", "norm"),
    [
        case
        for case in product((False, True), (False, True), PER_CHANNEL)
        if case[0] or case[1]
    ],
)
def test_parameters_by_formula(average: bool, maximum: bool, norm: str | None):
    small = defined()["small"]
    for augment, dropout in ((False, 0.4), (True, 0.0)):
        model = small(average, maximum, norm, dropout, augment)
        assert model.count_params() == small_by_hand(average, maximum, norm)


def bare_and_augmented(names: dict) -> tuple[keras.Model, keras.Model]:
    """Return two networks of the same weights, the second one with augmentation."""
    keras.utils.set_random_seed(0)
    bare, augmented = (
        names["small"](dropout=0.0, norm=None, augment=augment)
        for augment in (False, True)
    )
    augmented.set_weights(bare.get_weights())
    return bare, augmented


def test_groups_are_eight_channels_of_one_image():
    small = defined()["small"]
    norms = [
        layer
        for layer in small(norm="group", dropout=0.0).layers
        if isinstance(layer, keras.layers.GroupNormalization)
    ]
    rng = np.random.default_rng(0)
    assert len(norms) == 4
    for layer, filters in zip(norms, (16, 32, 64, 128), strict=True):
        x = rng.normal(3, 2, (2, 4, 4, filters)).astype("float32")
        parts = x.reshape(2, 4, 4, filters // 8, 8)
        mean, spread = (
            measure(parts, axis=(1, 2, 4), keepdims=True)
            for measure in (np.mean, np.var)
        )
        expected = ((parts - mean) / np.sqrt(spread + 1e-3)).reshape(x.shape)
        for training in (False, True):  # a batch changes nothing
            np.testing.assert_allclose(layer(x, training=training), expected, atol=1e-4)


def test_augmentation_changes_training_only():
    names = defined()
    bare, augmented = bare_and_augmented(names)
    images = names["images"].astype("float32")[..., None]
    expected = bare(images, training=False)
    np.testing.assert_array_equal(expected, augmented(images, training=False))
    trained = augmented(images, training=True)
    assert np.abs(trained - bare(images, training=True)).max() > 1e-3


def test_the_answers_of_an_augmented_network_are_of_the_images_as_they_are():
    names = defined()
    bare, augmented = bare_and_augmented(names)
    np.testing.assert_array_equal(
        names["answers"](augmented, names["images"]),
        names["answers"](bare, names["images"]),
    )


def test_answers_are_those_of_the_whole_at_once():
    names = defined()
    images = np.concatenate([names["images"]] * 4)  # more than one portion
    model = names["small"]()
    np.testing.assert_allclose(
        names["answers"](model, images),
        model.predict(images[..., None], verbose=0)[:, 0],
        atol=2e-5,
    )


@pytest.mark.parametrize("averaged", [False, True])
def test_the_same_training_gives_the_same_weights(averaged: bool):
    names = defined()

    def trained(k: int) -> list[np.ndarray]:
        build = lambda: names["small"](augment=True)  # noqa: E731
        model, _ = names["train"](build, averaged, names["images"], 1, k)
        return model.get_weights()

    one, other, another = trained(1), trained(1), trained(2)
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    assert not np.array_equal(one[0], another[0])


@pytest.mark.parametrize("averaged", [False, True])
def test_the_answers_are_those_that_were_validated(averaged: bool):
    # Averaged weights must be the ones in the network when the training is over.
    names = defined()
    k, images = 3, names["images"]
    model, curves = names["train"](lambda: tiny(SIZE), averaged, images, 3, k)
    held_out = names["fold"] == k
    p = names["answers"](model, images[held_out]).astype(float)
    y = names["y"][held_out]
    loss = -np.mean(np.log(np.where(y == 1, p, 1 - p)))
    assert curves["val_loss"].iloc[-1] == pytest.approx(loss, abs=1e-4)
    assert curves["val_accuracy"].iloc[-1] == pytest.approx(np.mean((p > 0.5) == y))
    assert len(curves) == 3


def test_the_rate_decays_to_nothing():
    names = defined()
    model, _ = names["train"](lambda: tiny(SIZE), True, names["images"], 2, 0)
    steps = 2 * 1  # 48 images are one batch
    assert int(model.optimizer.iterations) == steps
    schedule = model.optimizer._learning_rate
    assert float(schedule(0)) == pytest.approx(3e-3)
    assert float(schedule(steps)) == pytest.approx(0, abs=1e-9)


def prepare(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a folder with even images and a table of them, and work there."""
    if not folder.exists() or not any(folder.iterdir()):
        even_images(folder / "data/br35h", 10)
        (folder / "artefacts/twins").mkdir(parents=True)
        table = even_table(folder / "data/br35h")
        table.to_csv(folder / "artefacts/twins/groups.csv", index=False)
    monkeypatch.chdir(folder)


def work(build, folds: list[int]) -> dict:
    """Run the snippet on small images, with four steps of our own."""
    names = run_cells(SNIPPET, "imports")
    run_cells(SNIPPET, "images-and-folds", "one-training", "answers", names=names)
    names |= {"NUM_EPOCHS": 1, "FOLDS": folds}
    names["steps"] = {
        "dropout": (build, False, names["stretched"], 1),
        "averaged weights, decaying rate": (build, True, names["padded"], 1),
        "augmentation": (build, True, names["stretched"], 2),
        "augmentation, group normalisation": (build, False, names["cropped"], 1),
    }
    names["parameters"] = dict.fromkeys(names["steps"], 10)
    return run_cells(
        SNIPPET,
        "training-of-all-steps",
        "files-for-the-figures",
        "the-best-network-s-weights",
        "values",
        names=names,
    )


def test_images_are_stretched_padded_and_cropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    prepare(tmp_path, monkeypatch)
    Image.new("L", (200, 100), 255).save(tmp_path / "data/br35h/no/no0.png")
    Image.new("L", (90, 270), 255).save(tmp_path / "data/br35h/yes/yes0.png")
    middle = Image.new("L", (300, 100))
    middle.paste(255, (95, 0, 205, 100))  # and what the resizing touches
    middle.save(tmp_path / "data/br35h/yes/yes1.png")
    names = run_cells(SNIPPET, "imports", "images-and-folds")
    rows = {file: row for row, file in enumerate(names["table"]["file"])}
    stretched, padded, cropped = (
        names[name] for name in ("stretched", "padded", "cropped")
    )
    assert stretched.shape == padded.shape == cropped.shape == (20, 64, 64)
    for row, (file, label) in enumerate(names["names"]):
        assert names["y"][row] == label == file.startswith("no")
        if file not in ("no0.png", "yes0.png", "yes1.png"):
            grey = grey_of(tmp_path / ("no" if label else "yes") / file)
            assert set(stretched[row].ravel().tolist()) == {grey}
            assert padded[row].max() == grey
            assert set(cropped[row].ravel().tolist()) == {grey}
    wide, narrow = rows["no0.png"], rows["yes0.png"]
    assert (stretched[[wide, narrow]] == 255).all()
    assert (cropped[[wide, narrow, rows["yes1.png"]]] == 255).all()
    assert np.mean(stretched[rows["yes1.png"]] > 127) == pytest.approx(0.37, abs=0.02)
    expected = np.zeros((64, 64))
    expected[16:48] = 255
    np.testing.assert_array_equal(padded[wide], expected)
    columns = padded[narrow].max(axis=0) == 255
    assert columns.sum() == round(64 * 90 / 270) == 21
    left = round((64 - 21) / 2)
    np.testing.assert_array_equal(np.flatnonzero(columns), left + np.arange(21))


def test_no_image_is_smaller_than_the_square():
    # Making an image smaller, and padding or cropping, is all that is done to it.
    assert groups()[["width", "height"]].to_numpy().min() >= 64


def test_the_held_out_are_not_trained_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    prepare(tmp_path, monkeypatch)
    spy = Spy()
    names = work(lambda: spy, folds=[0, 1])
    greys = names["stretched"].max(axis=(1, 2))
    assert all(spy.labels)
    assert len(spy.trained) == 8
    for trained, validated, k in zip(
        spy.trained, spy.validated, [0, 1] * 4, strict=True
    ):
        assert validated == set(greys[names["fold"] == k].tolist())
        assert trained == set(greys.tolist()) - validated
    for number in range(4):
        predictions = pd.read_csv(tmp_path / FOLDER / f"predictions-{number}.csv")
        assert sorted(predictions["fold"]) == [0] * 4 + [1] * 4
        for row in predictions.itertuples():
            grey = grey_of(tmp_path / ("no" if row.label else "yes") / row.file)
            assert row.p_no == pytest.approx(grey / 255, abs=1e-5)
    history = pd.read_csv(tmp_path / FOLDER / "history.csv")
    epochs = history.groupby(["step", "fold"], sort=False)["epoch"].max()
    assert epochs.tolist() == [1, 1, 1, 1, 2, 2, 1, 1]


def same_but_for_the_time(one: Path, other: Path) -> bool:
    """Return whether two files hold the same, seconds left out."""
    if one.suffix == ".h5":
        models = tiny(64), tiny(64)
        for model, path in zip(models, (one, other), strict=True):
            model.load_weights(path)
        arrays = (model.get_weights() for model in models)
        return all(np.array_equal(a, b) for a, b in zip(*arrays, strict=True))
    tables = (pd.read_csv(path) for path in (one, other))
    first, second = (table.drop(columns="seconds", errors="ignore") for table in tables)
    return first.equals(second)


def test_an_interrupted_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    prepare(whole, monkeypatch)
    builder = Builder(lambda: tiny(64))
    work(builder, folds=[0])
    assert builder.calls == 4

    prepare(broken, monkeypatch)
    with pytest.raises(StoppedError):
        work(Builder(lambda: tiny(64), fail_at=2), folds=[0])
    finished = {path.name for path in (broken / "checkpoints").iterdir()}
    assert finished == {"history-0-0.csv", "predictions-0-0.csv", "0-0.weights.h5"}
    before = (broken / "checkpoints/history-0-0.csv").read_text()
    resumed = Builder(lambda: tiny(64))
    work(resumed, folds=[0])
    assert resumed.calls == 3
    assert (broken / "checkpoints/history-0-0.csv").read_text() == before
    for folder in ("checkpoints", FOLDER):
        names = {path.name for path in (whole / folder).iterdir()}
        assert names == {path.name for path in (broken / folder).iterdir()}
        for name in names:
            assert same_but_for_the_time(whole / folder / name, broken / folder / name)
    losses = pd.read_csv(broken / FOLDER / "history.csv")["val_loss"]
    # Images of one grey are the same cropped: so are the first training and the last.
    assert losses.nunique() == len(losses) - 1 == 4


def recorded_predictions(number: int) -> pd.DataFrame:
    """Return one step's recorded answers."""
    return artefact("train_folds", f"predictions-{number}.csv")


def right(predictions: pd.DataFrame) -> pd.Series:
    """Return which answers are right."""
    return (predictions["p_no"] > 0.5) == predictions["label"].astype(bool)


def test_the_recorded_parameters():
    sizes = artefact("train_folds", "steps.csv", index_col=0)["parameters"]
    assert sizes.to_list() == [
        parameters_of_the_original(64),
        small_by_hand(True, False, None),
        small_by_hand(True, False, "group"),
        small_by_hand(True, False, "batch"),
        *[small_by_hand(True, True, "batch")] * 4,
        small_by_hand(True, True, "group"),
        *[small_by_hand(True, True, "batch")] * 3,
    ]
    values = recorded(SNIPPET).values
    assert values["best_parameters"] == sizes.iloc[values["best"]]
    assert sizes.index[-3:].to_list() == ["aspect ratio kept", *AUGMENTED[2:]]


def test_the_recorded_predictions():
    values = recorded(SNIPPET).values
    assert values["num_folds"] == 5
    table = groups().set_index("file")
    accuracies = {}
    steps = artefact("train_folds", "steps.csv", index_col=0).index
    assert len(steps) == values["num_steps"]
    for number, step in enumerate(steps):
        predictions = recorded_predictions(number)
        assert len(predictions) == predictions["file"].nunique() == 3000
        own = table.loc[predictions["file"]]
        for column in ("label", "fold"):
            assert (own[column].to_numpy() == predictions[column]).all()
        accuracies[step] = right(predictions).mean()
        assert values[f"accuracy_{number}"] == pytest.approx(accuracies[step])
    best = max(WHOLE, key=accuracies.get)
    assert steps[values["best"]] == best
    assert values["best_accuracy"] == pytest.approx(accuracies[best])


def test_the_recorded_histories_end_where_the_predictions_are():
    history = artefact("train_folds", "history.csv")
    sizes = artefact("train_folds", "steps.csv", index_col=0)
    values = recorded(SNIPPET).values
    for number, step in enumerate(sizes.index):
        predictions = recorded_predictions(number)
        run = history[history["step"] == step]
        epochs = values["num_epochs"] * (2 if step in AUGMENTED else 1)
        for k in range(5):
            curves = run[run["fold"] == k].set_index("epoch")
            assert sorted(curves.index) == list(range(1, epochs + 1))
            found = right(predictions[predictions["fold"] == k]).mean()
            assert found == pytest.approx(curves["val_accuracy"][epochs], abs=2.5 / 600)


def test_the_recorded_best_network_is_the_one_that_was_judged():
    # The network kept as a file fits its step, and holds what training made of it.
    values = recorded(SNIPPET).values
    names = run_cells(SNIPPET, "imports") | {"SIZE": 64}
    names |= dict.fromkeys(("stretched", "padded", "cropped"))
    run_cells(
        SNIPPET, "the-original-layers", "the-small-network", "the-steps", names=names
    )
    model = list(names["steps"].values())[values["best"]][0]()
    keras = names["keras"]
    kept = recorded("q4_mri_classifier/grad_cam").path / "artefacts/small_mri.keras"
    trained = keras.models.load_model(kept)
    shapes = [array.shape for array in trained.get_weights()]
    ours = [array.shape for array in model.get_weights()]
    assert [shape for shape in ours if shape != (2,)] == shapes  # without seeds
    norms = [layer for layer in trained.layers if "BatchNorm" in type(layer).__name__]
    assert len(norms) == 4
    for layer in norms:  # a new one has means of 0 and variances of 1
        assert np.abs(np.asarray(layer.moving_mean)).max() > 0.01
        assert np.abs(np.asarray(layer.moving_variance) - 1).max() > 0.01


def test_the_recorded_scores_are_honest():
    values = recorded(SNIPPET).values
    for number in range(values["num_steps"]):
        # Above chance by five standard errors, and below the random split's .97.
        assert 0.5 + 5 * np.sqrt(0.25 / 3000) < values[f"accuracy_{number}"] < 0.97
    assert values["size"] == 64
