"""When a doubling error leaves float32: by the size of the type alone."""

import numpy as np
from loading import names_of

SNIPPET = "q1_optimizers/overflow"


def test_steps_by_powers_of_two():
    events = names_of(SNIPPET)["events"]
    largest = float(np.finfo("float32").max)
    # After step t, |w| is 2^t; the loss is reached through 10 w^2.
    loss = next(t for t in range(200) if 10 * 4.0**t > largest)
    weight = next(t for t in range(200) if 10 * 2.0**t > largest) + 1
    assert events == {
        "loss is inf": loss,
        "weight is inf": weight,
        "weight is nan": weight + 1,
    }


def test_the_theory_shown_is_what_happened():
    names = names_of(SNIPPET)
    assert names["loss_inf"] == names["events"]["loss is inf"]
    assert names["weight_inf"] == names["events"]["weight is inf"]
