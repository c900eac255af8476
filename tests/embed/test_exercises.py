"""The page of answers: it holds every exercise of every chapter, in order."""

import re
from collections import Counter
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from conftest import ROOT
from embed_project import (
    Project,
    by_class,
    cell,
    course_page,
    printed,
    text_of,
    values,
)
from prose import chapters

from hamgasht.core.course import read_course
from hamgasht.core.errors import EmbedError
from hamgasht.embed.lists.exercises import shown_cells, start_code
from hamgasht.records.state import current_survey

PAGE = "# Answers\n\n/// answers | q*.md\n///\n"
FEWEST = 6
NUMBERED = re.compile(r"^(\d+)\. ", re.MULTILINE)
ANSWER = re.compile(r"^ +\?\?\?\+? +answer\b", re.MULTILINE)
CHAPTER = """# A chapter {{#chapter}}

Before, with 1. a number.

## Exercises {{#exercises}}

1. First, see [there](#there).
   Second line?

    ??? answer "Answer to exercise 1"

        It is [[g/s.loss]], as in [another](other.md#place).

        /// cell | g/s : one
            show: code

        A caption.
        ///

2. Show that

    $$
    x = {number}
    $$

    ??? answer "Answer to exercise 2"

        1. One step.
        2. Another, by [the first](#exercise-1).

## Summary {{#summary}}

1. No exercise.
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.add("g/s", cell("One", "1"), values(loss=0.25))
    for number in (2, 10):
        path = tmp_path / f"docs/en/q{number}-x.md"
        path.write_text(CHAPTER.format(number=number), encoding="utf-8")
    (tmp_path / "docs/en/q5-x.md").write_text("# None here\n", encoding="utf-8")
    return made


def items_of(page: Element) -> list[list[Element]]:
    """The items of each list of exercises, chapter by chapter."""
    return [list(element) for element in page if element.tag == "ol"]


def test_each_exercise_is_there_with_its_answer_open(project: Project) -> None:
    page = project.tree(PAGE)
    assert [item.get("id") for item in page.iter("h2")] == ["q2-x", "q10-x"]
    assert [text_of(item) for item in page.iter("h2")] == ["A chapter"] * 2
    found = items_of(page)
    assert [len(items) for items in found] == [2, 2]
    for items in found:
        for item in items:
            (box,) = item.iter("details")
            assert box.get("open") is not None
        assert text_of(items[0]).startswith(
            "First, see there. Second line? (in the chapter)"
        )
        assert "It is 0.25, as in another." in text_of(items[0])
        assert by_class(items[0], "hg-cell")
        assert by_class(items[1], "katex")
    assert "No exercise" not in text_of(page)
    assert "Before" not in text_of(page)


def test_chapters_come_in_the_order_of_the_navigation(project: Project) -> None:
    names = ["q10-x.md", "q5-x.md", "q2-x.md"]
    page = project.tree(PAGE, chapters=names)
    assert [item.get("id") for item in page.iter("h2")] == ["q10-x", "q2-x"]


def test_links_lead_to_the_chapters(project: Project) -> None:
    page = project.tree(PAGE)
    first, second = items_of(page)[1]
    targets = [link.get("href", "") for link in first.iter("a")]
    assert targets[:3] == ["q10-x.md#there", "q10-x.md#exercise-1", "other.md#place"]
    targets = [link.get("href", "") for link in second.iter("a")]
    assert targets == ["q10-x.md#exercise-2", "q10-x.md#exercise-1"]
    chapter = project.tree(CHAPTER.format(number=1))
    listed = [element for element in chapter if element.tag == "ol"]
    assert [item.get("id") for item in listed[0]] == ["exercise-1", "exercise-2"]
    assert [item.get("id") for item in listed[1]] == [None]


def test_folded_boxes_stay_folded_in_the_chapter(project: Project) -> None:
    boxes = list(project.tree(CHAPTER.format(number=1)).iter("details"))
    assert len(boxes) == 2
    assert all(box.get("open") is None for box in boxes)


STARTS = """# A chapter {#chapter}

## Exercises {#exercises}

1. With a helper.

    ??? answer "Answer"

        /// cell | g/t : helper
            show: code
        ///

2. Later.

    ??? answer "Answer"

        /// cell | g/t : later
        ///

