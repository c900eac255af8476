"""``python -m hamgasht data``: each data set of the course, whole and verified.

Takes in names of data sets and where to take them from; gives out folders and files
under ``data/`` with a side file each that says where they came from. What is there
and verified is left alone.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import filelock

from hamgasht.core.errors import DataError
from hamgasht.core.paths import DATA, STORE
from hamgasht.core.progress import counting
from hamgasht.datasets.archive import opened
from hamgasht.datasets.catalogue import CIFAR10, SETS, DataSet
from hamgasht.datasets.choice import choose, make_stand_in
from hamgasht.datasets.digests import digest_of, file_digest
from hamgasht.datasets.download import disk_error, fetch
from hamgasht.datasets.origins import UNRECORDED, Held, write_origin
from hamgasht.datasets.placing import put, staging

Say = Callable[[str], object]


@dataclass(frozen=True)
class _Wish:
    """One data set that a person wants.

    Attributes:
        root: The project's root.
        kind: The data set.
        source: A local archive, file or folder to take it from; else it is fetched.
        synthetic: Whether the generated stand-in is wanted.
        say: Called with each line that the person should see.
    """

    root: Path
    kind: DataSet
    source: Path | None
    synthetic: bool
    say: Say

    @property
    def place(self) -> Path:
        """Where the data set lies."""
        return self.root / DATA / self.kind.place

    @property
    def name(self) -> str:
        """What errors call that place."""
        return f"{DATA}/{self.kind.place}"


def get(
    root: Path,
    names: Iterable[str] = (),
    *,
    source: Path | None = None,
    synthetic: bool = False,
    say: Say = print,
) -> list[DataError]:
    """Bring data sets onto this machine.

    Args:
        root: The project's root.
        names: Names of data sets; none means all.
        source: A local archive, file or folder to take the one named set from.
        synthetic: Generate small stand-ins instead.
        say: Called with each line that the person should see.

    Returns:
        What went wrong, by set: one that cannot be had does not keep the others.

    Raises:
        DataError: A name is unknown, the choices contradict each other, or another
            process is at it.
    """
    kinds = [_known(name) for name in names] or list(SETS.values())
    _refuse_contradictions(kinds, source, synthetic)
    failed = []
    with _alone(root):
        for kind in kinds:
            wish = _Wish(root, kind, source, synthetic, say)
            try:
                _fulfil(wish)
            except DataError as error:
                failed.append(error)
            except OSError as error:
                failed.append(disk_error(error, wish.name))
    return failed


def _fulfil(wish: _Wish) -> None:
    """Bring one data set, unless it is there."""
    found = choose(wish.root, wish.kind.place, "full")
    if found is None or (found.synthetic and not wish.synthetic):
        _tell(wish, _generate(wish) if wish.synthetic else _make(wish))
    elif found.synthetic or not wish.synthetic:
        adopted = found.origin["kind"] == UNRECORDED
        found = _adopt(wish, found) if adopted else found
        _tell(wish, found, "already there and verified: ")
    else:
        raise DataError(
            wish.name,
            "",
            "something else than the stand-in is there",
            f"remove {wish.name} if you want the stand-in in its place",
        )


def _generate(wish: _Wish) -> Held:
    return make_stand_in(wish.root, wish.kind, wish.place)


def _make(wish: _Wish) -> Held:
    """Take a data set from its archive and put it into place."""
    with _archive(wish) as (archive, origin), staging(wish.root, wish.place) as new:
        origin = {**origin, **_unpack(wish, archive, new)}
        digest = digest_of(new)
        if "sha256" in origin or origin["kind"] == "folder":
            known = origin.get("sha256") in wish.kind.archives
            origin["known"] = known or digest in wish.kind.digests
        return put(new, Held(wish.place, digest, wish.kind.count, origin))


@contextmanager
def _archive(wish: _Wish) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Give the archive to unpack and its origin; of a download, until it is used."""
    if wish.source is not None:
        if wish.source.is_dir():
            yield wish.source, {"kind": "folder"}
        else:
            digest = file_digest(wish.source)
            yield wish.source, {"kind": "archive", "sha256": digest}
        return
    archive = _download(wish)
    try:
        yield archive, {"kind": wish.kind.kind, "sha256": file_digest(archive)}
    except DataError:
        archive.unlink()  # damaged: the next try begins anew
        raise
    archive.unlink()


