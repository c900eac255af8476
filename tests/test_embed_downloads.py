"""The block that lists what there is to take along."""

import pytest
from embed_project import Project, by_class, text_of

SIZES = {"hamgasht-code.zip": ("downloads/hamgasht-code.zip", 1_250_000)}
BLOCK = "/// downloads\n///\n"


@pytest.mark.parametrize(("language", "sizes"), [("en", ["1.2 MB"]), ("fa", ["۱٫۲"])])
def test_files_are_listed_with_their_sizes(
    tmp_path, language: str, sizes: list[str]
) -> None:
    tree = Project(tmp_path).tree(BLOCK, language, downloads=SIZES)
    [listed] = by_class(tree, "hg-downloads")
    assert [link.get("href") for link in listed.iter("a")] == [
        "downloads/hamgasht-code.zip",
    ]
    assert all("download" in link.attrib for link in listed.iter("a"))
    for size, entry in zip(sizes, listed, strict=True):
        assert size in text_of(entry)


def test_where_nothing_is_offered_nothing_is_listed(tmp_path) -> None:
    tree = Project(tmp_path).tree(BLOCK, "en")
    assert not by_class(tree, "hg-downloads")
