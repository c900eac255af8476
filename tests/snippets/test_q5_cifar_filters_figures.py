"""Filters as colours, images in sheets, and the sizes that captions name."""

from functools import cache

import numpy as np
from loading import recorded, run_cells

SNIPPET = "q5_strengths_and_limits/cifar_filters_figures"
VALUES = recorded(SNIPPET).values


@cache
def names() -> dict:
    cell = "filters-before-and-after-training"
    return run_cells(SNIPPET, cell, names={"np": np}, end="\n\nfig, axes")


def test_zero_is_grey_and_the_largest_weight_is_full():
    kernels = np.zeros((2, 2, 3, 2))
    kernels[0, 0, 0, 0], kernels[1, 1, 2, 0] = 4, -2
    kernels[0, 1, 1, 1] = -1
    first, second = names()["as_colours"](kernels)
    assert first[0, 0, 0] == 1
    assert first[1, 1, 2] == 0.25
    assert first[0, 1, 0] == 0.5
    assert second[0, 1, 1] == 0


def test_a_sheet_holds_every_image_once():
    images = [np.full((2, 2, 3), i / 10) for i in range(5)]
    sheet = names()["mosaic"](images, 3)
    assert sheet.shape == (5, 8, 3)
    np.testing.assert_array_equal(sheet[:2, 3:5], images[1])
    np.testing.assert_array_equal(sheet[3:, :2], images[3])
    assert (sheet[:, 2] == 1).all()


def test_the_sizes_that_captions_name():
    assert [VALUES[f"patch_{n}"] for n in (1, 2, 3)] == [7, 12, 22]
    assert VALUES["filters"] == 24
    assert 0.5 < VALUES["zeros_1"] < 1  # many values of both are zero
    assert 0.25 < VALUES["zeros_3"] < 1
