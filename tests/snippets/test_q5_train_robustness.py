"""The six changes do what their names say, and augmentation stays in its range."""

from functools import cache

import keras
import numpy as np
import pytest
from loading import names_up_to, recorded
from scipy import ndimage

SNIPPET = "q5_strengths_and_limits/train_robustness"
VALUES = recorded(SNIPPET).values


@cache
def names() -> dict:
    return names_up_to(SNIPPET, "what-augmentation-shows")


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


def test_augmentation_changes_images_in_training_only():
    layer, images = names()["augmentation"], names()["x"][:50]
    still = keras.ops.convert_to_numpy(layer(images, training=False))
    np.testing.assert_allclose(still[..., 0], images, atol=1e-6)
    moved = keras.ops.convert_to_numpy(layer(images, training=True))
    assert (np.abs(moved[..., 0] - images).mean(axis=(1, 2)) > 0.02).all()


def test_augmentation_stays_in_the_range_that_the_figures_shade():
    """A dot in the middle, moved and resized two hundred times."""
    seen = names()["SEEN"]
    layers = names()["augmentation"].layers[:4]  # reshape, shift, turn, zoom
    dots = np.zeros((200, 24, 24), "float32")
    dots[:, 11:13, 11:13] = 1
    ratios = []
    for layer in layers[1:]:
        images = layers[0](dots)
        moved = keras.ops.convert_to_numpy(layer(images, training=True))[..., 0]
        weights = moved / moved.sum(axis=(1, 2), keepdims=True)
        columns = (weights.sum(axis=1) * (np.arange(24) - 11.5)).sum(axis=1)
        ratios.append((columns.min(), columns.max(), moved.sum(axis=(1, 2))))
    low, high, _ = ratios[0]
    assert seen["shift"][0] - 0.1 <= low < -2
    assert 2 < high <= seen["shift"][1] + 0.1
    areas = ratios[2][2] / 4
    assert seen["scale"][0] ** 2 * 0.8 < areas.min() < 0.85
    assert 1.3 < areas.max() < seen["scale"][1] ** 2 * 1.2


def test_the_tested_ranges_go_beyond_augmentation():
    for kind, (seen_low, seen_high) in names()["SEEN"].items():
        low, high = names()["AMOUNTS"][kind]
        assert low <= seen_low < seen_high < high


def test_train_and_test_share_no_image():
    assert not set(names()["train"]) & set(names()["test"])
    assert VALUES["num_train"] + VALUES["num_test"] == 1797
    assert VALUES["parameters"] == 160 + 4640 + (4 * 4 * 32 * 10 + 10)
    assert VALUES["plain_clean"] > 0.95
    assert VALUES["augmented_clean"] > 0.9
