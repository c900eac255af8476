"""Home lists the chapters in the order of the navigation, in their own words."""

import re
from pathlib import Path

import pytest
from conftest import ROOT
from embed_project import Project, by_class, text_of

from hamgasht.core.numbers import digits_fa
from hamgasht.embed.lists.from_chapters import WORDS_A_MINUTE

PAGE = "# Home\n\n/// chapters\n///\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    for name in ("q10-last", "q2-first", "q2b-more"):
        words = "one `two` $three + 3$\n" * (400 if name == "q2-first" else 1)
        hidden = "/// cell | a/b\n" + "    note: this is no prose\n" * 900 + "///\n"
        text = f"---\ntitle: The {name}\ndescription: About {name}.\n---\n\n# X\n"
        text += words + hidden
        (tmp_path / f"docs/en/{name}.md").write_text(text, encoding="utf-8")
    return made


def test_chapters_follow_the_navigation_and_what_goes_on_stands_below(
    project: Project,
) -> None:
    names = ["q2-first.md", "q2b-more.md", "q10-last.md"]
    page = project.tree(PAGE, chapters=names)
    assert [link.get("href") for link in page.iter("a")] == names
    [chapters] = page.findall("ol")
    first, last = chapters
    assert text_of(first).startswith("The q2-first (10 min) About q2-first.")
    _, more = first.iter("li")
    assert text_of(more) == "The q2b-more (5 min) About q2b-more."
    assert text_of(last) == "The q10-last (5 min) About q10-last."


def test_a_chapter_says_below_its_title_how_long_it_takes(project: Project) -> None:
    page = "docs/en/q2-first.md"
    text = "# X\n\nWords of the file count.\n"
    names = ["q2-first.md", "q10-last.md"]
    title, line, *_ = project.tree(text, page=page, chapters=names)
    assert (title.tag, line.get("class")) == ("h1", "hg-minutes")
    assert text_of(line).startswith("About 10 minutes to read")
    assert not by_class(project.tree(text, page=page, chapters=names[1:]), "hg-minutes")
    exercises = "\n## Exercises {#exercises}\n\n1. " + "word " * 3000 + "\n"
    with (project.root / page).open("a", encoding="utf-8") as file:
        file.write(exercises)
    _, line, *_ = project.tree(text, page=page, chapters=names)
    assert text_of(line).startswith("About 10 minutes"), "exercises do not count"


def test_without_a_navigation_they_stand_by_their_numbers(project: Project) -> None:
    links = [link.get("href") for link in project.tree(PAGE).iter("a")]
    assert links == ["q2-first.md", "q2b-more.md", "q10-last.md"]


@pytest.mark.parametrize(("language", "write"), [("fa", digits_fa), ("en", str)])
def test_home_says_how_many_words_a_minute_has(language: str, write) -> None:
    home = (ROOT / f"docs/{language}/index.md").read_text(encoding="utf-8")
    assert re.search(rf"\b{write(str(WORDS_A_MINUTE))} (words a minute|کلمه)", home)
