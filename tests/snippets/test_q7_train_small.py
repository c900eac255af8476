"""Augmentation and the small network's parts, on generated images."""

import contextlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loading import recorded, run_cells
from q7_cifar import GROUP, PARAMETERS, stand_in
from sklearn.metrics import accuracy_score

SNIPPET = f"{GROUP}/train_small"


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_augmentation_moves_and_mirrors_and_no_more(seed: int):
    names = run_cells(SNIPPET, "imports", "augmentation")
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 256, (12, 32, 32, 3), dtype=np.uint8)
    found = names["augmented"](x.copy(), np.random.default_rng(seed))
    padded = np.pad(x, [(0, 0), (4, 4), (4, 4), (0, 0)], mode="reflect")
    for image, moved in zip(padded, found, strict=True):
        ways = (
            image[i : i + 32, j : j + 32][:, ::step]
            for i in range(9)
            for j in range(9)
            for step in (1, -1)
        )
        assert any(np.array_equal(way, moved) for way in ways)


def test_held_out_images_are_not_in_training(tmp_path: Path):
    arrays = stand_in(tmp_path)
    with contextlib.chdir(tmp_path):
        names = run_cells(SNIPPET, "imports", "settings")
        names["HELD_OUT"] = 50
        run_cells(SNIPPET, "data", names=names)
    assert len(names["x_val"]) == len(names["y_val"]) == 50
    whole = np.concatenate([names["x_train"], names["x_val"]])
    np.testing.assert_array_equal(whole, arrays["x_train"])


def test_the_recorded_steps():
    values = recorded(SNIPPET).values
    scores = [values[f"accuracy_{number}"] for number in range(values["num_steps"])]
    assert values["best"] == int(np.argmax(scores))
    assert values["best_accuracy"] == max(scores)
    assert values["parameters"] < PARAMETERS
    answers = pd.read_csv(recorded(SNIPPET).path / "artefacts" / "predicted.csv")
    assert accuracy_score(answers["label"], answers["predicted"]) == pytest.approx(
        values["test_accuracy"]
    )
