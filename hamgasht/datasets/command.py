"""``python -m hamgasht data``: brings each data set here, whole and verified."""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import filelock

from hamgasht.core.errors import DataError
from hamgasht.core.paths import DATA, STORE
from hamgasht.core.progress import counting
from hamgasht.datasets.archive import Limits, Source, open_archive
from hamgasht.datasets.catalogue import SETS, DataSet
from hamgasht.datasets.download import disk_error, fetch
from hamgasht.datasets.on_disk import (
    UNRECORDED,
    DatasetOnDisk,
    choose,
    hash_file,
    hash_files,
    make_stand_in,
    move_into_place,
    stage,
    write_origin,
)

Say = Callable[[str], object]


@dataclass(frozen=True)
class _Request:
    """One data set that a person wants (see :func:`bring_datasets`)."""

    root: Path
    kind: DataSet
    source: Path | None
    synthetic: bool
    trust: bool
    say: Say

    @property
    def place(self) -> Path:
        """Where the data set lies."""
        return self.root / DATA / self.kind.place

    @property
    def name(self) -> str:
        """What errors call that place."""
        return f"{DATA}/{self.kind.place}"


def bring_datasets(
    root: Path,
    names: Iterable[str] = (),
    *,
    source: Path | None = None,
    synthetic: bool = False,
    trust: bool = False,
    say: Say = print,
) -> list[DataError]:
    """Bring data sets onto this machine.

    Args:
        root: The project's root.
        names: Names of data sets; none means all.
        source: A local archive, file or folder to take the one named set from.
        synthetic: Generate small stand-ins instead.
        trust: Take images whose digest is not known, too.
        say: Called with each line that the person should see.

    Returns:
        What went wrong, by set: one that cannot be had does not keep the others.

    Raises:
        DataError: A name is unknown, the choices contradict each other, or another
            process is at it.
    """
    kinds = [_find_set(name) for name in names] or list(SETS.values())
    _refuse_contradictions(kinds, source, synthetic)
    failed = []
    with _lock_data(root):
        for kind in kinds:
            request = _Request(root, kind, source, synthetic, trust, say)
            try:
                _bring(request)
            except DataError as error:
                failed.append(error)
            except OSError as error:
                failed.append(disk_error(error, request.name))
    return failed


def _bring(request: _Request) -> None:
    """Bring one data set, unless it is there."""
    found = choose(request.root, request.kind.place, "full")
    if found is None or (found.synthetic and not request.synthetic):
        _tell(
            request,
            make_stand_in(request.root, request.kind, request.place)
            if request.synthetic
            else _make(request),
        )
    elif found.synthetic or not request.synthetic:
        adopted = found.origin["kind"] == UNRECORDED
        found = _adopt(request, found) if adopted else found
        _tell(request, found, "already there and verified: ")
    else:
        raise DataError(
            request.name,
            "",
            "something else than the stand-in is there",
            f"remove {request.name} if you want the stand-in in its place",
        )


def _make(request: _Request) -> DatasetOnDisk:
    """Take a data set from its archive and put it into place."""
    with (
        _archive(request) as (archive, origin),
        stage(request.root, request.place) as new,
    ):
        _unpack(request, archive, new)
        kind, digest = request.kind, hash_files(new)
        known = origin.get("sha256") in kind.archives or digest in kind.digests
        if not (known or request.trust):
            raise DataError(
                archive.name if request.source else kind.name,
                "",
                f"its digest ({origin.get('sha256', digest)[:12]}) is not known, nor "
                "are its images those of the course",
                "get the archive again, or take it as it is with --trust",
            )
        origin["known"] = known
        made = DatasetOnDisk(request.place, digest, kind.count, origin)
        return move_into_place(new, made)


