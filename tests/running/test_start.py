"""Warm start: the same bytes as from fresh processes, and nothing shared."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import psutil
import pytest
from lab import Lab, SharedServer

from hamgasht.records.read import load
from hamgasht.running import start
from hamgasht.running.devices import kernel_environment
from hamgasht.running.start import (
    KERAS_MODULES,
    LIGHT_MODULES,
    KernelServer,
    _ForkedKernel,
    can_fork,
    kernel_server,
)

pytestmark = pytest.mark.skipif(not can_fork(), reason="no warm start here")

ALL = """\
# %% Text
import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd

print(sys.argv[1:2], sys.flags.hash_randomization, hash("a"), len(os.listdir()))
print(os.environ["PYTHONHASHSEED"], os.environ["CUDA_VISIBLE_DEVICES"])
print([name for name in ("np", "x", "keras") if name in dir()], __name__)

# %% Wide
print(pd.DataFrame(np.arange(25.0).reshape(1, 25)))

# %% Figure
import matplotlib.pyplot as plt

fig, ax = plt.subplots()
ax.plot([1, 2], label="a")
ax.legend()
plt.show()

# %% Table
pd.DataFrame({"a": [0.1, 0.2]})

# %% Matrix
np.eye(2) / 3

# %% Warning tags=["warning"]
import logging
import warnings

logging.getLogger("tensorflow").warning("logged")
warnings.warn("warned")

# %% Chance
np.random.seed(1)
rng = np.random.default_rng(1)
print(np.random.rand(), rng.random())

# %% Values tags=["values"]
{"third": 1 / 3}
"""
CHANCE = """\
# %% Chance
import os
import random

import numpy as np

seen = hasattr(np, "touched") or "x" in dir() or "x" in os.environ or os.listdir()
x = random.random() + np.random.rand()
np.touched = True
os.environ["x"] = "y"
open("x", "w").close()

# %% Values tags=["values"]
{"x": x, "seen": bool(seen)}
"""


@pytest.fixture(autouse=True)
def cold(warm: SharedServer) -> Iterator[None]:
    """Each run with a server of its own, as outside the tests."""
    warm.stop()
    yield
    warm.share()


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders for which kernels were forked."""
    folders: list[str] = []
    fork = KernelServer.fork_kernel

    async def fork_and_note(self: KernelServer, *args) -> _ForkedKernel:
        folders.append(args[1])
        return await fork(self, *args)

    monkeypatch.setattr(KernelServer, "fork_kernel", fork_and_note)
    return folders


def two(lab: Lab, text: str) -> tuple[str, str]:
    """Write a snippet twice: one alone is not worth a server."""
    lab.label("a: ا\n")
    for name in ("q1/one", "q1/two"):
        lab.write(name, text)
    return "q1/one", "q1/two"


def servers() -> list[psutil.Process]:
    """Return the fork servers of this process that are alive."""
    return [
        child
        for child in psutil.Process().children()
        if child.status() != psutil.STATUS_ZOMBIE
        and "multiprocessing.forkserver" in " ".join(child.cmdline())
    ]


@pytest.mark.parametrize("modules", [LIGHT_MODULES, KERAS_MODULES])
def test_a_forked_kernel_gives_the_bytes_of_a_fresh_process(
    lab: Lab,
    forked: list[str],
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    modules: tuple[str, ...],
):
    monkeypatch.setattr(start, "LIGHT_MODULES", modules)
    names = two(lab, ALL)
    assert sorted(lab.run(everything=True, warm=False).ran) == sorted(names)
    fresh = {name: lab.files(name) for name in names}
    assert not forked
    capfd.readouterr()
    assert sorted(lab.run(everything=True).ran) == sorted(names)
    assert len(forked) == 2
    assert {name: lab.files(name) for name in names} == fresh
    assert {f"figures/figure-1.{each}.svg" for each in ("en", "fa")} <= set(
        fresh["q1/one"]
    )
    notebook = fresh["q1/one"]["notebook.ipynb"].decode()
    for text in ("WARNING:tensorflow:logged", "UserWarning: warned"):
        assert text in notebook
    out, err = capfd.readouterr()
    assert [line.split()[0] for line in err.splitlines()] == ["recorded", "recorded"]
    assert not out
    assert not servers(), "a server outlived its run"
    assert "HAMGASHT_PRELOAD" not in os.environ


