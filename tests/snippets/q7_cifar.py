"""What the tests of chapter 7 share: cells to run beside generated images.

The real images are on no machine that only tests; the cells run on a stand-in.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from hamgasht.datasets.catalogue import CIFAR10
from hamgasht.datasets.stand_ins import generate

GROUP = "q7_inception_cifar10"
PARAMETERS, TRAINED, PLAIN = 1_361_066, 1_360_298, 1_359_530
NETWORKS = {"dropout and BN": "dropout_and_bn", "plain": "plain"}
LOG = [0.628, 0.687, 0.726, 0.741, 0.757, 0.747, 0.753, 0.741]
"""Validation accuracy in the original's log, epoch by epoch."""


def stand_in(folder: Path) -> dict[str, np.ndarray]:
    """Write the generated stand-in into ``data/cifar10.npz`` and return its arrays."""
    (folder / "data").mkdir()
    generate(CIFAR10, folder / "data/cifar10.npz")
    return dict(np.load(folder / "data/cifar10.npz"))


@cache
def made_up_history() -> pd.DataFrame:
    """Return histories by chance: eight epochs of both networks."""
    rng = np.random.default_rng(0)
    runs = []
    for name in NETWORKS:
        curves = pd.DataFrame(
            rng.uniform(0.1, 1, (8, 4)).round(5),
            columns=["accuracy", "loss", "val_accuracy", "val_loss"],
        )
        runs.append(curves.assign(network=name, epoch=range(1, 9)))
    return pd.concat(runs, ignore_index=True)


@cache
def made_up_answers() -> pd.DataFrame:
    """Return labels and answers by chance, better for some classes than for others."""
    rng = np.random.default_rng(1)
    label = np.tile(np.arange(10), 60)
    table = {"label": label}
    for column in (*NETWORKS.values(), "predicted"):
        right = rng.random(len(label)) < 0.5 + 0.04 * label
        table[column] = np.where(right, label, rng.integers(0, 10, len(label)))
    return pd.DataFrame(table)


def write_inception(folder: Path) -> None:
    """Write what ``train_inception.py`` would leave, made up."""
    place = folder / "artefacts/train_inception"
    place.mkdir(parents=True)
    made_up_history().to_csv(place / "history.csv", index=False)
    made_up_answers().drop(columns="predicted").to_csv(
        place / "predicted.csv", index=False
    )
    seconds = pd.Series([120.4, 99.6], index=list(NETWORKS), name="seconds")
    seconds.to_csv(place / "seconds.csv", index_label="network")
