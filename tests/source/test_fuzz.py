"""Whatever an author writes is a checked snippet or is refused in one line.

``HAMGASHT_FUZZ=100000 pytest tests/source/test_fuzz.py -n 0`` tries more examples.
"""

import io
import itertools
import json
import math
import os
import tokenize
import warnings
from collections.abc import Iterator
from tokenize import COMMENT, ENDMARKER, NEWLINE, NL

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lab import Lab

from hamgasht.core.errors import SnippetError
from hamgasht.records.fingerprint import Fingerprints
from hamgasht.source.snippet import TAGS, parse

MORE = settings(
    max_examples=int(os.environ.get("HAMGASHT_FUZZ", "400")),
    # A busy machine is slow, too: that is no fault of what is tried.
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
    ],
)

OPTIONS = [
    *(f'tags=["{tag}"]' for tag in TAGS),
    *("Loss = 0.3", "x=1", "tags", "{}", "[markdown]", "[md]", "[raw]", "%", ".a", "R"),
    *("tags=[]", 'tags="hide"', "tags=1", 'tags=["hide", "hide"]', "title=3", "bash"),
    *('{"tags": ["hide"]}', "active='x'", "language='R'", "run_control=3", "مرحله"),
    *("cell_type=4", "é", "(", "'", '"', "\\", "\u2028", "\x0c", "\x1b", "long " * 20),
]
GOOD_LINES = [
    *("1", "x = 1", "print(x)", "def f():\n    return 1", "if 1:\n    2\nelse:\n    3"),
    *("# a comment", "# cat it", "# %time f()", "#", "", "# # +", "ls", "x = 1; x;"),
    *("# region", "# -", "# ---", "# ```", "# %% B", "#%% C", "# %%%% D", "#!ls"),
    *(
        "'''\n# %% no cell\n'''",
        '"""\n>>> 1\n"""',
        "f'{1}' '''\n`\n'''",
        "'\\'' # \"\"\"",
    ),
    *("import a.b, _c", "from . import d", "(\n1,\n# %% in brackets\n)", "x = \\\n1"),
]
WILD_LINES = [
    *(
        "%time f()",
        "!ls",
        "a?",
        "x = '''",
        '"""',
        "f'''{",
        "}'''",
        '"\\',
        "(",
        ")",
        "[1,",
    ),
    *("# %%", "#%%C", "    # %% E", "# In[3]:", "# <codecell>", "# +", "```", "\\"),
    *(
        "    2",
        "\t3",
        "return",
        "await f()",
        "global x",
        "from __future__ import division",
    ),
    *("\x0c", "\xa0", "\u2028", "\ufeff", "1\u200c", "\0", "lambda: (yield)", "'\\d'"),
    *("0" * 5000, "(" * 300, "-" * 3000 + "1", "print(10 ** 5000)"),
]
HEADS = [
    *("#!/usr/bin/env python", "# -*- coding: utf-8 -*-", "# coding: latin-1", "# "),
    *("# coding: none", "# ---", "#---", "# jupyter:", "#   hamgasht:"),
    "#   jupytext: {comment_magics: true, text_representation: {format_name: light}}",
]
SETTINGS = [
    *("limit: 3", "limit: .nan", "limit: .inf", "limit: 1e400", "limit: 2020-99-99"),
    *("needs: [q1/none]", "needs: ['']", "needs: ['../x']", "data: ['..']", "{", "- a"),
    *("smoke: {A: 1}", "smoke: {A: 2020-01-01}", "smoke: {A: !!set {b}}", "smoke: 1"),
    *("tolerances: {default: .nan}", "tolerances: {1: 1}", "? [a]", "*a", "&a b"),
    *("<<: {limit: 1}", "null: 1", "1: 2", "\x07", "device: gpu", "limit: &a [*a]"),
    *("a: *a", "data: ['\\0']", "data: ['/etc/passwd']", "data: [a, a]"),
]


def rarely(usual: st.SearchStrategy, other: st.SearchStrategy) -> st.SearchStrategy:
    """Return a strategy that mostly gives what is usual: else nothing is ever taken."""
    return st.integers(0, 7).flatmap(lambda number: usual if number else other)


words = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=8)
titles = st.integers(1, 30).map("Title {}".format)
options = st.lists(st.sampled_from(OPTIONS) | words, max_size=3).map(" ".join)
tags = st.sampled_from(["", "", *OPTIONS[: len(TAGS)]])
markers = st.builds(
    "# %% {} {}".format, rarely(titles, options), rarely(tags, options)
).map(str.rstrip)
prose = st.just(["# %% [markdown]", "# Prose."])
lines = rarely(
    st.sampled_from(GOOD_LINES) | words.map("# {}".format) | words.map(repr),
    st.sampled_from(WILD_LINES) | st.text(max_size=12),
)
code = st.builds(lambda marker, found: [marker, *found], markers, st.lists(lines))
cells = rarely(code, prose)
settings_lines = st.sampled_from(SETTINGS).map("#     {}".format)
heads = st.lists(st.sampled_from(HEADS) | settings_lines, max_size=7)
headers = st.lists(settings_lines, max_size=3).map(
    lambda found: ["# ---", "# jupyter:", "#   hamgasht:", *found, "# ---"]
)
sources = st.builds(
    lambda head, body, end: end.join(itertools.chain(head, *body)),
    rarely(st.just([]), headers | heads),
    st.lists(cells, max_size=4),
    st.sampled_from(["\n", "\r\n"]),
)
contents = sources.map(lambda text: text.encode("utf-8", "replace"))


@MORE
@given(
    sources.map(lambda text: text.encode("utf-8", "replace")) | st.binary(max_size=60)
)
def test_a_snippet_is_checked_or_refused_in_one_line(lab: Lab, content: bytes):
    lab.write("q1/any", "").write_bytes(content)
    try:
        with warnings.catch_warnings(action="error"):  # none may reach the terminal
            snippet = parse(lab.root, "q1/any")
            Fingerprints(lab.root).inputs("q1/any")
    except SnippetError as error:
        line = str(error)
        assert line.startswith("snippets/q1/any.py")
        assert "Fix: " in line
        assert line.isprintable()
        return
    check(snippet, lab)


def check(snippet, lab: Lab) -> None:
    """Make sure that a snippet that was taken is what stands in its file."""
    nbformat.validate(snippet.notebook)
    text = Fingerprints(lab.root).text(lab.root / snippet.name)
    lines = text.split("\n")
    code = [cell for cell in snippet.notebook.cells if cell.cell_type == "code"]
    header = snippet.header
    assert math.isfinite(header.limit)
    json.dumps([dict(header.smoke), dict(header.tolerances)], allow_nan=False)
    data = lab.root / "data"
    assert all(data in (data / name).resolve().parents for name in header.data)
    names = [cell.metadata.name for cell in code]
    assert len(set(names)) == len(names)
    ids = [cell.id for cell in snippet.notebook.cells]
    assert len(set(ids)) == len(ids)
    assert ids == [cell.id for cell in parse(lab.root, snippet.id).notebook.cells]
    parts = [token for cell in code for token in code_tokens(cell.source)]
    assert parts == list(code_tokens(text)), "other code runs"
    for cell, line in zip(snippet.notebook.cells, snippet.lines, strict=True):
        if cell.cell_type == "code":
            assert cell.metadata.title in lines[line - 1]
            assert "\n".join(lines[line:]).startswith(cell.source)


def code_tokens(text: str) -> Iterator[tuple[int, str]]:
    """Yield what Python reads of a text: no comments, no empty lines."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in (COMMENT, ENDMARKER, NEWLINE, NL):
            yield token.type, token.string


def test_the_check_would_find_code_that_is_lost(lab: Lab):
    lab.write("q1/any", "# %% A\n1\n2\n")
    snippet = parse(lab.root, "q1/any")
    check(snippet, lab)
    snippet.notebook.cells[0].source = "1"
    with pytest.raises(AssertionError, match="other code runs"):
        check(snippet, lab)
