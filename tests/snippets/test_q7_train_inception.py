"""The question's networks: parameters by hand, and a killed training that goes on."""

import contextlib
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from loading import cells_of, names_up_to, recorded
from q7_cifar import LOG, stand_in

SNIPPET = "q7_inception_cifar10/train_inception"
TINY = """
def network(regularised):
    x = image = keras.Input((32, 32, 3))
    x = layers.Conv2D(4, 3, strides=4, activation="relu")(x)
    if regularised:
        x = layers.Dropout(0.5)(layers.BatchNormalization()(x))
    x = layers.Dense(10, activation="softmax")(layers.Flatten()(x))
    return keras.Model(image, x)
"""


def conv(size: int, depth: int, filters: int) -> int:
    return size * size * depth * filters + filters


def by_hand(*, regularised: bool) -> int:
    """Return the parameters of the network that the question draws."""
    stem = conv(3, 3, 32) + conv(3, 32, 64) + conv(3, 64, 32)
    module = conv(1, 32, 64) + conv(1, 32, 32) + conv(3, 32, 64)
    module += conv(1, 32, 32) + conv(5, 32, 64) + conv(1, 32, 64)
    top = conv(3, 256, 128) + conv(3, 128, 256) + 16 * 16 * 256 * 10 + 10
    return stem + module + top + (4 * (128 + 256) if regularised else 0)


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """What the snippet defines before it trains, on generated images."""
    folder = tmp_path_factory.mktemp("inception")
    stand_in(folder)
    with contextlib.chdir(folder):
        return names_up_to(SNIPPET, "network")


def test_parameters_by_hand(names):
    assert names["network"](True).count_params() == by_hand(regularised=True)
    assert names["network"](False).count_params() == by_hand(regularised=False)
    assert by_hand(regularised=True) == 1_361_066  # the question's own number


def test_module_keeps_the_map_and_widens_it(names):
    image = names["keras"].Input((16, 16, 32))
    assert names["inception"](image).shape == (None, 16, 16, 4 * 64)


def test_each_epoch_sees_every_image_once_in_an_order_of_its_own(names):
    def labels(epoch: int) -> np.ndarray:
        return np.concatenate([y for _, y in names["shuffled"](epoch)]).argmax(axis=1)

    first, second = labels(1), labels(2)
    np.testing.assert_array_equal(first, labels(1))
    assert not np.array_equal(first, second)
    assert np.bincount(first).tolist() == np.bincount(second).tolist() == [20] * 10
    images = np.concatenate([x for x, _ in names["shuffled"](1)])
    assert images.dtype == np.float32
    assert images.min() >= 0
    assert 0.5 < images.max() <= 1


def test_a_killed_training_ends_where_an_uninterrupted_one_does(tmp_path: Path):
    """Killed with SIGKILL after its first epoch, started again: the same histories."""
    left = []
    for name, kill in (("whole", False), ("killed", True)):
        folder = tmp_path / name
        folder.mkdir()
        stand_in(folder)
        (folder / "train.py").write_text(script(), encoding="utf-8")
        if kill:
            started = start(folder)
            wait_for(folder / "checkpoints/dropout and BN-1.csv", started)
            started.send_signal(signal.SIGKILL)
            assert started.wait() == -signal.SIGKILL
            assert not (folder / "artefacts").exists()
        assert start(folder).wait() == 0
        left.append((folder / "artefacts/train_inception/history.csv").read_bytes())
    assert left[0] == left[1]


def script() -> str:
    """Return the snippet with a tiny network and three epochs."""
    cells = cells_of(SNIPPET)
    small = "NUM_EPOCHS, PRECISION = 3, 'float32'\n"
    small += "tf.config.run_functions_eagerly(True)\n"  # as a smoke run does
    wanted = ["imports", "settings", "data", "input-pipeline"]
    parts = [cells[name] for name in wanted]
    return "\n".join(
        [*parts, small, TINY, cells["training"], cells["files-for-the-figures"]]
    )


def start(folder: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "train.py"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_for(file: Path, process: subprocess.Popen) -> None:
    while not (file.exists() and file.stat().st_size):
        assert process.poll() is None, "it ended before its first epoch"
        time.sleep(0.01)


def test_the_recorded_values_are_those_of_the_histories():
    run = recorded(SNIPPET)
    values = run.values
    history = pd.read_csv(run.path / "artefacts/history.csv")
    assert values["parameters_bn"] == by_hand(regularised=True)
    assert values["parameters_plain"] == by_hand(regularised=False)
    assert values["trained_bn"] == by_hand(regularised=True) - 2 * (128 + 256)
    for short, name in (("bn", "dropout and BN"), ("plain", "plain")):
        curves = history[history["network"] == name]
        assert curves["epoch"].tolist() == list(range(1, values["num_epochs"] + 1))
        best = curves.loc[curves["val_accuracy"].idxmax()]
        assert values[f"{short}_best_epoch"] == best["epoch"]
        assert values[f"{short}_best_val_accuracy"] == pytest.approx(
            best["val_accuracy"]
        )
        end = curves.iloc[-1]
        assert values[f"{short}_gap"] == pytest.approx(
            end["accuracy"] - end["val_accuracy"]
        )


def test_the_predictions_score_as_the_last_epoch_did():
    run = recorded(SNIPPET)
    predicted = pd.read_csv(run.path / "artefacts/predicted.csv")
    assert len(predicted) == 10_000
    for short, column in (("bn", "dropout_and_bn"), ("plain", "plain")):
        right = (predicted[column] == predicted["label"]).mean()
        assert right == pytest.approx(
            run.values[f"{short}_last_val_accuracy"], abs=0.002
        )


def test_the_plain_network_follows_the_log_and_the_other_does_not():
    """Both curves of the original's log, and that more epochs only memorise."""
    history = pd.read_csv(recorded(SNIPPET).path / "artefacts/history.csv")
    runs = {
        name: run.set_index("epoch")[["accuracy", "val_accuracy"]]
        for name, run in history.groupby("network")
    }
    plain, other = runs["plain"], runs["dropout and BN"]
    log = pd.Series(LOG, index=range(1, 9))
    nearer = (plain["val_accuracy"] - log).abs() < (other["val_accuracy"] - log).abs()
    assert nearer[log.index].all()
    assert (plain["val_accuracy"] - log).abs().max() < 0.04
    assert plain["val_accuracy"].max() == pytest.approx(log.max(), abs=0.03)
    assert plain["accuracy"][8] == pytest.approx(0.911, abs=0.02)
    assert other["accuracy"][8] < 0.911 - 0.15
    assert plain["val_accuracy"].idxmax() == log.idxmax()
    assert plain["val_accuracy"][10] < plain["val_accuracy"].max() - 0.01
    assert other["val_accuracy"].idxmax() == 9
    assert other["val_accuracy"][9] > plain["val_accuracy"].max() - 0.01
