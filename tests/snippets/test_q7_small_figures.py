"""The ablation table and the scores, recomputed from made-up and recorded results."""

import math

import keras
import numpy as np
import pandas as pd
import pytest
from loading import recorded, run_in
from q7_cifar import GROUP, made_up_answers, write_inception
from sklearn.metrics import accuracy_score, recall_score

SNIPPET = f"{GROUP}/small_figures"
TRAINED = f"{GROUP}/train_small"
STEPS = ["four modules, global average pooling", "decaying rate"]
PARAMETERS = 3 * 3 + 3
CURVES = ["accuracy", "loss", "val_accuracy", "val_loss"]


def history() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    runs = [
        pd.DataFrame(rng.uniform(0, 1, (5, 4)), columns=CURVES).assign(
            step=name, epoch=range(1, 6)
        )
        for name in STEPS
    ]
    return pd.concat(runs)


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """Return what the snippet leaves of made-up results."""
    folder = tmp_path_factory.mktemp("figures")
    write_inception(folder)
    place = folder / "artefacts/train_small"
    place.mkdir()
    history().to_csv(place / "history.csv", index=False)
    tests = pd.Series(dict(zip(STEPS, (0.25, 0.75), strict=True)))
    tests.rename("test_accuracy").to_csv(place / "test.csv", index_label="step")
    made_up_answers()[["label", "predicted"]].to_csv(
        place / "predicted.csv", index=False
    )
    seconds = pd.Series(dict.fromkeys(STEPS, 12.3), name="seconds")
    seconds.to_csv(place / "seconds.csv", index_label="step")
    network = keras.Sequential([keras.Input((3,)), keras.layers.Dense(3)])
    network.save(place / "small_inception.keras")
    return run_in(folder, SNIPPET)


def test_the_file_is_loaded(names):
    assert names["parameters"] == names["network"].count_params() == PARAMETERS


def test_the_ablation(names):
    """Accuracies are means of epochs 3, 4 and 5 of five."""
    chosen = history().query("epoch >= 3").pivot(index="step", columns="epoch")
    last = {name: chosen[name].mean(axis=1)[STEPS] for name in CURVES}
    table = names["ablation"]
    assert list(table["step"]) == STEPS
    assert list(table["epochs"]) == [5, 5]
    for head, column in (
        ("training accuracy", "accuracy"),
        ("validation accuracy", "val_accuracy"),
    ):
        assert table[head].tolist() == pytest.approx(last[column].tolist(), abs=6e-4)
    assert table["test accuracy"].tolist() == [0.25, 0.75]
    first, second = last["val_accuracy"]
    assert table["gained"].isna().tolist() == [True, False], "nothing before the first"
    assert table["gained"][1] == pytest.approx(second - first, abs=6e-4)


def test_the_work_is_that_of_the_formula(names):
    """k² c_in c_out for each place of a map; Dense, one for each weight."""
    module = 32 * 64 + 32 * 32 + 9 * 32 * 64 + 32 * 32 + 25 * 32 * 64 + 32 * 64
    full = 9 * (3 * 32 + 32 * 64 + 64 * 32)  # on maps of 32 by 32
    halved = module + 9 * (256 * 128 + 128 * 256)  # of 16 by 16
    dense = 16 * 16 * 256 * 10
    assert names["question_work"] == 32**2 * full + 16**2 * halved + dense
    assert names["work"] == 3 * 3  # the made-up network
    values = recorded(SNIPPET).values
    assert values["question_work_millions"] == names["question_work"] / 1e6
    # the small network, whose work a page about the site counts as well
    assert values["work_millions"] == pytest.approx(27.363840)


def test_scores_and_classes_by_scikit_learn(names):
    answers = made_up_answers()
    columns = ["dropout_and_bn", "plain", "predicted"]
    for row, column in zip(names["test"].itertuples(index=False), columns, strict=True):
        share = accuracy_score(answers["label"], answers[column])
        half = 1.96 * math.sqrt(share * (1 - share) / len(answers))
        assert row[1:] == pytest.approx((share, share - half, share + half))
    for column, head in (
        ("dropout_and_bn", "dropout and BN"),
        ("predicted", "best small network"),
    ):
        by_class = recall_score(answers["label"], answers[column], average=None)
        assert names["by_class"][head].tolist() == pytest.approx(
            by_class.tolist(), abs=6e-4
        )


def test_the_recorded_best_is_that_of_the_training():
    values, trained = recorded(SNIPPET).values, recorded(TRAINED).values
    assert values["parameters"] == trained["parameters"] < 1_361_066
    assert values["times_smaller"] == pytest.approx(1_361_066 / trained["parameters"])
    assert values["test_accuracy"] == pytest.approx(trained["test_accuracy"], abs=2e-3)
    assert values["test_low"] < values["test_accuracy"] < values["test_high"]
    assert values["num_steps"] == trained["num_steps"]
    assert values["gained"] == pytest.approx(values["best_val"] - values["first_val"])
    points = 100 * values["gained"]
    assert values["gained_rate"] + values["gained_last"] == pytest.approx(points)
    assert values["first_val_least"] < values["first_val"] < values["first_val_most"]
    assert values["first_test"] == pytest.approx(trained["test_accuracy_0"])
