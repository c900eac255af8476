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
