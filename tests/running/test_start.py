"""Warm start: the same bytes as from fresh processes, and nothing shared."""

import asyncio
from pathlib import Path

import psutil
import pytest
from lab import Lab

from hamgasht.records.read import load
from hamgasht.running import start as warm
from hamgasht.running.devices import kernel_environment
from hamgasht.running.start import ForkedKernel, Template, can_fork

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

x = random.random() + np.random.rand()
seen = hasattr(np, "touched") or "x" in os.environ
np.touched = True
os.environ["x"] = "y"

# %% Values tags=["values"]
{"x": x, "seen": seen}
"""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders for which warm servers were asked."""
    folders: list[str] = []
    real = ForkedKernel.ask

    def ask(place: str, request: dict) -> ForkedKernel:
        folders.append(request["folder"])
        return real(place, request)

    monkeypatch.setattr(ForkedKernel, "ask", ask)
    return folders


def two(lab: Lab, text: str) -> tuple[str, str]:
    """Write a snippet twice: one alone is not worth a server."""
    lab.label("a: ا\n")
    for name in ("q1/one", "q1/two"):
        lab.write(name, text)
    return "q1/one", "q1/two"


def test_a_warm_start_gives_the_bytes_of_a_fresh_process(lab: Lab, asked: list[str]):
    names = two(lab, ALL)
    assert sorted(lab.run(everything=True, warm=False).ran) == sorted(names)
    fresh = {name: lab.files(name) for name in names}
    assert not asked
    assert sorted(lab.run(everything=True).ran) == sorted(names)
    assert len(asked) == 2
    assert {name: lab.files(name) for name in names} == fresh
    notebook = fresh["q1/one"]["notebook.ipynb"].decode()
    for text in ("WARNING:tensorflow:logged", "UserWarning: warned"):
        assert text in notebook
    assert not psutil.Process().children(recursive=True), "a server outlived its run"


def test_kernels_from_one_server_share_nothing(lab: Lab, asked: list[str]):
    names = two(lab, CHANCE)
    assert len(lab.run().ran) == 2
    assert len(asked) == 2
    one, other = (load(lab.root, name).values for name in names)
    assert one["seen"] == other["seen"] == 0
    assert one["x"] != other["x"], "both began with the same random state"


def test_a_lost_server_means_fresh_processes(lab: Lab, monkeypatch: pytest.MonkeyPatch):
    def lost(place: str, request: dict) -> ForkedKernel:
        raise ConnectionRefusedError

    monkeypatch.setattr(ForkedKernel, "ask", lost)
    names = two(lab, CHANCE)
    assert sorted(lab.run().ran) == sorted(names)


def test_a_kernel_that_does_not_answer_is_started_afresh(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
):
    def dead(place: str, request: dict) -> ForkedKernel:
        return ForkedKernel(2**22)  # no process has such a number

    monkeypatch.setattr(ForkedKernel, "ask", dead)
    names = two(lab, CHANCE)
    assert sorted(lab.run().ran) == sorted(names)


def test_one_snippet_alone_and_other_systems_do_without(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Template, "start", lambda *_: pytest.fail("it started"))
    names = two(lab, CHANCE)
    assert lab.run("q1/one").ran == ["q1/one"]
    monkeypatch.setattr(warm, "can_fork", lambda: False)
    assert sorted(lab.run(*names).ran) == sorted(names)


@pytest.mark.parametrize(
    "text",
    [
        "import sys\nprint('an old library', file=sys.stderr)",
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=[9], daemon=True).start()",
        "raise ImportError('not installed')",
    ],
    ids=["warns", "starts a thread", "fails"],
)
def test_a_server_is_not_used_whose_imports_speak_or_fail(tmp_path: Path, text: str):
    (tmp_path / "odd.py").write_text(text)
    variables = {**kernel_environment({}), "PYTHONPATH": str(tmp_path)}
    template = Template.start(("odd",), variables)
    try:
        assert asyncio.run(template.ready()) is None
    finally:
        template.stop()
    assert not template.folder.exists()
