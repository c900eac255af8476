"""The recorded curves show what the chapter says of augmentation."""

import pandas as pd
import pytest
from loading import recorded

SNIPPET = "q5_strengths_and_limits/robustness_figures"
VALUES = recorded(SNIPPET).values
TRAINED = recorded("q5_strengths_and_limits/train_robustness")
INSIDE = ("shift3", "turn45", "noise", "blur", "bright")


def test_the_figures_tell_what_the_training_left():
    table = pd.read_csv(TRAINED.path / "artefacts/results.csv")
    chosen = table[
        (table["kind"] == "shift")
        & (table["amount"] == 3)
        & (table["training"] == "as they are")
    ]
    accuracy = chosen["right"].sum() / chosen["images"].sum()
    assert VALUES["plain_shift3"] == pytest.approx(accuracy, abs=1e-4)
    assert VALUES["plain_clean"] == pytest.approx(TRAINED.values["plain_clean"])


@pytest.mark.parametrize("change", INSIDE)
def test_augmentation_helps(change: str):
    """Within its range it helps, but for blur, where the text says that it loses."""
    gain = VALUES[f"augmented_{change}"] - VALUES[f"plain_{change}"]
    assert gain < -0.05 if change == "blur" else gain > 0.02


def test_a_plain_network_is_not_robust():
    assert VALUES["plain_clean"] > 0.95
    assert VALUES["plain_shift3"] < 0.6
    assert VALUES["plain_turn90"] < 0.3


def test_augmentation_helps_little_beyond_its_range():
    assert VALUES["augmented_turn90"] < 0.6 < VALUES["augmented_shift3"]
    assert abs(VALUES["augmented_clean"] - VALUES["plain_clean"]) < 0.04
