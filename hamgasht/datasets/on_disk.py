"""Data sets on this disk: what lies there, where it came from, which bytes a run gets.

A data set has a digest over all its files and a side file ``NAME.origin.json``, which
is believed as long as it names that digest. What is made here goes into place whole
or not at all.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePath, PurePosixPath
from typing import Any

import filelock

from hamgasht.core.digests import file_digests
from hamgasht.core.paths import DATA, STORE
from hamgasht.datasets.catalogue import DataSet, set_at

_BLOCK_BYTES = 1 << 20
# What file managers and editors leave behind in any folder that they look at.
_STRAYS = {".ds_store", ".directory", "thumbs.db", "ehthumbs.db", "desktop.ini"}
_STRAY_FOLDERS = {"__MACOSX", "__pycache__", ".ipynb_checkpoints"}
SYNTHETIC = "synthetic"
UNRECORDED = "unrecorded"
KINDS = ("drive", "keras", "archive", "folder", SYNTHETIC, UNRECORDED)
"""Downloads, local sources, the generated stand-in, and data of unknown origin."""


@dataclass(frozen=True)
class DatasetOnDisk:
    """A data set as it lies on this machine.

    Attributes:
        place: The file or folder.
        digest: The SHA-256 over all of it.
        count: How many images; of data that has no side file, how many files.
        origin: ``kind`` (one of :data:`KINDS`) and what is known beside it:
            ``sha256`` of the archive, and whether it is a ``known`` one.
    """

    place: Path
    digest: str
    count: int
    origin: Mapping[str, Any] = field(default_factory=lambda: {"kind": UNRECORDED})

    @property
    def synthetic(self) -> bool:
        """Whether this is the generated stand-in."""
        return self.origin["kind"] == SYNTHETIC

    @property
    def facts(self) -> dict[str, Any]:
        """What a manifest says of it."""
        return {
            "digest": self.digest,
            "count": self.count,
            "origin": dict(self.origin),
        }


def describe(place: Path, digest: str) -> DatasetOnDisk:
    """Return what is known of data with a digest.

    Args:
        place: The file or folder.
        digest: Its present digest; a side file that names another is not believed.
    """
    said = read_origin(place)
    if said.get("digest") == digest:
        return DatasetOnDisk(place, digest, said["count"], said["origin"])
    return DatasetOnDisk(place, digest, len(list_files(place)))


def origin_path(place: Path) -> Path:
    """Return the path of a data set's side file: ``br35h.origin.json``."""
    return place.with_name(f"{place.name.partition('.')[0]}.origin.json")


def read_origin(place: Path) -> dict[str, Any]:
    """Return what a side file holds; nothing if it is missing or malformed."""
    try:
        said = json.loads(origin_path(place).read_text(encoding="utf-8"))
        if said["origin"]["kind"] in KINDS and isinstance(said["count"], int):
            return said
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return {}


def write_origin(found: DatasetOnDisk) -> None:
    """Write a data set's side file, whole or not at all."""
    path = origin_path(found.place)
    text = json.dumps({"place": found.place.name, **found.facts}, indent=1)
    new = path.with_name(f".{path.name}.new")
    new.write_text(text + "\n", encoding="utf-8")
    new.replace(path)


def choose(root: Path, name: str, profile: str) -> DatasetOnDisk | None:
    """Return the data that a run in a profile reads under a name.

    Args:
        root: The project's root.
        name: Path relative to ``data/``.
        profile: ``full``, or ``smoke``, which takes the stand-in of a data set of
            the course whether the real one is there or not, so that it gives the
            same everywhere.

    Returns:
        The data, or ``None`` where it is not on this machine.
    """
    known = set_at(name)
    if profile == "smoke" and known is not None:
        return ensure_stand_in(root, known)
    found = digest(root, name)
    return describe(root / DATA / name, found) if found else None


def ensure_stand_in(root: Path, kind: DataSet) -> DatasetOnDisk:
    """Return a data set's stand-in, generated now if it was not before.

    Args:
        root: The project's root.
        kind: The data set.
    """
    folder = root / STORE / SYNTHETIC / _version()
    place = folder / kind.place
    folder.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(folder / f"{kind.name}.lock"):
        if not place.exists():
            make_stand_in(root, kind, place)
        return describe(place, hash_files(place))


def make_stand_in(root: Path, kind: DataSet, place: Path) -> DatasetOnDisk:
    """Generate a data set's stand-in with its side file, whole or not at all.

    Args:
        root: The project's root.
        kind: The data set.
        place: The file or folder to make; what is there is replaced.
    """
    from hamgasht.datasets.stand_ins import generate

    with stage(root, place) as new:
        count = generate(kind, new)
        return move_into_place(
            new, DatasetOnDisk(place, hash_files(new), count, {"kind": SYNTHETIC})
        )


def _version() -> str:
    """Return what changes when the generator does."""
    return hash_file(Path(__file__).with_name("stand_ins.py"))[:12]


def digest(root: Path, name: str) -> str | None:
    """Return the SHA-256 of a file or folder under ``data/``; hashed once for all.

    Args:
        root: The project's root.
        name: Path relative to ``data/``.

    Returns:
        The digest in hexadecimal, or ``None`` where the data is missing.
    """
    place = root / DATA / name
    if not place.exists():
        return None
    digests = file_digests(root)
    files = digests.tree(place.parent, place.name)
    digests.write()
    return _hash_names(
        {
            file: files[file]
            for file in sorted(files, key=lambda file: file.split("/"))
            if not is_stray(PurePosixPath(file).relative_to(place.name))
        }
    )


def hash_files(place: Path, tell: Callable[[], object] = lambda: None) -> str:
    """Return the SHA-256 over the relative path and content of every file.

    Args:
        place: An existing file or folder; its own name counts, its parent's not.
        tell: Called after each file.
    """
    files = {}
    for path in list_files(place):
        files[path.relative_to(place.parent).as_posix()] = hash_file(path)
        tell()
    return _hash_names(files)


def _hash_names(files: Mapping[str, str]) -> str:
    """Return the SHA-256 over files' names and digests, in their order."""
    lines = (f"{name}\0{digest}\n" for name, digest in files.items())
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def hash_file(path: Path, tell: Callable[[int], object] = lambda size: None) -> str:
    """Return the SHA-256 of a file's bytes, read in pieces.

    Args:
        path: The file.
        tell: Called with the size of each piece.
    """
    total = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            total.update(block)
            tell(len(block))
    return total.hexdigest()


def list_files(place: Path) -> list[Path]:
    """Return the file, or all files of the folder but for strays, sorted."""
    if place.is_file():
        return [place]
    return sorted(
        path
        for path in place.rglob("*")
        if path.is_file() and not is_stray(path.relative_to(place))
    )


def is_stray(path: PurePath) -> bool:
    """Return whether a file belongs to a machine that looked at a folder, not to it.

    Args:
        path: Its path, relative to the folder.
    """
    name = path.name.lower()
    is_known = name in _STRAYS or name.startswith("._")
    return is_known or not _STRAY_FOLDERS.isdisjoint(path.parts)


@contextmanager
def stage(root: Path, place: Path) -> Iterator[Path]:
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


def move_into_place(new: Path, found: DatasetOnDisk) -> DatasetOnDisk:
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
