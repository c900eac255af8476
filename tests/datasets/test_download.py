"""Downloads from a server that breaks off, refuses, or sends something else."""

import dataclasses
import http.server
import io
import os
import pickle
import random
import re
import shutil
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import requests
from dataset_lab import (
    SMALL_BR35H,
    SMALL_CIFAR10,
    br35h_files,
    cifar10_arrays,
    leftovers,
    packed,
)
from lab import Lab

from hamgasht.datasets import cifar10, download
from hamgasht.datasets.catalogue import BR35H, SETS, DataSet
from hamgasht.datasets.command import bring_datasets
from hamgasht.datasets.on_disk import hash_file

QUOTA = """<!DOCTYPE html><html><head><title>Google Drive - Quota exceeded</title>
</head><body><p class="uc-error-caption">Sorry, you can't view or download this file
at this time.</p><p class="uc-error-subcaption">Too many users have viewed or
downloaded this file recently.</p></body></html>"""
SCAN = (
    '<!DOCTYPE html><html><body><form id="download-form" action="{url}/download" '
    'method="get"><input type="hidden" name="id" value="1SCp">'
    '<input type="hidden" name="confirm" value="t"></form></body></html>'
)
PIECE = 524_288
"""What gdown writes at a time; of a piece that breaks, nothing is kept."""


