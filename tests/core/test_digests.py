"""Digests that are kept: nothing is hashed twice, and no edit gets through."""

import hashlib
import os
from pathlib import Path

import pytest

from hamgasht.core import digests
from hamgasht.core.digests import FileDigests


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two files that are older than any digest."""
    made = tmp_path / "made"
    (made / "in").mkdir(parents=True)
    (made / "one").write_bytes(b"one")
    (made / "in/two").write_bytes(b"two")
    return made


def of_content(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def read(folder: Path, *names: str) -> tuple[dict[str, str], int]:
    """Return what a new process says of a folder, and how many files it read."""
    found = FileDigests(folder.parent / "store")
    tree = found.tree(folder, *names)
    found.write()
    return tree, found.hashed


def age(monkeypatch: pytest.MonkeyPatch, now: int = 2**63) -> None:
    """Let digests be made at a time, long after all files were written."""
    monkeypatch.setattr(FileDigests, "_now", lambda _: now)


def test_a_file_is_hashed_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    age(monkeypatch)
    whole = {"one": of_content(b"one"), "in/two": of_content(b"two")}
    assert read(folder) == (whole, 2)
    assert read(folder) == (whole, 0)
    assert read(folder, "in", "gone") == ({"in/two": of_content(b"two")}, 0)
    (folder / "one").write_bytes(b"other")
    assert read(folder) == (whole | {"one": of_content(b"other")}, 1)


def test_an_edit_that_keeps_size_and_date_is_noticed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    age(monkeypatch)
    read(folder)
    file = folder / "one"
    before = file.stat()
    file.write_bytes(b"two")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_mtime_ns == before.st_mtime_ns
    assert read(folder, "one") == ({"one": of_content(b"two")}, 1)


@pytest.mark.parametrize(("now", "noticed"), [(6, True), (7, True), (8, False)])
def test_an_edit_in_the_tick_of_the_digest_is_noticed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, now: int, noticed: bool
) -> None:
    """By a clock that stands still at 7; what is older than the digest cannot be so."""
    monkeypatch.setattr(digests, "_stamp", lambda stat: (7, 7, stat.st_size, 1))
    age(monkeypatch, now)
    read(folder, "one")
    (folder / "one").write_bytes(b"two")
    assert read(folder, "one")[0]["one"] == of_content(b"two" if noticed else b"one")


def test_the_clock_is_that_of_the_files(tmp_path: Path) -> None:
    found = FileDigests(tmp_path / "store")
    (tmp_path / "before").touch()
    now = found._now()
    (tmp_path / "after").touch()
    before, after = (tmp_path / name for name in ("before", "after"))
    assert before.stat().st_mtime_ns <= now <= after.stat().st_mtime_ns
    assert not list((tmp_path / "store").iterdir())


def test_what_was_lost_or_half_written_is_hashed_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    age(monkeypatch)
    whole = read(folder)[0]
    [kept] = (folder.parent / "store").iterdir()
    kept.write_bytes(kept.read_bytes()[:-9])
    assert read(folder) == (whole, 2)
    (folder / "one").rename(folder / "three")
    assert read(folder)[0] == {"three": whole["one"], "in/two": whole["in/two"]}
    (folder / "three").rename(folder / "one")
    assert read(folder)[0] == whole


def test_where_nothing_can_be_written_nothing_is_kept(folder: Path) -> None:
    (folder.parent / "store").write_text("a file in the place of the folder")
    whole = {"one": of_content(b"one"), "in/two": of_content(b"two")}
    assert read(folder) == (whole, 2)
    assert read(folder) == (whole, 2)
