"""Notebooks of exercises: right answers pass, typical wrong ones do not."""

import json
from typing import Any

import nbformat
import pytest
import yaml
from browser.built import LANGUAGES
from conftest import ROOT

from hamgasht.core.course import read_course
from hamgasht.embed.lists.exercises import shown_cells
from hamgasht.release.check import digest
from hamgasht.release.exercises import ASKED, make_notebook, seal
from hamgasht.release.teaching import Lesson
from release.conftest import CHAPTERS, GOES_ON

# Worked out by hand from the exercises, and what students get who forget to divide,
# turn a sign, miss the border, or confuse two things that have a name in common.
ANSWERS: dict[str, dict[str, tuple[float, list[Any]]]] = {
    CHAPTERS[0]: {
        "another_mean": (14 / 4, [14, 3.25, -3.5]),
        "another_dx22": (0, [0.25, 1, -0.25]),
        "sum_df11": (3 + 4 + 2 + 1, [2.5, 9, 40]),
        "max_df12": (-3, [3, -0.75, 1]),
        "max_zeros": (6, [5, 3, 6.01]),
        "after": (0.25 - 0.1 * (2.5**2 + 1.75**2 + 1.25**2 + 1), [-0.9, 1.4375, -11.6]),
        "db": (1, [0.25, 4, 0]),
        "with_bias": (0.75, [0.25, 2.25, 0.375]),
        "padded_mean": (1e-17, [0.25, 1, 4]),
        "matrix_zeros": (4 * 9 - 4 * 3, [20, 12, 25]),
    },
    CHAPTERS[1]: {
        "total_128": (
            160 + 4640 + 18496 + 14 * 14 * 64 * 64 + 64 + 65,
            [826240, 1072001, 825_000],
        ),
        "total_64": (
            160 + 4640 + 18496 + 6 * 6 * 64 * 64 + 64 + 65,
            [170880, 206560, 1e5],
        ),
        "chance_2": (1 - 0.2, [0.2, 0.96, 0.64]),
        "chance_4": (1 - 0.2**3, [0.9984, 0.8, 0.008]),
    },
    GOES_ON: {
        "alarms_half": (0.95, [0.5, 0.475, 95]),
        "alarms_hundredth": (0.0095 / (0.0095 + 0.0495), [0.95, 0.0095, 0.01]),
    },
}


@pytest.fixture(params=[*CHAPTERS, GOES_ON])
def notebook(
    request: pytest.FixtureRequest, lessons: dict[str, list[Lesson]], language: str
) -> tuple[str, nbformat.NotebookNode]:
    [lesson] = [item for item in lessons[language] if item.name == request.param]
    made = make_notebook(ROOT, language, lesson)
    return request.param, nbformat.reads(made, as_version=4)


def test_checks_tell_right_from_wrong(
    notebook: tuple[str, nbformat.NotebookNode], capsys: pytest.CaptureFixture[str]
) -> None:
    chapter, cells = notebook[0], notebook[1].cells
    names: dict[str, Any] = {}
    exec(cells[1].source, names)
    checks = {
        cell.metadata.nbgrader.grade_id.removeprefix("check-"): cell.source
        for cell in cells
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade")
    }
    assert checks.keys() == ANSWERS[chapter].keys()
    for name, (right, wrong) in ANSWERS[chapter].items():
        exec(checks[name], names | {name: right})
        assert names["GOOD"] in capsys.readouterr().out
        for answer in wrong:
            with pytest.raises(AssertionError, match=names["WRONG"]):
                exec(checks[name], names | {name: answer})
        with pytest.raises(AssertionError, match=names["ASKED"]):
            exec(checks[name], names | {name: ...})


def test_it_shows_no_answer(notebook: tuple[str, nbformat.NotebookNode]) -> None:
    chapter, text = notebook[0], json.dumps(notebook[1])
    for name, (right, _) in ANSWERS[chapter].items():
        if right > 1000:
            assert str(right) not in text
        assert f"{name} = ..." in text


@pytest.mark.parametrize("value", [7, 0.25, -3.0, 1e-5, 0.0, 2_359_808])
def test_what_is_sealed_is_found_and_its_neighbours_are_not(value: float) -> None:
    digits, wanted = seal("name", value)
    assert digest("name", f"{value:.{digits - 1}e}") == wanted
    assert digest("name", f"{value + 1:.{digits - 1}e}") != wanted
    assert digest("other", f"{value:.{digits - 1}e}") != wanted


def test_all_that_is_asked_stands_in_an_exercise_in_both_languages() -> None:
    asked = yaml.safe_load((ROOT / ASKED).read_text(encoding="utf-8"))
    section = read_course(ROOT).sections.exercises
    shown = {
        cell
        for path in (ROOT / "docs/en").glob("q*.md")
        for cells in shown_cells(path.read_text(encoding="utf-8"), section)
        for cell in cells
    }
    for snippet, cells in asked.items():
        assert not {(snippet, cell) for cell in cells} - shown
        for values in cells.values():
            for about in values.values():
                assert about.keys() == set(LANGUAGES)
