"""Digests: which bytes a snippet was run on.

Takes in a data set's name or place; gives out its digest, or nothing where the data
is not on this machine.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from hamgasht.core.paths import DATA, STORE

_BLOCK = 1 << 20


def digest(root: Path, name: str) -> str | None:
    """Return the SHA-256 of a file or folder under ``data/``.

    It is remembered in the local store until a file's size or time changes.

    Args:
        root: The project's root.
        name: Path relative to ``data/``.

    Returns:
        The digest in hexadecimal, or ``None`` where the data is missing.
    """
    place = root / DATA / name
    if not place.exists():
        return None
    stats = [(path, path.stat()) for path in files_of(place)]
    stamp = hashlib.sha256(
        repr([(str(p), s.st_size, s.st_mtime_ns) for p, s in stats]).encode()
    ).hexdigest()
    memory = root / STORE / "digests" / f"{name.replace('/', '.')}.json"
    known = _recall(memory)
    if known.get("stamp") == stamp:
        return known["digest"]
    result = digest_of(place)
    memory.parent.mkdir(parents=True, exist_ok=True)
    memory.write_text(json.dumps({"stamp": stamp, "digest": result}))
    return result


def digest_of(place: Path, tell: Callable[[], object] = lambda: None) -> str:
    """Return the SHA-256 over the relative path and content of every file.

    Args:
        place: An existing file or folder; its own name counts, its parent's not.
        tell: Called after each file.
    """
    total = hashlib.sha256()
    for path in files_of(place):
        name = path.relative_to(place.parent).as_posix()
        total.update(f"{name}\0{file_digest(path)}\n".encode())
        tell()
    return total.hexdigest()


def file_digest(path: Path, tell: Callable[[int], object] = lambda size: None) -> str:
    """Return the SHA-256 of a file's bytes, read in pieces.

    Args:
        path: The file.
        tell: Called with the size of each piece.
    """
    total = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            total.update(block)
            tell(len(block))
    return total.hexdigest()


def files_of(place: Path) -> list[Path]:
    """Return the file, or all files of the folder, sorted."""
    if place.is_file():
        return [place]
    return sorted(path for path in place.rglob("*") if path.is_file())


def _recall(memory: Path) -> dict[str, str]:
    """Return what was remembered of a data set; nothing if that is unreadable."""
    try:
        return json.loads(memory.read_text())
    except (OSError, ValueError):
        return {}
