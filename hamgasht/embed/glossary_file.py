"""The terms of the field, in both languages.

Takes in the glossary's source, a YAML list; gives out its terms, sorted as each
language sorts them, and finds them in prose.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from hamgasht.core.errors import HamgashtError

ALPHABET = "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
"""The alphabet as Persian dictionaries sort it, «آ» before «ا»."""

# Forms of a letter that dictionaries sort as that letter.
_SORTED_AS = str.maketrans(
    {"أ": "ا", "إ": "ا", "ؤ": "و", "ئ": "ی", "ي": "ی", "ك": "ک", "ۀ": "ه", "ة": "ه"}
)
_NO_LETTER = re.compile(r"[\u200c\u064b-\u0655]")
_REQUIRED = ("en", "fa", "means_en", "means_fa")
_LISTS = ("also_en", "also_fa", "avoid_en", "avoid_fa")
_EVERYDAY = {"en": {"en"}, "fa": {"fa"}, "both": {"en", "fa"}}
# No letter, digit, mark or joiner on either side: a whole word.
_NOT_BEFORE = r"(?<![\w\u064b-\u0655\u200c-])"
_NOT_AFTER = r"(?![\w\u064b-\u0655\u200c-])"
_ENDING = {
    "en": r"(?:e?s)?",
    "fa": r"(?:\u200c?ها(?:ی(?:ی|\u200c?شان|\u200c?ش)?)?|\u200cای|ای|ی|\u0654)?",
}


class GlossaryError(HamgashtError):
    """The glossary's source is malformed."""


@dataclass(frozen=True)
class Term:
    """One term.

    Attributes:
        names: The term, by language.
        means: What it means, one sentence, by language.
        also: Other forms that a chapter may use, by language.
        avoid: Names used elsewhere and by no chapter, by language.
        everyday: The languages in which it is a common word too.
    """

    names: dict[str, str]
    means: dict[str, str]
    also: dict[str, tuple[str, ...]]
    avoid: dict[str, tuple[str, ...]]
    everyday: frozenset[str]

    @property
    def id(self) -> str:
        """The term's address on both glossary pages."""
        return re.sub(r"[^a-z0-9]+", "-", self.names["en"].casefold()).strip("-")

    def forms(self, language: str) -> tuple[str, ...]:
        """Return the forms that a chapter may use."""
        return (self.names[language], *self.also[language])

    def letter(self, language: str) -> str:
        """Return the letter under which a glossary lists the term."""
        if language == "en":
            return self.names["en"][0].upper()
        return self.names["fa"].translate(_SORTED_AS)[0]


@dataclass(frozen=True)
class Glossary:
    """All terms.

    Attributes:
        terms: The terms, as they stand in the source.
    """

    terms: tuple[Term, ...]

    def sorted(self, language: str) -> list[Term]:
        """Return the terms in the order of a language's alphabet."""
        key = persian_key if language == "fa" else english_key
        return sorted(self.terms, key=lambda term: key(term.names[language]))

    def find(self, text: str, language: str) -> Iterator[tuple[int, int, Term]]:
        """Yield start, end and term of each use of a term in prose.

        A longer term goes before a shorter one that it holds. A term that is an
        everyday word too counts only where its English follows in parentheses.
        """
        for match in self._patterns[language].finditer(text):
            yield *match.span(), self.terms[_number(match)]

    def find_avoided(self, text: str, language: str) -> Iterator[tuple[str, Term]]:
        """Yield each name in a text that no chapter uses, with the right term."""
        for term in self.terms:
            for name in term.avoid[language]:
                if match := re.search(_form(name, language), text, re.IGNORECASE):
                    yield match[0], term

    @cached_property
    def _patterns(self) -> dict[str, re.Pattern[str]]:
        return {language: self._pattern(language) for language in ("en", "fa")}

    def _pattern(self, language: str) -> re.Pattern[str]:
        forms = []
        for number, term in enumerate(self.terms):
            follows = ""
            if language in term.everyday:
                if language == "en":
                    continue
                follows = rf"(?=\s\([^()]*?{_form(term.names['en'], 'en')})"
            forms += [
                (form, f"{_form(form, language)}{follows}", number)
                for form in term.forms(language)
            ]
        forms.sort(key=lambda item: -len(item[0]))
        grouped: dict[int, int] = {}
        parts = []
        for _, pattern, number in forms:
            grouped[number] = grouped.get(number, 0) + 1
            parts.append(f"(?P<t{number}_{grouped[number]}>{pattern})")
        return re.compile("|".join(parts) or r"(?!)", re.IGNORECASE)


