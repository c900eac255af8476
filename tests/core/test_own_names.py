"""The engine names no chapter, question or group of snippets of this course."""

import re

import pytest
from conftest import ROOT

from hamgasht.core.course import read_course

# A question by its number, or a pattern of such names.
NAMES = re.compile(r"\bq(?:\d|\*|\(|\\d|\{|\[)|\bquestion[ _]?\d", re.IGNORECASE)
COURSE = read_course(ROOT)
OWN = {
    *(page.removesuffix(".md") + end for page in vars(COURSE.pages).values()
      for end in (".md", ".html")),
    *(path.stem for path in (ROOT / "docs/en").glob(COURSE.chapter_files)),
    *(path.name for path in (ROOT / "snippets").iterdir() if path.is_dir()),
    COURSE.authors,
    COURSE.licence,
}  # fmt: skip
# Another place that is still to read docs/course.yml.
WAITING = {"hamgasht/site/metadata.py": {COURSE.authors, COURSE.licence}}


def own_names(text: str) -> set[str]:
    return {*NAMES.findall(text), *(name for name in OWN if name in text)}


def test_the_engine_names_nothing_of_the_course() -> None:
    engine = ROOT / "hamgasht"
    files = [*engine.rglob("*.py"), *(engine / "release").glob("*.js")]
    assert len(files) > 60
    found = {}
    for path in files:
        place = path.relative_to(ROOT).as_posix()
        names = own_names(path.read_text("utf-8")) - WAITING.get(place, set())
        if names:
            found[place] = names
    assert not found


@pytest.mark.parametrize(
    "text",
    ['glob("q*.md")', r're.match(r"q(\d+)-")', "q1-optimizers", "answers.html"],
)
def test_such_names_would_be_found(text: str) -> None:
    assert own_names(text)