class Server(http.server.ThreadingHTTPServer):
    """A host of one file.

    Attributes:
        content: The file.
        breaks: After how many bytes each of the next answers breaks off.
        ranges: Whether it can send the rest of a file.
        page: A web page that it sends instead.
        asked: The ``Range`` header of each request for the file.
        sent: How many bytes of the file it has sent.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.content = b""
        self.breaks: list[int] = []
        self.ranges = True
        self.page = ""
        self.asked: list[str | None] = []
        self.sent = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        if self.path == "/gone":
            self.send_error(404)
        elif self.server.page and not self.path.startswith("/download"):
            self._answer(200, self.server.page.encode(), "text/html; charset=utf-8")
        else:
            self._file()

    def _file(self) -> None:
        wanted = self.headers.get("Range")
        self.server.asked.append(wanted)
        content, total = self.server.content, len(self.server.content)
        more = {"Content-Disposition": 'attachment; filename="archive.zip"'}
        status, start = 200, 0
        if wanted and self.server.ranges:
            status, start = 206, int(re.fullmatch(r"bytes=(\d+)-", wanted)[1])
            more["Content-Range"] = f"bytes {start}-{total - 1}/{total}"
        self._answer(status, content[start:], "application/zip", more)

    def _answer(
        self, status: int, content: bytes, kind: str, more: dict | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if more and self.server.breaks:
            content = content[: self.server.breaks.pop(0)]
            self.close_connection = True
        self.wfile.write(content)
        self.server.sent += len(content) if more else 0

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()


@pytest.fixture
def hosted(
    lab: Lab, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Lab:
    """A project whose small Br35H lies on the server; no attempt is repeated."""
    files = br35h_files() | {"pred/noise.bin": random.Random(1).randbytes(2 * PIECE)}
    server.content = packed(tmp_path / "a.zip", files).read_bytes()
    kind = dataclasses.replace(SMALL_BR35H, url=f"{server.url}/archive.zip")
    monkeypatch.setitem(SETS, "br35h", kind)
    monkeypatch.setattr(download, "RETRIES", 0)
    return lab


def failure(lab: Lab, name: str = "br35h") -> str:
    """Get a set that must not come; return the one line."""
    (error,) = bring_datasets(lab.root, [name], trust=True, say=str)
    line = str(error)
    assert "\n" not in line
    assert str(lab.root) not in line
    assert "--from" in line
    assert leftovers(lab.root) == []
    return line


def success(lab: Lab, name: str = "br35h") -> None:
    assert bring_datasets(lab.root, [name], trust=True, say=str) == []
    assert not list((lab.root / ".hamgasht/downloads").iterdir())


def parts(lab: Lab) -> list[Path]:
    return list((lab.root / ".hamgasht/downloads").glob("*.part"))


def test_a_download_comes_and_is_described(hosted: Lab, server: Server):
    success(hosted)
    assert leftovers(hosted.root) == ["data/br35h", "data/br35h.origin.json"]
    text = (hosted.root / "data/br35h.origin.json").read_text()
    assert '"kind": "drive"' in text
    assert '"known": false' in text
    assert server.sent == len(server.content)


def test_a_broken_connection_goes_on_where_it_broke(hosted: Lab, server: Server):
    server.breaks = [PIECE + 1000]
    line = failure(hosted)
    words = f"the connection broke: Download is incomplete: received {PIECE} bytes"
    assert words in line
    assert "run again, which goes on from there" in line
    assert [part.stat().st_size for part in parts(hosted)] == [PIECE]
    success(hosted)
    assert server.asked[-1] == f"bytes={PIECE}-"


def test_a_broken_connection_is_tried_again_by_itself(
    hosted: Lab, server: Server, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(download, "RETRIES", 1)
    server.breaks = [PIECE + 1000]
    success(hosted)
    assert server.asked == [None, f"bytes={PIECE}-"]


def test_where_a_host_cannot_go_on_it_begins_anew(hosted: Lab, server: Server):
    server.breaks = [PIECE + 1000]
    server.ranges = False
    failure(hosted)
    success(hosted)


def test_a_damaged_download_is_not_kept(hosted: Lab, server: Server):
    good = server.content
    server.content = good[:-100]
    assert "it is no zip file, or was cut short" in failure(hosted)
    server.content = good
    success(hosted)


def test_a_quota_page_is_told_from_an_archive(hosted: Lab, server: Server):
    server.page = QUOTA
    line = failure(hosted)
    assert "a web page came in its place, as when too many have downloaded it" in line
    assert "--synthetic" in line
    server.page = ""
    success(hosted)


def test_a_missing_file_and_a_silent_host_are_told_apart(
    hosted: Lab, server: Server, monkeypatch: pytest.MonkeyPatch
):
    for url, words in (
        (f"{server.url}/gone", "it answers 404 Not Found"),
        ("http://127.0.0.1:9/archive.zip", "it cannot be reached: ConnectionError"),
    ):
        monkeypatch.setitem(SETS, "br35h", dataclasses.replace(SMALL_BR35H, url=url))
        assert words in failure(hosted)


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
def test_a_full_disk_is_told(hosted: Lab, monkeypatch: pytest.MonkeyPatch):
    import gdown

    monkeypatch.setattr(
        sys.modules["gdown.download"],
        "_prepare_partial_file",
        lambda *, output, resume: ("/dev/full", False),
    )
    assert gdown.download.__module__ == "gdown.download"
    (error,) = bring_datasets(hosted.root, ["br35h"], say=str)
    assert str(error).startswith("br35h: the disk is full. Fix: make room")


# Google Drive itself, with its pages


@pytest.fixture
def drive(hosted: Lab, server: Server, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """The same, at Drive's own address: requests for it go to the server."""
    kind = dataclasses.replace(SMALL_BR35H, url=BR35H.url)
    monkeypatch.setitem(SETS, "br35h", kind)
    ask = requests.Session.get
    asked: list[str] = []

    def redirected(self, url: str, **options):
        asked.append(url)
        place = url.replace("https://drive.google.com", server.url)
        return ask(self, place, **options)

    monkeypatch.setattr(requests.Session, "get", redirected)
    yield hosted
    assert asked[0] == "https://drive.google.com/uc?id=" + BR35H.url.partition("=")[2]
    assert BR35H.url.endswith("1SCpVEdJ6_Y0Acy2iW05ENIMh-OCcFz3P")


def test_drive_hands_the_file_out(drive: Lab):
    success(drive)


def test_drive_asks_whether_to_skip_the_scan(drive: Lab, server: Server):
    server.page = SCAN.format(url=server.url)
    server.breaks = [PIECE + 1000]
    assert "the connection broke" in failure(drive)
    success(drive)
    assert server.asked[-1] == f"bytes={PIECE}-"


def test_drive_s_quota_is_told(drive: Lab, server: Server):
    server.page = QUOTA
    line = failure(drive)
    assert line.startswith("br35h:https://drive.google.com/uc?id=1SCp")
    assert "Google Drive does not hand it out now" in line
    assert "try again in a day" in line


