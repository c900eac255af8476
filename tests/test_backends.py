"""A training snippet runs as it is on another of Keras's backends.

JAX is large, so ``requirements.txt`` leaves it out; ``.ci/run`` installs it.
"""

import importlib.util
import math
from pathlib import Path

import pytest
from conftest import ROOT, run_python
from test_snippets import kinds

from hamgasht.outputs import load

TRAINING = "q3_shapes_and_parameters/exercise_motion"


@pytest.mark.skipif(
    importlib.util.find_spec("jax") is None, reason="JAX is not installed"
)
def test_a_training_runs_on_jax(tmp_path: Path) -> None:
    options = ("--profile", "smoke", "--out", tmp_path)
    run_python("-m", "hamgasht", "run", TRAINING, *options, KERAS_BACKEND="jax")
    new, old = load(ROOT, TRAINING, tmp_path), load(ROOT, TRAINING)
    assert "jax" in new.provenance["versions"]
    assert "tensorflow" not in new.provenance["versions"]
    assert kinds(new) == kinds(old)
    assert new.values.keys() == old.values.keys()
    assert all(map(math.isfinite, new.values.values()))
