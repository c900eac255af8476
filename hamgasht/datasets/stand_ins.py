"""Stand-ins: small generated data of a set's shape, for tests and first looks.

A network can learn from them, and they are the same on every machine. They show
nothing of the real data: whatever is run on them says so.

Only whole numbers, the four operations and Pillow's integer resampling are used:
``exp`` or ``sin`` would end in another digit on another processor.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from hamgasht.datasets.catalogue import CIFAR10, CIFAR10_CLASSES, DataSet
from hamgasht.datasets.cifar10 import write_arrays

SEED = 20
SLICES = 24
"""Different slices of a class."""

TWINS = (0, 1, 2, 3)
"""Altered copies of a slice, by turns."""

PATTERNS = {"train": 20, "test": 10}
"""Images of each of the ten classes."""


def generate(kind: DataSet, place: Path) -> int:
    """Fill a place with the stand-in of a data set.

    Args:
        kind: The data set.
        place: The file or folder to make; its parent exists.

    Returns:
        How many images it holds.
    """
    return _patterns(place) if kind is CIFAR10 else _slices(place)


def _slices(place: Path) -> int:
    """Write grey slices of a head, with (``yes``) or without (``no``) a bright spot.

    Returns:
        How many files were written.
    """
    rng = np.random.default_rng(SEED)
    count = 0
    for label in ("yes", "no"):
        (place / label).mkdir(parents=True)
        number = 0
        for index in range(SLICES):
            first = _slice(rng, with_spot=label == "yes")
            for image in (first, *_twins(rng, first, TWINS[index % len(TWINS)])):
                name = _name(label, number)
                _save(image, place / label / name, count)
                number += 1
                count += 1
    return count


def _slice(rng: np.random.Generator, *, with_spot: bool) -> Image.Image:
    """Return one slice: a tilted ellipse full of texture on a dark ground."""
    height, width = (int(n) for n in rng.integers(120, 240, 2))
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    tilt = rng.uniform(-0.4, 0.4)
    cos, sin = (1 - tilt**2) / (1 + tilt**2), 2 * tilt / (1 + tilt**2)
    x, y = x - rng.uniform(-0.25, 0.25), y - rng.uniform(-0.25, 0.25)
    x, y = cos * x + sin * y, cos * y - sin * x
    a, b = rng.uniform(0.45, 0.8, 2)
    radius = (x / a) ** 2 + (y / b) ** 2
    inside = radius < 1
    coarse, fine = _noise(rng, 5, width, height), _noise(rng, 24, width, height)
    level = 40 + 70 * coarse + 25 * fine
    grey = np.where(inside, level, 4 + 6 * fine)
    grey = np.where(inside & (radius > 0.86), 120 + 20 * fine, grey)  # the skull
    if with_spot:
        u, v = rng.uniform(-0.4, 0.4, 2)
        size = rng.uniform(0.2, 0.3)
        near = 1 - ((x / a - u) ** 2 + (y / b - v) ** 2) / size**2
        grey = grey + 170 * np.clip(near, 0, None)
    return Image.fromarray(np.clip(grey, 0, 235).astype(np.uint8))


def _noise(rng: np.random.Generator, cells: int, width: int, height: int) -> np.ndarray:
    """Return smooth noise from 0 to 1, with ``cells`` hills along each side."""
    small = Image.fromarray(rng.integers(0, 256, (cells, cells), dtype=np.uint8))
    large = small.resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(large) / 255


def _twins(
    rng: np.random.Generator, first: Image.Image, how_many: int
) -> Iterator[Image.Image]:
    """Yield copies of a slice with other contrast, brightness or proportions."""
    for _ in range(how_many):
        gain, offset, bend = rng.uniform((0.8, -3, -0.7), (1.05, 20, 0.7))
        grey = np.asarray(first) / 255
        grey = 255 * gain * ((1 - bend) * grey + bend * grey**2) + offset
        grey = np.clip(grey, 0, 255).astype(np.uint8)
        width = int(first.width * rng.uniform(0.8, 1.25))
        yield Image.fromarray(grey).resize((width, first.height))


def _name(label: str, number: int) -> str:
    """Return a file name such as the real set has: ``y7.jpg``, ``no 7.jpg``."""
    if label == "yes":
        return f"y{number}.jpg"
    return f"No{number}.jpg" if 12 <= number < 16 else f"no {number}.jpg"


def _save(image: Image.Image, path: Path, count: int) -> None:
    """Write an image in one of the real set's modes; a few are PNGs named .jpg."""
    match count % 16:
        case 3:
            image.convert("RGBA").save(path, "PNG")
        case 9:
            image.quantize(64).save(path, "PNG")
        case 0 | 5 | 10 | 12:
            image.save(path, "JPEG", quality=92)
        case _:
            image.convert("RGB").save(path, "JPEG", quality=92)


def _patterns(place: Path) -> int:
    """Write coloured stripes: a class has its own colours, width and direction.

    Returns:
        How many images were written.
    """
    rng = np.random.default_rng(SEED)
    num_classes = len(CIFAR10_CLASSES)
    colours = rng.integers(40, 216, (num_classes, 2, 3))
    arrays = {}
    for part, each in PATTERNS.items():
        labels = np.tile(np.arange(num_classes, dtype=np.uint8), each)
        images = [_pattern(rng, int(label), colours[label]) for label in labels]
        arrays[f"x_{part}"], arrays[f"y_{part}"] = np.stack(images), labels
    write_arrays(place, arrays)
    return sum(PATTERNS.values()) * num_classes


def _pattern(rng: np.random.Generator, label: int, colours: np.ndarray) -> np.ndarray:
    """Return one 32x32 pattern of a class, shifted, dimmed and with noise."""
    row, column = np.mgrid[:32, :32]
    period = 4 + 2 * (label // 4)
    along = (row, column, row + column, row - column)[label % 4]
    shift = int(rng.integers(period))
    first = ((along + shift) % period < period // 2)[..., None]
    image = np.where(first, colours[0], colours[1]) * rng.uniform(0.7, 1.1)
    image = image + rng.integers(-40, 41, image.shape)
    return np.clip(image, 0, 255).astype(np.uint8)
