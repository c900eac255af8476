"""Archives and folders that people bring: zip files, read within limits.

Nothing is unpacked by the name that an archive states; a file that is too large, a
link or a name that leads outside refuses the whole.
"""

import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from hamgasht.core.errors import DataError

GET_AGAIN = "get the archive again from where it is published, or give another --from"
"""The fix of nearly everything that can be wrong with an archive."""

# What zipfile raises for damaged, encrypted and unusually packed files.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)


@dataclass(frozen=True)
class Limits:
    """How much an archive may hold.

    Attributes:
        files: Files in all.
        total: Bytes of all files, unpacked.
        each: Bytes of one file, unpacked.
    """

    files: int
    total: int
    each: int


@dataclass
class Source:
    """An opened archive or folder.

    Attributes:
        name: What errors call it.
        limits: What it may hold.
        load: Returns a file's bytes, by its name.
        sizes: The stated size of each file, by its name with ``/``.
    """

    name: str
    limits: Limits
    load: Callable[[str], bytes]
    sizes: dict[str, int] = field(default_factory=dict)
    _total: int = 0

    def add(self, name: str, size: int, mode: int) -> None:
        """Note a file, after looking at its name, kind and stated size.

        Raises:
            DataError: The name leads outside or stands twice, it is no plain file,
                or a limit is passed.
        """
        self.refuse_outside(name)
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise self.error(name, "it is a link or a device, no plain file")
        if name.endswith("/") or stat.S_ISDIR(mode):
            return
        if name in self.sizes:
            raise self.error(name, "the name stands in it twice")
        self.sizes[name] = size
        self._total += size
        if len(self.sizes) > self.limits.files:
            raise self.error("", f"it holds over {self.limits.files:,} files")
        if size > self.limits.each:
            raise self.error(name, f"it states a size of {size:,} bytes")
        if self._total > self.limits.total:
            raise self.error("", f"it states over {self.limits.total:,} bytes in all")

    def refuse_outside(self, name: str) -> None:
        """Refuse a name that leads outside, on any system."""
        parts = PurePosixPath(name.replace("\\", "/")).parts
        absolute = not parts or parts[0].startswith("/") or name[1:2] == ":"
        if absolute or ".." in parts or "\0" in name:
            raise self.error(name, "its name leads outside the archive")

    def read(self, name: str) -> bytes:
        """Return a file's bytes: exactly as many as were stated, and so within limits.

        Raises:
            DataError: It is damaged or encrypted.
        """
        try:
            content = self.load(name)
        except _DAMAGE as error:
            raise self.error(name, f"it is damaged: {error}") from None
        if len(content) != self.sizes[name]:
            stated = f"it states {self.sizes[name]:,} bytes and holds another number"
            raise self.error(name, stated)
        return content

    def error(self, place: str, problem: str) -> DataError:
        """Return an error at a place in this source."""
        shown = place if place.isprintable() else ascii(place)
        return DataError(self.name, shown[:80], problem, GET_AGAIN)


@contextmanager
def open_archive(path: Path, name: str, limits: Limits) -> Iterator[Source]:
    """Open a zip file or a folder and look at all that it states.

    Args:
        path: The zip file or folder.
        name: What errors call it.
        limits: What it may hold.

    Raises:
        DataError: It is neither, or it is not safe to read.
    """
    if path.is_dir():
        source = Source(name, limits, lambda file: (path / file).read_bytes())
        for item in sorted(path.rglob("*")):
            facts = item.lstat()
            inside = item.relative_to(path).as_posix()
            source.add(inside, facts.st_size, facts.st_mode)
        yield source
        return
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGE as error:
        problem = f"it is no zip file, or was cut short ({error})"
        raise DataError(name, "", problem, GET_AGAIN) from None
    with archive:

        def load(file: str) -> bytes:
            # With a size, it never unpacks more than that at once.
            with archive.open(file) as opened:
                return opened.read(source.sizes[file] + 1)

        source = Source(name, limits, load)
        for entry in archive.infolist():
            if entry.flag_bits & 1:
                raise source.error(entry.filename, "it is encrypted")
            source.refuse_outside(entry.orig_filename)  # zipfile cuts it at a NUL
            source.add(entry.filename, entry.file_size, entry.external_attr >> 16)
        yield source
