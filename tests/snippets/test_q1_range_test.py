"""The range test finds the window of good rates."""

import numpy as np
from loading import names_up_to, recorded

SNIPPET = "q1_optimizers/range_test"


def test_the_rate_grows_by_one_factor():
    rates = names_up_to(SNIPPET, "range-test")["RATES"]
    np.testing.assert_allclose(rates[1:] / rates[:-1], rates[1] / rates[0])
    assert (round(rates[0], 9), round(rates[-1], 9), len(rates)) == (0.001, 10, 200)


def test_the_loss_falls_and_then_exceeds_its_start():
    smooth = names_up_to(SNIPPET, "range-test")["smooth"]
    assert (smooth.min(axis=1) < 0.6 * smooth[:, 0]).all()
    assert (smooth[:, -60:].max(axis=1) > smooth[:, 0]).all()


def test_the_chosen_rate_trains_and_its_neighbours_do_not():
    values = recorded(SNIPPET).values
    assert values["low_most"] < values["score_least"]
    assert values["high_most"] < 0.2
    assert values["lowest_least"] < 3 * values["chosen"] < values["lowest_most"]
