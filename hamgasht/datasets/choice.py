"""Which bytes a run gets: the real data, or in ``smoke`` the stand-in.

Takes in a profile and a name from a snippet's header; gives out where the data lies
and what is known of it. Stand-ins are generated once and kept in the local store.
"""

from pathlib import Path

import filelock

from hamgasht.core.paths import DATA, STORE
from hamgasht.datasets.catalogue import DataSet, set_at
from hamgasht.datasets.digests import digest, digest_of, file_digest
from hamgasht.datasets.origins import SYNTHETIC, Held, held
from hamgasht.datasets.placing import put, staging


def choose(root: Path, name: str, profile: str) -> Held | None:
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
        return stand_in(root, known)
    found = digest(root, name)
    return held(root / DATA / name, found) if found else None


def stand_in(root: Path, kind: DataSet) -> Held:
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
        return held(place, digest_of(place))


def make_stand_in(root: Path, kind: DataSet, place: Path) -> Held:
    """Generate a data set's stand-in with its side file, whole or not at all.

    Args:
        root: The project's root.
        kind: The data set.
        place: The file or folder to make; what is there is replaced.
    """
    from hamgasht.datasets.stand_ins import generate

    with staging(root, place) as new:
        count = generate(kind, new)
        return put(new, Held(place, digest_of(new), count, {"kind": SYNTHETIC}))


def _version() -> str:
    """Return what changes when the generator does."""
    return file_digest(Path(__file__).with_name("stand_ins.py"))[:12]
