"""Answers to the exercises, against theory."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loading import names_of, recorded
from q7_cifar import LOG, PARAMETERS
from scipy.stats import norm

SNIPPET = "q7_inception_cifar10/exercises"


def test_sizes():
    values = recorded(SNIPPET).values
    assert [values[f"size_{i}"] for i in range(4)] == [16, 16, 28, 112]


@given(st.integers(1, 300), st.integers(1, 7), st.integers(0, 3), st.integers(1, 4))
def test_the_size_counts_places(n: int, k: int, p: int, s: int):
    places = sum(start + k <= n + 2 * p for start in range(0, n + 2 * p, s))
    assert max(0, names_of(SNIPPET)["output_size"](n, k, p, s)) == places


def test_factored_windows():
    table = names_of(SNIPPET)["factored"].set_index("windows")
    assert set(table["field"]) == {5}
    assert list(table["weights"]) == [64**2 * n for n in (25, 2 * 9, 2 * 5)]
    values = recorded(SNIPPET).values
    assert (values["share_33"], values["share_15"]) == (18 / 25, 10 / 25)


def test_global_average_pooling():
    values = recorded(SNIPPET).values
    assert values["with_flatten"] == PARAMETERS
    assert PARAMETERS - values["with_pooling"] == 10 * (16 * 16 * 256 - 256)


@pytest.mark.parametrize(("momentum", "key"), [(0.99, "steps_99"), (0.9, "steps_90")])
def test_steps_are_the_first_that_suffice(momentum: float, key: str):
    steps = recorded(SNIPPET).values[key]
    assert momentum**steps <= 0.01 < momentum ** (steps - 1)


def test_folding_is_exact_up_to_rounding():
    names = names_of(SNIPPET)
    assert names["fold_difference"] < 1e-5
    assert np.ptp(names["both"]) > 1
    assert np.abs(names["factor"] - 1).max() > 0.1  # it had something to fold


def test_variance_under_dropout():
    for row in names_of(SNIPPET)["shift"].itertuples(index=False):
        rate, theory, measured, _ = row
        assert theory == pytest.approx(1 / (1 - rate))
        assert measured == pytest.approx(theory, rel=0.02)


def test_images_apart():
    values = recorded(SNIPPET).values
    assert values["half_width"] == pytest.approx(
        norm.ppf(0.975) * math.sqrt(0.75 * 0.25 / 10_000), abs=1e-5
    )
    best = max(LOG)
    table = names_of(SNIPPET)["apart"].set_index("epoch")
    for epoch in (6, 7, 8):
        behind = round((best - LOG[epoch - 1]) * 10_000)
        assert table["images behind epoch 5"][epoch] == behind
    assert values["apart_7"] < values["spread"] < values["apart_8"]
    assert values["deviations_8"] == pytest.approx(
        values["apart_8"] / values["spread"], abs=0.05
    )


def test_1x1_that_saves():
    values = recorded(SNIPPET).values
    for r in (30, 31, 32):
        assert values[f"saves_{r}"] == 9 * 32 * 64 - (32 * r + 9 * r * 64)
    assert values["saves_30"] > 0 > values["saves_31"]


def test_ways_to_halve_a_map():
    values = recorded(SNIPPET).values
    assert values["halved_more"] == 9 * 32 * 32 + 32
    assert values["halved_share"] == 1 / 4
    pooled, added = 32 * 32 * 9 * 64 * 32, 16 * 16 * 9 * 32 * 32
    assert values["halved_extra"] == pytest.approx(added / pooled)
