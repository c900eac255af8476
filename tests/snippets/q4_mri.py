"""What the tests of chapter 4 share: small images, tables of them, networks.

The real images are on no machine that only tests; the cells run on generated ones.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pandas as pd
from loading import recorded
from loading import run_cells as run_cells  # tests of chapter 4 may ask here
from PIL import Image

from hamgasht.datasets.catalogue import BR35H
from hamgasht.datasets.stand_ins import SLICES, TWINS, generate

GROUP = "q4_mri_classifier"
GREY = {"yes": 131, "no": 1}
"""The grey of the first even image of a class; each next one is lighter by two."""


def even_images(folder: Path, each: int, size: tuple[int, int] = (32, 24)) -> None:
    """Write images of one grey each: light ones in ``yes``, dark ones in ``no``.

    The grey tells which file it was, whatever is done to the size.
    """
    for name, grey in GREY.items():
        (folder / name).mkdir(parents=True)
        for index in range(each):
            image = Image.new("L", size, grey + 2 * index)
            image.save(folder / name / f"{name}{index}.png")


def grey_of(path: str | Path) -> int:
    """Return the grey of an image that :func:`even_images` wrote."""
    path = Path(path)
    return GREY[path.parent.name] + 2 * int(path.stem.removeprefix(path.parent.name))


def even_table(folder: Path, num_folds: int = 5) -> pd.DataFrame:
    """Return what ``twins.py`` would write of even images, each its own group."""
    paths = sorted(folder.glob("*/*.png"))
    return pd.DataFrame(
        {
            "file": [path.name for path in paths],
            "label": [int(path.parent.name == "no") for path in paths],
            "group": range(len(paths)),
            "fold": [row % num_folds for row in range(len(paths))],
            "upright_fold": [(row + 1) % num_folds for row in range(len(paths))],
        }
    )


def stand_in(folder: Path) -> None:
    """Write the generated stand-in of the data set into ``data/br35h``."""
    (folder / "data").mkdir()
    generate(BR35H, folder / "data/br35h")


def slices_of_the_stand_in() -> Iterator[tuple[str, set[int]]]:
    """Yield class and file numbers of each slice with its altered copies."""
    for name in ("yes", "no"):
        first = 0
        for index in range(SLICES):
            many = 1 + TWINS[index % len(TWINS)]
            yield name, set(range(first, first + many))
            first += many


@cache
def groups() -> pd.DataFrame:
    """Return the recorded table of files, groups and folds."""
    return artefact("twins", "groups.csv")


def artefact(stem: str, name: str, **options: Any) -> pd.DataFrame:
    """Return a table that a snippet's recorded run left."""
    path = recorded(f"{GROUP}/{stem}").path / "artefacts" / name
    return pd.read_csv(path, **options)


def parameters_of_the_original(size: int) -> int:
    """Return how many parameters its layers have on square images, by hand."""
    side = size
    for _ in range(3):
        side = (side - 2) // 2
    convolutions = 160 + 4640 + 18496
    return convolutions + (side * side * 64 * 64 + 64) + 65


def tiny(size: int) -> keras.Model:
    """Return a network that trains in a moment."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((size, size, 1)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(2, 3, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def rank_area(truth: np.ndarray, score: np.ndarray) -> float:
    """Return how often a score of a true one is above one of a false one.

    Mann and Whitney's statistic, counted pair by pair; a tie counts half.
    """
    above = score[truth][:, None] - score[~truth][None]
    return float(((above > 0) + 0.5 * (above == 0)).mean())


class StoppedError(RuntimeError):
    """What stops a training in these tests."""


class Spy:
    """Stands for a network: notes what it is trained on, and answers with the grey."""

    def __init__(self):
        self.trained: list[set[int]] = []
        self.validated: list[set[int]] = []
        self.labels: list[bool] = []

    def compile(self, **options: Any) -> None:
        pass

    def count_params(self) -> int:
        return 1

    def save_weights(self, path: Path) -> None:
        path.write_bytes(b"weights")

    def fit(
        self,
        x: np.ndarray,
        y: np.ndarray,
        *,
        epochs: int,
        validation_data: tuple[np.ndarray, np.ndarray],
        **options: Any,
    ) -> SimpleNamespace:
        for images, labels, seen in (
            (x, y, self.trained),
            (*validation_data, self.validated),
        ):
            greys = images.max(axis=(1, 2, 3))
            seen.append(set(greys.tolist()))
            self.labels.append(np.array_equal(labels, greys < GREY["yes"]))
        metrics = ("accuracy", "loss", "val_accuracy", "val_loss")
        return SimpleNamespace(history=dict.fromkeys(metrics, [0.5] * epochs))

    def __call__(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        return x.max(axis=(1, 2)) / 255


class Builder:
    """A builder of networks that counts its calls and fails at one of them."""

    def __init__(self, build: Any, fail_at: int | None = None):
        self.build, self.fail_at, self.calls = build, fail_at, 0

    def __call__(self) -> keras.Model:
        self.calls += 1
        if self.calls == self.fail_at:
            raise StoppedError
        return self.build()
