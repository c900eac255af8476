"""Checkpoints: what a long training keeps, so that it can go on where it ended."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import filelock

from hamgasht.core.paths import STORE

NAME = "checkpoints"


@contextlib.contextmanager
def kept_checkpoints(root: Path, fingerprint: str, folder: Path) -> Iterator[None]:
    """Give a working folder a ``checkpoints`` folder from the local store.

    What lies in it is removed if the body ends well, and kept for the next run with
    the same fingerprint if it does not, or if the process dies.

    Args:
        root: The project's root.
        fingerprint: The run's fingerprint: another source or other data begins anew.
        folder: The working folder.
    """
    kept = root / STORE / NAME / fingerprint
    kept.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(kept.with_suffix(".lock"))
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:  # a check beside a run: two must not write into one
        (folder / NAME).mkdir()
        yield
        return
    try:
        _link(kept, folder / NAME)
        yield
        shutil.rmtree(kept, ignore_errors=True)
    finally:
        with contextlib.suppress(OSError):
            kept.rmdir()  # the run died before it had anything to keep
        with contextlib.suppress(OSError):
            Path(lock.lock_file).unlink()  # while held: filelock sees to latecomers
        lock.release()


def _link(kept: Path, place: Path) -> None:
    """Make ``place`` lead to ``kept``, or a plain folder where links are forbidden."""
    try:
        place.symlink_to(kept, target_is_directory=True)
    except OSError:  # Windows without the right to make links
        place.mkdir()
