"""Archives and folders that nobody has vouched for, read without trusting them.

Takes in the path of a zip file or folder; gives out its members by name and their
bytes. A name that leads elsewhere, a link, a device, a size beyond the limits, stated
or actual: each refuses the whole.
"""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from hamgasht.core.errors import DataError

MAX_RATIO = 200
"""How many times smaller than its content an archive may be; images shrink little."""

_SMALL = 100_000
"""Bytes up to which one member's ratio says nothing."""

_KINDS = {
    stat.S_IFLNK: "a link",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
}
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    RuntimeError,
    ValueError,
)
_DRIVE = re.compile(r"[A-Za-z]:")
FIX = "get the archive again from where it is published, or give another --from"


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
        sizes: The stated size of each file, by its name with ``/``.
    """

    name: str
    limits: Limits
    sizes: dict[str, int] = field(default_factory=dict)
    _stated: int = 0

    def add(self, name: str, size: int) -> None:
        """Note a file, after looking at its name and stated size.

        Raises:
            DataError: The name leads outside, stands twice, or a limit is passed.
        """
        self.check_name(name)
        if name in self.sizes:
            raise self.error(name, "the name stands in it twice", FIX)
        self.sizes[name] = size
        self._stated += size
        if len(self.sizes) > self.limits.files:
            raise self.error("", f"it holds over {self.limits.files:,} files", FIX)
        if size > self.limits.each:
            raise self.error(name, f"it states a size of {size:,} bytes", FIX)
        if self._stated > self.limits.total:
            raise self.error(
                "", f"it states over {self.limits.total:,} bytes in all", FIX
            )

    def check_name(self, name: str) -> None:
        """Refuse a name that leads outside, on any system."""
        parts = PurePosixPath(name.replace("\\", "/")).parts
        absolute = not parts or parts[0].startswith("/") or _DRIVE.match(name)
        if absolute or ".." in parts or "\0" in name:
            raise self.error(name, "its name leads outside the archive", FIX)

    def read(self, name: str) -> bytes:
        """Return a file's bytes: exactly as many as were stated, and so within limits.

        Raises:
            DataError: They are damaged, or more or fewer than stated.
        """
        content = self.content(name)
        if len(content) != self.sizes[name]:
            raise self.error(
                name,
                f"it states {self.sizes[name]:,} bytes and holds another number",
                FIX,
            )
        return content

    def content(self, name: str) -> bytes:
        """Return what is stored under a name, up to one byte more than stated."""
        raise NotImplementedError

    def error(self, place: str, problem: str, fix: str) -> DataError:
        """Return an error at a place in this source."""
        return DataError(self.name, printable(place), problem, fix)


@dataclass
class _Folder(Source):
    """A folder on this machine."""

    path: Path = Path()

    def content(self, name: str) -> bytes:
        with (self.path / name).open("rb") as file:
            return file.read(self.sizes[name] + 1)


@dataclass
class _Zip(Source):
    """A zip file."""

    archive: zipfile.ZipFile = field(kw_only=True)

    def content(self, name: str) -> bytes:
        try:
            with self.archive.open(name) as file:
                return file.read(self.sizes[name] + 1)
        except _DAMAGE as error:
            raise self.error(name, f"it is damaged: {error}", FIX) from None


@contextmanager
def opened(path: Path, name: str, limits: Limits) -> Iterator[Source]:
    """Open a zip file or a folder and look at all that it states.

    Args:
        path: The zip file or folder.
        name: What errors call it.
        limits: What it may hold.

    Raises:
        DataError: It is neither, or it is not safe to read.
    """
    if path.is_dir():
        yield _look_into_folder(_Folder(name, limits, path=path))
        return
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGE as error:
        problem = f"it is no zip file, or was cut short ({error})"
        raise DataError(name, "", problem, FIX) from None
    with archive:
        yield _look_into_zip(_Zip(name, limits, archive=archive), path.stat().st_size)


def printable(name: str) -> str:
    """Return a name from an archive as one short line."""
    shown = name if name.isprintable() else ascii(name)
    return shown if len(shown) <= 80 else f"{shown[:77]}..."


def _look_into_folder(source: _Folder) -> _Folder:
    for path in sorted(source.path.rglob("*")):
        name = path.relative_to(source.path).as_posix()
        mode = path.lstat().st_mode
        _refuse_specials(source, name, mode)
        if stat.S_ISREG(mode):
            source.add(name, path.stat().st_size)
    return source


def _look_into_zip(source: _Zip, size: int) -> _Zip:
    packed = 0
    for entry in source.archive.infolist():
        name = entry.orig_filename
        source.check_name(name)
        _refuse_specials(source, name, entry.external_attr >> 16)
        if entry.flag_bits & 1:
            raise source.error(name, "it is encrypted", FIX)
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise source.error(name, "it is packed in an unusual way", FIX)
        if entry.file_size > max(_SMALL, MAX_RATIO * entry.compress_size):
            raise source.error(
                name, f"it unpacks to over {MAX_RATIO} times its size", FIX
            )
        packed += entry.compress_size
        if not entry.is_dir():
            source.add(entry.filename, entry.file_size)
    if packed > size:
        raise source.error("", "its files overlap", FIX)
    return source


def _refuse_specials(source: Source, name: str, mode: int) -> None:
    kind = stat.S_IFMT(mode)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        what = _KINDS.get(kind, "no plain file")
        raise source.error(name, f"it is {what}", FIX)
