"""What the tests of chapter 6 share: snippets run on generated images.

CIFAR-10 is on no machine that only tests; a stand-in of its shape takes its place.
"""

import contextlib
import runpy
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
from loading import ROOT

from hamgasht.datasets.catalogue import CIFAR10
from hamgasht.datasets.stand_ins import generate

mpl.use("Agg")


@cache
def ran_on_the_stand_in(snippet_id: str) -> dict[str, Any]:
    """Return all names that a snippet leaves after a run on generated images."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path("data").mkdir()
        generate(CIFAR10, Path("data/cifar10.npz"))
        return runpy.run_path(str(ROOT / "snippets" / f"{snippet_id}.py"))
