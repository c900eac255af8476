"""The figure's own numbers against those of the training."""

import pytest
from loading import recorded
from test_q6_train_bottleneck import SNIPPET as TRAINED

SNIPPET = "q6_one_by_one_filters/bottleneck_figures"
KEYS = ("plain", "half", "quarter", "eighth", "mixed", "colours")


@pytest.mark.parametrize("key", KEYS)
def test_figures_tell_what_the_training_left(key):
    values, trained = recorded(SNIPPET).values, recorded(TRAINED).values
    assert values[f"{key}_accuracy"] == pytest.approx(
        trained[f"{key}_accuracy"], abs=1e-5
    )
    assert values[f"{key}_parameters"] == trained[f"{key}_parameters"]
    assert values[f"{key}_work"] == pytest.approx(trained[f"{key}_work"] / 1e6)
    assert values[f"{key}_work_share"] == pytest.approx(
        trained[f"{key}_work"] / trained["plain_work"]
    )


def test_the_margin_is_that_of_a_share_of_ten_thousand():
    values = recorded(SNIPPET).values
    # A share has its largest spread at one half: 1.96 * 0.5 / 100.
    assert 0 < values["margin"] <= 0.0098
    # Two of them, each with its own.
    assert values["margin_of_difference"] == pytest.approx(
        100 * 2**0.5 * values["margin"]
    )


def test_each_halving_saves_less_and_costs_more_for_what_it_saves():
    values = recorded(SNIPPET).values
    accuracy = [100 * values[f"{key}_accuracy"] for key in KEYS[:4]]
    work = [values[f"{key}_work"] for key in KEYS[:4]]
    for i, key in enumerate(KEYS[1:4]):
        lost = accuracy[i] - accuracy[i + 1]
        assert values[f"{key}_lost"] == pytest.approx(lost)
        assert values[f"{key}_price"] == pytest.approx(lost / (work[i] - work[i + 1]))
    assert values["half_lost"] < values["eighth_lost"] <= values["quarter_lost"]
    assert values["half_price"] < values["quarter_price"] < values["eighth_price"]
