"""The words of the interface, in a file for each language: ``docs/*/words.yml``.

The engine, the theme's templates and the scripts take every word from there, so a new
language is a folder and two files.
"""

from pathlib import Path

from hamgasht.core.errors import HamgashtError
from hamgasht.core.files import cache_until_changed, read_yaml

WORDS_FILE = "words.yml"


class Words(dict[str, str]):
    """The words of one language by key; a key that is not there is an error.

    Args:
        name: The file, as errors show it.
        entries: Text by key.
    """

    def __init__(self, name: str, entries: dict[str, str]) -> None:
        super().__init__(entries)
        self.name = name

    def __missing__(self, key: str) -> str:
        raise HamgashtError(
            self.name, key, "there is no such key", "write it in each language's file"
        )


def words_name(language: str) -> str:
    """Return a language's file, relative to the project's root."""
    return f"docs/{language}/{WORDS_FILE}"


def read_words(root: Path, language: str) -> Words:
    """Return the words of a language, read again only when its file has changed.

    Args:
        root: The project's root.
        language: ``fa``, ``en``, or another folder of ``docs``.

    Raises:
        HamgashtError: A file is missing or malformed, or lacks a key of another one.
    """
    languages = {path.parent.name for path in root.glob(f"docs/*/{WORDS_FILE}")}
    found = {each: _read(root, words_name(each)) for each in {*languages, language}}
    every_key = dict.fromkeys(key for words in found.values() for key in words)
    for words in found.values():
        if missing := [key for key in every_key if key not in words]:
            raise HamgashtError(
                words.name,
                missing[0],
                "there is no such key, but another language has it",
                "write it in each language's file",
            )
    return found[language]


@cache_until_changed
def _read(root: Path, name: str) -> Words:
    fix = "write 'key: \"text\"' lines"
    entries = read_yaml(root, name)
    if not isinstance(entries, dict):
        raise HamgashtError(name, "", "it is no mapping", fix)
    for key, text in entries.items():
        if not isinstance(key, str) or not isinstance(text, str):
            raise HamgashtError(name, str(key), f"{text!r} is no text", fix)
    return Words(name, entries)
