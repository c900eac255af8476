"""The three recipes, and what was recorded of them."""

import pytest
from loading import names_up_to, recorded

SNIPPET = "q1_optimizers/batch_generalisation"
VALUES = recorded(SNIPPET).values
SIZES = (4, 20, 100, 300)


@pytest.mark.parametrize("size", SIZES)
def test_what_each_recipe_keeps(size: int):
    names = names_up_to(SNIPPET, "three-recipes")
    same, scaled, updates = names["recipes"](size).values()
    samples = names["NUM_EPOCHS"] * len(names["train"])
    assert same == (names["RATE"], samples / size)
    assert scaled[0] / size == pytest.approx(names["RATE"] / 4)
    assert scaled[1] == same[1]
    assert updates == (names["RATE"], samples / 4)


def test_larger_batches_with_equal_epochs_learn_less_of_the_training_set_too():
    for word in ("", "_train"):
        found = [VALUES[f"same_{size}{word}"] for size in SIZES]
        assert found == sorted(found, reverse=True)
    assert VALUES["same_300_most"] < VALUES["same_4_least"] - 0.2


def test_the_rate_in_proportion_holds_up_to_the_limit():
    assert VALUES["scaled_20_most"] > VALUES["scaled_4_least"]
    assert VALUES["scaled_300_most"] < 0.3


def test_with_equal_updates_the_seeds_overlap():
    for size in SIZES[1:]:
        assert VALUES[f"updates_{size}_most"] > VALUES["updates_4_least"]
        assert VALUES[f"updates_{size}_least"] < VALUES["updates_4_most"]
