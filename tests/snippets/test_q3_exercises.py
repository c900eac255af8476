"""The answers to the exercises of chapter 3, against theory."""

import numpy as np
import pytest
from loading import names_of

SNIPPET = "q3_shapes_and_parameters/exercises"


@pytest.fixture(scope="module")
def names():
    return names_of(SNIPPET)


def test_1_sizes_by_hand(names):
    assert list(names["by_hand"]["output size m"]) == [50, 92, 50]


def test_2_same_padding(names):
    assert names["same_shapes"][:6] == [
        "500×16", "250×16", "250×32", "125×32", "125×64", "62×64",
    ]  # fmt: skip
    assert (
        names["same"].count_params() == 352 + 2592 + 10304 + 62 * 64 * 128 + 128 + 645
    )


def test_3_nothing_dropped(names):
    assert all(n % 8 == 2 for n in names["no_loss"])
    assert [n for n in range(490, 540) if n % 8 == 2] == names["no_loss"]


def backwards(*windows):
    """Return the field of windows (width, stride), from one output backwards."""
    field = 1
    for width, stride in reversed(windows):
        field = (field - 1) * stride + width
    return field


def test_4_three_changes(names):
    pool = (2, 2)
    assert names["changes"]["receptive field"].to_list() == [
        backwards((3, 1), pool, (5, 1), pool, (5, 1), pool),
        backwards((7, 1), pool, (5, 1), pool, (5, 1), pool),
        backwards((3, 1), pool, (5, 1), pool, (5, 1), pool, pool),
        backwards((3, 1), pool, (5, 1), pool, (9, 1), pool),  # 5 wide, dilated
    ]


def test_5_padding_that_keeps_the_length(names):
    for _, row in names["keeping"].iterrows():
        both = row["before"] + row["after"]
        assert both == 2 * row["padding p"]
        assert row["after"] - row["before"] == both % 2


def test_6_in_space_and_in_time(names):
    assert names["factored"]["channels between"][1] == 27 * 64 // 12 == 144
    for _, row in names["factored"].iterrows():
        assert row["weights, (2+1)D"] <= row["weights, 3D"]


def test_7_conv3d_in_numpy(names):
    assert names["numpy_difference"] == 0
    assert names["ours"].shape == (2, 5, 5, 5, 5)


def test_8_equivariant_in_time(names):
    answers = names["answers"]
    assert np.ptp(answers["with dark frames"]) < 1e-6
    assert np.ptp(answers["as it is"]) > 1e-3
