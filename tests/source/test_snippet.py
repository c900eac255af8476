"""Parsing: cells get their names, malformed snippets get one clear line."""

import pytest
from lab import PLAIN, Lab

from hamgasht.core.errors import SnippetError
from hamgasht.source.snippet import parse, slug


def test_cells_carry_title_name_tags_and_line(lab: Lab):
    lab.write("q1/plain", PLAIN)
    snippet = parse(lab.root, "q1/plain")
    code = [cell for cell in snippet.notebook.cells if cell.cell_type == "code"]
    assert [cell.metadata.name for cell in code] == ["settings", "text", "values"]
    assert [list(cell.metadata.tags) for cell in code] == [
        ["parameters"],
        [],
        ["values"],
    ]
    lines = PLAIN.splitlines()
    for index, cell in enumerate(snippet.notebook.cells):
        marker = lines[snippet.lines[index] - 1]
        assert marker.startswith("# %%")
        assert cell.metadata.get("title", "[markdown]") in marker


def test_ids_are_stable_and_unique(lab: Lab):
    lab.write("q1/plain", PLAIN)
    first = [cell.id for cell in parse(lab.root, "q1/plain").notebook.cells]
    second = [cell.id for cell in parse(lab.root, "q1/plain").notebook.cells]
    assert first == second
    assert len(set(first)) == len(first)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Forward pass", "forward-pass"),
        ("dL/dF, term by term", "dl-df-term-by-term"),
        ("  1x1 & 3x3  ", "1x1-3x3"),
        ("Naïve", "naive"),
    ],
)
def test_slug(title: str, name: str):
    assert slug(title) == name


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("# %%\n1\n", ":1 ", "the cell has no title"),
        ("# %% A\n1\n\n# %% a!\n2\n", ":4 ", "a second cell is named 'a'"),
        ('# %% A tags=["hidden"]\n1\n', ":1 ", "unknown tag 'hidden'"),
        ("# %% A\n1 +\n", ":2:", "it is not Python"),
        ('# %% V tags=["values"]\n{}\n\n# %% B\n1\n', ":1 ", "not the last cell"),
        (
            '# %% A tags=["parameters"]\n1\n\n# %% B tags=["parameters"]\n2\n',
            ":4 ",
            "a second cell is tagged 'parameters'",
        ),
        ("# %% [markdown]\n# words\n", "", "it has no code cell"),
        (
            "# ---\n# jupyter:\n#   hamgasht:\n#     smoke: {N: 1}\n# ---\n# %% A\n1\n",
            "header, smoke",
            "no cell is tagged 'parameters'",
        ),
    ],
)
def test_mistakes_are_named(lab: Lab, text: str, place: str, words: str):
    lab.write("q1/bad", text)
    with pytest.raises(SnippetError) as caught:
        parse(lab.root, "q1/bad")
    line = str(caught.value)
    assert line.startswith(f"snippets/q1/bad.py{place if place[:1] == ':' else ''}")
    assert place in line
    assert words in line
    assert "Fix: " in line


def test_a_missing_file_is_named(lab: Lab):
    with pytest.raises(SnippetError, match=r"snippets/q1/none\.py: it cannot be read"):
        parse(lab.root, "q1/none")