def _download(wish: _Wish) -> Path:
    """Return the downloaded archive, whole, with the digest that it must have."""
    kind = wish.kind
    target = wish.root / STORE / "downloads" / f"{kind.name}.archive"
    wish.say(f"{kind.name}: downloading from {kind.url}")
    with counting(f"{kind.name}: downloading", in_bytes=True) as count:
        fetch(kind.url, target, name=kind.name, tell=count.at)
    if kind.download_sha256:
        _check_digest(target, kind)
    return target


def _check_digest(archive: Path, kind: DataSet) -> None:
    found = file_digest(archive)
    if found != kind.download_sha256:
        archive.unlink()
        raise DataError(
            kind.name,
            kind.url,
            f"it came with another digest ({found[:12]}) than its publisher states "
            f"({kind.download_sha256[:12]})",
            "run again; if it stays so, give a good copy with --from",
        )


def _unpack(wish: _Wish, archive: Path, new: Path) -> dict[str, Any]:
    """Unpack and verify an archive.

    Returns:
        What more is to be said of the origin.
    """
    if wish.kind.name == CIFAR10.name:
        return _unpack_cifar10(wish, archive, new)
    from hamgasht.datasets import br35h

    with (
        opened(archive, archive.name, br35h.LIMITS) as source,
        _counting_images(wish) as tell,
    ):
        br35h.unpack(source, wish.kind, new, tell)
    return {}


def _unpack_cifar10(wish: _Wish, archive: Path, new: Path) -> dict[str, Any]:
    from hamgasht.datasets import cifar10

    extra: dict[str, Any] = {}
    if archive.is_file() and file_digest(archive) == wish.kind.download_sha256:
        wish.say("cifar10: keras.datasets.cifar10 loads it")
        arrays = cifar10.from_keras(archive, archive.name, wish.kind, new.parent)
    elif cifar10.is_npz(archive):
        arrays = cifar10.from_npz(archive, archive.name, wish.kind)
    elif cifar10.has_sheets(archive):
        with (
            opened(archive, archive.name, cifar10.SHEET_LIMITS) as source,
            _counting_images(wish) as tell,
        ):
            arrays = cifar10.from_sheets(source, wish.kind, tell)
    else:
        with (
            opened(archive, archive.name, cifar10.LIMITS) as source,
            _counting_images(wish) as tell,
        ):
            arrays = cifar10.from_images(source, wish.kind, tell)
        extra = {"reencoded": True}
    cifar10.write_arrays(new, arrays)
    return extra


def _adopt(wish: _Wish, found: Held) -> Held:
    """Verify data that a person put into place, and write its side file."""
    fix = f"remove {wish.name}, then run 'python -m hamgasht data {wish.kind.name}'"
    try:
        _verify(wish)
    except DataError as error:
        raise DataError(
            f"{DATA}/{error.file}", error.place, error.problem, fix
        ) from None
    known = found.digest in wish.kind.digests
    origin = {"kind": "folder", "known": known}
    adopted = Held(found.place, found.digest, wish.kind.count, origin)
    write_origin(adopted)
    return adopted


def _verify(wish: _Wish) -> None:
    if wish.kind.name == CIFAR10.name:
        from hamgasht.datasets import cifar10

        cifar10.from_npz(wish.place, wish.place.name, wish.kind)
        return
    from hamgasht.datasets import br35h

    with (
        opened(wish.place, wish.place.name, br35h.LIMITS) as source,
        _counting_images(wish) as tell,
    ):
        br35h.verify(source, wish.kind, tell)


@contextmanager
def _counting_images(wish: _Wish) -> Iterator[Callable[[], object]]:
    text = f"{wish.kind.name}: unpacking and decoding"
    with counting(text, wish.kind.count) as count:
        yield count.more


def _tell(wish: _Wish, found: Held, before: str = "") -> None:
    """Say what is there now."""
    if found.synthetic:
        what = f"SYNTHETIC stand-in, {found.count:,} generated images, not the real set"
    else:
        what = f"{found.count:,} images, origin: {found.origin['kind']}"
        if "sha256" in found.origin:
            what += f" {found.origin['sha256'][:12]}"
        if found.origin.get("reencoded"):
            what += ", re-encoded"
        if not found.origin.get("known", True):
            what += ", of a digest that is not known"
    wish.say(f"{wish.kind.name}: {before}{wish.name} ({what})")


def _known(name: str) -> DataSet:
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
def _alone(root: Path) -> Iterator[None]:
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
