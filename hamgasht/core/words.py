"""The words of the interface, in a file for each language: ``docs/*/words.yml``.

The engine, the theme's templates and the scripts take every word from there, so a new
language is a folder and two files.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from hamgasht.core.errors import HamgashtError

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
    """Return the words of a language, read again only when a file has changed.

    Args:
        root: The project's root.
        language: ``fa``, ``en``, or another folder of ``docs``.

    Raises:
        HamgashtError: A file is missing or malformed, or lacks a key of another one.
    """
    files = sorted({*root.glob(f"docs/*/{WORDS_FILE}"), root / words_name(language)})
    stamps = tuple((file, _changed(root, file)) for file in files)
    return _read_all(root, stamps)[language]


def _changed(root: Path, file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError as error:
        raise HamgashtError(
            file.relative_to(root),
            "",
            f"it cannot be read: {error.strerror}",
            "copy another language's file and translate it",
        ) from None


@lru_cache(maxsize=8)
def _read_all(root: Path, stamps: tuple[tuple[Path, int], ...]) -> dict[str, Words]:
    found = {}
    for file, _ in stamps:
        name = file.relative_to(root).as_posix()
        found[file.parent.name] = Words(name, _read(file, name))
    every_key = dict.fromkeys(key for words in found.values() for key in words)
    for words in found.values():
        if missing := [key for key in every_key if key not in words]:
            raise HamgashtError(
                words.name,
                missing[0],
                "there is no such key, but another language has it",
                "write it in each language's file",
            )
    return found


def _read(file: Path, name: str) -> dict[str, str]:
    fix = "write 'key: \"text\"' lines"
    try:
        entries: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else ""
        raise HamgashtError(name, line, "it is no YAML", fix) from None
    if not isinstance(entries, dict):
        raise HamgashtError(name, "", "it is no mapping", fix)
    for key, text in entries.items():
        if not isinstance(key, str) or not isinstance(text, str):
            raise HamgashtError(name, str(key), f"{text!r} is no text", fix)
    return entries
