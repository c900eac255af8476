"""Inline values: ``[[group/stem.value as format]]``.

Takes in references to a snippet's named numbers; gives out the numbers as text, as
TeX, or as elements, in the page's language.
"""

import math
import re
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor

from hamgasht.core.numbers import FormatError, format_number, format_tex, format_value
from hamgasht.embed.page import Page, choose

# A reference has a slash after a name: `[[1, 2], [3, 4]]` and `[[x]]` are none.
ATTEMPT = r"\[\[\s*[A-Za-z]\w*/\w[^\[\]\n]*\]\]"
_ATTEMPT = re.compile(ATTEMPT)
_REFERENCE = re.compile(
    r"\[\[\s*(?P<snippet>\w+/\w+)\.(?P<value>\w+)(?:\s+as\s+(?P<format>\w+))?\s*\]\]"
)
FORMATS = "plain, integer, percent, percent0-9, decimal0-9, scientific0-9"


class ValueProcessor(InlineProcessor):
    """Replaces references in prose.

    Args:
        md: The Markdown instance.
        page: The page.
    """

    def __init__(self, md: Markdown, page: Page) -> None:
        super().__init__(ATTEMPT, md)
        self.page = page

    def handleMatch(  # noqa: N802
        self, match: re.Match[str], _data: str
    ) -> tuple[Element | str, int, int]:
        """Return what stands for a reference."""
        value, spec = lookup(self.page, match[0])
        return _node(self.page, match[0], value, spec), *match.span()


def fill_text(page: Page, text: str) -> str:
    """Return plain text (an alt text) with its references replaced.

    Raises:
        EmbedError: A snippet, a value or a format is unknown.
    """

    def fill(match: re.Match[str]) -> str:
        value, spec = lookup(page, match[0])
        try:
            return format_value(value, spec, page.language)
        except FormatError:
            raise _unknown_format(page, match[0], spec) from None

    return _ATTEMPT.sub(fill, text)


def fill_tex(page: Page, tex: str) -> str:
    """Return TeX with its references replaced, in Latin digits.

    Raises:
        EmbedError: A snippet, a value or a format is unknown.
    """

    def fill(match: re.Match[str]) -> str:
        value, spec = lookup(page, match[0])
        try:
            return format_tex(value, spec)
        except FormatError:
            raise _unknown_format(page, match[0], spec) from None

    return _ATTEMPT.sub(fill, tex)


def lookup(page: Page, reference: str) -> tuple[float, str | None]:
    """Return the number that a reference names, and its format's name.

    Raises:
        EmbedError: The reference is malformed, or names what is not there.
    """
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise page.error(
            reference,
            f"{reference} is no reference to a value",
            "write [[group/stem.value]] or [[group/stem.value as format]]",
        )
    values = page.recorded(match["snippet"], reference).values
    name = match["value"]
    if name not in values:
        raise choose(page, reference, f"value of {match['snippet']}", name, values)
    value = values[name]
    if not math.isfinite(value):
        raise page.error(
            reference, f"the value {name!r} is {value}", "record a finite number"
        )
    return value, match["format"]


def _node(page: Page, reference: str, value: float, spec: str | None) -> Element | str:
    try:
        number = format_number(value, spec, page.language)
    except FormatError:
        raise _unknown_format(page, reference, spec) from None
    if not number.exponent:
        return number.mantissa  # the direction is seen to with the text around it
    fa = page.language == "fa"
    element = Element("bdi" if fa else "span", {"dir": "ltr"} if fa else {})
    element.text = f"{number.mantissa}×{'۱۰' if fa else '10'}"
    SubElement(element, "sup").text = number.exponent
    return element


def _unknown_format(page: Page, reference: str, spec: str | None):
    return page.error(
        reference, f"there is no format {spec!r}", f"use one of {FORMATS}"
    )