3. By hand.

    ??? answer "Answer"

        /// cell | g/u : four
        ///

4. Think.

    ??? answer "Answer"

        So.
"""


def test_each_exercise_starts_from_what_stands_above_all_answers(
    project: Project,
) -> None:
    project.add(
        "g/t",
        cell("Imports", "import math"),
        cell("Data", 'x = "<1>"'),
        cell("Helper", "def f(): ..."),
        cell("Later", "f()", printed("2")),
    )
    project.add("g/u", cell("Imports", "import os"), cell("Two", "2", printed("2")),
                cell("Three", "3"), cell("Four", "4", printed("4")))  # fmt: skip
    (items,) = items_of(project.tree(STARTS))
    buttons = [item.find("div[@class='hg-actions']/button") for item in items]
    assert [None if each is None else each.get("data-copy") for each in buttons] == [
        'import math\n\nx = "<1>"\n',
        'import math\n\nx = "<1>"\n',
        "import os\n",
        None,
    ]
    tags = [[part.tag for part in item] for item in items]
    assert all(each.index("div") < each.index("details") for each in tags[:3])


def test_what_the_course_has_to_start_from_gives_no_answer_away() -> None:
    section, survey, count = (
        read_course(ROOT).sections.exercises,
        current_survey(ROOT),
        0,
    )
    for path in (ROOT / "docs/en").glob("q*.md"):
        exercises = shown_cells(path.read_text(encoding="utf-8"), section)
        shown = {cell for cells in exercises for cell in cells}
        for snippet in {snippet for snippet, _ in shown}:
            recorded = survey.recorded(snippet)
            names = {name for other, name in shown if other == snippet}
            start = start_code(recorded, names)
            assert start.startswith(("import ", "from ")), path.name
            for name in names:
                answer = "".join(recorded.cells[name]["source"]).strip("\n")
                assert answer not in start, f"{path.name}: {name}"
            count += 1
    assert count > 10


@pytest.mark.parametrize("argument", ["| x*.md", "| q5*.md", ""])
def test_what_finds_no_exercise_is_refused(project: Project, argument: str) -> None:
    with pytest.raises(EmbedError, match="has exercises"):
        project.tree(f"/// answers {argument}\n///\n")


def test_an_exercise_without_an_answer_is_refused(project: Project) -> None:
    path = project.root / "docs/en/q11-x.md"
    path.write_text(CHAPTER.format(number=1).replace("??? answer", "??? note"), "utf-8")
    with pytest.raises(EmbedError, match=r"exercise 1 of q11-x\.md has no answer"):
        project.tree(PAGE)


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_page_holds_every_exercise_of_every_chapter(language: str) -> None:
    sections = {
        name: section
        for name, chapter in chapters(ROOT, language).items()
        if (section := chapter.section("exercises")) or re.match(r"q\d+-", name)
    }
    shown = course_page("answers.md", language, bibliography="docs/references.bib")
    of_chapter: Counter[str] = Counter()  # with the pages that go on with it
    assert [f"{item.get('id')}.md" for item in shown.iter("h2")] == list(sections)
    for (name, section), items in zip(sections.items(), items_of(shown), strict=True):
        numbers = [int(number) for number in NUMBERED.findall(section)]
        assert numbers == list(range(1, len(items) + 1)), name
        answers = len(ANSWER.findall(section))
        assert len(numbers) == answers > 0, (
            f"docs/{language}/{name}: {len(numbers)} exercises, {answers} answers: "
            "write one answer for each"
        )
        of_chapter[re.findall(r"^q\d+", name)[0]] += answers
        for number, item in enumerate(items, 1):
            targets = [link.get("href") for link in item.iter("a")]
            assert f"{name}#exercise-{number}" in targets
            assert len(list(item.iter("details"))) == 1
    assert len(of_chapter) >= 7
    for chapter, count in of_chapter.items():
        assert count >= FEWEST, f"{chapter}: write {FEWEST} exercises at least"


@pytest.mark.parametrize("name", sorted(chapters(ROOT, "en")))
def test_both_languages_have_the_same_exercises(name: str) -> None:
    counts = [
        [
            len(pattern.findall(chapters(ROOT, language)[name].section("exercises")))
            for pattern in (NUMBERED, ANSWER)
        ]
        for language in ("fa", "en")
    ]
    assert counts[0] == counts[1]
