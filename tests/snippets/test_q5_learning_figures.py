"""Every delay of the memory figure was tested."""

import pandas as pd
from loading import recorded


def test_every_delay_was_tested():
    folder = recorded("q5_strengths_and_limits/train_sequences").path
    table = pd.read_csv(folder / "artefacts/results.csv")
    assert sorted(table["delay"].unique()) == list(range(96))
    assert (table.groupby(["network", "seed"])["delay"].count() == 96).all()


def test_no_seed_forgets_inside_its_field_or_knows_beyond_it():
    values = recorded("q5_strengths_and_limits/learning_figures").values
    trained = recorded("q5_strengths_and_limits/train_sequences").values
    assert values["inside_least"] > 0.99
    assert 0.45 < values["outside_least"] <= trained["dilated_outside"]
    assert trained["dilated_outside"] <= values["outside_most"] < 0.55
    assert trained["num_seeds"] == 2  # the page names both ends as the two seeds
