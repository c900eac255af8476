"""The answers to the exercises of chapter 1, against theory."""

import math

import numpy as np
import pytest
from loading import names_of

SNIPPET = "q1_optimizers/exercises"


@pytest.fixture(scope="module")
def names():
    return names_of(SNIPPET)


def test_1_five_rates(names):
    for _, row in names["by_hand"].iterrows():
        for t in (1, 2, 3):
            expected = (1 - 4 * row["rate"]) ** t
            assert row[f"step {t}"] == pytest.approx(expected, abs=1e-4)


def test_2_two_steps_of_adam(names):
    change = names["adam_by_hand"]["change"]
    assert change[0] == pytest.approx(-0.1)
    # m is -0.005, corrected by 0.19; v corrected is 0.25 both times.
    assert change[1] == pytest.approx(-0.1 * (-0.005 / 0.19) / 0.5, abs=1e-5)


def test_3_closer_to_the_ridge(names):
    table = names["closer"]
    assert list(table["gradient descent"]) == [
        math.ceil(k * math.log(10) / math.log(1.02)) for k in (3, 6, 9, 12)
    ]
    assert table.iloc[:, 2].max() - table.iloc[:, 2].min() < 5


def test_4_a_narrow_valley(names):
    valley = names["valley"]
    for _, row in valley.iterrows():
        assert abs(row.iloc[2] - row.iloc[1]) <= 1
    growth = valley["momentum, run"][2] / valley["momentum, run"][0]
    assert growth == pytest.approx(math.sqrt(100), rel=0.3)


def test_5_a_turned_valley(names):
    steps = names["turned"]["steps of Adam"]
    assert list(steps) == sorted(steps)
    assert steps.iloc[-1] > 10 * steps.iloc[0]


def test_6_drawn_without_replacement(names):
    for _, row in names["without"].iterrows():
        assert row["measured"] == pytest.approx(row["by theory"], rel=0.03, abs=1e-4)


def test_7_the_experiment_of_the_paper(names):
    assert names["paper"].set_index("rule")["x at the end"].to_dict() == {
        "Adam": pytest.approx(1, abs=0.05),
        "AMSGrad": pytest.approx(-1, abs=0.05),
    }
    assert 1010 - 100 * 10 > 0


def test_8_a_floor_of_noise(names):
    table = names["noise_floor"]
    for lr, (_, row) in zip((0.4, 0.2, 0.1, 0.05), table.iterrows(), strict=False):
        assert row["by theory"] == pytest.approx(lr / (2 - lr), abs=1e-4)
    # A mean of squares of 4000 normal runs has a relative spread of sqrt(2/4000).
    np.testing.assert_allclose(
        table["mean square of w"], table["by theory"], rtol=5 * math.sqrt(2 / 4000)
    )
