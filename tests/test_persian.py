"""The Persian of the whole site by our own rules; Virastar judges it beside us."""

from pathlib import Path

import pytest
from persian import WORD, plain, texts
from test_chapters import Typed, faults

ROOT = Path(__file__).resolve().parent.parent
ALL = list(texts(ROOT))


def test_every_source_is_read() -> None:
    places = {place.partition(":")[0] for place, _ in ALL}
    assert {
        "docs/fa/index.md",
        "docs/fa/q1-optimizers.md",
        "labels.yml",
        "glossary.yml",
        "words.yml",
        "docs/theme/404.html",
        "mkdocs.yml",
    } <= places
    assert len(ALL) > 2000


def test_persian_is_written_as_persian_everywhere() -> None:
    """The rules for chapters, in tests/test_chapters.py, for all other texts too."""
    found = [
        f"{place}: {fault.partition(': ')[2]}"
        for place, text in ALL
        for fault in faults(Typed(text))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("لایهٔ Conv2D با (498, 16) است.", f"لایهٔ {WORD} با {WORD} است."),
        ("عدد 3 و ۹۷٪ می‌ماند.", "عدد 3 و ۹۷٪ می‌ماند."),
        ("با پروانهٔ CC BY 4.0 است.", f"با پروانهٔ {WORD} است."),
    ],
)
def test_latin_runs_become_one_word(text: str, seen: str) -> None:
    assert plain(text) == seen
