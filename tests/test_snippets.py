"""Every snippet runs, and gives what is recorded within its stated tolerance.

All of them run once, in the ``smoke`` profile, into a temporary folder. A snippet
that ``smoke`` changes nothing of (neither it nor what it needs) must give what the
pages show; one with smaller parameters must give outputs and values of the same kind.

A training runs on another of Keras's backends, too. JAX is large, so
``requirements.txt`` leaves it out; ``.ci/run`` installs it. What only a backend that is
not installed could give is skipped.
"""

import importlib.util
import json
import math
from pathlib import Path

import pytest
from conftest import ROOT, run_python

from hamgasht.core.paths import snippet_ids
from hamgasht.records.read import Recorded, load
from hamgasht.records.state import Survey
from hamgasht.running.compare import compare

SNIPPETS = snippet_ids(ROOT)
TRAINING = "q3_shapes_and_parameters/exercise_motion"


@pytest.fixture(scope="session")
def survey() -> Survey:
    return Survey(ROOT)


def test_there_are_snippets() -> None:
    assert len(SNIPPETS) > 5


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_snippet_gives_what_is_recorded(
    smoke: Path, survey: Survey, snippet: str
) -> None:
    for backend in backends_of(survey, snippet):
        pytest.importorskip(backend, reason=f"{backend} is not installed")
    new, old = rerun(smoke, snippet), survey.recorded(snippet)
    assert list(new.cells) == list(old.cells)
    assert new.values.keys() == old.values.keys()
    assert all(map(math.isfinite, new.values.values()))
    if survey.fingerprints.smaller_in_smoke(snippet):
        assert kinds(new) == kinds(old)
    else:
        tolerances = survey.fingerprints.header(snippet).tolerances
        differences = compare(old, new, tolerances)
        assert not differences, "\n".join(map(str, differences))


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


def backends_of(survey: Survey, snippet: str) -> set[str]:
    """Return the backends that a snippet, or one that it needs, asks for by name."""
    header = survey.fingerprints.header(snippet)
    own = {header.backend} if header.backend else set()
    return own.union(*(backends_of(survey, need) for need in header.needs))


def rerun(smoke: Path, snippet: str) -> Recorded:
    """Return what the smoke run gave for a snippet, or fail with its error."""
    errors = json.loads((smoke / "errors.json").read_text(encoding="utf-8"))
    if snippet in errors:
        pytest.fail(errors[snippet], pytrace=False)
    return load(ROOT, snippet, smoke)


def kinds(recorded: Recorded) -> dict[str, list[str]]:
    """Return the kinds of each cell's outputs."""
    return {
        name: [
            output["metadata"]["hamgasht"]["kind"]
            if "metadata" in output
            else output["name"]
            for output in cell["outputs"]
        ]
        for name, cell in recorded.cells.items()
    }
