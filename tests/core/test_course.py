"""What is the course's own stands in its file, and the engine names none of it."""

import re
import shutil
from pathlib import Path

import pytest
from conftest import ROOT

from hamgasht.core.course import COURSE, read_course
from hamgasht.core.errors import HamgashtError


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    shutil.copy(ROOT / COURSE, tmp_path / COURSE)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("q1-optimizers.md", 1),
        ("docs/fa/q12-anything.html", 12),
        ("q3-shapes-and-parameters", 3),
        ("index.md", None),
        ("q-none.md", None),
        ("xq1-optimizers.md", None),
    ],
)
def test_chapters_are_told_by_their_names(name: str, number: int | None) -> None:
    assert read_course(ROOT).chapter_number(name) == number


def test_a_course_may_call_its_chapters_as_it_likes(checkout: Path) -> None:
    text = (checkout / COURSE).read_text(encoding="utf-8")
    text = text.replace("q{number}-*", "part.{number}-*")
    (checkout / COURSE).write_text(text, encoding="utf-8")
    course = read_course(checkout)
    assert course.chapter_number("part.7-sound.md") == 7
    assert course.chapter_number("part-7-sound.md") is None


def test_pages_and_sections_are_there() -> None:
    course = read_course(ROOT)
    for language in ("fa", "en"):
        for page in vars(course.pages).values():
            assert (ROOT / "docs" / language / page).is_file()
        texts = [
            path.read_text(encoding="utf-8")
            for path in (ROOT / "docs" / language).glob("*.md")
            if course.chapter_number(path.name)
        ]
        assert len(texts) >= 7
        for section in vars(course.sections).values():
            assert any(f"{{#{section}}}" in text for text in texts), section


def test_a_page_says_where_what_it_had_is_now(checkout: Path) -> None:
    with_moved(checkout, "{a.md: {b.md: [one, {two: 2-new}], c.md: [three]}}")
    found = {"one": "b.md#one", "two": "b.md#2-new", "three": "c.md#three"}
    assert read_course(checkout).moved == {"a.md": found}
    path = checkout / COURSE
    path.write_text(path.read_text("utf-8").replace("moved: ", "gone: "), "utf-8")
    assert read_course(checkout).moved == {}


@pytest.mark.parametrize(
    ("moved", "message"),
    [
        ("[a.md]", "moved: it is not a mapping"),
        ("{a.md: [one]}", r"moved.a.md: it is not a mapping of pages"),
        ("{a.md: {b.md: one}}", "moved.a.md.b.md: it is not a list of ids"),
        ("{a.md: {b.md: [1]}}", "moved.a.md.b.md: it is not a list of ids, or of "),
        ("{a.md: {b.md: [[x]]}}", "moved.a.md.b.md: it is not a list of ids, or of "),
        ("{a.md: {b.md: [{x: 1}]}}", "moved.a.md.b.md: it is not a list of ids, or of"),
        ("{a.md: {b.md: [x], c.md: [x]}}", "c.md: x: it is not the only new place"),
    ],
)
def test_a_wrong_list_of_what_moved_is_one_line(
    checkout: Path, moved: str, message: str
) -> None:
    with_moved(checkout, moved)
    with pytest.raises(HamgashtError, match=rf"{re.escape(message)}.*\. Fix: "):
        read_course(checkout)


def with_moved(checkout: Path, moved: str) -> None:
    path = checkout / COURSE
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"^moved:.*\n(?:  .*\n)*", f"moved: {moved}\n", text, flags=re.M)
    assert f"moved: {moved}" in text
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("licence: ", "license: ", "licence: it is not a text"),
        ("  answers: answers.md\n", "", "pages.answers: it is not a text"),
        ("  errata: errata\n", "  errata: 3\n", "sections.errata: it is not a text"),
        ("q{number}-*", "q*", "chapters: it is not a pattern with {number}"),
        ("chapters: ", "chapters: [", "10: it is no YAML"),
        (
            "en: [Convolutional neural networks, Deep learning, Keras]",
            "en: Keras",
            "subjects.en: it is not a list of texts",
        ),
    ],
)
def test_a_bad_file_is_one_line(
    checkout: Path, old: str, new: str, message: str
) -> None:
    text = (checkout / COURSE).read_text(encoding="utf-8")
    assert old in text
    (checkout / COURSE).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(HamgashtError, match=rf"{re.escape(message)}\. Fix: "):
        read_course(checkout)


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(HamgashtError, match=r"^docs/course\.yml: it cannot be read"):
        read_course(tmp_path)
