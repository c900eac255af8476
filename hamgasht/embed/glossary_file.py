"""The glossary's source, a YAML list: terms, their order, and their uses in prose."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from hamgasht.core.errors import HamgashtError
from hamgasht.core.files import cache_until_changed, read_yaml

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
            number = (match.lastgroup or "")[1:].partition("_")[0]
            yield *match.span(), self.terms[int(number)]

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
                follows = rf"(?=\s\([^()]*?{form_pattern(term.names['en'], 'en')})"
            forms += [
                (form, f"{form_pattern(form, language)}{follows}", number)
                for form in term.forms(language)
            ]
        forms.sort(key=lambda item: -len(item[0]))
        # A group's name says which term it stands for, and is unique: t12_345. It is
        # empty and comes last, and what all begin with is asked once: a tenth the time.
        parts = [
            f"{pattern.removeprefix(_NOT_BEFORE)}(?P<t{number}_{place}>)"
            for place, (_, pattern, number) in enumerate(forms)
        ]
        every = "|".join(parts) or r"(?!)"
        return re.compile(f"{_NOT_BEFORE}(?:{every})", re.IGNORECASE)


def english_key(text: str) -> tuple[str, str]:
    """Return the key that sorts English words; a hyphen counts as a space."""
    return text.casefold().replace("-", " "), text


def persian_key(text: str) -> tuple[tuple[int, ...], str]:
    """Return the key that sorts Persian words as a dictionary does.

    A space comes before all letters; a zero-width non-joiner and vowel marks do not
    count; digits and Latin letters come after «ی».
    """
    letters = _NO_LETTER.sub("", text.translate(_SORTED_AS))
    return tuple(map(_place, letters)), text


def _place(letter: str) -> int:
    if letter == " ":
        return -1
    found = ALPHABET.find(letter)
    return found if found >= 0 else len(ALPHABET) + ord(letter)


@cache_until_changed
def read_glossary(root: Path, name: str) -> Glossary:
    """Return the glossary in a file.

    Args:
        root: The project's root.
        name: The file, relative to the root.

    Raises:
        HamgashtError: It is missing or malformed.
    """
    entries = read_yaml(root, name)
    if not isinstance(entries, list):
        raise HamgashtError(name, "", "it is no list", "write '- en: ...' entries")
    terms = tuple(_term(entry, name) for entry in entries)
    counts = Counter(term.id for term in terms)
    if twice := [place for place, count in counts.items() if count > 1]:
        problem = "the term is there twice"
        raise HamgashtError(name, twice[0], problem, "keep one of them")
    return Glossary(terms)


def _term(entry: Any, name: str) -> Term:
    place = str(entry.get("en", "")) if isinstance(entry, dict) else str(entry)
    if not isinstance(entry, dict) or not all(
        isinstance(entry.get(key), str) and entry[key].strip() for key in _REQUIRED
    ):
        raise HamgashtError(
            name, place, "an entry is not complete", f"give it {', '.join(_REQUIRED)}"
        )
    if unknown := set(entry) - {*_REQUIRED, *_LISTS, "everyday"}:
        raise HamgashtError(
            name, place, f"there is no key {min(unknown)!r}", f"use {', '.join(_LISTS)}"
        )
    if entry.get("everyday", "en") not in _EVERYDAY:
        raise HamgashtError(
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


def form_pattern(form: str, language: str) -> str:
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