def test_kernels_from_one_server_share_nothing(lab: Lab, forked: list[str]):
    names = two(lab, CHANCE)
    assert len(lab.run().ran) == 2
    assert len(forked) == 2
    one, other = (load(lab.root, name).values for name in names)
    assert one["seen"] == other["seen"] == 0
    assert one["x"] != other["x"], "both began with the same random state"


def test_a_lost_server_means_fresh_processes(
    lab: Lab, forked: list[str], monkeypatch: pytest.MonkeyPatch
):
    names = two(lab, CHANCE)
    can_serve = KernelServer.can_serve

    async def can_serve_but_is_killed(self: KernelServer, environment: dict) -> bool:
        found = await can_serve(self, environment)
        for server in servers():
            server.kill()
        return found

    monkeypatch.setattr(KernelServer, "can_serve", can_serve_but_is_killed)
    assert sorted(lab.run().ran) == sorted(names)
    assert len(forked) == 2
    assert not servers()


def test_a_server_that_fails_to_fork_means_fresh_processes(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
):
    async def fail(*_: object) -> _ForkedKernel:
        raise EOFError

    monkeypatch.setattr(KernelServer, "fork_kernel", fail)
    names = two(lab, CHANCE)
    assert sorted(lab.run().ran) == sorted(names)


def test_one_snippet_alone_and_other_systems_do_without(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(start, "KernelServer", lambda *_: pytest.fail("it started"))
    names = two(lab, CHANCE)
    assert lab.run("q1/one").ran == ["q1/one"]
    monkeypatch.setattr(start, "can_fork", lambda: False)
    assert sorted(lab.run(*names).ran) == sorted(names)


def test_keras_is_imported_where_two_snippets_want_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(start, "KernelServer", Mock())
    keras, light = "# %% A\nimport keras", "# %% A\n# import keras"
    for sources, backend, modules in (
        ([keras, light, keras], "tensorflow", KERAS_MODULES),
        ([keras, light, light], "tensorflow", LIGHT_MODULES),
        ([keras, keras], "jax", LIGHT_MODULES),
    ):
        with kernel_server(sources, {"KERAS_BACKEND": backend}) as server:
            assert start.KernelServer.call_args.args[0] == modules
        server.stop.assert_called_once()
        server.stop.reset_mock()


def test_a_server_that_is_stopped_at_once_leaves_no_process():
    for _ in range(3):
        KernelServer(LIGHT_MODULES, kernel_environment()).stop()
        assert not servers()


@pytest.mark.parametrize(
    ("text", "usable"),
    [
        ("", True),
        ("import sys\nprint('an old library', file=sys.stderr)", False),
        ("print('welcome')", False),
        (
            "import threading, time\n"
            "threading.Thread(target=time.sleep, args=[9], daemon=True).start()",
            False,
        ),
        ("raise ImportError('not installed')", False),
        ("raise ValueError('broken')", False),
    ],
    ids=["fine", "warns", "prints", "starts a thread", "is missing", "fails"],
)
def test_a_server_is_not_used_whose_imports_speak_or_fail(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], text: str, usable: bool
):
    (tmp_path / "odd.py").write_text(text)
    variables = kernel_environment() | {"PYTHONPATH": str(tmp_path)}
    server = KernelServer(["odd"], variables)
    try:
        assert asyncio.run(server.can_serve(variables)) == usable
        assert not asyncio.run(server.can_serve(kernel_environment()))
    finally:
        server.stop()
    assert not servers()
    assert capfd.readouterr() == ("", "")
