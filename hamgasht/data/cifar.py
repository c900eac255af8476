"""CIFAR-10 as one file of arrays, the same bytes for the same pixels.

Takes in arrays; gives out an ``.npz`` that ``numpy.load`` reads, without the date and
the system's marks that a zip file otherwise carries.
"""

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

KEYS = ("x_train", "y_train", "x_test", "y_test")
_NO_DATE = (1980, 1, 1, 0, 0, 0)


def write_arrays(
    path: Path,
    arrays: Mapping[str, np.ndarray],
    tell: Callable[[], object] = lambda: None,
) -> None:
    """Write arrays into an uncompressed ``.npz`` file.

    Args:
        path: The file to make.
        arrays: By name; all of :data:`KEYS`.
        tell: Called after each array.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for key in KEYS:
            entry = zipfile.ZipInfo(f"{key}.npy", _NO_DATE)
            entry.create_system = 3  # whatever system this is
            with archive.open(entry, "w", force_zip64=True) as file:
                array = np.ascontiguousarray(arrays[key])
                np.lib.format.write_array(file, array, allow_pickle=False)
            tell()
