"""Numbers and dates as text in each language.

Babel is imported only by the functions that format: the kernel uses this module
while it saves figures.
"""

import datetime
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import lru_cache
from typing import Any

_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_PERSIAN = _PERSIAN_DIGITS | {ord("%"): "٪"}
_FORMAT = re.compile(r"(plain|integer|percent|(?:percent|decimal|scientific)\d)")
_SIGNIFICANT = 6
_ALL_DIGITS = 330  # of the largest float, as a percentage with nine places
_MATRIX_ENTRY = re.compile(r"(?P<mantissa>-?\d+\.?\d*)(?:e(?P<exponent>[-+]?\d+))?")
_MATRIX_WORDS = {"nan": r"\mathrm{nan}", "inf": r"\infty", "-inf": r"-\infty"}
_SUPERSCRIPTS = str.maketrans("-−0123456789", "⁻⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class FormatError(ValueError):
    """The name of a number format is unknown."""


@dataclass(frozen=True)
class Number:
    """A formatted number.

    Attributes:
        mantissa: The number, or what stands before the power of ten.
        exponent: The exponent of ten; empty where there is none.
    """

    mantissa: str
    exponent: str = ""

    def power(self, ten: str, exponent: str) -> str:
        """Return one text of the mantissa and a power of ten, where it has one."""
        return f"{self.mantissa}×{ten}{exponent}" if self.exponent else self.mantissa


def digits_fa(text: str) -> str:
    """Return a text with its numbers in Persian digits and marks.

    Args:
        text: Any text; ``.`` and ``,`` inside numbers, ``%`` after and ``-`` before
            them change too.
    """
    text = re.sub(r"(?<=\d)\.(?=\d)", "٫", text)
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "٬", text)
    text = re.sub(r"(?<=\d)(\s?)%", r"\1٪", text)
    text = re.sub(r"(?<![\w)\]])-(?=\d)", "−", text)
    return text.translate(_PERSIAN_DIGITS)


def format_value(value: float, spec: str | None, language: str) -> str:
    """Return a number as prose in a language shows it.

    Args:
        value: A finite number.
        spec: ``plain`` (the default), ``integer``, ``percent``, or ``percent``,
            ``decimal`` or ``scientific`` followed by one digit.
        language: ``fa`` or ``en``.

    Raises:
        FormatError: The format's name is unknown.
    """
    number = format_number(value, spec, language)
    if language == "fa":
        return number.power("۱۰", _superscript_fa(number.exponent))
    return number.power("10", number.exponent.translate(_SUPERSCRIPTS))


def format_tex(value: float, spec: str | None = None) -> str:
    """Return a number as TeX, in Latin digits.

    Args:
        value: A finite number.
        spec: A format's name, as for :func:`format_value`.

    Raises:
        FormatError: The format's name is unknown.
    """
    number = format_number(value, spec, "en")
    tex = number.power(r" \times 10^", f"{{{number.exponent}}}").replace("×", "")
    return tex.replace(",", "{,}").replace("%", r"\%").replace("−", "-")


def format_number(value: float, spec: str | None, language: str) -> Number:
    """Return a number's formatted parts; see :func:`format_value`.

    Raises:
        FormatError: The format's name is unknown.
    """
    spec = spec or "plain"
    if not _FORMAT.fullmatch(spec):
        raise FormatError(spec)
    kind, digits = spec.rstrip("0123456789"), spec[-1]
    match kind:
        case "integer":
            return Number(_decimal(value, 0, language))
        case "decimal":
            return Number(_decimal(value, int(digits), language))
        case "percent":
            places = int(digits) if digits.isdigit() else 1
            return Number(_decimal(value, places, language, "%"))
        case "scientific":
            return _scientific(value, int(digits), language)
    return _plain(value, language)


def plain_places(value: float) -> int | None:
    """Return how many decimal places the ``plain`` format gives a number.

    Returns:
        The places; ``None`` where it writes a power of ten.
    """
    if value == 0 or (float(value).is_integer() and abs(value) < 1e15):
        return 0
    magnitude = math.floor(math.log10(abs(value)))
    if not -5 < magnitude < 15:
        return None
    shortest = f"{value:.{max(0, _SIGNIFICANT - 1 - magnitude)}f}".rstrip("0")
    return len(shortest.partition(".")[2])


def format_date(date: datetime.date, language: str) -> str:
    """Return a Gregorian date in words."""
    from babel.dates import format_date as babel_date

    text = babel_date(date, "long", locale=language)
    return text.translate(_PERSIAN_DIGITS) if language == "fa" else text


def _plain(value: float, language: str) -> Number:
    places = 0 if isinstance(value, int) else plain_places(value)
    if places is not None:
        return Number(_decimal(value, places, language))
    mantissa = f"{value:.{_SIGNIFICANT - 1}e}".partition("e")[0]
    shortest = mantissa.rstrip("0").partition(".")[2]
    return _scientific(value, len(shortest), language)


def _scientific(value: float, places: int, language: str) -> Number:
    # As Babel does: the number as it is written, not as it is stored in binary.
    number = Decimal(repr(value)) if value else 0.0  # Decimal's zeros have exponents
    mantissa, _, exponent = f"{number:.{places}e}".partition("e")
    return Number(
        _decimal(float(mantissa), places, language),
        _decimal(int(exponent), 0, language),
    )


def _decimal(value: float, places: int, language: str, suffix: str = "") -> str:
    from babel.numbers import format_decimal

    pattern = _pattern(places, suffix)
    with localcontext(prec=_ALL_DIGITS):
        text = format_decimal(
            value, format=pattern, locale=language, numbering_system="default"
        )
    text = text.replace("\u200e", "").replace("-", "−")
    if not re.search(r"[1-9]", text):
        text = text.lstrip("−")  # no "-0.00"
    return text.translate(_PERSIAN) if language == "fa" else text


@lru_cache
def _pattern(places: int, suffix: str) -> Any:
    from babel.numbers import parse_pattern

    return parse_pattern(f"#,##0{'.' if places else ''}{'0' * places}{suffix}")


def _superscript_fa(exponent: str) -> str:
    latin = {ord(fa): en for en, fa in zip("0123456789", "۰۱۲۳۴۵۶۷۸۹", strict=True)}
    return exponent.translate(latin).translate(_SUPERSCRIPTS)


def matrix_tex(matrix: Mapping[str, Any]) -> str:
    """Return a matrix as TeX, without the dollars round it.

    Args:
        matrix: Its ``shape`` and its ``values``, which the kernel wrote as text.
    """
    rows = matrix["values"] if len(matrix["shape"]) == 2 else [matrix["values"]]
    body = r" \\ ".join(" & ".join(map(_entry_tex, row)) for row in rows)
    return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"


def _entry_tex(text: str) -> str:
    match = _MATRIX_ENTRY.fullmatch(text)
    if match is None:
        return _MATRIX_WORDS.get(text, rf"\text{{{escape_text(text)}}}")
    mantissa = match["mantissa"].removesuffix(".")
    if match["exponent"] is None:
        return mantissa
    return rf"{mantissa} \times 10^{{{int(match['exponent'])}}}"


def escape_text(text: str) -> str:
    r"""Return plain text as it may stand inside ``\text{...}``."""
    special = {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{mark: f"\\{mark}" for mark in "#$%&_{}"},
    }
    return "".join(special.get(character, character) for character in text)
