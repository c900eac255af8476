"""Ways from a file to pixels: Pillow's filter, Keras's resizing, recorded answers."""

from pathlib import Path

import keras
import numpy as np
import pytest
from loading import recorded, run_cells
from PIL import Image
from q4_mri import GROUP, groups

SNIPPET = "q4_mri_classifier/two_loaders"


def test_one_file_is_answered_by_the_pixels_of_training(tmp_path: Path):
    rng = np.random.default_rng(0)
    path = tmp_path / "slice.png"
    Image.fromarray(rng.integers(0, 256, (200, 180, 3), dtype=np.uint8)).save(path)
    image = Image.open(path).convert("L").resize((64, 64), Image.Resampling.BILINEAR)

    def network(pixels: np.ndarray) -> np.ndarray:
        assert pixels.shape == (1, 64, 64, 1)
        assert np.array_equal(pixels[0, ..., 0], np.asarray(image))
        return np.array([[0.3]])

    names = {"np": np, "Image": Image, "network": network, "paths": [path]}
    found = run_cells(SNIPPET, "as-in-training", names=names)["tumour"](path)
    assert found == pytest.approx(0.7)


def test_only_antialias_filters_as_pillow_does():
    """A fine grating becomes grey under a filter, and stays a grating without one."""
    grey = np.zeros((256, 256), np.uint8)
    grey[::4] = 255  # one line of four is bright
    small = Image.fromarray(grey).resize((64, 64), Image.Resampling.BILINEAR)
    resized = {
        antialias: keras.ops.convert_to_numpy(
            keras.layers.Resizing(64, 64, antialias=antialias)(grey[..., None])
        )[..., 0]
        for antialias in (True, False)
    }
    inside = (slice(4, -4), slice(4, -4))
    even = np.asarray(small, float)[inside]
    np.testing.assert_allclose(even, 255 / 4, atol=2)
    np.testing.assert_allclose(resized[True][inside], even, atol=2)
    assert np.abs(resized[False][inside] - even).mean() > 20


def test_the_recorded_claim():
    values = recorded(SNIPPET).values
    assert values["images"] == (groups()["fold"] == 0).sum()
    trained = recorded("q4_mri_classifier/grad_cam").values
    assert values["accuracy"] == pytest.approx(trained["accuracy"], abs=0.002)
    assert values["changed_share"] > 0.05
    assert values["accuracy_other"] < values["accuracy"] - 0.05
    # The same decision on at least 99 of 100 images, with the filter.
    assert values["agree_antialias"] >= 0.99
    assert values["agree_own_pillow"] >= 0.99
    assert values["agree_own_tensorflow"] >= 0.99


def test_the_network_for_any_size_is_the_published_one():
    """Its file answers for an image as the published one does for a small copy."""
    published, whole = (
        keras.models.load_model(recorded(f"{GROUP}/{stem}").path / "artefacts" / name)
        for stem, name in (
            ("grad_cam", "small_mri.keras"),
            ("two_loaders", "mri_any_size.keras"),
        )
    )
    rng, answers = np.random.default_rng(1), []
    for shape in ((200, 180), (64, 64), (300, 511)):
        coarse = np.clip(rng.normal(40, 40, (9, 9)), 0, 255).astype(np.uint8)
        image = Image.fromarray(coarse).resize(shape[::-1], Image.Resampling.BICUBIC)
        small = image.resize((64, 64), Image.Resampling.BILINEAR)
        found, expected = (
            float(model(np.asarray(pixels)[None, ..., None])[0, 0])
            for model, pixels in ((whole, image), (published, small))
        )
        assert found == pytest.approx(expected, abs=0.01)
        answers.append(expected)
        pixels = np.asarray(image)[None, ..., None]
        assert float(whole(pixels)[0, 0]) == found  # no dropout
    assert any(0.1 < answer < 0.9 for answer in answers), "all alike: they show nothing"
