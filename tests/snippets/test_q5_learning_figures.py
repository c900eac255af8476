"""Every delay of the memory figure was tested."""

import pandas as pd
from loading import recorded


def test_every_delay_was_tested():
    folder = recorded("q5_strengths_and_limits/train_sequences").path
    table = pd.read_csv(folder / "artefacts/results.csv")
    assert sorted(table["delay"].unique()) == list(range(96))
    assert (table.groupby(["network", "seed"])["delay"].count() == 96).all()
