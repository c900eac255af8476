"""The figures on motion: they tell what the training left, with its spread."""

import csv
import math
import statistics

import pytest
from loading import ROOT, names_up_to, recorded
from test_q3_train_motion import SNIPPET as TRAINED

SNIPPET = "q3_shapes_and_parameters/motion_figures"
KEYS = {
    "mean": "frame by frame, mean",
    "flatten": "frame by frame, Flatten",
    "gru": "frame by frame, GRU",
    "channels": "frames as channels",
    "conv3d": "Conv3D",
}


@pytest.mark.parametrize(("key", "name"), KEYS.items())
def test_mean_and_range_are_those_of_the_seeds(key: str, name: str):
    values, trained = recorded(SNIPPET).values, recorded(TRAINED).values
    folder = ROOT / "docs" / "outputs" / TRAINED / "artefacts"
    with (folder / "accuracies.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["network"] == name]
    for onset, part in (("train_onset", ""), ("last_onset", "_late")):
        scores = [
            int(row["correct"]) / int(row["clips"])
            for row in rows
            if int(row["onset"]) == trained[onset]
        ]
        assert len(scores) == trained["num_seeds"] >= 5
        mean = values[f"{key}{part}" if part else f"{key}_accuracy"]
        assert mean == pytest.approx(statistics.mean(scores))
        assert values[f"{key}{part}_low"] == pytest.approx(min(scores))
        assert values[f"{key}{part}_high"] == pytest.approx(max(scores))


@pytest.mark.parametrize(("key", "name"), KEYS.items())
def test_multiply_adds_by_keras_shapes(key: str, name: str):
    model = names_up_to(TRAINED, "networks")["networks"][name]()
    work = sum(
        math.prod(layer.output.shape[1:]) * math.prod(layer.kernel.shape[:-1])
        for layer in model.layers
        if type(layer).__name__.startswith("Conv")
    )
    values = recorded(SNIPPET).values
    assert values[f"{key}_work"] == work
    assert values[f"{key}_parameters"] == model.count_params()


def test_a_reversed_clip_changes_every_answer_but_that_of_the_mean():
    values = recorded(SNIPPET).values
    assert values["mean_change"] < 1e-4
    assert min(values[f"{key}_change"] for key in KEYS if key != "mean") > 0.8
