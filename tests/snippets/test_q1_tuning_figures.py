"""What the chapter says of rates that work, against the recorded trainings."""

import csv
from collections import defaultdict
from itertools import product
from statistics import fmean

from loading import ROOT, recorded

SNIPPET = "q1_optimizers/tuning_figures"
VALUES = recorded(SNIPPET).values


def test_the_rates_that_reach_each_cut():
    """Counted again from the recorded accuracies."""
    path = ROOT / "docs/outputs/q1_optimizers/train_tuning/artefacts/results.csv"
    found = defaultdict(list)
    for row in csv.DictReader(path.open(encoding="utf-8")):
        raw = float(row["scale"]) == 1
        found[row["rule"], raw, row["rate"]].append(float(row["accuracy"]))
    assert {len(scores) for scores in found.values()} == {10}
    for rule, (cut, word), (of_seeds, sure) in product(
        ("sgd", "momentum", "adam"),
        ((0.9, "90"), (0.95, "95")),
        ((fmean, ""), (min, "sure_")),
    ):
        small, raw = (
            {
                lr
                for (name, scale, lr), scores in found.items()
                if (name, scale) == (rule, of) and of_seeds(scores) >= cut
            }
            for of in (False, True)
        )
        assert VALUES[f"{rule}_1_{sure}{word}"] == len(small)
        assert VALUES[f"{rule}_16_{sure}{word}"] == len(raw)
        assert VALUES[f"{rule}_both_{sure}{word}"] == len(small & raw)


def test_adam_keeps_more_of_its_rates_at_both_cuts():
    for cut in ("90", "95", "sure_90", "sure_95"):
        others = max(VALUES[f"sgd_both_{cut}"], VALUES[f"momentum_both_{cut}"])
        assert VALUES[f"adam_both_{cut}"] > others
    assert 0.9 <= VALUES["adam_default_16"] < 0.95
