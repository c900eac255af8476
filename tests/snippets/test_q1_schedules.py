"""The schedules equal those of Keras; what was recorded of them."""

import keras
import pytest
from loading import names_up_to, recorded

SNIPPET = "q1_optimizers/schedules"


@pytest.mark.parametrize("warm", [0, 45])
def test_cosine_equals_keras(warm: int):
    cosine = names_up_to(SNIPPET, "schedules")["cosine"]
    theirs = keras.optimizers.schedules.CosineDecay(
        0.0 if warm else 1.0,
        decay_steps=450 - warm,
        warmup_target=1.0 if warm else None,
        warmup_steps=warm,
    )
    for t in (0, 1, 20, 44, 45, 46, 200, 449):
        assert cosine(t, 450, warm) == pytest.approx(float(theirs(t)), abs=1e-6)


def test_the_recorded_claims():
    values = recorded(SNIPPET).values
    assert values["num_seeds"] >= 10
    assert values["constant_low_loss_most"] < values["cosine_low_loss_least"]
    spreads = {
        word: values[f"{word}_high_loss_most"] - values[f"{word}_high_loss_least"]
        for word in ("constant", "cosine")
    }
    assert spreads["cosine"] < spreads["constant"] / 2
    assert values["long_high_loss_most"] < values["cosine_high_loss_least"]
    assert values["long_won"] >= 0.9 * values["num_seeds"]
