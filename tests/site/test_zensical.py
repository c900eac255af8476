"""Zensical, Material's successor, builds the chapters from the same settings.

So that the day of moving is a small one. Left out is what only the old tools know: the
theme's templates, which are Material's, and the pages of notebooks, which a hook of
MkDocs adds. The chapters must say the same, word for word.
"""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from browser.built import LANGUAGES, Site
from conftest import ROOT

TOOL = Path(sys.executable).with_name("zensical")
CONFIGS = {"fa": "mkdocs.yml", "en": "mkdocs.en.yml"}
CHAPTERS = sorted(path.stem for path in (ROOT / "docs/en").glob("q*.md"))
VOID = {"img", "br", "hr", "input", "link", "meta", "col", "source", "wbr"}
# What belongs to a theme and its scripts, or needs the page's name, which a hook gives.
APART = {"headerlink", "hg-minutes", "hg-run", "hg-section-end", "md-content__button"}


class Article(HTMLParser):
    """The words of a page's article, its cells, and how often each of our parts."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.cells: list[str] = []
        self.parts: Counter[str] = Counter()
        self._open: list[tuple[str, bool, bool]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        classes = set(found.get("class", "").split())
        if not self._open and tag != "article":
            return
        apart = bool(classes & APART)
        if not apart and not any(apart for _, _, apart in self._open):
            parts = {tag} & {"math", "table", "figure", "details", "h2", "h3"}
            self.parts.update(parts)
            self.parts.update(name for name in classes if name.startswith("hg-"))
        if "hg-cell" in classes:
            self.cells.append(found["id"])
        if tag not in VOID:
            silent = tag in {"script", "style", "button"} or apart
            self._open.append((tag, silent, apart))

    def handle_endtag(self, tag: str) -> None:
        if tag in (name for name, _, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self._open and not any(silent for _, silent, _ in self._open):
            self.words += data.split()


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def other(once: Callable[[str, Callable[[Path], None]], Path], language: str) -> Path:
    """One language's site as Zensical builds it."""

    def build(folder: Path) -> None:
        ignored = shutil.ignore_patterns("__pycache__")
        for name in ("docs", "snippets", "hamgasht"):
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        shutil.copy(ROOT / "requirements.txt", folder)
        for name in CONFIGS.values():
            text = (ROOT / name).read_text(encoding="utf-8")
            text = text.replace("  custom_dir: docs/theme\n", "")
            # The hook tells the embedding in which order the menu has them.
            order = ", ".join(re.findall(r": (q[\w-]+\.md)\n", text))
            embed = "  hamgasht.embed:\n"
            text = text.replace(embed, f"{embed}    chapters: [{order}]\n")
            (folder / name).write_text(text, encoding="utf-8")
        done = subprocess.run(
            [TOOL, "build", "--strict", "-f", CONFIGS[language]],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stdout[-3000:])

    root = once(f"zensical-{language}", build)
    return root / "site" / ("en" if language == "en" else "")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_says_the_same(
    built: Site, other: Path, language: str, chapter: str
) -> None:
    ours, theirs = both(built, other, language, f"{chapter}.html")
    goes_on = re.match(r"q\d+[a-z]-", chapter)  # a shorter page behind its chapter
    assert len(ours.cells) > (4 if goes_on else 20)
    assert theirs.cells == ours.cells
    assert theirs.parts == ours.parts
    assert theirs.words == ours.words
    assert not re.search(r"\[\[\w+/", " ".join(theirs.words)), "a value, not its name"


def test_terms_errata_and_works_are_all_there(
    built: Site, other: Path, language: str
) -> None:
    for name in ("glossary.html", "errata.html", "references.html"):
        ours, theirs = both(built, other, language, name)
        assert len(ours.words) > 200
        assert theirs.words == ours.words


def both(built: Site, other: Path, language: str, name: str) -> tuple[Article, Article]:
    """Return a page as MkDocs and as Zensical built it."""
    place = built.folder / ("en" if language == "en" else "")
    ours = (place / name).read_text(encoding="utf-8")
    theirs = (other / name).read_text(encoding="utf-8")
    return Article(ours), Article(theirs)
