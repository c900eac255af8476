"""The six changes do what their names say, and augmentation stays in its range."""

from functools import cache

import numpy as np
import pytest
from loading import names_up_to, recorded
from scipy import ndimage

SNIPPET = "q5_strengths_and_limits/train_robustness"
VALUES = recorded(SNIPPET).values


@cache
def names() -> dict:
    return names_up_to(SNIPPET, "augmentation")


def digit() -> np.ndarray:
    return names()["x"][3].astype("float64")


@pytest.mark.parametrize(("right", "down"), [(1, 0), (0, 2), (-3, 1)])
def test_a_shift_moves_pixels(right: int, down: int):
    found = names()["move"](digit(), right=right, down=down)
    np.testing.assert_allclose(
        found, np.roll(digit(), (down, right), axis=(0, 1)), atol=1e-12
    )


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_quarter_turns(turns: int):
    found = names()["move"](digit(), degrees=90 * turns)
    np.testing.assert_allclose(found, np.rot90(digit(), turns), atol=1e-9)


def test_scale_changes_the_area_by_its_square():
    blob = ndimage.gaussian_filter(np.pad([[1.0]], 12), 2)
    for scale in (0.8, 1.25):
        found = names()["move"](blob, scale=scale).sum()
        assert found == pytest.approx(scale**2 * blob.sum(), rel=0.02)


def test_noise_blur_and_brightness():
    changes, rng = names()["CHANGES"], np.random.default_rng(0)
    flat = np.full((60, 60), 0.5)
    assert changes["noise"](flat, 0.3, rng).std() == pytest.approx(0.3, rel=0.05)
    blurred = changes["blur"](digit(), 1.0, rng)
    assert blurred.sum() == pytest.approx(digit().sum(), rel=1e-6)
    assert blurred.max() < digit().max()
    bright = changes["brightness"](digit(), 0.4, rng)
    assert bright.min() == pytest.approx(0.4)
    assert bright.max() == 1


def test_augmentation_of_nothing_changes_nothing(monkeypatch):
    still = dict.fromkeys(names()["SEEN"], (0, 0)) | {"scale": (1, 1)}
    monkeypatch.setitem(names(), "SEEN", still)
    images = names()["x"][:5]
    found = names()["augment"](images, np.random.default_rng(0))
    np.testing.assert_allclose(found, images, atol=1e-6)


def test_the_tested_ranges_go_beyond_augmentation():
    for kind, (low, high) in names()["AMOUNTS"].items():
        seen_low, seen_high = names()["SEEN"][kind]
        assert low <= seen_low < seen_high < high


def test_train_and_test_share_no_image():
    assert not set(names()["train"]) & set(names()["test"])
    assert VALUES["num_train"] + VALUES["num_test"] == 1797
    assert VALUES["parameters"] == 160 + 4640 + (4 * 4 * 32 * 10 + 10)
    assert VALUES["plain_clean"] > 0.95
    assert VALUES["augmented_clean"] > 0.9
