"""The page of errata: it lists every errata box of every chapter, in order."""

import re
from pathlib import Path

import pytest
from conftest import ROOT
from embed_project import (
    Project,
    by_class,
    cell,
    course_page,
    new_markdown,
    parse,
    text_of,
    values,
)
from prose import chapters

from hamgasht.core.errors import EmbedError
from hamgasht.embed.lists.from_chapters import _without_label

BOX = re.compile(r'^!!! errata "(.*)" *$', re.MULTILINE)
PAGE = "# Errata\n\n/// errata | q*.md\n///\n"
CHAPTER = """# A chapter {{#chapter}}

## Errata {{#errata}}

The original has *much* right.
One thing is not.

!!! errata "{title}"

    The belief: $1 < |x|$ holds.

    The run shows: [[g/s.loss]] ([there](#there)).

    /// cell | g/s : one
        show: code
    ///

    Right is: the opposite.

!!! errata "Without a run"

    One letter for two things.

    Why it matters: it hides `a | b`.

## Exercises {{#exercises}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.add("g/s", cell("One", "1"), values(loss=0.25))
    for number, title in ((2, "First"), (10, "Later")):
        path = tmp_path / f"docs/en/q{number:02}-x.md"
        path.write_text(CHAPTER.format(title=title), encoding="utf-8")
    (tmp_path / "docs/en/q05-x.md").write_text("# None here\n", encoding="utf-8")
    return made


def rows(tree) -> list[list[str]]:
    return [
        [text_of(item) for item in row]
        for body in tree.iter("tbody")
        for row in body.iter("tr")
    ]


def test_each_box_is_a_row(project: Project) -> None:
    tree = project.tree(PAGE)
    assert [text_of(item) for item in tree.iter("h2")] == ["A chapter"] * 2
    assert [item.get("id") for item in tree.iter("h2")] == ["q02-x", "q10-x"]
    found = rows(tree)
    assert [row[0].split()[0] for row in found] == [
        "First",
        "Without",
        "Later",
        "Without",
    ]
    assert found[0][1] == "0.25 (there)."
    assert found[1][1] == "Why it matters: it hides a | b."
    assert "Right is" not in text_of(tree)
    assert by_class(tree, "katex")
    before = next(item for item in tree.iter("p"))
    assert text_of(before) == "The original has much right. One thing is not."


def test_links_lead_to_the_chapters_boxes_and_sections(project: Project) -> None:
    targets = [item.get("href") for item in project.tree(PAGE).iter("a")]
    assert targets[:3] == ["q02-x.md#erratum-1", "q02-x.md#there", "q02-x.md#erratum-2"]
    chapter = project.tree(CHAPTER.format(title="First"))
    assert [item.get("id") for item in by_class(chapter, "errata")] == [
        "erratum-1",
        "erratum-2",
    ]


@pytest.mark.parametrize("argument", ["| x*.md", "", "| q*.md\n    show: code"])
def test_what_finds_no_errata_is_refused(project: Project, argument: str) -> None:
    with pytest.raises(EmbedError, match="errata"):
        project.tree(f"/// errata {argument}\n///\n")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("The run shows: it falls, K too.", "It falls, K too."),
        ("The run shows nothing: it falls.", "The run shows nothing: it falls."),
        ("It falls.", "It falls."),
        ("The run shows:", ""),
    ],
)
def test_a_text_without_its_label_begins_with_a_capital(text: str, left: str) -> None:
    assert _without_label("The run shows", text) == left


def unmarked(title: str, language: str) -> str:
    """Return a box's title as a reader sees it."""
    return text_of(parse(new_markdown(ROOT, language).convert(title)))


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_page_lists_every_box_of_every_chapter(language: str) -> None:
    boxes = {
        name: [unmarked(title, language) for title in BOX.findall(chapter.text)]
        for name, chapter in chapters(ROOT, language).items()
        if name.startswith("q")
    }
    tree = course_page("errata.md", language)
    listed = [
        (link.get("href", "").partition("#")[0], text_of(link))
        for strong in tree.iter("strong")
        for link in strong.iter("a")
    ]
    assert listed == [
        (name, title) for name, titles in boxes.items() for title in titles
    ]
    assert len(listed) > 10
