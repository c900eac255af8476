"""Heads and names of tables, as a screen reader needs them."""

from pathlib import Path

import pytest
from embed_project import Project, cell, matrix, parse, table

FIELDS = [{"name": "epoch", "type": "integer"}, {"name": "loss", "type": "number"}]
OUTPUT = table(FIELDS, [{"epoch": 1, "loss": 0.5}], key=("epoch",))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    project.add(
        "q0_x/a", cell("Run", "x", OUTPUT), cell("Both", "y", OUTPUT, matrix(["1"]))
    )
    return project


def test_heads_of_markdown_tables_say_what_they_head(project: Project) -> None:
    text = "# T {#t}\n\n| | a | b |\n|---|---|---|\n| x | 1 | 2 |\n| y | 3 | 4 |\n"
    found = project.tree(text).find(".//table")
    assert [item.get("scope") for item in found.iterfind("thead/tr/*")] == [
        None,
        "col",
        "col",
    ]
    assert [item.tag for item in found.iterfind("thead/tr/*")] == ["td", "th", "th"]
    rows = [[(item.tag, item.get("scope")) for item in row] for row in found[1]]
    assert rows == [[("th", "row"), ("td", None), ("td", None)]] * 2


def test_two_columns_have_no_row_heads(project: Project) -> None:
    found = project.tree("| a | b |\n|---|---|\n| x | 1 |\n")
    assert [item.tag for item in found.iterfind(".//tbody/tr/*")] == ["td", "td"]
    assert [item.get("scope") for item in found.iter("th")] == ["col", "col"]


def test_a_table_scrolls_by_itself(project: Project) -> None:
    text = "- item\n\n    | a | b |\n    |---|---|\n    | x | 1 |\n\nAfter.\n"
    text += "\n/// cell | q0_x/a : run\n    show: output\n///\n"
    tree = project.tree(text)
    regions = [item for item in tree.iter("div") if "hg-table" in item.get("class", "")]
    assert [region[0].tag for region in regions] == ["table", "table"]
    assert all(region.get("tabindex") == "0" for region in regions)


def test_a_table_is_named_by_what_stands_over_it(project: Project) -> None:
    text = "## One {#one}\n\n| a | b |\n|---|---|\n| x | 1 |\n\n### Two {#two}\n\n"
    text += "/// cell | q0_x/a : run\n    show: output\n///\n"
    found = project.tree(text)
    names = [item.get("aria-labelledby") for item in found.iter("table")]
    assert names == ["one", "two"]


def test_a_caption_is_a_name_of_its_own(project: Project) -> None:
    text = "## One {#one}\n\n/// cell | q0_x/a : run\n    show: output\n\nWords.\n///\n"
    found = project.tree(text).find(".//table")
    assert found.find("caption").text == "Words."
    assert found.get("aria-labelledby") is None


def test_the_caption_of_several_outputs_names_the_table(project: Project) -> None:
    block = "/// cell | q0_x/a : both\n    show: output\n\nWords.\n///\n\n"
    found = parse(project.render(f"## One {{#one}}\n\n{block}{block}"))
    captions = {item.get("id"): item.text for item in found.iter("figcaption")}
    names = [item.get("aria-labelledby") for item in found.iter("table")]
    assert len(set(names)) == 2
    assert [captions[name] for name in names] == ["Words.", "Words."]
