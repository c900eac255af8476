"""What a course calls its own parts: chapters, sections with a meaning, pages.

It stands in ``docs/course.yml``. The engine asks here and names none of it itself.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from hamgasht.core.errors import HamgashtError

COURSE = "docs/course.yml"
_NUMBER = "{number}"


@dataclass(frozen=True)
class Sections:
    """Ids of sections that mean something to the engine."""

    question: str
    errata: str
    exercises: str
    references: str


@dataclass(frozen=True)
class Pages:
    """Names of pages that mean something to the engine."""

    answers: str
    glossary: str
    references: str


@dataclass(frozen=True)
class Course:
    """A course, as its file describes it.

    Attributes:
        authors: Who wrote it, as metadata names them.
        licence: The address of the text's licence.
        subjects: What the course is about, by language.
        chapters: The pattern of the chapters' names, without a suffix: a glob in
            which ``{number}`` stands for the chapter's number.
        sections: Ids of sections.
        pages: Names of pages.
    """

    authors: str
    licence: str
    subjects: Mapping[str, list[str]]
    chapters: str
    sections: Sections
    pages: Pages

    def chapter_number(self, name: str) -> int | None:
        """Return the number of a chapter; none if the page is no chapter.

        Args:
            name: The page's name or path, with any suffix or none.
        """
        found = self._chapter.fullmatch(Path(name).stem)
        return int(found[1]) if found else None

    @cached_property
    def _chapter(self) -> re.Pattern[str]:
        parts = {re.escape(_NUMBER): r"(\d+)", re.escape("*"): ".*"}
        pattern = re.escape(self.chapters)
        for part, meaning in parts.items():
            pattern = pattern.replace(part, meaning)
        return re.compile(pattern)


def read_course(root: Path) -> Course:
    """Return the course of a checkout, read again only when its file has changed.

    Args:
        root: The project's root.

    Raises:
        HamgashtError: The file is missing or malformed.
    """
    try:
        return _read(root / COURSE, (root / COURSE).stat().st_mtime_ns)
    except OSError as error:
        raise HamgashtError(
            COURSE, "", f"it cannot be read: {error.strerror}", "write it"
        ) from None


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> Course:
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else ""
        raise HamgashtError(COURSE, line, "it is no YAML", "fix this line") from None
    values = _checked(Course, entries, "")
    for language, subjects in values["subjects"].items():
        _check(isinstance(subjects, list), f"subjects.{language}", "a list of texts")
    _check(_NUMBER in values["chapters"], "chapters", f"a pattern with {_NUMBER}")
    return Course(
        **values
        | {
            "sections": Sections(**_checked(Sections, values["sections"], "sections.")),
            "pages": Pages(**_checked(Pages, values["pages"], "pages.")),
        }
    )


def _checked(kind: type, entries: Any, place: str) -> dict[str, Any]:
    """Return the entries that are fields of a class, each of the kind it should be.

    Others are left alone: data sets stand in the same file.
    """
    entries = entries if isinstance(entries, dict) else {}
    found = {}
    for field in fields(kind):
        value = found[field.name] = entries.get(field.name)
        if field.type is str:
            _check(isinstance(value, str), place + field.name, "a text")
        else:
            _check(isinstance(value, dict), place + field.name, "a mapping")
    return found


def _check(good: bool, place: str, expected: str) -> None:
    if not good:
        raise HamgashtError(COURSE, place, f"it is not {expected}", "write one here")
