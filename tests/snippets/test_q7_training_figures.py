"""Distances, gaps and confusions, recomputed from made-up and recorded results."""

import math

import numpy as np
import pandas as pd
import pytest
from loading import recorded, run_in
from q7_cifar import (
    GROUP,
    LOG,
    NETWORKS,
    made_up_answers,
    made_up_history,
    write_inception,
)
from scipy.spatial.distance import euclidean
from sklearn.metrics import accuracy_score, confusion_matrix

SNIPPET = f"{GROUP}/training_figures"
TRAINED = f"{GROUP}/train_inception"
TRAIN = {1: 0.509, 8: 0.911}
SHORT = {"dropout and BN": "bn", "plain": "plain"}


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """Return what the snippet leaves of made-up results."""
    folder = tmp_path_factory.mktemp("figures")
    write_inception(folder)
    return run_in(folder, SNIPPET)


def distances(history: pd.DataFrame, name: str) -> tuple[float, float]:
    """Return root mean squares of the differences from the log."""
    run = history[history["network"] == name].set_index("epoch")
    both = min(len(run), len(LOG))
    val = euclidean(run["val_accuracy"][:both], LOG[:both]) / math.sqrt(both)
    known = {epoch: score for epoch, score in TRAIN.items() if epoch in run.index}
    train = euclidean(run["accuracy"][list(known)], list(known.values()))
    return val, train / math.sqrt(len(known))


def test_the_log_is_the_original_s(names):
    assert names["original_val"].tolist() == LOG
    assert names["original_train"].to_dict() == TRAIN


def test_distances(names):
    table = names["distances"].set_index("network")
    for name in NETWORKS:
        assert table.loc[name].tolist() == pytest.approx(
            distances(made_up_history(), name)
        )


def test_the_nearer_one_is_named(names):
    by_hand = {name: distances(made_up_history(), name) for name in NETWORKS}
    for number in (0, 1):
        nearest = min(NETWORKS, key=lambda name: by_hand[name][number])
        assert names["nearer"].iloc[number] == nearest


def test_the_ends_of_each_run(names):
    table = names["ends"].set_index("network")
    for name, run in made_up_history().groupby("network"):
        row = table.loc[name]
        best = run.loc[run["val_accuracy"].idxmax()]
        end = run[run["epoch"] == 8].iloc[0]
        assert row.iloc[0] == pytest.approx(best["val_accuracy"])
        assert row["in epoch"] == best["epoch"]
        assert row["gap"] == pytest.approx(end["accuracy"] - end["val_accuracy"])
    original = table.loc["original"]
    assert original.tolist() == pytest.approx([0.757, 5, 0.741, 0.911, 0.17, 1500])


def test_confusions_by_scikit_learn(names):
    answers = made_up_answers()
    by_sklearn = confusion_matrix(answers["label"], answers["dropout_and_bn"])
    np.testing.assert_array_equal(names["counts"], by_sklearn)
    both_ways = by_sklearn + by_sklearn.T
    upper = np.sort(both_ways[np.triu_indices(10, 1)])[::-1][:5]
    found = names["confused"].iloc[:, 2:].sum(axis=1)
    assert found.tolist() == upper.tolist()
    classes = list(names["names"])
    for one, other, there, back in names["confused"].itertuples(index=False):
        i, j = classes.index(one), classes.index(other)
        assert (there, back) == (by_sklearn[i, j], by_sklearn[j, i])


def test_the_interval(names):
    answers = made_up_answers()
    right = accuracy_score(answers["label"], answers["dropout_and_bn"])
    error = math.sqrt(right * (1 - right) / len(answers))
    assert names["values"]["half_width"] == pytest.approx(1.96 * error)


def test_the_recorded_figures_tell_what_the_training_left():
    values, trained = recorded(SNIPPET).values, recorded(TRAINED).values
    folder = recorded(TRAINED).path / "artefacts"
    history = pd.read_csv(folder / "history.csv")
    assert len(history) == 2 * trained["num_epochs"]
    for name, short in SHORT.items():
        val, train = distances(history, name)
        assert values[f"{short}_distance_val"] == pytest.approx(val)
        assert values[f"{short}_distance_train"] == pytest.approx(train)
        assert values[f"{short}_gap"] == pytest.approx(trained[f"{short}_gap"])
    answers = pd.read_csv(folder / "predicted.csv")
    for name, column in NETWORKS.items():
        score = accuracy_score(answers["label"], answers[column])
        assert score == pytest.approx(
            trained[f"{SHORT[name]}_last_val_accuracy"], abs=0.002
        )
