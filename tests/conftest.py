"""What the tests share: the checkout, and one site built from it.

With pytest-xdist several processes ask for the same site; the first one builds it
under a lock, the others take it from there.
"""

# First of all: what imports mkdocs afterwards, as Material does, gets properdocs.
import properdocs.replacement  # noqa: F401, I001

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser.built import Site
from filelock import FileLock
from hypothesis import settings
from lab import PLAIN, Lab, SharedServer

# How long an example takes is this machine's affair, not the code's.
settings.register_profile("course", deadline=None)
settings.load_profile("course")

# A shell lets what it starts in the background ignore Ctrl-C, and so would all that the
# tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parent.parent
BUILD = """
import sys
from pathlib import Path
from hamgasht.site.build import build_sites
if __name__ == "__main__":
    build_sites(Path(sys.argv[1]), Path(sys.argv[2]), strict=True, cached=False)
"""


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout's root."""
    return ROOT


@pytest.fixture(scope="session")
def once(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Callable[[str, Callable[[Path], None]], Path]:
    """Do a piece of work once for all test processes of this session.

    Returns a function of a name and the work: the work fills the folder that it is
    given, and every caller with the same name gets that folder. What failed once
    fails for each caller with the same message.
    """
    base = tmp_path_factory.getbasetemp()
    if hasattr(request.config, "workerinput"):
        base = base.parent

    def do(name: str, work: Callable[[Path], None]) -> Path:
        folder = base / name
        state = base / f"{name}.json"
        with FileLock(base / f"{name}.lock"):
            if not state.exists():
                folder.mkdir()
                error = None
                try:
                    work(folder)
                except Exception as raised:
                    error = str(raised) or repr(raised)
                state.write_text(json.dumps(error))
            error = json.loads(state.read_text())
        if error is not None:
            pytest.fail(error, pytrace=False)
        return folder

    return do


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, while other processes do the rest."""
    items.sort(key=lambda item: "smoke" not in getattr(item, "fixturenames", ()))


def run_python(*arguments: str | Path, cwd: Path = ROOT, **environment: str) -> str:
    """Run this Python in a process of its own and return what it printed.

    Raises:
        RuntimeError: It failed; the message holds all that it printed.
    """
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "MPLBACKEND": "Agg", "PYTHONUTF8": "1", **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"exit status {done.returncode}:\n{done.stdout}")
    return done.stdout


@pytest.fixture(scope="session")
def built(once: Callable[[str, Callable[[Path], None]], Path]) -> Site:
    """Both sites, built strict, once.

    ``HAMGASHT_SITE`` names a folder to test instead, for the job that publishes.
    """
    if folder := os.environ.get("HAMGASHT_SITE"):
        return Site(Path(folder).resolve())
    return Site(once("site", lambda out: run_python("-c", BUILD, ROOT, out) and None))


@pytest.fixture(scope="session")
def smoke(
    once: Callable[[str, Callable[[Path], None]], Path], request: pytest.FixtureRequest
) -> Path:
    """The folder that holds what the smoke run of each snippet gave, see smoke.py.

    Of the snippets that the selected tests name, and of all where one names none.
    """
    script = Path(__file__).with_name("smoke.py")
    tests = [item for item in request.session.items if "smoke" in item.fixturenames]
    named = [getattr(item, "callspec", None) for item in tests]
    asked = {test.params.get("snippet", "") if test else "" for test in named}

    def work(out: Path) -> None:
        ids = () if "" in asked else sorted(asked)
        run_python(script, ROOT, out, *ids, PYTHONPATH=str(ROOT))

    return once("smoke", work)


def new_lab(root: Path) -> Lab:
    """Make an empty project."""
    for folder in ("snippets", "docs/fa", "docs/en"):
        (root / folder).mkdir(parents=True)
    (root / "mkdocs.yml").write_text("site_name: lab\n")
    (root / "requirements.txt").write_text("numpy==99.1.0\n")
    return Lab(root)


@pytest.fixture(scope="session")
def warm() -> Iterator[SharedServer]:
    """What the kernels of all tests are forked from, where that changes nothing."""
    shared = SharedServer()
    shared.share()
    yield shared
    shared.stop()


@pytest.fixture
def lab(tmp_path: Path, warm: SharedServer) -> Lab:
    """An empty project."""
    return new_lab(tmp_path / "lab")


@pytest.fixture
def plain(
    tmp_path: Path,
    warm: SharedServer,
    once: Callable[[str, Callable[[Path], None]], Path],
) -> Lab:
    """A project with one small recorded snippet, ``q1/plain``: a copy of one run."""

    def record(folder: Path) -> None:
        made = new_lab(folder / "lab")
        made.write("q1/plain", PLAIN)
        assert made.run().ran == ["q1/plain"]

    shutil.copytree(once("plain", record) / "lab", tmp_path / "lab")
    return Lab(tmp_path / "lab")
