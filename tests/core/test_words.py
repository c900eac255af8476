"""Words of the interface: the same keys in all languages, one line for a bad file."""

import re
from pathlib import Path

import pytest
from conftest import ROOT

from hamgasht.core.errors import HamgashtError
from hamgasht.core.words import read_words

EN, FA = 'cell.yes: "yes"\nlist.comma: ", "\n', 'cell.yes: "بله"\nlist.comma: "، "\n'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for language, text in (("en", EN), ("fa", FA)):
        (tmp_path / "docs" / language).mkdir(parents=True)
        write(tmp_path, language, text)
    return tmp_path


def write(root: Path, language: str, text: str) -> None:
    (root / "docs" / language / "words.yml").write_text(text, encoding="utf-8")


def test_words_come_by_key_and_language(checkout: Path) -> None:
    assert read_words(checkout, "en")["cell.yes"] == "yes"
    assert read_words(checkout, "fa") == {"cell.yes": "بله", "list.comma": "، "}


def test_a_changed_file_is_read_again(checkout: Path) -> None:
    read_words(checkout, "en")
    write(checkout, "en", EN.replace('"yes"', '"certainly"'))
    assert read_words(checkout, "en")["cell.yes"] == "certainly"


def test_a_third_language_is_one_more_file(checkout: Path) -> None:
    (checkout / "docs/de").mkdir()
    write(checkout, "de", EN.replace('"yes"', '"ja"'))
    assert read_words(checkout, "de")["cell.yes"] == "ja"


@pytest.mark.parametrize(
    ("language", "text", "message"),
    [
        (
            "fa",
            'cell.yes: "بله"\n',
            "docs/fa/words.yml:list.comma: there is no such key, but another language "
            "has it. Fix: write it in each language's file.",
        ),
        (
            "en",
            EN + 'cell.no: "no"\n',
            "docs/fa/words.yml:cell.no: there is no such key, but another language "
            "has it. Fix: write it in each language's file.",
        ),
        (
            "en",
            "cell.yes: yes\n",
            "docs/en/words.yml:cell.yes: True is no text. "
            "Fix: write 'key: \"text\"' lines.",
        ),
        (
            "en",
            "- cell.yes\n",
            "docs/en/words.yml: it is no mapping. Fix: write 'key: \"text\"' lines.",
        ),
        (
            "en",
            'a: "b"\nc: "d\n',
            "docs/en/words.yml:3: it is no YAML. Fix: fix this line.",
        ),
    ],
)
def test_a_bad_file_is_one_line(
    checkout: Path, language: str, text: str, message: str
) -> None:
    write(checkout, language, text)
    with pytest.raises(HamgashtError, match=f"^{re.escape(message)}$"):
        read_words(checkout, "en")


def test_a_file_that_is_not_there_is_one_line(checkout: Path) -> None:
    with pytest.raises(
        HamgashtError, match=r"^docs/de/words\.yml: it cannot be read: No such file"
    ):
        read_words(checkout, "de")


def test_an_unknown_key_is_one_line(checkout: Path) -> None:
    with pytest.raises(
        HamgashtError,
        match=r"^docs/en/words\.yml:cell\.no: there is no such key\. Fix: write it",
    ):
        read_words(checkout, "en")["cell.no"]


def test_what_is_put_in_is_the_same_in_both_languages() -> None:
    languages = [read_words(ROOT, language) for language in ("fa", "en")]
    for key in languages[0]:
        holes = {
            tuple(sorted(set(re.findall(r"\{\w+\}|[#@]", words[key]))))
            for words in languages
        }
        assert len(holes) == 1 or key == "book.authors", key