@contextmanager
def _archive(request: _Request) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Give the archive to unpack and its origin; of a download, until it is used."""
    if request.source is not None:
        if request.source.is_dir():
            yield request.source, {"kind": "folder"}
        else:
            digest = hash_file(request.source)
            yield request.source, {"kind": "archive", "sha256": digest}
        return
    archive = _download(request)
    try:
        yield archive, {"kind": request.kind.kind, "sha256": hash_file(archive)}
    except DataError:
        archive.unlink()  # damaged: the next try begins anew
        raise
    archive.unlink()


def _download(request: _Request) -> Path:
    """Return the downloaded archive, whole, with the digest that it must have."""
    kind = request.kind
    target = request.root / STORE / "downloads" / f"{kind.name}.archive"
    request.say(f"{kind.name}: downloading from {kind.url}")
    with counting(f"{kind.name}: downloading", in_bytes=True) as count:
        fetch(kind.url, target, name=kind.name, tell=count.at)
    stated = kind.download_sha256
    if stated and (found := hash_file(target)) != stated:
        target.unlink()
        raise DataError(
            kind.name,
            kind.url,
            f"it came with another digest ({found[:12]}) than its publisher states "
            f"({stated[:12]})",
            "run again; if it stays so, give a good copy with --from",
        )
    return target


def _unpack(request: _Request, archive: Path, new: Path) -> None:
    """Unpack and verify an archive."""
    if request.kind.reader == "br35h":
        from hamgasht.datasets import br35h

        with _read_images(request, archive, br35h.LIMITS) as (source, tell):
            br35h.unpack(source, request.kind, new, tell)
        return
    from hamgasht.datasets import cifar10

    if archive.is_dir():
        with _read_images(request, archive, cifar10.LIMITS) as (source, tell):
            arrays = cifar10.read_sheets(source, request.kind, tell)
    elif zipfile.is_zipfile(archive):
        arrays = cifar10.read_npz(archive, archive.name, request.kind)
    elif hash_file(archive) == request.kind.download_sha256:
        request.say("cifar10: keras.datasets.cifar10 loads it")
        arrays = cifar10.load_with_keras(
            archive, archive.name, request.kind, new.parent
        )
    else:
        raise DataError(
            archive.name,
            "",
            "it is neither an .npz file nor the archive that Keras loads, whole",
            "get it again, or give another --from",
        )
    cifar10.write_arrays(new, arrays)


def _adopt(request: _Request, found: DatasetOnDisk) -> DatasetOnDisk:
    """Verify data that a person put into place, and write its side file."""
    fix = (
        f"remove {request.name}, then run 'python -m hamgasht data {request.kind.name}'"
    )
    try:
        _verify(request)
    except DataError as error:
        raise DataError(
            f"{DATA}/{error.file}", error.place, error.problem, fix
        ) from None
    known = found.digest in request.kind.digests
    origin = {"kind": "folder", "known": known}
    adopted = DatasetOnDisk(found.place, found.digest, request.kind.count, origin)
    write_origin(adopted)
    return adopted


def _verify(request: _Request) -> None:
    if request.kind.reader == "cifar10":
        from hamgasht.datasets import cifar10

        cifar10.from_npz(request.place, request.place.name, request.kind)
        return
    from hamgasht.datasets import br35h

    with _read_images(request, request.place, br35h.LIMITS) as (source, tell):
        br35h.unpack(source, request.kind, None, tell)


@contextmanager
def _read_images(
    request: _Request, archive: Path, limits: Limits
) -> Iterator[tuple[Source, Callable[[], object]]]:
    """Open an archive; give it and what to call after each image."""
    text = f"{request.kind.name}: unpacking and decoding"
    with (
        open_archive(archive, archive.name, limits) as source,
        counting(text, request.kind.count) as count,
    ):
        yield source, count.more


def _tell(request: _Request, found: DatasetOnDisk, before: str = "") -> None:
    """Say what is there now."""
    if found.synthetic:
        what = f"SYNTHETIC stand-in, {found.count:,} generated images, not the real set"
    else:
        what = f"{found.count:,} images, origin: {found.origin['kind']}"
        if "sha256" in found.origin:
            what += f" {found.origin['sha256'][:12]}"
        if not found.origin.get("known", True):
            what += ", of a digest that is not known"
    request.say(f"{request.kind.name}: {before}{request.name} ({what})")


def _find_set(name: str) -> DataSet:
    if name not in SETS:
        raise DataError(
            name, "", "there is no such data set", f"name one of {', '.join(SETS)}"
        )
    return SETS[name]


def _refuse_contradictions(
    kinds: list[DataSet], source: Path | None, synthetic: bool
) -> None:
    if source is None:
        return
    if synthetic:
        raise DataError(
            "--from", "", "it says another thing than --synthetic", "give one of them"
        )
    if len(kinds) != 1:
        raise DataError(
            "--from", "", "it holds one data set", f"name it: {' or '.join(SETS)}"
        )
    if not source.exists():
        raise DataError(str(source), "", "it is not there", "give another --from")


@contextmanager
def _lock_data(root: Path) -> Iterator[None]:
    """Hold the right to write under ``data/``."""
    (root / STORE).mkdir(exist_ok=True)
    try:
        with filelock.FileLock(root / STORE / "data.lock", timeout=0):
            yield
    except filelock.Timeout:
        raise DataError(
            DATA,
            "",
            "another process is fetching data now",
            "wait until it ends, then run again",
        ) from None
