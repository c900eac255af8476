"""Labels of figures and tables: Persian texts for English ones."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from hamgasht.core.errors import HamgashtError
from hamgasht.core.numbers import digits_fa

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MATH = re.compile(r"(?<!\\)(\$(?:\\.|[^\\$])+\$)")
"""A formula in a label."""

_NUMBER = re.compile(
    r"(?<![^\W\d])(?<![\d.])[-−]?\d+(?:,\d{3}(?!\d))*(?:\.\d+)?"
    r"(?:e[-+]?\d+)?(?![^\W_]|_)",
    re.I,
)
_SIGN_AFTER_WORD = re.compile(r"[\w)\]]$")


@dataclass
class Catalogue:
    """Persian texts for English labels.

    Args:
        labels: Persian text by English text; ``{}`` in both stands for a number.

    Attributes:
        used: The entries that were looked up and found so far.
        missing: The labels that were looked up so far and have no entry.
    """

    labels: Mapping[str, str]
    used: dict[str, str] = field(default_factory=dict, repr=False)
    missing: list[str] = field(default_factory=list, repr=False)
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
        if found is None and text not in self.missing:
            self.missing.append(text)
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
    rest = _NUMBER.sub("", MATH.sub("", text))
    return any(character.isalpha() for character in rest)


def _outside_math(text: str, change: Any) -> str:
    """Return a text with ``change`` applied to what is not ``$...$``."""
    parts = MATH.split(text)
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
