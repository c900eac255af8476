"""The original training: fair batches, repeatable runs, and the published accuracy."""

from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest
from loading import recorded, run_cells
from q4_mri import (
    Builder,
    StoppedError,
    artefact,
    even_images,
    grey_of,
    groups,
    parameters_of_the_original,
)

SNIPPET = "q4_mri_classifier/train_original"
SIZE = 24
EACH = 40
NETWORKS = ("sequential", "functional")
METRICS = ["accuracy", "loss", "val_accuracy", "val_loss"]


def prepared(folder: Path, fail_at: int | None = None) -> dict:
    """Return the names before the training, as a new process has them.

    Args:
        folder: Where even images lie; the working folder.
        fail_at: Which call of the first builder fails.
    """
    keras.utils.set_random_seed(123)  # the loader's order must not depend on it
    names = run_cells(SNIPPET, "imports")
    names |= {"NUM_EPOCHS": 2, "SEEDS": [0, 1], "SIZE": SIZE}
    assert (folder / "data/br35h").is_dir()
    run_cells(SNIPPET, "data", "loader", "input-pipeline", *NETWORKS, names=names)
    names["sequential"] = Builder(names["sequential"], fail_at)
    names["functional"] = Builder(names["functional"])
    return names


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a new folder that holds even images."""
    even_images(tmp_path / "data/br35h", EACH)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def greys_of(batches) -> list[int]:
    """Return the grey of each image, in the order of the batches."""
    return [int(image.max()) for images, _ in batches for image in images.numpy()]


@pytest.mark.parametrize("api", NETWORKS)
@pytest.mark.parametrize("size", [64, 256])
def test_parameters_by_hand(api: str, size: int):
    names = run_cells(SNIPPET, "imports") | {"SIZE": size}
    model = run_cells(SNIPPET, api, names=names)[api]()
    assert model.count_params() == parameters_of_the_original(size)
    assert parameters_of_the_original(256) == 3_709_825


def test_an_epoch_has_each_image_once_in_a_new_order(here: Path):
    names = prepared(here)
    batches = names["batches"](0)
    one, other = greys_of(batches), greys_of(batches)
    assert len(batches) == 1
    assert len(one) == len(set(one)) == names["num_train"]
    assert sorted(one) == sorted(other)
    assert one != other
    every = {grey_of(path) for path in (here / "data/br35h").glob("*/*.png")}
    assert set(greys_of(names["val_set"])) == every - set(one)


def test_the_order_is_that_of_the_seed(here: Path):
    names = prepared(here)
    orders = []
    for seed in (0, 1, 0):
        keras.utils.set_random_seed(seed)
        orders.append(greys_of(names["batches"](seed)))
    assert orders[0] == orders[2] != orders[1]


def test_the_same_seed_gives_both_apis_one_history(here: Path):
    names = prepared(here)
    run_cells(SNIPPET, "training", "files-for-the-figures", names=names)
    history = pd.read_csv(here / "artefacts/train_original/history.csv")
    runs = history.set_index(["api", "seed"])[METRICS]
    one, other = runs.loc[("Sequential", 0)], runs.loc[("Functional", 0)]
    assert np.abs(one.to_numpy() - other.to_numpy()).max() == 0
    assert not np.array_equal(one, runs.loc[("Sequential", 1)])
    assert (
        history.groupby(["api", "seed"])["epoch"].apply(list).tolist() == [[1, 2]] * 3
    )

    # The last network is that of seed 0: it gives each file its answer.
    predictions = pd.read_csv(here / "artefacts/train_original/predictions.csv")
    images = np.ones((len(predictions), SIZE, SIZE, 1), "float32")
    paths = [
        here / "data/br35h" / ("no" if label else "yes") / file
        for file, label in zip(predictions["file"], predictions["label"], strict=True)
    ]
    assert all(path.exists() for path in paths)
    images *= np.array([grey_of(path) for path in paths])[:, None, None, None]
    answers = names["model"].predict(images, verbose=0)[:, 0]
    assert predictions["p_no"].nunique() > len(predictions) // 2
    np.testing.assert_allclose(predictions["p_no"], answers, atol=1e-5)

    values = run_cells(SNIPPET, "values", names=names)
    assert values["gap"] == 0
    assert values["num_train"] == 64
    assert len(values["val_files"]) == 16


def test_an_interrupted_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def work(folder: Path, fail_at: int | None = None) -> dict:
        if not folder.exists():
            even_images(folder / "data/br35h", EACH)
        monkeypatch.chdir(folder)
        names = prepared(folder, fail_at)
        run_cells(SNIPPET, "training", "files-for-the-figures", names=names)
        return names

    whole = work(tmp_path / "whole")
    assert whole["sequential"].calls == 2
    broken = tmp_path / "broken"
    with pytest.raises(StoppedError):
        work(broken, fail_at=2)
    finished = {path.name for path in (broken / "checkpoints").iterdir()}
    assert finished == {"Sequential-0.csv", "Sequential-0-predictions.csv"}
    assert not (broken / "artefacts").exists()
    resumed = work(broken)
    assert (resumed["sequential"].calls, resumed["functional"].calls) == (1, 1)
    for folder in ("checkpoints", "artefacts/train_original"):
        files = {path.name: path.read_text() for path in (broken / folder).iterdir()}
        assert files == {
            path.name: path.read_text()
            for path in (tmp_path / "whole" / folder).iterdir()
        }
    again = work(broken)
    assert again["sequential"].calls == again["functional"].calls == 0


def test_the_recorded_accuracy_is_that_of_the_question():
    values = recorded(SNIPPET).values
    assert values["parameters"] == 3_709_825
    assert (values["num_train"], values["num_val"]) == (2400, 600)
    assert values["num_epochs"] == 15
    assert values["val_accuracy"] == pytest.approx(0.97, abs=0.015)
    # Pixels from 0 to 255, not scaled: chance has .69, these begin far above.
    assert values["first_loss"] > 2


def test_the_recorded_apis_differ_by_nothing():
    history = artefact("train_original", "history.csv")
    runs = {
        (api, seed): run.sort_values("epoch")[METRICS].to_numpy()
        for (api, seed), run in history.groupby(["api", "seed"])
    }
    (seed,) = [seed for api, seed in runs if api == "Functional"]
    difference = runs["Functional", seed] - runs["Sequential", seed]
    assert np.abs(difference).max() == 0
    assert recorded(SNIPPET).values["api_gap"] == 0
    others = [
        run for (api, s), run in runs.items() if api == "Sequential" and s != seed
    ]
    assert others
    assert all(np.abs(run - runs["Sequential", seed]).max() > 0 for run in others)


def test_the_recorded_values_are_those_of_the_histories():
    values = recorded(SNIPPET).values
    history = artefact("train_original", "history.csv")
    assert history["epoch"].max() == values["num_epochs"]
    end = history[history["epoch"] == values["num_epochs"]]
    ends = end.loc[end["api"] == "Sequential", "val_accuracy"]
    assert len(ends) == values["num_seeds"] >= 3
    assert values["val_accuracy"] == pytest.approx(ends.mean(), abs=1e-6)
    assert values["val_accuracy_low"] == pytest.approx(ends.min(), abs=1e-6)
    assert values["val_accuracy_high"] == pytest.approx(ends.max(), abs=1e-6)
    assert end["accuracy"].mean() > 0.98  # the original's ended at 1.0


def test_the_recorded_predictions():
    predictions = artefact("train_original", "predictions.csv")
    table = groups().set_index("file").loc[predictions["file"]]
    assert predictions["file"].nunique() == 600
    assert (table["original"] == "val").all()
    assert (table["label"].to_numpy() == predictions["label"]).all()
    assert predictions["p_no"].between(0, 1).all()
    right = ((predictions["p_no"] > 0.5) == predictions["label"]).mean()
    history = artefact("train_original", "history.csv")
    first = history[(history["api"] == "Sequential") & (history["seed"] == 0)]
    ended = first.loc[first["epoch"].idxmax(), "val_accuracy"]
    # One image on the edge may fall to either side.
    assert right == pytest.approx(ended, abs=1.5 / 600)
