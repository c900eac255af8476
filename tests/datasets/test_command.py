"""``python -m hamgasht data`` on local archives: good ones, and ones gone wrong."""

import errno
import json
import os
import signal
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import filelock
import numpy as np
import pytest
from dataset_lab import (
    SMALL_BR35H,
    SMALL_CIFAR10,
    br35h_files,
    cifar10_arrays,
    cifar10_sheets,
    jpeg,
    leftovers,
    lying,
    packed,
    with_mode,
)
from lab import ENGINE, Lab, wait_for
from PIL import Image

from hamgasht.core.errors import DataError
from hamgasht.datasets.archive import Limits, open_archive
from hamgasht.datasets.catalogue import CIFAR10_CLASSES, SETS
from hamgasht.datasets.command import bring_datasets
from hamgasht.datasets.on_disk import choose, digest, hash_file


@pytest.fixture
def small(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A project whose data sets are small."""
    monkeypatch.setitem(SETS, "br35h", SMALL_BR35H)
    monkeypatch.setitem(SETS, "cifar10", SMALL_CIFAR10)
    return lab


def take(lab: Lab, name: str, source: Path | None = None, **options) -> list[str]:
    """Get a data set that must come; return what was said."""
    said: list[str] = []
    failed = bring_datasets(
        lab.root, [name], source=source, say=said.append, **{"trust": True, **options}
    )
    assert failed == [], failed
    return said


def refuse(lab: Lab, name: str, source: Path | None = None, **options) -> str:
    """Get a data set that must not come; return the one line."""
    before = leftovers(lab.root)
    (error,) = bring_datasets(
        lab.root, [name], source=source, say=str, **{"trust": True, **options}
    )
    line = str(error)
    assert "\n" not in line
    assert "Fix: " in line
    assert leftovers(lab.root) == before, "something half-made was left"
    return line


def origin(lab: Lab, name: str) -> dict:
    return json.loads((lab.root / f"data/{name}.origin.json").read_text())


def test_a_zip_is_unpacked_verified_and_described(small: Lab, tmp_path: Path):
    archive = packed(tmp_path / "own.zip", br35h_files() | {"read.me": b"hello"})
    said = take(small, "br35h", archive)
    files = {
        path.relative_to(small.root / "data/br35h").as_posix(): path.read_bytes()
        for path in (small.root / "data/br35h").rglob("*.jpg")
    }
    assert files == br35h_files()
    assert leftovers(small.root) == ["data/br35h", "data/br35h.origin.json"]
    told = origin(small, "br35h")
    assert told["count"] == 6
    assert told["digest"] == digest(small.root, "br35h")
    assert told["origin"]["kind"] == "archive"
    assert told["origin"]["known"] is False  # taken all the same, and it says so
    assert len(told["origin"]["sha256"]) == 64
    assert "of a digest that is not known" in said[-1]


def test_a_second_call_does_nothing(small: Lab, tmp_path: Path):
    archive = packed(tmp_path / "own.zip", br35h_files())
    take(small, "br35h", archive)
    stamps = {p: p.stat().st_mtime_ns for p in (small.root / "data").rglob("*")}
    for source in (None, archive, tmp_path):
        (said,) = take(small, "br35h", source)
        assert "already there and verified" in said
    assert {p: p.stat().st_mtime_ns for p in (small.root / "data").rglob("*")} == stamps


def test_a_known_archive_is_told_from_an_unknown_one(
    small: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    import dataclasses

    archive = packed(tmp_path / "own.zip", br35h_files())
    known = dataclasses.replace(SMALL_BR35H, archives=(hash_file(archive),))
    monkeypatch.setitem(SETS, "br35h", known)
    take(small, "br35h", archive, trust=False)
    assert origin(small, "br35h")["origin"]["known"] is True


def test_unknown_images_are_refused_without_trust(small: Lab, tmp_path: Path):
    archive = packed(tmp_path / "own.zip", br35h_files())
    line = refuse(small, "br35h", archive, trust=False)
    assert line.startswith(f"own.zip: its digest ({hash_file(archive)[:12]}) is not")
    assert line.endswith("take it as it is with --trust.")
    take(small, "br35h", archive, trust=True)
    assert origin(small, "br35h")["origin"]["known"] is False


def test_an_encrypted_archive_is_refused(small: Lab, tmp_path: Path):
    archive = packed(tmp_path / "bad.zip", br35h_files())
    content = bytearray(archive.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    archive.write_bytes(content)
    assert "it is encrypted" in refuse(small, "br35h", archive)


def test_what_is_no_cifar10_is_refused(small: Lab, tmp_path: Path):
    (tmp_path / "bad.tar.gz").write_bytes(b"\x1f\x8b")
    line = refuse(small, "cifar10", tmp_path / "bad.tar.gz")
    assert "neither an .npz file nor the archive that Keras loads" in line


def test_other_folders_and_system_files_are_left_out(small: Lab, tmp_path: Path):
    files = {f"Br35H/{name}": content for name, content in br35h_files().items()}
    extra = {"pred/p0.jpg": jpeg(), "__MACOSX/yes/._y0.jpg": b"x", "yes/.DS_Store": b""}
    extra |= {"no/Thumbs.db": b"", "no/desktop.ini": b""}
    take(small, "br35h", packed(tmp_path / "own.zip", files | extra))
    assert len(list((small.root / "data/br35h").rglob("*.*"))) == 6


def test_a_folder_of_the_same_shape_is_as_good(small: Lab, tmp_path: Path):
    for name, content in br35h_files().items():
        (tmp_path / "own" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "own" / name).write_bytes(content)
    take(small, "br35h", tmp_path / "own")
    assert origin(small, "br35h")["origin"] == {"kind": "folder", "known": False}
    link = tmp_path / "own/yes/y3.jpg"
    link.symlink_to("/etc/passwd")
    (small.root / "data/br35h.origin.json").unlink()
    (small.root / "data/br35h").rename(tmp_path / "gone")
    assert "own:yes/y3.jpg: it is a link or a device" in refuse(
        small, "br35h", tmp_path / "own"
    )


BAD_NAMES = [
    "../yes/y3.jpg",
    "/yes/y3.jpg",
    "yes/../../y3.jpg",
    "C:/yes/y3.jpg",
    "..\\yes\\y3.jpg",
    "\\yes\\y3.jpg",
]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_names_that_lead_outside_refuse_the_whole(
    small: Lab, tmp_path: Path, name: str
):
    archive = packed(tmp_path / "bad.zip", br35h_files() | {name: jpeg()})
    line = refuse(small, "br35h", archive)
    assert line.startswith("bad.zip:")
    assert "its name leads outside the archive" in line
    assert not list(tmp_path.rglob("y3.jpg"))


@pytest.mark.parametrize(
    ("mode", "what"),
    [
        (stat.S_IFLNK | 0o777, "it is a link or a device"),
        (stat.S_IFCHR | 0o666, "it is a link or a device"),
        (stat.S_IFBLK | 0o666, "it is a link or a device"),
        (stat.S_IFIFO | 0o666, "it is a link or a device"),
    ],
)
def test_links_and_devices_refuse_the_whole(
    small: Lab, tmp_path: Path, mode: int, what: str
):
    archive = packed(tmp_path / "bad.zip", br35h_files())
    with_mode(archive, "readme", mode, b"/etc/passwd")
    assert f"bad.zip:readme: {what}" in refuse(small, "br35h", archive)


@pytest.mark.parametrize("stated", [4_000_000_000, 100])
def test_a_bomb_that_lies_is_not_unpacked(small: Lab, tmp_path: Path, stated: int):
    files = {name: c for name, c in br35h_files().items() if name != "yes/y0.jpg"}
    archive = packed(tmp_path / "bad.zip", files)
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as added:
        added.writestr("yes/y0.jpg", bytes(30_000_000))
    lying(archive, "yes/y0.jpg", stated)
    line = refuse(small, "br35h", archive)
    assert line.startswith("bad.zip:yes/y0.jpg: it ")


def test_each_limit_is_kept(tmp_path: Path):
    limits = Limits(files=2, total=100, each=60)

    def line(files: dict[str, bytes], name: str = "a.zip") -> str:
        path = packed(tmp_path / name, files)
        with (
            pytest.raises(DataError) as caught,
            open_archive(path, name, limits) as source,
        ):
            for item in source.sizes:
                source.read(item)
        return str(caught.value)

    assert "it holds over 2 files" in line(dict.fromkeys("abc", b"x"))
    assert "it states a size of 61 bytes" in line({"a": bytes(61)})
    assert "it states over 100 bytes in all" in line({"a": bytes(60), "b": bytes(60)})
    path = packed(tmp_path / "twice.zip", {"a": b"x"})
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "a") as z:
        z.writestr("a", b"y")
    with (
        pytest.raises(DataError, match="stands in it twice"),
        open_archive(path, "twice.zip", limits),
    ):
        pass


@pytest.mark.parametrize("actual", [b"four", b"", b"sixsix"])
def test_what_differs_from_its_stated_size_is_refused(tmp_path: Path, actual: bytes):
    (tmp_path / "a").write_bytes(b"three")
    limits = Limits(files=2, total=100, each=60)
    with open_archive(tmp_path, "folder", limits) as source:
        assert source.read("a") == b"three"
        (tmp_path / "a").write_bytes(actual)  # another process writes meanwhile
        with pytest.raises(DataError, match="it states 5 bytes and holds another"):
            source.read("a")


@pytest.mark.parametrize("cut", [0.3, 0.9, 0.999])
def test_a_truncated_archive_is_refused(small: Lab, tmp_path: Path, cut: float):
    archive = packed(tmp_path / "bad.zip", br35h_files())
    whole = archive.read_bytes()
    archive.write_bytes(whole[: int(len(whole) * cut)])
    assert "it is no zip file, or was cut short" in refuse(small, "br35h", archive)


def test_a_flipped_byte_is_found(small: Lab, tmp_path: Path):
    archive = packed(tmp_path / "bad.zip", br35h_files())
    content = bytearray(archive.read_bytes())
    content[content.index(b"\xff\xd9PK")] ^= 1
    archive.write_bytes(content)
    assert "it is damaged" in refuse(small, "br35h", archive)


def test_wrong_counts_are_named(small: Lab, tmp_path: Path):
    files = br35h_files()
    del files["yes/y1.jpg"]
    line = refuse(small, "br35h", packed(tmp_path / "bad.zip", files))
    assert line.startswith("bad.zip:yes: it holds 2 images where 3 are expected")
    files = br35h_files() | {"no/no 9.jpg": jpeg()}
    line = refuse(small, "br35h", packed(tmp_path / "bad.zip", files))
    assert "bad.zip:no: it holds 4 images where 3 are expected" in line


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no image at all", "it is no readable image"),
        (jpeg()[:200], "it is no readable image"),
        (jpeg(size=(300, 200))[:-40], "it is no readable image: OSError"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "it is no readable image"),
        (b"GIF89a" + bytes(50), "it is no readable image"),
    ],
)
def test_what_is_no_image_is_refused(
    small: Lab, tmp_path: Path, content: bytes, words: str
):
    files = br35h_files() | {"yes/y1.jpg": content}
    line = refuse(small, "br35h", packed(tmp_path / "bad.zip", files))
    assert line.startswith("bad.zip:yes/y1.jpg: ")
    assert words in line


@pytest.mark.parametrize(
    ("side", "words"),
    [(5_000, "it unpacks to 5000 x 5000 pixels"), (20_000, "DecompressionBombError")],
)
def test_a_small_file_that_decodes_to_a_huge_image_is_refused(
    small: Lab, tmp_path: Path, side: int, words: str
):
    place = tmp_path / "huge.png"
    Image.new("1", (side, side)).save(place)
    assert place.stat().st_size < 100_000
    files = br35h_files() | {"yes/y1.jpg": place.read_bytes()}
    assert words in refuse(small, "br35h", packed(tmp_path / "bad.zip", files))


def test_names_that_one_disk_holds_for_one_are_refused(small: Lab, tmp_path: Path):
    files = br35h_files()
    files["yes/Y0.jpg"] = files.pop("yes/y1.jpg")
    line = refuse(small, "br35h", packed(tmp_path / "bad.zip", files))
    assert "two images would have this name" in line


def test_a_full_disk_leaves_nothing(
    small: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    archive = packed(tmp_path / "own.zip", br35h_files())
    write = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if path.name == "y1.jpg":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    line = refuse(small, "br35h", archive)
    assert line.startswith("data/br35h: the disk is full. Fix: make room")
    monkeypatch.undo()
    monkeypatch.setitem(SETS, "br35h", SMALL_BR35H)
    take(small, "br35h", archive)


KILLED = """
import sys, time
from pathlib import Path
from dataset_lab import SMALL_BR35H
from hamgasht.datasets import br35h
from hamgasht.datasets.command import bring_datasets
from hamgasht.datasets.catalogue import SETS
SETS["br35h"] = SMALL_BR35H
if sys.argv[2] != "-":
    image = br35h._read_image
    def slow(source, name):
        if name.endswith("y1.jpg"):
            Path(sys.argv[2]).touch()
            time.sleep(60)
        return image(source, name)
    br35h._read_image = slow
source = Path(sys.argv[1])
print(bring_datasets(Path.cwd(), ["br35h"], source=source, trust=True, say=print))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_killed_unpack_leaves_nothing_and_the_next_is_whole(
    small: Lab, tmp_path: Path
):
    archive = packed(tmp_path / "own.zip", br35h_files())
    mark = tmp_path / "half-way"

    def start(mark: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", KILLED, str(archive), mark],
            cwd=small.root,
            env={**os.environ, "PYTHONPATH": f"{ENGINE}{os.pathsep}{ENGINE / 'tests'}"},
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    process = start(str(mark))
    wait_for(mark.exists)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=300)
    assert list((small.root / "data").iterdir()) == []
    out, _ = start("-").communicate(timeout=300)
    assert "[]" in out
    assert leftovers(small.root) == ["data/br35h", "data/br35h.origin.json"]


def test_what_a_person_unpacked_is_verified_and_described(small: Lab):
    for name, content in br35h_files().items():
        path = small.root / "data/br35h" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (said,) = take(small, "br35h")
    assert "already there and verified" in said
    assert origin(small, "br35h")["origin"]["kind"] == "folder"
    (small.root / "data/br35h/yes/y0.jpg").write_bytes(b"damaged")
    line = refuse(small, "br35h")
    assert line.startswith("data/br35h:yes/y0.jpg: it is no readable image")
    assert "remove data/br35h" in line


def test_the_stand_in_never_replaces_real_data_but_gives_way_to_it(
    small: Lab, tmp_path: Path
):
    (said,) = take(small, "br35h", synthetic=True)
    assert "SYNTHETIC stand-in, 120 generated images" in said
    assert origin(small, "br35h")["origin"] == {"kind": "synthetic"}
    assert "already there" in take(small, "br35h", synthetic=True)[0]
    take(small, "br35h", packed(tmp_path / "own.zip", br35h_files()))
    assert choose(small.root, "br35h", "full").count == 6
    line = refuse(small, "br35h", synthetic=True)
    assert "remove data/br35h if you want the stand-in" in line
    assert choose(small.root, "br35h", "full").count == 6


# CIFAR-10


def arrays_of(lab: Lab) -> dict[str, np.ndarray]:
    with np.load(lab.root / "data/cifar10.npz") as loaded:
        return dict(loaded)


def test_the_labels_are_those_of_keras():
    import inspect

    from keras.src.datasets import cifar10

    table = inspect.getdoc(cifar10.load_data)
    for label, name in enumerate(CIFAR10_CLASSES):
        assert f"|   {label}   | {name} " in table


def test_the_download_is_the_one_that_keras_pins():
    import inspect

    from keras.src.datasets import cifar10

    source = inspect.getsource(cifar10.load_data)
    assert SETS["cifar10"].url in source
    assert SETS["cifar10"].download_sha256 in source


def test_the_file_is_the_same_for_the_same_pixels(small: Lab, tmp_path: Path):
    arrays = cifar10_arrays()
    np.savez_compressed(tmp_path / "one.npz", **arrays)
    take(small, "cifar10", tmp_path / "one.npz")
    first = (small.root / "data/cifar10.npz").read_bytes()
    for name, array in arrays_of(small).items():
        assert np.array_equal(array, arrays[name].reshape(array.shape))
    (small.root / "data/cifar10.npz").unlink()
    (tmp_path / "one.npz").unlink()
    os.utime(tmp_path, (0, 0))
    np.savez(tmp_path / "two.npz", **{k: arrays[k] for k in sorted(arrays)})
    take(small, "cifar10", tmp_path / "two.npz")
    assert (small.root / "data/cifar10.npz").read_bytes() == first
    with zipfile.ZipFile(small.root / "data/cifar10.npz") as archive:
        assert {item.date_time[0] for item in archive.infolist()} == {1980}


def test_wrong_arrays_are_refused(small: Lab, tmp_path: Path):
    good = cifar10_arrays()
    bad = {
        "shape": good | {"x_test": good["x_test"][:9]},
        "type": good | {"x_test": good["x_test"] / 255},
        "label": good | {"y_test": good["y_test"] + 10},
        "missing": {key: good[key] for key in ("x_train", "y_train")},
        "pickle": good | {"y_test": np.array([{}] * 10, dtype=object)},
    }
    for name, arrays in bad.items():
        np.savez(tmp_path / f"{name}.npz", **arrays)
        line = refuse(small, "cifar10", tmp_path / f"{name}.npz")
        assert line.startswith((f"{name}.npz:x_test", f"{name}.npz:y_test")), line


def test_sheets_give_the_same_file_as_arrays(small: Lab, tmp_path: Path):
    np.savez(tmp_path / "one.npz", **cifar10_arrays())
    take(small, "cifar10", tmp_path / "one.npz")
    first = (small.root / "data/cifar10.npz").read_bytes()
    (small.root / "data/cifar10.npz").unlink()
    take(small, "cifar10", cifar10_sheets(tmp_path / "package"))
    assert (small.root / "data/cifar10.npz").read_bytes() == first
    assert origin(small, "cifar10")["origin"] == {"kind": "folder", "known": False}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("data_batch_3.png", None, "it is not there"),
        ("data_batch_3.png", b"nothing", "it is no readable image"),
        ("test_batch.png", jpeg(9, (1024, 9)), "1024 x 9 pixels, not 1024 x 10"),
        ("test_lables.json", None, "it is not there"),
        ("test_lables.json", b"[1, 2", "it is no JSON"),
        ("test_lables.json", b"[1, 2]", "it is no list of 10 labels, 0 to 9"),
        ("test_lables.json", b"[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]", "0 to 9"),
        ("test_lables.json", b"[1, 2, 3, 4, 5, 6, 7, 8, 9, true]", "0 to 9"),
    ],
)
def test_wrong_sheets_are_refused(
    small: Lab, tmp_path: Path, name: str, content: bytes | None, words: str
):
    folder = cifar10_sheets(tmp_path / "package")
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)
    line = refuse(small, "cifar10", folder)
    assert f"package:{name}: " in line
    assert words in line
    assert not (small.root / "data/cifar10.npz").exists()


