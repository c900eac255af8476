"""Parsing: cells get their names, malformed snippets get one clear line."""

from pathlib import Path

import jupytext
import pytest
from lab import PLAIN, Lab

from hamgasht.core.errors import SnippetError
from hamgasht.core.paths import snippet_ids, source_path
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


COMMENTS = """\
# %% Comments
# cat the two lists
# %time f()
# copy of the data
# !ls
# a = %pwd
# # +
# really?
x = 1  # %%% of it
text = '''
# %% no cell
'''
"""


def test_comments_stay_comments(lab: Lab):
    wanted = "# ---\n# jupyter:\n#   jupytext:\n#     comment_magics: true\n# ---\n"
    for header in ("", wanted):
        lab.write("q1/comments", header + COMMENTS)
        [cell] = parse(lab.root, "q1/comments").notebook.cells
        assert cell.source == COMMENTS.partition("\n")[2].rstrip()


def test_jupytext_reads_the_same_cells_in_all_snippets(root: Path):
    """It gets them whole, with no magics in comments; we give it cell by cell."""
    fmt = {"extension": ".py", "format_name": "percent", "comment_magics": False}
    for snippet_id in snippet_ids(root):
        text = source_path(root, snippet_id).read_text(encoding="utf-8")
        read = [
            (cell.cell_type, cell.source, cell.metadata.get("title"))
            for cell in jupytext.reads(text, fmt=fmt).cells
        ]
        ours = [
            (cell.cell_type, cell.source, cell.metadata.get("title"))
            for cell in parse(root, snippet_id).notebook.cells
        ]
        assert [cell[:2] for cell in ours] == [cell[:2] for cell in read]
        assert [cell for cell in read if cell[0] == "code"] == [
            cell for cell in ours if cell[0] == "code"
        ]


def test_titles_and_tags_are_read_as_written(lab: Lab):
    text = '#%% One\n1\n# %% Two: x (y) tags=["hide"]\n2\n# %%% Three\n3\n'
    lab.write("q1/titles", text)
    snippet = parse(lab.root, "q1/titles")
    assert snippet.lines == (1, 3, 5)
    assert [tuple(cell.metadata.values()) for cell in snippet.notebook.cells] == [
        ("One", "one", []),
        ("Two: x (y)", "two-x-y", ["hide"]),
        ("Three", "three", []),
    ]


def test_titles_that_begin_alike_give_ids_that_stay(lab: Lab):
    long = "as long a title as nobody should write " * 2
    lab.write(
        "q1/long",
        f"# %% [markdown]\n# A\n\n# %% {long}A\n1\n\n# %% {long}B\n2\n\n"
        "# %% Text 1\n3\n",
    )
    lab.run("q1/long")
    first = lab.files("q1/long")
    lab.run("q1/long")
    assert lab.files("q1/long") == first


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
        ("# %% A\n%time 1\n", ":2:", "it is not Python"),
        ("# %% A\nif 1:\n    2\n# %% B\n    3\n", ":5:", "it is not Python"),
        ("# %% A\nreturn\n", ":2:", "it is not Python"),
        ("# %% A\nawait f()\n", ":2:", "it is not Python"),
        ("# %% A\n1\n# %%timeit\n2\n", ":3 ", "no title"),
        ("# %% Loss = 0.3\n1\n", ":1 ", "takes 'Loss' for an option"),
        ("# %% A {0, 1}\n1\n", ":1:", "cannot read this cell as one"),
        ("# %% A {'b': 1}\n1\n", ":1 ", "for an option of the cell"),
        ("# %% A .b\n1\n", ":1 ", "for an option of the cell"),
        ("# %% A tags=[1\n1\n", ":1 ", "for an option of the cell"),
        ("# %% A run_control=3\n1\n", ":1:", "cannot read this cell as one"),
        ('# %% A tags="hidden"\n1\n', ":1:", "cannot read this cell as one"),
        ("# %% مرحله\n1\n", ":1 ", "the title 'مرحله' gives the cell no name"),
        ("\n# ---\n# jupyter: {}\n# ---\n# %% A\n1\n", ":2:", "above the first"),
        ("# %% [markdown]\n# a\nx = 1\n# %% A\n1\n", ":3:", "and does not run"),
        ("# %% [raw]\n\nx\n# %% A\n1\n", ":3:", "in a cell of raw"),
        ('# %% [md]\n"""\nA\n"""\n# %% A\n1\n', ":2:", "and does not run"),
        ("import os\n# %% A\n1\n", ":1:", "stands above the first cell"),
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


@pytest.mark.parametrize(
    ("content", "title"),
    [
        (b"\xef\xbb\xbf# %% A \xc3\xa9\n1\n", "A é"),
        (b"# coding: latin-1\n# %% A \xe9\n1\n", "A é"),
        (b"#!python\r\n# coding: cp1256\r\n# %% A \xed\r\n1\r\n", "A ي"),
    ],
)
def test_a_file_is_read_as_python_reads_it(lab: Lab, content: bytes, title: str):
    lab.write("q1/encoded", "").write_bytes(content)
    [cell] = parse(lab.root, "q1/encoded").notebook.cells
    assert (cell.metadata.title, cell.source) == (title, "1")
    assert not lab.run("q1/encoded").failed


@pytest.mark.parametrize(
    "content", [b"# %% A\n'\xff'\n", b"\xff\xfe#\x00", b"# coding: none\n# %% A\n1\n"]
)
def test_what_python_cannot_read_is_told_in_one_line(lab: Lab, content: bytes):
    lab.write("q1/encoded", "").write_bytes(content)
    with pytest.raises(SnippetError, match=r"encoded\.py: it cannot be read"):
        lab.run()
