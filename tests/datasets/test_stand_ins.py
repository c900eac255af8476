"""The stand-ins: the same each time, of the real sets' shape, and learnable."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.ensemble import RandomForestClassifier

from hamgasht.datasets.catalogue import BR35H, CIFAR10, SETS
from hamgasht.datasets.on_disk import (
    describe,
    ensure_stand_in,
    hash_files,
    make_stand_in,
)
from hamgasht.datasets.stand_ins import SLICES, TWINS


@pytest.fixture(scope="module")
def slices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ensure_stand_in(tmp_path_factory.mktemp("a"), BR35H).place


@pytest.fixture(scope="module")
def arrays(tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    with np.load(
        ensure_stand_in(tmp_path_factory.mktemp("b"), CIFAR10).place
    ) as loaded:
        return dict(loaded)


@pytest.mark.parametrize("name", SETS)
def test_each_time_the_same_bytes(name: str, tmp_path: Path):
    kind = SETS[name]
    one = make_stand_in(tmp_path / "one", kind, tmp_path / "one/data" / kind.place)
    two = make_stand_in(tmp_path / "two", kind, tmp_path / "two/data" / kind.place)
    assert one.digest == two.digest == hash_files(two.place)
    assert one.synthetic
    assert describe(two.place, two.digest).facts == one.facts
    assert one.digest not in kind.digests


def test_slices_lie_as_the_real_ones_do(slices: Path):
    files = sorted(path.relative_to(slices).as_posix() for path in slices.rglob("*.*"))
    assert len(files) == 2 * SLICES * (1 + sum(TWINS) // len(TWINS)) + SLICES
    assert len(files) == len({name.casefold() for name in files})
    assert {"yes/y12.jpg", "no/No12.jpg", "no/no 3.jpg"} <= set(files)
    assert {name.partition("/")[0] for name in files} == {"yes", "no"}
    assert sum(name.startswith("yes/") for name in files) == len(files) // 2


def test_slices_have_many_sizes_and_modes(slices: Path):
    images = [Image.open(path) for path in slices.rglob("*.jpg")]
    assert {image.mode for image in images} == {"RGB", "L", "RGBA", "P"}
    assert {image.format for image in images} == {"JPEG", "PNG"}
    assert len({image.size for image in images}) > 40
    ratios = [image.width / image.height for image in images]
    assert min(ratios) < 0.7
    assert max(ratios) > 1.4


def read(path: Path, side: int) -> np.ndarray:
    """Return an image as the chapters compare them: grey, square, whole."""
    image = Image.open(path).convert("L").resize((side, side))
    return np.asarray(image, float)


def test_altered_twins_form_groups_and_nothing_else_does(slices: Path):
    files = sorted(slices.rglob("*.jpg"))
    rows = np.stack([read(path, 64).ravel() for path in files])
    rows -= rows.mean(axis=1, keepdims=True)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    likeness = rows @ rows.T
    np.fill_diagonal(likeness, 0)
    groups = SLICES // len(TWINS) * 2
    twins = groups * sum(n * (n + 1) // 2 for n in TWINS)  # pairs by construction
    close = np.argwhere(np.triu(likeness) > 0.9)
    assert len(close) == twins
    classes = [path.parent.name for path in files]
    assert all(classes[a] == classes[b] for a, b in close)
    # As in the real set, a stricter threshold finds fewer of them.
    assert 0 < np.sum(np.triu(likeness) > 0.999) < 0.8 * twins


def test_the_label_is_whether_there_is_a_bright_spot(slices: Path):
    """A spot is far brighter than the brain around it, whatever the contrast."""
    right = []
    for path in sorted(slices.rglob("*.jpg")):
        grey = read(path, 96)
        brain = np.sort(grey[grey > grey.min() + 25])
        spot = np.sort(grey.ravel())[-20:].mean()
        contrast = (spot - np.median(brain)) / np.median(brain)
        right.append((contrast > 0.75) == (path.parent.name == "yes"))
    assert np.mean(right) > 0.9


def test_patterns_are_shaped_as_cifar10_is(arrays: dict[str, np.ndarray]):
    assert arrays["x_train"].shape == (200, 32, 32, 3)
    assert arrays["x_test"].shape == (100, 32, 32, 3)
    assert {array.dtype for array in arrays.values()} == {np.dtype(np.uint8)}
    for part in ("train", "test"):
        counts = np.bincount(arrays[f"y_{part}"], minlength=10)
        assert len(set(counts)) == 1
        assert arrays[f"y_{part}"][:12].tolist() == [*range(10), 0, 1]
        assert arrays[f"y_{part}"].shape == (counts.sum(),)


def test_patterns_can_be_learned(arrays: dict[str, np.ndarray]):
    def colours(part: str) -> np.ndarray:
        """Each channel's share of the light, and how much it varies."""
        pixels = arrays[f"x_{part}"].astype(float)
        mean = pixels.mean((1, 2))
        light = mean.sum(1, keepdims=True)
        return np.hstack([mean / light, pixels.std((1, 2)) / light])

    def score(labels: np.ndarray) -> float:
        model = RandomForestClassifier(random_state=0).fit(colours("train"), labels)
        return model.score(colours("test"), arrays["y_test"])

    assert score(arrays["y_train"]) > 0.9
    assert score(np.random.default_rng(0).permutation(arrays["y_train"])) < 0.4
