"""Right to left and left to right, as a reader sees them: by where characters stand."""

import itertools
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ROOT, run_python

from browser.built import DIRECTIONS, LANGUAGES, Site
from browser.conftest import Served, Tab, serve
from browser.looks import PLACES, Look

# Latin runs that the bidirectional algorithm, left alone, shows in another order.
RUNS = ("C++", "F#", "97.0%", "(498, 16)", "498×16", "conv2d[0, 1]", "-0.25", "3/4")
CODE = ("model.fit()", "x[0]", "(498, 16)", "-1")
SAMPLES = """---
title: جهت
description: نمونه‌هایی برای آزمون جهت
---
# جهت {#direction}

{paragraphs}

## در عنوان C++ و 97.0% {#heading}

- در فهرست C++ و (498, 16).
- 97.0% در آغاز.

1. شماره‌دار 498×16.

| ستون | مقدار |
|---|---|
| زبان C++ | 97.0% |
| شکل (498, 16) | 498×16 |

!!! note "جعبهٔ C++ و 97.0%"

    درون جعبه (498, 16) و `model.fit()` است.
"""
PARTS = ("hamgasht", "docs/fa", "docs/theme", "docs/outputs", "snippets")
BUILD = """
import sys
import properdocs.replacement
from properdocs.commands.build import build
from properdocs.config import load_config
build(load_config("mkdocs.yml", site_dir=sys.argv[1], strict=False))
"""
# Finds each occurrence of the given strings within the elements of a selector.
FIND = (
    """([selector, strings]) => {"""
    + PLACES
    + """
  const found = [];
  for (const element of document.querySelectorAll(selector)) {
    const nodes = textNodes(element);
    const text = nodes.map((node) => node.data).join("");
    for (const string of strings) {
      for (let at = text.indexOf(string); at >= 0; at = text.indexOf(string, at + 1)) {
        found.push([string, text.trim().slice(0, 60),
                    places(nodes, at, at + string.length)]);
      }
    }
  }
  return found;
}"""
)
DANGEROUS = re.compile(
    r"\b\w+\(\)|\bC\+\+|\b[CF]#|\d+(?:\.\d+)?%|\(\d+(?:, ?\d+)+\)|\d+ ?[×x] ?\d+"
    r"|\w+\[\d[^\]]*\]|(?<!\w)[-−]\d",
    re.ASCII,
)
Place = tuple[str, float, float, float]
Looks = Callable[[str], list[Look]]


@pytest.fixture(scope="module")
def samples(
    built: Site, once: Callable[[str, Callable[[Path], None]], Path]
) -> Iterator[Served]:
    """The Persian site with one page more, which holds each run in each place."""

    def build(folder: Path) -> None:
        checkout = folder / "checkout"
        for part in PARTS:
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / part, checkout / part, ignore=ignored)
        shared = [ROOT / "mkdocs.yml", ROOT / "requirements.txt"]
        for path in (*shared, *ROOT.glob("docs/*.yml"), *ROOT.glob("docs/*.bib")):
            shutil.copy(path, checkout / path.relative_to(ROOT))
        lines = [
            sentence.format(run)
            for run in [*RUNS, *(f"`{code}`" for code in CODE)]
            for sentence in (
                "{} در آغاز است.",
                "در میان {} است.",
                "در پایان {}.",
                "درون پرانتز ({}) و «{}»؛ پایان.".replace("{}", "{0}"),
            )
        ]
        text = SAMPLES.replace("{paragraphs}", "\n\n".join(lines))
        (checkout / "docs/fa/direction.md").write_text(text, encoding="utf-8")
        run_python("-c", BUILD, folder / "site", cwd=checkout)

    site = Site(once("direction", build) / "site")
    yield from serve(site)


