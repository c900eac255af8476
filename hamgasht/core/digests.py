"""The SHA-256 of files, computed again only for what changed on disk.

A digest is believed while the file's size, inode and both times are those at which it
was computed. As in git's index, what changed in the clock's present tick is hashed
again next time: a second edit in that tick would leave them as they are.
"""

import hashlib
import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from hamgasht.core.paths import STORE
from hamgasht.core.store import keep, recall

_CACHES = "__pycache__"
_Stamp = tuple[int, int, int, int]


class FileDigests:
    """The digests of files, kept from one process to the next.

    Args:
        store: The folder of what is kept locally.

    Attributes:
        hashed: How many files were read.
    """

    def __init__(self, store: Path) -> None:
        self.hashed = 0
        self._file = store / "digests.pickle"
        self._known: dict[str, tuple[_Stamp, str]] = recall(self._file) or {}
        self._used: set[str] = set()
        self._changed = False

    def tree(self, folder: Path, *names: str) -> dict[str, str]:
        """Return the digest of each file, by path from a folder with slashes.

        Args:
            folder: The folder.
            names: Which files and folders in it; all if none is given. Compiled Python
                is left out.
        """
        base = f"{folder}/"
        found: dict[str, str] = {}
        for name in names or (".",):
            top = os.path.normpath(base + name)
            here = {top} if Path(top).is_file() else set(_walk(top))
            within = top + os.sep
            for gone in [path for path in self._known if path.startswith(within)]:
                if gone not in here:
                    del self._known[gone]
                    self._changed = True
            for path in sorted(here):
                found[path.removeprefix(base).replace(os.sep, "/")] = self.of(path)
        return found

    def of(self, path: str | Path) -> str:
        """Return the digest of a file.

        Raises:
            OSError: It cannot be read.
        """
        name = str(path)
        stamp = _stamp(os.stat(name))  # noqa: PTH116 - thousands of them each time
        known = self._known.get(name)
        self._used.add(name)
        if known and known[0] == stamp:
            return known[1]
        now = self._now()
        with Path(name).open("rb") as file:
            before = _stamp(os.fstat(file.fileno()))
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            after = _stamp(os.fstat(file.fileno()))
        self.hashed += 1
        self._known.pop(name, None)
        if before == after and max(after[:2]) < now:
            self._known[name] = after, digest
        self._changed = True
        return digest

    def write(self) -> None:
        """Keep what is known for the next process, where that can be written.

        Of what lies outside of the checkout, such as a site that is served, only what
        this process asked for: the rest may be gone.
        """
        if self._changed:
            own = f"{self._file.parents[1]}{os.sep}"
            for name in [*self._known]:
                if not (name in self._used or name.startswith(own)):
                    del self._known[name]
            keep(self._file, self._known)
            self._changed = False

    def _now(self) -> int:
        """Return the time in nanoseconds, by the clock that dates files.

        Where nothing can be written this is the beginning of time, so that nothing is
        remembered.
        """
        clock = self._file.with_name(f".clock.{os.getpid()}")
        try:
            clock.parent.mkdir(exist_ok=True)
            clock.touch()
            now = clock.stat().st_mtime_ns
            clock.unlink()
        except OSError:
            return 0
        return now


@lru_cache
def file_digests(root: Path) -> FileDigests:
    """Return the process's digests for a checkout."""
    return FileDigests(root / STORE)


def _stamp(stat: os.stat_result) -> _Stamp:
    """Return what changes when a file does: an editor can set back the first alone."""
    return stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino


def _walk(folder: str) -> Iterator[str]:
    """Yield the files in a folder; links to folders are not followed."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != _CACHES:
                        yield from _walk(entry.path)
                elif entry.is_file():
                    yield entry.path
    except FileNotFoundError:
        return
