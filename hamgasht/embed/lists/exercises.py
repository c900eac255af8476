"""A chapter's exercises: which cells they show, and what each starts from."""

import re
from collections.abc import Collection
from xml.etree.ElementTree import Element, SubElement

from hamgasht.embed.page_text import section_of
from hamgasht.embed.processors import PageTreeprocessor
from hamgasht.records.read import Recorded

_NEXT = re.compile(r"^(?=\d+\. )", re.MULTILINE)
_CELL = re.compile(r"^ *///+ *cell *\| *(\S+) *: *(\S+)", re.MULTILINE)


def exercise_id(number: int) -> str:
    """Return the id of an exercise on its page, by its number from 1 on."""
    return f"exercise-{number}"


def exercises_of(text: str, section: str) -> list[str]:
    """Return the Markdown of each exercise, answer included.

    Args:
        text: The page's Markdown.
        section: The id of the section of exercises.
    """
    parts = _NEXT.split(section_of(text, section))
    return [part for part in parts if part[:1].isdigit()]


def shown_cells(text: str, section: str) -> list[list[tuple[str, str]]]:
    """Return the cells that each exercise shows: snippet and cell."""
    return [_CELL.findall(part) for part in exercises_of(text, section)]


def start_code(recorded: Recorded, shown: Collection[str]) -> str:
    """Return what an exercise starts from: imports, settings, data, functions.

    Args:
        recorded: The snippet that holds the answer.
        shown: Names of its cells that are shown as answers.

    Returns:
        The code above the first cell that is shown or has an output.
    """
    codes = []
    for name, cell in recorded.cells.items():
        if name in shown or cell["outputs"]:
            break
        codes.append("".join(cell["source"]).strip("\n"))
    return "\n\n".join(codes)


class StartTreeprocessor(PageTreeprocessor):
    """Puts a button above each answer that copies what the exercise starts from."""

    def run(self, root: Element) -> None:
        """Insert the buttons."""
        page = self.page
        cells = shown_cells(page.source.text, page.course.sections.exercises)
        shown = {cell for some in cells for cell in some}
        items = {item.get("id"): item for item in root.iterfind("ol/li")}
        for number, some in enumerate(cells, 1):
            item = items.get(exercise_id(number))
            if item is None or not some:
                continue
            snippet = some[0][0]
            names = {name for other, name in shown if other == snippet}
            if code := start_code(page.records.recorded(snippet), names):
                self._insert(item, f"{code}\n")

    def _insert(self, item: Element, code: str) -> None:
        words = self.page.words
        actions = Element("div", {"class": "hg-actions", "data-search-exclude": ""})
        button = SubElement(actions, "button", {"type": "button", "class": "hg-copy"})
        button.set("title", words["exercises.start_title"])
        button.set("data-copy", code)
        button.text = words["exercises.start"]
        answer = item.find("details")
        place = len(item) if answer is None else [*item].index(answer)
        item.insert(place, actions)
