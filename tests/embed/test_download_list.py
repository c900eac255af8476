"""The block that lists what there is to take along."""

import pytest
from embed_project import Project, by_class, text_of

SIZES = {
    "download.code": ("downloads/hamgasht-code.zip", 1_250_000),
    "download.book_en": ("../downloads/hamgasht-en.pdf", 3_000_000),
    "download.offline": ("../downloads/hamgasht-offline.zip", 12_345_678),
}
BLOCK = "/// downloads\n///\n"


@pytest.mark.parametrize(
    ("language", "sizes"),
    [("en", ["1.2 MB", "3.0 MB", "12.3 MB"]), ("fa", ["۱٫۲", "۳٫۰", "۱۲٫۳"])],
)
def test_files_are_listed_with_their_sizes(
    tmp_path, language: str, sizes: list[str]
) -> None:
    tree = Project(tmp_path).tree(BLOCK, language, downloads=SIZES)
    [listed] = by_class(tree, "hg-downloads")
    assert [link.get("href") for link in listed.iter("a")] == [
        "downloads/hamgasht-code.zip",
        "../downloads/hamgasht-en.pdf",
        "../downloads/hamgasht-offline.zip",
    ]
    assert all("download" in link.attrib for link in listed.iter("a"))
    for size, entry in zip(sizes, listed, strict=True):
        assert size in text_of(entry)


def test_where_nothing_is_offered_nothing_is_listed(tmp_path) -> None:
    tree = Project(tmp_path).tree(BLOCK, "en")
    assert not by_class(tree, "hg-downloads")


def test_lessons_are_listed_by_chapter(tmp_path) -> None:
    project = Project(tmp_path)
    page = tmp_path / "docs/en/second.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("# The second & last\n", encoding="utf-8")
    files = {
        f"second{end}": (f"x/second{end}", 1)
        for end in ("-slides.html", "-exercises.ipynb")
    }
    text = "/// teaching\n///\n"
    html = project.render(text, "en", downloads=files | SIZES, chapters=["second.md"])
    assert html.count("<tr>") == 2
    assert 'href="x/second-slides.html"' in html
    assert 'href="x/second-exercises.ipynb" download' in html
    assert "The second &amp; last" in html
    assert "downloads/" not in html
    assert "hamgasht release" in project.render(text, "en", chapters=["second.md"])
