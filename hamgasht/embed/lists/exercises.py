"""The block ``/// answers | q*.md``: all exercises with their answers, on one page.

Takes in a pattern of the chapters' files, beside the page, and a page's lines; puts
in place of the block, for each chapter, a heading and its section of exercises as
Markdown, with the answers open and a link from each exercise to its place in the
chapter. So the page holds what the chapters hold, and no more.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from hamgasht.embed.page import Page
from hamgasht.embed.page_text import title_of
from hamgasht.embed.words import words

_HEAD = re.compile(r"^(?P<mark>/{3,}) *answers *(?:\| *(?P<pattern>.*?))? *$")
_SECTION = "exercises"
_EXERCISES = re.compile(
    rf"^## [^\n]*\{{#{_SECTION}\}} *\n(?P<text>.*?)(?=^## |\Z)",
    re.MULTILINE | re.DOTALL,
)
_NEXT = re.compile(r"^(?=\d+\. )", re.MULTILINE)
_ANSWER = re.compile(r"^(?P<before> +\?\?\?)(?P<after> +answer\b)", re.MULTILINE)
_OWN_ANCHOR = re.compile(r"\]\((?=#)")
_ENDS_A_BLOCK = ("$$", "///")


@dataclass(frozen=True)
class Exercise:
    """One exercise, in Markdown.

    Attributes:
        question: The item of the list up to its answer.
        answer: The answer's box; empty if there is none.
    """

    question: str
    answer: str


def exercises_of(text: str) -> list[Exercise]:
    """Return the exercises of a chapter's Markdown."""
    section = _EXERCISES.search(text)
    if not section:
        return []
    items = [item for item in _NEXT.split(section["text"]) if item[:1].isdigit()]
    found = []
    for item in items:
        answer = _ANSWER.search(item)
        end = answer.start() if answer else len(item)
        found.append(Exercise(item[:end].rstrip(), item[end:].rstrip()))
    return found


class AnswersPreprocessor(Preprocessor):
    """Puts the chapters' exercises in the place of the block.

    Args:
        md: The Markdown instance.
        page: The page.
    """

    def __init__(self, md: Markdown, page: Page) -> None:
        super().__init__(md)
        self.page = page

    def run(self, lines: list[str]) -> list[str]:
        """Replace each block.

        Raises:
            EmbedError: No chapter matches, or an exercise has no answer.
        """
        return list(self._replaced(lines))

    def _replaced(self, lines: list[str]) -> Iterator[str]:
        mark = ""
        for line in lines:
            if mark:
                mark = "" if line.strip() == mark else mark
            elif head := _HEAD.match(line):
                mark = head["mark"]
                yield from self._chapters(head["pattern"] or "").split("\n")
            else:
                yield line

    def _chapters(self, pattern: str) -> str:
        sections = []
        for path in sorted(self.page.folder.glob(pattern or "-")):
            text = path.read_text(encoding="utf-8")
            if exercises := exercises_of(text):
                heading = f"## {title_of(text) or path.stem} {{#{path.stem}}}"
                sections += [heading, *self._items(path, exercises)]
        if not sections:
            raise self.page.error(
                f"answers | {pattern}",
                f"no chapter beside this page is called {pattern!r} and has exercises",
                "write '/// answers | q*.md', and a line '///'",
            )
        return "\n\n".join(sections)

    def _items(self, path: Path, exercises: list[Exercise]) -> Iterator[str]:
        where = words(self.page.language)["answers_where"]
        for number, exercise in enumerate(exercises, 1):
            if not exercise.answer:
                raise self.page.error(
                    "answers",
                    f"exercise {number} of {path.name} has no answer",
                    "give it a box: ??? answer",
                )
            link = f"([{where}]({path.name}#{exercise_id(number)}))"
            own_line = exercise.question.endswith(_ENDS_A_BLOCK)
            space = "\n\n    " if own_line else " "
            answer = _ANSWER.sub(r"\g<before>+\g<after>", exercise.answer)
            text = f"{exercise.question}{space}{link}\n\n{answer}"
            yield _OWN_ANCHOR.sub(f"]({path.name}", text)


class ExerciseTreeprocessor(Treeprocessor):
    """Gives each exercise of a chapter an id that the page of answers links to."""

    def run(self, root: Element) -> None:
        """Number the items of the section of exercises."""
        section, number = "", 0
        for element in root:
            if element.tag == "h2":
                section = element.get("id", "")
            elif element.tag == "ol" and section == _SECTION:
                for item in element:
                    number += 1
                    item.set("id", exercise_id(number))


def exercise_id(number: int) -> str:
    """Return the id of a page's exercise, counted from 1."""
    return f"exercise-{number}"