# CIFAR-10, by Keras


@pytest.fixture
def pinned(
    lab: Lab, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Lab, DataSet]:
    """A project whose small CIFAR-10 archive lies on the server, with its digest."""
    (tmp_path / "a.tar.gz").write_bytes(b"\x1f\x8b the archive of the authors")
    server.content = (tmp_path / "a.tar.gz").read_bytes()
    kind = dataclasses.replace(
        SMALL_CIFAR10,
        url=f"{server.url}/cifar-10-python.tar.gz",
        download_sha256=hash_file(tmp_path / "a.tar.gz"),
    )
    monkeypatch.setitem(SETS, "cifar10", kind)
    monkeypatch.setattr(download, "RETRIES", 0)
    return lab, kind


LOADED = """
import os, shutil, sys
from pathlib import Path
place = Path(os.environ["KERAS_HOME"]) / "datasets/cifar-10-batches-py-target_archive"
assert place.read_bytes().startswith(b"\\x1f\\x8b the archive")
shutil.copyfile({arrays!r}, sys.argv[1])
"""


def test_keras_loads_the_download(
    pinned: tuple[Lab, DataSet], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    lab, _ = pinned
    arrays = cifar10_arrays()
    np.savez(tmp_path / "arrays.npz", **arrays)
    code = LOADED.format(arrays=str(tmp_path / "arrays.npz"))
    monkeypatch.setattr(cifar10, "LOADER", code)
    success(lab, "cifar10")
    with np.load(lab.root / "data/cifar10.npz") as found:
        assert np.array_equal(found["x_train"], arrays["x_train"])
        assert np.array_equal(found["y_train"], arrays["y_train"][:, 0])
    assert '"kind": "keras"' in (lab.root / "data/cifar10.origin.json").read_text()


def test_an_archive_with_another_digest_is_refused(
    pinned: tuple[Lab, DataSet], server: Server
):
    lab, kind = pinned
    server.content += b"more"
    line = failure(lab, "cifar10")
    assert "it came with another digest" in line
    assert kind.download_sha256[:12] in line
    assert not list((lab.root / ".hamgasht/downloads").iterdir())


def test_what_keras_cannot_load_is_one_line(
    pinned: tuple[Lab, DataSet], monkeypatch: pytest.MonkeyPatch
):
    lab, _ = pinned
    monkeypatch.setattr(cifar10, "LOADER", "raise ValueError('no\\nbatches')")
    (error,) = bring_datasets(lab.root, ["cifar10"], say=str)
    assert "Keras cannot load it" in str(error)
    assert leftovers(lab.root) == []


def test_keras_finds_our_download_where_it_looks(tmp_path: Path):
    """The real loader, on an archive of the authors' layout: full size, all zeros."""
    batch = {b"data": np.zeros((10_000, 3072), np.uint8), b"labels": [3] * 10_000}
    content = pickle.dumps(batch, protocol=4)
    archive = tmp_path / "home/datasets/cifar-10-batches-py-target_archive"
    archive.parent.mkdir(parents=True)
    with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
        for name in [*(f"data_batch_{n}" for n in range(1, 6)), "test_batch"]:
            entry = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    assert archive == tmp_path / "home" / cifar10.KERAS_ARCHIVE
    pin = f"""
from keras.src.datasets import cifar10 as inner
from keras.src.utils import file_utils
inner.get_file = lambda **options: file_utils.get_file(
    **{{**options, "file_hash": {hash_file(archive)!r}, "origin": "http://127.0.0.1:9/"}}
)
"""
    done = subprocess.run(
        [sys.executable, "-c", pin + cifar10.LOADER, tmp_path / "loaded.npz"],
        env={**os.environ, "KERAS_HOME": str(tmp_path / "home")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    kind = SETS["cifar10"]
    arrays = cifar10.read_npz(tmp_path / "loaded.npz", "loaded.npz", kind)
    assert arrays["x_train"].shape == (50_000, 32, 32, 3)
    assert set(arrays["y_test"].tolist()) == {3}
    shutil.rmtree(tmp_path)
