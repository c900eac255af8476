"""The page that is being rendered: its language, its source, what it asks for."""

import difflib
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from hamgasht.core.course import Course, read_course
from hamgasht.core.errors import EmbedError
from hamgasht.core.labels import Catalogue
from hamgasht.core.paths import LABELS, natural_key, source_path
from hamgasht.core.words import Words, read_words
from hamgasht.embed.page_text import Place, Source
from hamgasht.records.read import Recorded
from hamgasht.records.state import Survey, current_survey

# Under the generator's logger, so that a warning counts in a strict build.
_log = logging.getLogger("properdocs.hamgasht")
_CACHED = ("catalogue", "words", "course", "records")


@dataclass
class Page:
    """One page in the making.

    Args:
        root: The project's root.
        language: ``fa`` or ``en``.
        name: The page's source file relative to the root; may be empty.
        on_stale: ``error``, ``warn`` or ``ignore``.
        glossary: The glossary's source, relative to the root; empty for none.
        bibliography: The BibTeX file, relative to the root; empty for none.
        downloads: Address and size of files to take along, by the key of their words.
        chapters: The chapters' files in the order of the navigation; may be empty.

    Attributes:
        source: The text of the file, with its front matter.
        markdown: The text that is rendered.
        ids: Ids of elements so far.
        made: Arguments of the cell blocks made so far.
        codes: Numbers of the cells whose code the page holds so far, by snippet.
        lists_terms: Whether the page is a glossary.
    """

    root: Path
    language: str
    name: str = ""
    on_stale: str = "error"
    glossary: str = ""
    bibliography: str = ""
    downloads: dict[str, tuple[str, int]] = field(default_factory=dict)
    chapters: list[str] = field(default_factory=list)
    source: Source = field(default_factory=Source)
    markdown: Source = field(default_factory=Source)
    ids: set[str] = field(default_factory=set)
    made: list[str] = field(default_factory=list)
    codes: dict[str, set[int]] = field(default_factory=dict)
    lists_terms: bool = False
    _checked: set[str] = field(default_factory=set)

    def reset(self) -> None:
        """Forget everything of the last text."""
        self.source = self.markdown = Source()
        self.ids, self.made, self._checked = set(), [], set()
        self.codes = {}
        self.lists_terms = False
        for name in _CACHED:
            self.__dict__.pop(name, None)

    def start(self, text: str) -> None:
        """Take the page's Markdown, before anything is done to it."""
        self.reset()
        self.source = self.markdown = Source(text)
        file = self.root / self.name
        if self.name and file.is_file():  # with the front matter, for line numbers
            self.source = Source(file.read_text(encoding="utf-8"))

    @property
    def up(self) -> str:
        """The way from the page's folder to the docs folder of its language."""
        return "../" * max(0, len(Path(self.name).parts) - 3)

    @property
    def folder(self) -> Path:
        """The folder that the page's source lies in."""
        name = self.name or f"docs/{self.language}/page"
        return (self.root / name).parent

    @cached_property
    def records(self) -> Survey:
        """The checkout's recorded outputs, as they are when the page begins."""
        return current_survey(self.root)

    @cached_property
    def words(self) -> Words:
        """The words of the interface in the page's language."""
        return read_words(self.root, self.language)

    @cached_property
    def course(self) -> Course:
        """What the course calls its own parts."""
        return read_course(self.root)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The Persian labels."""
        return Catalogue(self.records.labels)

    def recorded(self, snippet_id: str, place: Place) -> Recorded:
        """Return a snippet's recorded run, fit to be shown.

        Args:
            snippet_id: The snippet's id.
            place: The place in the source that asks for it.

        Raises:
            EmbedError: There is no such snippet, or its output is stale.
            OutputError: Its outputs are missing or damaged.
        """
        if not source_path(self.root, snippet_id).is_file():
            raise self.error(
                place,
                f"there is no snippet {snippet_id!r}",
                _suggestion(snippet_id, self.records.ids)
                or "name a snippet as group/stem",
            )
        if snippet_id not in self._checked:
            self._check_state(snippet_id, place)
            self._checked.add(snippet_id)
        return self.records.recorded(snippet_id)

    def find_pages(self, pattern: str) -> list[Path]:
        """Return the pages beside this one that a glob names.

        They come in the order of the navigation; those that are not in it come after
        them, chapter 9 before 10.
        """
        places = {name: place for place, name in enumerate(self.chapters)}

        def key(path: Path) -> tuple[int, list[int | str]]:
            return places.get(path.name, len(places)), natural_key(path.name)

        return sorted(self.folder.glob(pattern or "-"), key=key)

    def label(self, text: str, place: Place) -> str:
        """Return an English label in the page's language.

        Raises:
            EmbedError: The catalogue has no Persian text for it.
        """
        if self.language == "en":
            return text
        persian = self.catalogue.translate(text)
        if persian is None:
            problem = f"the label {text!r} has no Persian text"
            raise self.error(place, problem, f"add it to {LABELS}")
        return persian

    def error(self, place: Place, problem: str, fix: str) -> EmbedError:
        """Return an error at a place in the page's source."""
        line = self.source.line(place)
        return EmbedError(self.name or "text", line, problem, fix)

    def unique_id(self, wanted: str) -> str:
        """Return an id that no other element of ours on the page has."""
        found, count = wanted, 1
        while found in self.ids:
            count += 1
            found = f"{wanted}-{count}"
        self.ids.add(found)
        return found

    def _check_state(self, snippet_id: str, place: Place) -> None:
        state = self.records.state(snippet_id)
        if state.good:
            return
        error = self.error(
            place,
            f"the output of {snippet_id} is {state.kind}: {state.why}",
            f"run 'python -m hamgasht run {snippet_id}'",
        )
        if state.kind != "stale" or self.on_stale == "error":
            raise error
        if self.on_stale == "warn":
            _log.warning(str(error))


def unknown_name_error(
    page: Page, place: Place, kind: str, name: str, known: Iterable[str]
) -> EmbedError:
    """Return the error for a name that is not among the known ones."""
    known = list(known)
    fix = f"use one of {', '.join(known)}" if known else "there is none to choose from"
    problem = f"there is no {kind} {name!r}"
    return page.error(place, problem, _suggestion(name, known) or fix)


def _suggestion(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"did you mean {close[0]!r}" if close else ""
