"""The figures tell what the three trainings left."""

import pandas as pd
import pytest
from loading import recorded

SNIPPET = "q5_strengths_and_limits/learning_figures"
VALUES = recorded(SNIPPET).values


@pytest.mark.parametrize(
    ("network", "key"), [("convolutional", "conv"), ("dense", "dense")]
)
def test_ends_of_the_curves(network: str, key: str):
    folder = recorded("q5_strengths_and_limits/train_data_hunger").path
    table = pd.read_csv(folder / "artefacts/results.csv")
    table = table[table["network"] == network]
    for end, labels in (("fewest", 20), ("most", table["labels"].max())):
        chosen = table[table["labels"] == labels]
        accuracy = chosen["right"].sum() / chosen["images"].sum()
        assert VALUES[f"{key}_{end}"] == pytest.approx(accuracy, abs=1e-4)


def test_every_delay_was_tested():
    folder = recorded("q5_strengths_and_limits/train_sequences").path
    table = pd.read_csv(folder / "artefacts/results.csv")
    assert sorted(table["delay"].unique()) == list(range(96))
    assert (table.groupby(["network", "seed"])["delay"].count() == 96).all()
