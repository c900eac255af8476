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

from hamgasht.embed.page import Page, without_fences

HEAD = re.compile(r"^\s*(?P<mark>/{3,})\s*cell\b\s*(?:\|\s*(?P<argument>.*?))?\s*$")
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
        prose = without_fences("\n".join(lines)).split("\n")
        for number, line in enumerate(prose):
            if match := HEAD.match(line):
                self._check(line, match["mark"], prose[number + 1 :])
        return lines

    def _check(self, head: str, mark: str, following: list[str]) -> None:
        indent = len(head) - len(head.lstrip())
        self._check_options(head, indent, following)
        for line in following:
            end = _END.match(line)
            if end and end["mark"] == mark:
                return
            if _OTHER_HEAD.match(line):
                break
        raise self.page.error(
            head.strip(), "the cell block has no end", f"close it with a line {mark!r}"
        )

    def _check_options(self, head: str, indent: int, following: list[str]) -> None:
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
                head.strip(),
                f"the options of the cell cannot be read ({found})",
                'write "key: value" lines, with double quotes around a text that '
                "holds a colon or starts with a bracket",
            )
