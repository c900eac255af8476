"""Br35H: magnetic resonance slices with (``yes``) and without (``no``) a tumour."""

import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from hamgasht.datasets.archive import Limits, Source
from hamgasht.datasets.catalogue import DataSet
from hamgasht.datasets.images import SUFFIXES, BadImageError, decode
from hamgasht.datasets.on_disk import is_stray

LIMITS = Limits(files=20_000, total=1_000_000_000, each=20_000_000)
"""Room for the folders beside ``yes`` and ``no`` that some copies hold."""

_NAME = re.compile(r"[\w][\w .()-]*\.\w+")


def unpack(
    source: Source, kind: DataSet, place: Path | None, tell: Callable[[], object]
) -> None:
    """Write the images of a source into a new folder.

    Args:
        source: The opened archive or folder.
        kind: The data set, for its counts.
        place: The folder to make; ``None`` only looks at the images.
        tell: Called after each image.

    Raises:
        DataError: Images are missing or too many, or one does not decode.
    """
    for name, (part, file) in _choose_images(source, kind).items():
        content = _read_image(source, name)
        if place:
            (place / part).mkdir(parents=True, exist_ok=True)
            (place / part / file).write_bytes(content)
        tell()


def _read_image(source: Source, name: str) -> bytes:
    """Return a file's bytes, after making sure that they are an image."""
    content = source.read(name)
    try:
        decode(content)
    except BadImageError as problem:
        raise source.error(name, str(problem)) from None
    return content


def _choose_images(source: Source, kind: DataSet) -> dict[str, tuple[str, str]]:
    """Return part and file name of each image of the set, by its name in the source."""
    chosen: dict[str, tuple[str, str]] = {}
    taken: set[tuple[str, str]] = set()
    counts = dict.fromkeys(kind.parts, 0)
    for name in sorted(source.sizes):
        *folders, file = PurePosixPath(name).parts
        part = folders[-1] if folders else ""
        hidden = file.startswith(".") or is_stray(PurePosixPath(name))
        if part not in counts or hidden:
            continue
        if not _NAME.fullmatch(file) or not file.lower().endswith(SUFFIXES):
            raise source.error(name, "it is not named as an image")
        if (part, file.casefold()) in taken:
            raise source.error(name, "two images would have this name")
        taken.add((part, file.casefold()))
        chosen[name] = part, file
        counts[part] += 1
    for part, wanted in kind.parts.items():
        if counts[part] != wanted:
            held = f"it holds {counts[part]:,} images where {wanted:,} are expected"
            raise source.error(part, held)
    return chosen
