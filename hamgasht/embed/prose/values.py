"""Inline values: ``[[group/stem.value as format]]``."""

import math
import re
from collections.abc import Callable
from typing import TypeVar
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown

from hamgasht.core.errors import HamgashtError
from hamgasht.core.numbers import (
    FormatError,
    Number,
    format_number,
    format_tex,
    format_value,
)
from hamgasht.embed.page import Page, unknown_name_error
from hamgasht.embed.processors import PageInlineProcessor, PagePreprocessor

T = TypeVar("T")
# A name with a letter, then a slash, or a point and the end: `[[1, 2], [3, 4]]`,
# `[[1/2, 3]]` and `[[x]]` are no references, `[[stem.value]]` is one without its group.
_NAME = r"[\w-]*[^\W\d][\w-]*"
_ATTEMPT = re.compile(
    rf"\[\[\s*{_NAME}(?:\s*/\s*\w[^\[\]]*|\.{_NAME}(?:\s+as\s+\w+)?\s*)\]\]"
)
_REFERENCE = re.compile(
    r"\[\[\s*(?P<snippet>[\w-]+/[\w.-]+)\.(?P<value>\w+)"
    r"(?:\s+as\s+(?P<format>\w+))?\s*\]\]"
)
_CODE = re.compile(
    r"(<(code|kbd|pre|samp|script|style)\b.*?</\2>|<!--.*?-->)", re.S | re.I
)
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.S)
_FORMATS = "plain, integer, percent, percent0-9, decimal0-9, scientific0-9"


class ValueProcessor(PageInlineProcessor):
    """Replaces references in prose."""

    def __init__(self, md: Markdown, page: Page) -> None:
        super().__init__(_ATTEMPT.pattern, md, page)

    def handleMatch(  # noqa: N802
        self, match: re.Match[str], _data: str
    ) -> tuple[Element | str, int, int]:
        """Return what stands for a reference."""
        number = _write(self.page, match[0], format_number)
        return _node(number, self.page.language), *match.span()


class RawHtmlPreprocessor(PagePreprocessor):
    """Replaces references in raw HTML, and refuses them in the front matter."""

    def run(self, lines: list[str]) -> list[str]:
        """Fill what was stashed; the lines stay as they are.

        Raises:
            EmbedError: A reference is wrong, or stands where none is replaced.
        """
        stash = self.md.htmlStash.rawHtmlBlocks
        for place, block in enumerate(stash):
            if isinstance(block, str):
                parts = _CODE.split(block)  # text, code, its tag, text, ...
                parts[::3] = [fill_text(self.page, part) for part in parts[::3]]
                del parts[2::3]
                stash[place] = "".join(parts)
        if found := _ATTEMPT.search(self.page.source.front):
            raise self.page.error(
                found[0],
                f"{found[0]} stands in the front matter, where no value is filled in",
                "say it without the number, or on the page",
            )
        return lines


def find_wrong_values(page: Page) -> list[HamgashtError]:
    """Return an error for each reference on a page that is wrong; nothing is rendered.

    Args:
        page: The page, with its source.
    """
    prose = _CODE.sub("", _CODE_SPAN.sub("", page.source.prose))
    errors = []
    for reference in dict.fromkeys(found[0] for found in _ATTEMPT.finditer(prose)):
        try:
            _write(page, reference, format_value)
        except HamgashtError as error:
            errors.append(error)
    return errors


def fill_text(page: Page, text: str) -> str:
    """Return plain text (an alt text) with its references replaced.

    Raises:
        EmbedError: A snippet, a value or a format is unknown.
    """
    return _ATTEMPT.sub(lambda found: _write(page, found[0], format_value), text)


def fill_tex(page: Page, tex: str) -> str:
    """Return TeX with its references replaced, in Latin digits.

    Raises:
        EmbedError: A snippet, a value or a format is unknown.
    """

    def write(value: float, spec: str | None, _language: str) -> str:
        return format_tex(value, spec)

    return _ATTEMPT.sub(lambda found: _write(page, found[0], write), tex)


def _write(
    page: Page, reference: str, write: Callable[[float, str | None, str], T]
) -> T:
    """Return the number that a reference names, in the format that it asks for."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise page.error(
            reference,
            f"{reference} is no reference to a value",
            "write [[group/stem.value]] or [[group/stem.value as format]]",
        )
    values = page.recorded(match["snippet"], reference).values
    name, spec = match["value"], match["format"]
    if name not in values:
        kind = f"value of {match['snippet']}"
        raise unknown_name_error(page, reference, kind, name, values)
    if not math.isfinite(values[name]):
        problem = f"the value {name!r} is {values[name]}"
        raise page.error(reference, problem, "record a finite number")
    try:
        return write(values[name], spec, page.language)
    except FormatError:
        problem = f"there is no format {spec!r}"
        raise page.error(reference, problem, f"use one of {_FORMATS}") from None


def _node(number: Number, language: str) -> Element | str:
    if not number.exponent:
        return number.mantissa  # the direction is seen to with the text around it
    fa = language == "fa"
    element = Element("bdi" if fa else "span", {"dir": "ltr"} if fa else {})
    element.text = f"{number.mantissa}×{'۱۰' if fa else '10'}"
    SubElement(element, "sup").text = number.exponent
    return element
