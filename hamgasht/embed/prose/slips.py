"""Refuses blocks and boxes that Markdown would pass over without a word.

A reader would see ``/// reference`` as it is typed, and ``!!! erratum`` or a box whose
content is not indented without a style.
"""

import re

from pymdownx.blocks import BlocksProcessor

from hamgasht.embed.page import unknown_name_error
from hamgasht.embed.processors import PagePreprocessor

_SLASHES = re.compile(r" *(?P<mark>/{3,}|//(?= ))\s*(?P<rest>.*?)\s*")
_HEAD = re.compile(r"(?P<name>[\w-]+)\s*(?:\|.*)?")
_BOX = re.compile(r"(?P<indent> *)(?P<mark>!!!|\?\?\?\+?)(?P<rest>.*?)\s*")
_BOX_HEAD = re.compile(r' (?P<name>[a-z-]+)(?: +[a-z-]+)*(?: +".+")?')
_BOXES = (
    *("note", "abstract", "info", "tip", "success", "question", "warning", "failure"),
    *("danger", "bug", "example", "quote", "errata", "answer"),
)
"""Kinds of boxes that have a style: Material's and ours."""

_OURS = {
    "errata": re.compile(r'!!! errata ".+"'),
    "answer": re.compile(r" *\?{3}\+? .*"),
}
"""How the lists of errata and answers look for their boxes."""


class SlipPreprocessor(PagePreprocessor):
    """Checks the lines of a page; they stay as they are."""

    def run(self, lines: list[str]) -> list[str]:
        """Check every line of the page's source.

        Raises:
            EmbedError: A line would be shown as it is typed.
        """
        source = self.page.source.prose.split("\n")
        marks: list[tuple[int, str]] = []
        for number, line in enumerate(source, 1):
            if slashes := _SLASHES.fullmatch(line):
                self._check_block(number, slashes, marks)
            elif box := _BOX.fullmatch(line):
                self._check_box(number, box, source[number:])
        for number, mark in marks:
            raise self.page.error(
                number, "the block has no end", f"close it with a line {mark!r}"
            )
        return lines

    def _check_block(
        self, number: int, slashes: re.Match[str], marks: list[tuple[int, str]]
    ) -> None:
        """Check the head or the end of a block; keep the marks of those not closed."""
        mark, rest = slashes["mark"], slashes["rest"]
        if not rest:
            if not marks or marks.pop()[1] != mark:
                problem = f"the line {mark!r} ends no block"
                fix = "take it away, or give head and end of the block equal slashes"
                raise self.page.error(number, problem, fix)
            return
        head = _HEAD.fullmatch(rest)
        if head is None or len(mark) < 3:
            raise self.page.error(
                number,
                f"'{mark} {rest}' starts no block",
                "write '/// name' or '/// name | argument'",
            )
        processor = self.md.parser.blockprocessors["blocks"]
        assert isinstance(processor, BlocksProcessor)
        known = ["answers", "chapters", *processor.blocks]
        if head["name"] not in known:
            raise unknown_name_error(self.page, number, "block", head["name"], known)
        marks.append((number, mark))

    def _check_box(self, number: int, box: re.Match[str], following: list[str]) -> None:
        """Check the head of a box, and that it holds something."""
        line = box[0].rstrip()
        head = _BOX_HEAD.fullmatch(box["rest"])
        if head and head["name"] not in _BOXES:
            raise unknown_name_error(
                self.page, number, "kind of box", head["name"], _BOXES
            )
        ours = _OURS.get(head["name"]) if head else None
        if head is None or (ours and not ours.fullmatch(line)):
            raise self.page.error(
                number,
                f"{line.strip()} starts no box",
                "write '!!! errata \"Title\"', '??? answer \"Title\"', '!!! note' ...",
            )
        first = next(filter(str.strip, following), "")
        if not first.startswith(f"{box['indent']}    "):
            raise self.page.error(
                number, "the box is empty", "indent what it holds by four spaces"
            )
