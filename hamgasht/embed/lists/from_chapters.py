"""Pages that hold what the chapters hold, and no more.

``/// answers | PATTERN`` puts in its place, for each chapter beside the page, its
section of exercises with the answers open and a link from each to the chapter;
``/// errata | PATTERN`` a table of its ``!!! errata`` boxes. ``/// chapters`` lists the
chapters with their descriptions. All read the chapters' Markdown.
"""

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import yaml

from hamgasht.core.numbers import digits_fa
from hamgasht.embed.lists.exercises import exercise_id, exercises_of
from hamgasht.embed.page import Page
from hamgasht.embed.page_text import Source, section_of, title_of
from hamgasht.embed.processors import PageBlock, PagePreprocessor, PageTreeprocessor

_HEAD = re.compile(
    r"^(?P<mark>/{3,}) *(?P<name>answers|chapters) *(?:\| *(?P<argument>.*?))? *$"
)
_ANSWER = re.compile(r"^(?P<before> +\?\?\?)(?P<after> +answer\b)", re.MULTILINE)
_ENDS_A_BLOCK = ("$$", "///")
_BOX = re.compile(
    r'^!!! errata "(?P<title>.*)" *\n(?P<body>(?: *\n| {4}.*(?:\n|\Z))*)', re.MULTILINE
)
_BLOCK = re.compile(r"^ *(/{3,}) *\w+.*?^ *\1 *$\n?", re.MULTILINE | re.DOTALL)
_OWN_ANCHOR = re.compile(r"\]\((?=#)")
_FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$", re.DOTALL)
_WORD = re.compile(r"(?<!\S)\S*\w\S*")

WORDS_A_MINUTE = 150
"""Words of prose that a reader is assumed to read in a minute; Home says so."""


class ListsPreprocessor(PagePreprocessor):
    """Replaces each block of answers or of chapters with Markdown."""

    def run(self, lines: list[str]) -> list[str]:
        """Replace each block.

        Raises:
            EmbedError: No chapter matches, or an exercise has no answer.
        """
        return list(self._replace(lines))

    def _replace(self, lines: list[str]) -> Iterator[str]:
        mark = ""
        for line in lines:
            if mark:
                mark = "" if line.strip() == mark else mark
            elif head := _HEAD.match(line):
                mark, argument = head["mark"], head["argument"] or ""
                if head["name"] == "answers":
                    yield from self._sections(argument).split("\n")
                else:
                    yield from self._chapters()
            else:
                yield line

    def _chapters(self) -> Iterator[str]:
        """Yield an item for each chapter; one below it for a page that goes on."""
        names = self.page.chapters or [
            path.name for path in self.page.find_pages(self.page.course.chapter_files)
        ]
        for name in names:
            source = Source((self.page.folder / name).read_text(encoding="utf-8"))
            meta = yaml.safe_load(source.front.strip("-\n"))
            number = self.page.course.chapter_number(name)
            start = f"{number}. " if number else "    - "
            reading = _reading(self.page, source, "chapters.minutes")
            title = f"[{meta['title']}]({name}) {reading}"
            yield f"{start}{title}<br> {meta['description']}"
            yield ""

    def _sections(self, pattern: str) -> str:
        section, found = self.page.course.sections.exercises, []
        for path in self.page.find_pages(pattern):
            text = path.read_text(encoding="utf-8")
            if exercises := exercises_of(text, section):
                found.append(f"## {title_of(text) or path.stem} {{#{path.stem}}}")
                found += self._with_answers(path.name, exercises)
        if not found:
            raise _nothing_found(self.page, "answers", pattern, "exercises")
        return "\n\n".join(found)

    def _with_answers(self, file: str, exercises: list[str]) -> Iterator[str]:
        for number, exercise in enumerate(exercises, 1):
            box = _ANSWER.search(exercise)
            if not box:
                raise self.page.error(
                    "answers",
                    f"exercise {number} of {file} has no answer",
                    "give it a box: ??? answer",
                )
            question = exercise[: box.start()].rstrip()
            space = "\n\n    " if question.endswith(_ENDS_A_BLOCK) else " "
            where = self.page.words["answers.where"]
            link = f"([{where}]({file}#{exercise_id(number)}))"
            answer = _ANSWER.sub(
                r"\g<before>+\g<after>", exercise[box.start() :].rstrip()
            )
            yield _name_file(f"{question}{space}{link}\n\n{answer}", file)


def expand_lists(
    root: Path, language: str, name: str, chapters: list[str], text: str
) -> str:
    """Return a page's Markdown with its blocks of answers and of chapters replaced.

    Args:
        root: The project's root.
        language: ``fa`` or ``en``.
        name: The page's source, relative to the root.
        chapters: The chapters' files in the order of the navigation.
        text: The Markdown.

    Raises:
        EmbedError: No chapter matches, or an exercise has no answer.
    """
    page = Page(root, language, name, chapters=chapters)
    return "\n".join(ListsPreprocessor(None, page).run(text.split("\n")))


