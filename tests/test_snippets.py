"""Every snippet runs, and gives what is recorded within its stated tolerance.

All of them run once, in the ``smoke`` profile, into a temporary folder. A snippet
that ``smoke`` changes nothing of (neither it nor what it needs) must give what the
pages show; one with smaller parameters must give outputs and values of the same kind.
"""

import json
import math
from pathlib import Path

import pytest
from conftest import ROOT

from hamgasht.check import compare
from hamgasht.freshness import Survey
from hamgasht.outputs import Recorded, load
from hamgasht.project import snippet_ids

SNIPPETS = snippet_ids(ROOT)


@pytest.fixture(scope="session")
def survey() -> Survey:
    return Survey(ROOT)


def test_there_are_snippets() -> None:
    assert len(SNIPPETS) > 5


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_snippet_gives_what_is_recorded(
    smoke: Path, survey: Survey, snippet: str
) -> None:
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
