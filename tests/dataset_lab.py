"""Small data sets of the real ones' shape, and archives gone wrong, for the tests."""

import dataclasses
import io
import json
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from hamgasht.datasets.catalogue import BR35H, CIFAR10
from hamgasht.datasets.cifar10 import LABELS, SHEETS

SMALL_BR35H = dataclasses.replace(
    BR35H, parts={"yes": 3, "no": 3}, archives=(), digests=()
)
SMALL_CIFAR10 = dataclasses.replace(
    CIFAR10, parts={"train": 20, "test": 10}, archives=(), digests=()
)


def jpeg(grey: int = 90, size: tuple[int, int] = (40, 30)) -> bytes:
    """Return a plain image as a JPEG file."""
    file = io.BytesIO()
    Image.new("L", size, grey).save(file, "JPEG")
    return file.getvalue()


def br35h_files() -> dict[str, bytes]:
    """Return the files of a whole small set, one of them a PNG by another name."""
    files = {f"yes/y{n}.jpg": jpeg(100 + n) for n in range(3)}
    files |= {f"no/no {n}.jpg": jpeg(20 + n) for n in range(2)}
    png = io.BytesIO()
    Image.new("RGBA", (8, 9), (9, 9, 9, 255)).save(png, "PNG")
    return files | {"no/No12.jpg": png.getvalue()}


def cifar10_arrays() -> dict[str, np.ndarray]:
    """Return arrays of the small CIFAR-10's shape, labels in a column."""
    rng = np.random.default_rng(1)
    return {
        "x_train": rng.integers(0, 256, (20, 32, 32, 3), dtype=np.uint8),
        "y_train": rng.integers(0, 10, (20, 1), dtype=np.uint8),
        "x_test": rng.integers(0, 256, (10, 32, 32, 3), dtype=np.uint8),
        "y_test": rng.integers(0, 10, (10, 1), dtype=np.uint8),
    }


def cifar10_sheets(folder: Path) -> Path:
    """Write the small arrays as sheets, an image a row; return their folder."""
    folder.mkdir()
    arrays = cifar10_arrays()
    for part, names in SHEETS.items():
        rows = arrays[f"x_{part}"].reshape(len(names), -1, 32 * 32, 3)
        for name, pixels in zip(names, rows, strict=True):
            Image.fromarray(pixels).save(folder / name)
        labels = arrays[f"y_{part}"].ravel().tolist()
        (folder / LABELS[part]).write_text(json.dumps(labels))
    return folder


def packed(
    path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_STORED
) -> Path:
    """Write a zip file; return its path."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return path


def with_mode(path: Path, name: str, mode: int, content: bytes) -> Path:
    """Add an entry with a file mode to a zip file, as a link or a device has it."""
    entry = zipfile.ZipInfo(name)
    entry.create_system, entry.external_attr = 3, mode << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(entry, content)
    return path


def lying(path: Path, name: str, stated: int) -> Path:
    """Change the size that a zip file states for an entry, in both its headers.

    The size stands 22 bytes into the local header and 24 into the central one; the
    name follows after 30 and 46 bytes.
    """
    content, word = bytearray(path.read_bytes()), stated.to_bytes(4, "little")
    local, central = content.index(name.encode()), content.rindex(name.encode())
    content[local - 8 : local - 4] = content[central - 22 : central - 18] = word
    path.write_bytes(content)
    return path


def leftovers(root: Path) -> list[str]:
    """Return all that lies under data/ and all unfinished work in the store."""
    found = [p.relative_to(root).as_posix() for p in (root / "data").glob("*")]
    found += [
        p.relative_to(root).as_posix() for p in (root / ".hamgasht").glob(".new-*")
    ]
    return sorted(found)
