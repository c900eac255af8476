"""Data sets under ``data/``: which bytes a snippet was run on.

Takes in a data set's name; gives out its digest, or nothing where the data is not
on this machine.
"""

import hashlib
import json
from pathlib import Path

from hamgasht.project import STORE


def digest(root: Path, name: str) -> str | None:
    """Return the SHA-256 of a file or folder under ``data/``.

    A folder's digest covers the relative path and content of every file in it. It
    is remembered in the local store until a file's size or time changes.

    Args:
        root: The project's root.
        name: Path relative to ``data/``.

    Returns:
        The digest in hexadecimal, or ``None`` where the data is missing.
    """
    place = root / "data" / name
    if place.is_file():
        files = [place]
    elif place.is_dir():
        files = sorted(path for path in place.rglob("*") if path.is_file())
    else:
        return None
    stats = [(path, path.stat()) for path in files]
    stamp = hashlib.sha256(
        repr([(str(p), s.st_size, s.st_mtime_ns) for p, s in stats]).encode()
    ).hexdigest()
    memory = root / STORE / "digests" / f"{name.replace('/', '.')}.json"
    known = _recall(memory)
    if known.get("stamp") == stamp:
        return known["digest"]
    total = hashlib.sha256()
    for path in files:
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(place.parent)}\0{content}\n".encode())
    result = total.hexdigest()
    memory.parent.mkdir(parents=True, exist_ok=True)
    memory.write_text(json.dumps({"stamp": stamp, "digest": result}))
    return result


def _recall(memory: Path) -> dict[str, str]:
    """Return what was remembered of a data set; nothing if that is unreadable."""
    try:
        return json.loads(memory.read_text())
    except (OSError, ValueError):
        return {}