class ErrataBlock(PageBlock):
    """The errata of all chapters."""

    NAME = "errata"

    def check(self, argument: str, options: dict[str, Any]) -> None:
        """Find the chapters that have errata."""
        paths = self.page.find_pages(argument)
        texts = {path.name: path.read_text(encoding="utf-8") for path in paths}
        self.chapters = {
            name: text for name, text in texts.items() if _BOX.search(text)
        }
        if options or not self.chapters:
            raise _nothing_found(self.page, "errata", argument, "errata")

    def fill(self, parent: Element) -> None:
        """Append each chapter's heading, first paragraph and table."""
        for file, text in self.chapters.items():
            heading = SubElement(parent, "h2", {"id": Path(file).stem})
            heading.text = title_of(text) or Path(file).stem
            section = section_of(text, self.page.course.sections.errata)
            before = re.split(r'^(?:!!! errata "|#)', section, flags=re.MULTILINE)[0]
            for paragraph in [*_paragraphs(before, file)][:1]:
                SubElement(parent, "p").text = paragraph
            self._append_table(parent, file, text)

    def _append_table(self, parent: Element, file: str, text: str) -> None:
        """Append a chapter's table; its cells are Markdown still, and parsed later."""
        labels = [self.page.words[f"errata.{key}"] for key in ("claim", "shows")]
        table = SubElement(parent, "table")
        head = SubElement(SubElement(table, "thead"), "tr")
        for label in labels:
            SubElement(head, "th").text = label
        body = SubElement(table, "tbody")
        for number, box in enumerate(_BOX.finditer(text), 1):
            texts = [*_paragraphs(box["body"], file), "", ""]
            claimed, shown = map(_without_label, labels, texts)
            row = SubElement(body, "tr")
            first = SubElement(row, "td")
            title = SubElement(SubElement(first, "p"), "strong")
            title.text = f"[{box['title']}]({file}#{_erratum_id(number)})"
            SubElement(first, "p").text = claimed
            SubElement(row, "td").text = shown


class MinutesTreeprocessor(PageTreeprocessor):
    """Says below a chapter's title how long its prose takes to read."""

    def run(self, root: Element) -> None:
        """Insert the line."""
        title = root.find("h1")
        if title is None or Path(self.page.name).name not in self.page.chapters:
            return
        line = Element("p", {"class": "hg-minutes", "data-search-exclude": ""})
        line.text = _reading(self.page, self.page.source, "chapters.reading")
        root.insert([*root].index(title) + 1, line)


class AnchorTreeprocessor(PageTreeprocessor):
    """Gives a chapter's exercises and errata the ids that these pages link to."""

    def run(self, root: Element) -> None:
        """Number the items of the section of exercises, and the boxes."""
        section, exercises, boxes = "", 0, 0
        for element in root:
            if element.tag == "h2":
                section = element.get("id", "")
            elif element.tag == "ol" and section == self.page.course.sections.exercises:
                for item in element:
                    exercises += 1
                    item.set("id", exercise_id(exercises))
            elif "errata" in element.get("class", "").split():
                boxes += 1
                element.set("id", _erratum_id(boxes))


def _erratum_id(number: int) -> str:
    return f"erratum-{number}"


def _nothing_found(page: Page, block: str, pattern: str, what: str) -> Exception:
    return page.error(
        f"{block} | {pattern}" if pattern else block,
        f"no chapter beside this page is called {pattern!r} and has {what}",
        f"write '/// {block} | {page.course.chapter_files}', without options, "
        "and a line '///'",
    )


def _reading(page: Page, source: Source, key: str) -> str:
    """Return how long the prose takes to read, in minutes, rounded up to fives.

    Code, tables and the section of exercises do not count.
    """
    prose = source.prose.removeprefix(source.front)
    prose = prose.replace(section_of(prose, page.course.sections.exercises), "")
    words = count_words(_FORMULA.sub(" ", _BLOCK.sub("", prose)))
    minutes = str(5 * math.ceil(words / WORDS_A_MINUTE / 5))
    if page.language == "fa":
        minutes = digits_fa(minutes)
    return page.words[key].format(minutes=minutes)


def count_words(prose: str) -> int:
    """Return how many words a text has: parts between spaces with a letter or digit."""
    return len(_WORD.findall(prose))


def _paragraphs(text: str, file: str) -> Iterator[str]:
    """Yield the paragraphs of a text, without the blocks in it."""
    for paragraph in re.split(r"\n\s*\n", _BLOCK.sub("\n", text)):
        if paragraph.strip():
            yield _name_file(" ".join(paragraph.split()), file)


def _name_file(text: str, file: str) -> str:
    """Make a chapter's links to its own sections name the chapter."""
    return _OWN_ANCHOR.sub(f"]({file}", text)


def _without_label(label: str, text: str) -> str:
    """Return a paragraph without the label that the table's head repeats."""
    if not text.startswith(f"{label}:"):
        return text
    text = text.removeprefix(f"{label}:").strip()
    return text[:1].upper() + text[1:]