# The command line


def test_contradictions_are_one_line(small: Lab, tmp_path: Path):
    archive = packed(tmp_path / "own.zip", br35h_files())
    for arguments, words in (
        (("mnist",), "there is no such data set. Fix: name one of br35h, cifar10"),
        (("--from", str(archive)), "name it: br35h or cifar10"),
        (("br35h", "--from", str(archive), "--synthetic"), "give one of them"),
        (("br35h", "--from", "nowhere.zip"), "nowhere.zip: it is not there"),
    ):
        status, _, err = small.cli("data", *arguments)
        assert status == 1
        assert err.startswith("error: ")
        assert len(err.splitlines()) == 1
        assert words in err


def test_the_command_makes_both_stand_ins(lab: Lab):
    status, _, err = lab.cli("data", "--synthetic")
    assert status == 0
    assert "br35h: data/br35h (SYNTHETIC stand-in" in err
    assert "cifar10: data/cifar10.npz (SYNTHETIC stand-in" in err
    assert err == lab.cli("data", "--synthetic")[2].replace(
        ": already there and verified:", ":"
    )


def test_two_at_once_are_refused(lab: Lab):
    (lab.root / ".hamgasht").mkdir()
    with filelock.FileLock(lab.root / ".hamgasht/data.lock"):
        status, _, err = lab.cli("data", "--synthetic")
    assert status == 1
    assert "another process is fetching data now" in err