def disorder(places: list[Place]) -> str:
    """Return what stands out of order in a run that reads from left to right.

    Args:
        places: Character, left edge, top and bottom of each, in reading order.
    """
    for before, after in itertools.pairwise(places):
        same_line = after[2] < before[3] and before[2] < after[3]
        if same_line and after[1] < before[1] - 0.5:
            return f"{after[0]!r} stands left of {before[0]!r}"
    return ""


@pytest.mark.parametrize("run", [*RUNS, *CODE])
def test_latin_runs_keep_their_order(
    new_tab: Callable[..., Tab], samples: Served, run: str
) -> None:
    tab = new_tab(served=samples)
    tab.open("direction.html")
    selector = "article :is(p, li, td, h2, .admonition-title)"
    found = tab.run(FIND, [selector, [run]])
    assert len(found) >= 5
    for string, place, places in found:
        assert len(places) == len(string.replace(" ", ""))
        assert not disorder(places), f"{string} in {place!r}: {disorder(places)}"


def test_the_measure_sees_disorder(
    new_tab: Callable[..., Tab], samples: Served
) -> None:
    """Without the page's own care the same runs do turn round."""
    tab = new_tab(served=samples)
    tab.open("direction.html")
    tab.run(
        "document.querySelectorAll('article bdi, article code').forEach("
        "(item) => item.replaceWith(item.textContent))"
    )
    found = tab.run(FIND, ["article p", [*RUNS, *CODE]])
    turned = {string for string, _, places in found if disorder(places)}
    assert {"C++", "97.0%", "(498, 16)", "model.fit()"} <= turned


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_say_their_language_and_direction(looks: Looks, language: str) -> None:
    direction = DIRECTIONS[language]
    for look in looks(language):
        wanted = {"lang": language, "dir": direction, "body": direction}
        assert look["language"] == wanted, look.page


@pytest.mark.parametrize("language", LANGUAGES)
def test_code_and_math_read_from_the_left(looks: Looks, language: str) -> None:
    wrong = [
        f"{look.page}: {item}" for look in looks(language) for item in look["turned"]
    ]
    assert not wrong, "\n".join(wrong)


def test_latin_runs_of_the_chapters_keep_their_order(looks: Looks) -> None:
    wrong, seen = [], 0
    for look in looks("fa"):
        for text, place, places in look["runs"]:
            seen += 1
            if disorder(places) and not re.search("[\u0600-\u06ff]", text):
                wrong.append(f"{look.page}: {text!r} in {place!r}: {disorder(places)}")
    assert seen > 20
    assert not wrong, "\n".join(wrong)


def test_no_latin_run_is_left_to_the_algorithm(looks: Looks) -> None:
    """In the prose of Persian pages each dangerous run has a direction of its own."""
    wrong = [
        f"{look.page}: {run}"
        for look in looks("fa")
        for text in look["prose"]
        if re.search("[\u0600-\u06ff]", text)
        for run in DANGEROUS.findall(text)
    ]
    assert not wrong, "\n".join(wrong)


def test_english_parts_of_persian_pages_say_so(looks: Looks) -> None:
    """Whole English sentences, as on the notebooks' pages, are marked and turned."""
    wrong = [
        f"{look.page}: {text}" for look in looks("fa") for text in look["unmarked"]
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_signs_stand_where_they_belong(looks: Looks, language: str) -> None:
    """A minus stands at the left of its number, a percent sign at the right.

    So Unicode has it: beside Persian digits (class EN) the sign (ET) joins them.
    """
    wrong, seen = [], 0
    for look in looks(language):
        for text, places in look["signs"]:
            shown = [place for place in places if place[0] != "\u200e"]
            ordered = [place[0] for place in sorted(shown, key=lambda item: item[1])]
            seen += 1
            signs = [char for char in ordered if char in "-−٪"]
            first, last = ordered[:1], ordered[-1:]
            if signs != (last if "٪" in text else first):
                wrong.append(f"{look.page}: {text} is shown as {''.join(ordered)}")
    assert seen
    assert not wrong, "\n".join(wrong)
