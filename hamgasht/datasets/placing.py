"""Into place whole, or not at all.

Takes in the place that data is to have; gives out a place to make it in, on the same
file system, and moves it from there when it is whole.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hamgasht.core.paths import STORE
from hamgasht.datasets.origins import Held, write_origin


@contextmanager
def staging(root: Path, place: Path) -> Iterator[Path]:
    """Give a path to make data at, of the same name; its folder is removed at the end.

    What a killed process left of the same work is removed at the beginning.

    Args:
        root: The project's root.
        place: Where the data is to go in the end.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    store = root / STORE
    store.mkdir(exist_ok=True)
    near = store.stat().st_dev == place.parent.stat().st_dev
    base = store if near else place.parent
    folder = base / f".new-{place.parent.name}-{place.name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder / place.name
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put(new: Path, found: Held) -> Held:
    """Move finished data into its place, with its side file.

    Args:
        new: The data, on the same file system.
        found: What is known of it, its final place included; what is there now goes.

    Returns:
        ``found``.
    """
    write_origin(found)
    if found.place.exists():
        found.place.rename(new.with_name("former"))
    new.rename(found.place)
    return found
