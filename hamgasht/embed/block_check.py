r"""A look at the page's source before anything is parsed.

Takes in the page's lines; gives them out unchanged, after refusing ``/// cell``
blocks that Markdown would otherwise show as text without a word: no end, options
that are not YAML.
"""

import re
import textwrap

import yaml
from markdown import Markdown
from markdown.preprocessors import Preprocessor

from hamgasht.embed.page import Page
from hamgasht.embed.page_text import HEAD, Place

_END = re.compile(r"^\s*(?P<mark>/{3,})\s*$")
_OTHER_HEAD = re.compile(r"^\s*/{3,}\s*[\w-]+")


class ScanPreprocessor(Preprocessor):
    """Checks the cell blocks of a page and starts the page.

    Args:
        md: The Markdown instance.
        page: The page.
    """

    def __init__(self, md: Markdown, page: Page) -> None:
        super().__init__(md)
        self.page = page

    def run(self, lines: list[str]) -> list[str]:
        """Check every block head.

        Raises:
            EmbedError: A block has no end, or its options cannot be read.
        """
        self.page.start("\n".join(lines))
        prose = self.page.markdown.prose.split("\n")
        seen: list[str] = []
        for number, argument in self.page.markdown.cells():
            place = self.page.source.cell(argument, seen.count(argument))
            seen.append(argument)
            self._check_options(place, prose[number - 1], prose[number:])
            self._check_end(place, prose[number - 1], prose[number:])
        return lines

    def _check_end(self, place: Place, head: str, following: list[str]) -> None:
        match = HEAD.match(head)
        mark = match["mark"] if match else ""
        for line in following:
            end = _END.match(line)
            if end and end["mark"] == mark:
                return
            if _OTHER_HEAD.match(line):
                break
        raise self.page.error(
            place, "the cell block has no end", f"close it with a line {mark!r}"
        )

    def _check_options(self, place: Place, head: str, following: list[str]) -> None:
        indent = len(head) - len(head.lstrip())
        options = []
        for line in following:
            if not line.startswith(" " * (indent + 4)) or not line.strip():
                break
            options.append(line)
        try:
            found = yaml.safe_load(textwrap.dedent("\n".join(options)))
        except yaml.YAMLError as error:
            problem = getattr(error, "problem", None) or "not YAML"
            found = problem
        if found is not None and not isinstance(found, dict):
            raise self.page.error(
                place,
                f"the options of the cell cannot be read ({found})",
                'write "key: value" lines, with double quotes around a text that '
                "holds a colon or starts with a bracket",
            )
