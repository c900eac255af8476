"""What one process keeps for the next in the local store, whole or not at all."""

import contextlib
import hashlib
import os
import pickle
from pathlib import Path
from typing import Any

_DIGEST_BYTES = 32


def recall(path: Path, made_from: str = "") -> Any:
    """Return what :func:`keep` wrote; nothing if it is not whole, or of other origin.

    Args:
        path: The file.
        made_from: A digest of all that decides the value.
    """
    try:
        whole = path.read_bytes()
    except OSError:
        return None
    digest, content = whole[:_DIGEST_BYTES], whole[_DIGEST_BYTES:]
    # Before it is unpickled: another engine may have other classes.
    return pickle.loads(content) if _seal(content, made_from) == digest else None


def keep(path: Path, value: Any, made_from: str = "") -> None:
    """Write a value for :func:`recall`; where it cannot be written, nothing is kept."""
    content = pickle.dumps(value, protocol=5)
    new = path.with_name(f".{path.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            new.write_bytes(_seal(content, made_from) + content)
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)


def _seal(content: bytes, made_from: str) -> bytes:
    seal = hashlib.sha256(made_from.encode())
    seal.update(content)
    return seal.digest()