def _number(match: re.Match[str]) -> int:
    """Return the number of the term that was found, from its group: ``t12_1``."""
    return int((match.lastgroup or "")[1:].partition("_")[0])


def english_key(text: str) -> tuple[str, str]:
    """Return the key that sorts English words; a hyphen counts as a space."""
    return text.casefold().replace("-", " "), text


def persian_key(text: str) -> tuple[tuple[int, ...], str]:
    """Return the key that sorts Persian words as a dictionary does.

    A space comes before all letters; a zero-width non-joiner and vowel marks do not
    count; digits and Latin letters come after «ی».
    """
    letters = _NO_LETTER.sub("", text.translate(_SORTED_AS))
    places = []
    for letter in letters:
        found = ALPHABET.find(letter)
        last = len(ALPHABET) + ord(letter)
        places.append(-1 if letter == " " else found if found >= 0 else last)
    return tuple(places), text


def read_glossary(root: Path, name: str) -> Glossary:
    """Return the glossary in a file, read again only when it has changed.

    Args:
        root: The project's root.
        name: The file, relative to the root.

    Raises:
        GlossaryError: It is missing or malformed.
    """
    try:
        return _read(root / name, name, (root / name).stat().st_mtime_ns)
    except OSError as error:
        raise GlossaryError(
            name, "", f"it cannot be read: {error.strerror}", "name the glossary's file"
        ) from None


@lru_cache(maxsize=8)
def _read(path: Path, name: str, _changed: int) -> Glossary:
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise GlossaryError(
            name, mark.line + 1 if mark else "", "it is no YAML", "fix this line"
        ) from None
    if not isinstance(entries, list):
        raise GlossaryError(name, "", "it is no list", "write '- en: ...' entries")
    terms = tuple(_term(entry, name) for entry in entries)
    seen: set[str] = set()
    for term in terms:
        if term.id in seen:
            raise GlossaryError(
                name, term.id, "the term is there twice", "keep one of them"
            )
        seen.add(term.id)
    return Glossary(terms)


def _term(entry: Any, name: str) -> Term:
    place = str(entry.get("en", "")) if isinstance(entry, dict) else str(entry)
    if not isinstance(entry, dict) or not all(
        isinstance(entry.get(key), str) and entry[key].strip() for key in _REQUIRED
    ):
        raise GlossaryError(
            name, place, "an entry is not complete", f"give it {', '.join(_REQUIRED)}"
        )
    if unknown := set(entry) - {*_REQUIRED, *_LISTS, "everyday"}:
        raise GlossaryError(
            name, place, f"there is no key {min(unknown)!r}", f"use {', '.join(_LISTS)}"
        )
    if entry.get("everyday", "en") not in _EVERYDAY:
        raise GlossaryError(
            name, place, "'everyday' is no language", "write en, fa or both"
        )
    languages = ("en", "fa")
    return Term(
        names={key: entry[key] for key in languages},
        means={key: entry[f"means_{key}"] for key in languages},
        also={key: tuple(entry.get(f"also_{key}", ())) for key in languages},
        avoid={key: tuple(entry.get(f"avoid_{key}", ())) for key in languages},
        everyday=frozenset(_EVERYDAY.get(entry.get("everyday", ""), ())),
    )


def _form(form: str, language: str) -> str:
    """Return the pattern of a form as a whole word, with the usual endings.

    In Persian the first of several words may be a plural: «نرخ‌های یادگیری».
    """
    words = [re.escape(word) for word in form.replace("-", " ").split()]
    if language == "en":
        body = r"[\s-]".join(words)
    else:
        words = [re.escape(word) for word in form.split()]
        first = words[0].removesuffix("\u0654")
        if len(words) > 1:
            words[0] = rf"{first}(?:\u0654|\u200cهای|های)?"
        body = r"\s".join(words)
    return f"{_NOT_BEFORE}{body}{_ENDING[language]}{_NOT_AFTER}"
