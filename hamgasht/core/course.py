"""What a course calls its own parts: chapters, sections with a meaning, pages.

It stands in ``docs/course.yml``. The engine asks here and names none of it itself.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from hamgasht.core.errors import HamgashtError
from hamgasht.core.files import cache_until_changed, read_yaml

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
        moved: Where an id went that a page once had: the new page and its id there, as
            ``PAGE#ID``, by page and id.
    """

    authors: str
    licence: str
    subjects: Mapping[str, list[str]]
    chapters: str
    sections: Sections
    pages: Pages
    moved: Mapping[str, Mapping[str, str]]

    def chapter_number(self, name: str) -> int | None:
        """Return the number of a chapter; none if the page is no chapter.

        Args:
            name: The page's name or path, with any suffix or none.
        """
        return self._number(name, r"(\d+)")

    def chapter_of(self, name: str) -> int | None:
        """Return the number of the chapter that a page belongs to; none if to none.

        Pages on which a chapter goes on have a letter after its number.

        Args:
            name: The page's name or path, with any suffix or none.
        """
        return self._number(name, r"(\d+)[a-z]?")

    @property
    def chapter_files(self) -> str:
        """The glob of the chapters' Markdown files."""
        return f"{self.chapters.replace(_NUMBER, '*')}.md"

    def _number(self, name: str, number: str) -> int | None:
        pattern = re.escape(self.chapters)
        for part, meaning in ((_NUMBER, number), ("*", ".*")):
            pattern = pattern.replace(re.escape(part), meaning)
        found = re.fullmatch(pattern, Path(name).stem)
        return int(found[1]) if found else None


def read_course(root: Path) -> Course:
    """Return the course of a checkout, read again only when its file has changed.

    Args:
        root: The project's root.

    Raises:
        HamgashtError: The file is missing or malformed.
    """
    return _read(root, COURSE)


@cache_until_changed
def _read(root: Path, name: str) -> Course:
    entries = read_yaml(root, name)
    entries = entries if isinstance(entries, dict) else {}
    values = _checked(Course, {"moved": {}} | entries, "")
    for language, subjects in values["subjects"].items():
        _check(isinstance(subjects, list), f"subjects.{language}", "a list of texts")
    _check(_NUMBER in values["chapters"], "chapters", f"a pattern with {_NUMBER}")
    return Course(
        **values
        | {
            "sections": Sections(**_checked(Sections, values["sections"], "sections.")),
            "pages": Pages(**_checked(Pages, values["pages"], "pages.")),
            "moved": {
                old: _new_places(old, new) for old, new in values["moved"].items()
            },
        }
    )


def _new_places(old: str, moved: Any) -> dict[str, str]:
    """Return where each id of a page went; each page lists ids, or ``{OLD: NEW}``."""
    _check(isinstance(moved, dict), f"moved.{old}", "a mapping of pages")
    found: dict[str, str] = {}
    for page, items in moved.items():
        place = f"moved.{old}.{page}"
        _check(isinstance(items, list), place, "a list of ids")
        for item in items:
            names = item if isinstance(item, dict) else {str(item): item}
            for former, name in names.items():
                good = isinstance(former, str) and isinstance(name, str)
                _check(good, place, "a list of ids, or of {OLD: NEW}")
                _check(former not in found, f"{place}: {former}", "the only new place")
                found[former] = f"{page}#{name}"
    return found


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
