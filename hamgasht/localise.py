"""Numbers and labels in each language.

Takes in numbers and English labels; gives out their Persian or English text. Light:
the kernel uses the catalogue while it saves figures, so Babel is imported only by
the functions that format numbers and dates.
"""

import datetime
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from hamgasht.errors import HamgashtError

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_PERSIAN = _PERSIAN_DIGITS | {ord("%"): "٪"}
_MATH = re.compile(r"(?<!\\)(\$(?:\\.|[^\\$])+\$)")
_NUMBER = re.compile(
    r"(?<![^\W\d])(?<![\d.])[-−]?\d+(?:,\d{3}(?!\d))*(?:\.\d+)?"
    r"(?:e[-+]?\d+)?(?![^\W_]|_)",
    re.I,
)
_SIGN_AFTER_WORD = re.compile(r"[\w)\]]$")
_FORMAT = re.compile(r"(plain|integer|percent|(?:percent|decimal|scientific)\d)")
_SIGNIFICANT = 6
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


@dataclass
class Catalogue:
    """Persian texts for English labels.

    Args:
        labels: Persian text by English text; ``{}`` in both stands for a number.

    Attributes:
        used: The entries that were looked up and found so far.
    """

    labels: Mapping[str, str]
    used: dict[str, str] = field(default_factory=dict, repr=False)
    _known: dict[str, str | None] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, path: Path, name: str | Path | None = None) -> "Catalogue":
        """Read a catalogue.

        Args:
            path: A YAML file of ``English: Persian`` lines.
            name: What error messages call it; the path if not given.

        Raises:
            HamgashtError: The file is unreadable, or an entry is not text, or its
                two sides differ in their number of ``{}``.
        """
        name = name or path
        try:
            labels = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader) or {}
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            mark = getattr(error, "problem_mark", None)
            raise HamgashtError(
                name,
                mark.line + 1 if mark else "",
                f"it cannot be read: {getattr(error, 'problem', None) or error}",
                "write 'English: Persian' lines",
            ) from None
        if not isinstance(labels, dict):
            raise HamgashtError(
                name, "", "it is no mapping", "write 'English: Persian' lines"
            )
        for english, persian in labels.items():
            _check_entry(name, english, persian)
        return cls(labels)

    def lookup(self, text: str) -> str | None:
        """Return the entry for ``text``: exact, or with ``{}`` for its numbers."""
        if text not in self._known:
            self._known[text] = self._find(text)
        return self._known[text]

    def translate(self, text: str) -> str | None:
        """Return the Persian text for an English label.

        A text of digits, punctuation and mathematics alone needs no entry: its
        digits outside ``$...$`` become Persian.

        Args:
            text: The label.

        Returns:
            The translation, or ``None`` where the catalogue has none.
        """
        found = self.lookup(text)
        if found is None and not has_words(text):
            return _outside_math(text, digits_fa)
        return found

    def _find(self, text: str) -> str | None:
        if text in self.labels:
            self.used[text] = self.labels[text]
            return self.labels[text]
        numbers: list[str] = []

        def take(match: re.Match[str]) -> str:
            number = match[0]
            sign = ""
            if number[0] in "-−" and _SIGN_AFTER_WORD.search(
                match.string[: match.start()]
            ):
                sign, number = number[0], number[1:]  # a hyphen: "layers 1-3"
            numbers.append(number)
            return sign + "{}"

        template = _outside_math(text, lambda part: _NUMBER.sub(take, part))
        persian = self.labels.get(template) if numbers else None
        if persian is None:
            return None
        self.used[template] = persian
        pieces = persian.split("{}")
        filled = [digits_fa(number) for number in numbers]
        return "".join(
            piece + number for piece, number in zip(pieces, [*filled, ""], strict=True)
        )


def has_words(text: str) -> bool:
    """Return whether a text has letters outside ``$...$`` (``1e-3`` has none)."""
    rest = _NUMBER.sub("", _MATH.sub("", text))
    return any(character.isalpha() for character in rest)


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
    mantissa, _, exponent = f"{Decimal(repr(value)):.{places}e}".partition("e")
    return Number(
        _decimal(float(mantissa), places, language),
        _decimal(int(exponent), 0, language),
    )


def _decimal(value: float, places: int, language: str, suffix: str = "") -> str:
    from babel.numbers import format_decimal

    pattern = _pattern(places, suffix)
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


def _outside_math(text: str, change: Any) -> str:
    """Return a text with ``change`` applied to what is not ``$...$``."""
    parts = _MATH.split(text)
    return "".join(
        part if index % 2 else change(part) for index, part in enumerate(parts)
    )


def _check_entry(name: str | Path, english: Any, persian: Any) -> None:
    if not isinstance(english, str) or not isinstance(persian, str):
        raise HamgashtError(
            name, str(english), "it is no text", "put quotes around both texts"
        )
    if english.count("{}") != persian.count("{}"):
        raise HamgashtError(
            name,
            english,
            "its two sides differ in their number of {}",
            "write {} once for each number on both sides",
        )
