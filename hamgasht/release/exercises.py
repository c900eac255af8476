"""Notebooks of a chapter's exercises, with checks that do not show the answers.

They hold hashes of what the snippets with the answers have recorded.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from bs4 import BeautifulSoup
from nbformat import NotebookNode, v4

from hamgasht.core.course import read_course
from hamgasht.core.errors import HamgashtError
from hamgasht.core.files import read_yaml
from hamgasht.core.numbers import digits_fa
from hamgasht.core.words import Words, read_words
from hamgasht.embed.lists.exercises import shown_cells, start_code
from hamgasht.embed.to_markdown import to_markdown
from hamgasht.records.read import load
from hamgasht.release import check
from hamgasht.release.teaching import Lesson

ASKED = "docs/exercises.yml"
"""What the notebooks ask for; a course without this file has open questions alone."""

_CHECK = Path(check.__file__)
_DIGITS = 3  # of a number that is not whole
_WHOLE = 15  # all that a float holds


def make_notebook(root: Path, language: str, lesson: Lesson) -> str:
    """Return the notebook of a page's exercises.

    Its cells carry what nbgrader wants to know.

    Args:
        root: The project's root.
        language: ``fa`` or ``en``.
        lesson: What the page gives.

    Raises:
        HamgashtError: The list of what is asked names a value that was not recorded.
    """
    words = read_words(root, language)
    asked = read_yaml(root, ASKED) if (root / ASKED).is_file() else {}
    page = root / "docs" / language / f"{lesson.name}.md"
    section = read_course(root).sections.exercises
    shown = shown_cells(page.read_text(encoding="utf-8"), section)
    answers = [_asked_values(root, asked, cells) for cells in shown]
    cells = [
        _text(f"# {lesson.title}\n\n{words['exercises.about']}", language),
        _locked("check", _check_code(answers, words)),
    ]
    if start := _start(root, shown):
        cells.append(v4.new_code_cell(start))
    exercises = zip(lesson.exercises, answers, strict=True)
    for number, (html, values) in enumerate(exercises, 1):
        inner = BeautifulSoup(html, "html.parser").li.decode_contents()
        question = to_markdown(inner, lesson.name, words["cell.figure"])
        told = digits_fa(str(number)) if language == "fa" else number
        head = words["exercises.head"].format(number=told)
        cells.append(_text(f"## {head}\n\n{question}", language))
        cells += _answer_cells(number, values, words, language)
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    notebook = v4.new_notebook(cells=cells, metadata=_METADATA)
    nbformat.validate(notebook)
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


_METADATA = {
    "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
    "language_info": {"name": "python"},
}


def seal(name: str, value: float) -> tuple[int, str]:
    """Return how many digits of an answer count, and their hash.

    Args:
        name: The value's name.
        value: The right answer; a whole number counts with all its digits.
    """
    digits = _WHOLE if isinstance(value, int) else _DIGITS
    return digits, check.digest(name, f"{value or 0.0:.{digits - 1}e}")


def _asked_values(
    root: Path, asked: dict[str, Any], cells: list[tuple[str, str]]
) -> dict[str, tuple[float, dict[str, str]]]:
    """Return the values that an exercise asks for, and what they are called."""
    found = {}
    for snippet, cell in cells:
        for name, about in asked.get(snippet, {}).get(cell, {}).items():
            values = load(root, snippet).values
            if name not in values:
                raise HamgashtError(
                    ASKED,
                    f"{snippet}: {name}",
                    "there is no such value",
                    f"name one of {', '.join(values)}",
                )
            found[name] = values[name], about
    return found


def _start(root: Path, shown: list[list[tuple[str, str]]]) -> str:
    """Return what the first exercise with code starts from."""
    snippet = next((cell[0] for cells in shown for cell in cells), None)
    if snippet is None:
        return ""
    names = {name for cells in shown for other, name in cells if other == snippet}
    return start_code(load(root, snippet), names)


def _check_code(answers: list[dict[str, Any]], words: Words) -> str:
    right = {
        name: seal(name, value)
        for values in answers
        for name, (value, _) in values.items()
    }
    lines = [f"    {name!r}: {sealed!r}," for name, sealed in right.items()]
    texts = [
        f"{name} = {json.dumps(words[f'exercises.{name.lower()}'], ensure_ascii=False)}"
        for name in ("ASKED", "WRONG", "GOOD")
    ]
    code = _CHECK.read_text(encoding="utf-8").rstrip()
    return "\n".join([code, "", "", *texts, "RIGHT = {", *lines, "}"])


def _answer_cells(
    number: int, values: dict[str, Any], words: Words, language: str
) -> Iterator[NotebookNode]:
    """Yield the cells for a reader's answer, and those that check it."""
    if not values:
        cell = _text(words["exercises.open"], language)
        yield _graded(cell, f"open-{number}", grade=True, solution=True)
        return
    lines = [
        f"# {about[language]}\n{name} = ..." for name, (_, about) in values.items()
    ]
    # Unmarked: nbgrader would empty a cell that it takes for a solution.
    yield v4.new_code_cell("\n".join(lines))
    for name in values:
        yield _locked(f"check-{name}", f'check("{name}", {name})', grade=True)


def _text(text: str, language: str) -> NotebookNode:
    if language == "fa":
        text = f'<div dir="rtl">\n\n{text.rstrip()}\n\n</div>'
    return v4.new_markdown_cell(text.rstrip())


def _locked(name: str, code: str, *, grade: bool = False) -> NotebookNode:
    return _graded(v4.new_code_cell(code), name, grade=grade, locked=True)


def _graded(
    cell: NotebookNode,
    name: str,
    *,
    grade: bool = False,
    solution: bool = False,
    locked: bool = False,
) -> NotebookNode:
    """Return a cell with what nbgrader's schema, version 3, asks for."""
    cell.metadata["nbgrader"] = {
        "schema_version": 3,
        "grade_id": name,
        "cell_type": cell.cell_type,
        "grade": grade,
        "solution": solution,
        "locked": locked,
        "task": False,
        **({"points": 1} if grade else {}),
    }
    return cell
