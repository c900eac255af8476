"""Headers: what is read, and how each mistake is told."""

import jupytext
import pytest

from hamgasht.core.errors import SnippetError
from hamgasht.source.header import Header, count_header_lines, read_header


def header(*lines: str) -> str:
    body = "".join(f"#     {line}\n" for line in lines)
    return f"# ---\n# jupyter:\n#   hamgasht:\n{body}# ---\n\n# %% A\n1\n"


def test_no_header_means_defaults():
    assert read_header("# %% A\n1\n", "s.py") == Header()
    assert read_header("# ---\n# jupyter: {}\n# ---\n", "s.py") == Header()


@pytest.mark.parametrize(
    "above",
    [
        "#!/usr/bin/env python\n",
        "# -*- coding: utf-8 -*-\n",
        "#!/usr/bin/env python\n# vim: set fileencoding=utf-8 :\n",
        "#\n",
    ],
)
def test_a_header_stands_where_jupytext_finds_it(above: str):
    text = above + header("limit: 7")
    assert read_header(text, "s.py").limit == 7
    assert "hamgasht" in jupytext.reads(text, fmt="py:percent").metadata
    lines = text.splitlines()[count_header_lines(text) :]
    assert lines == ["", "# %% A", "1"]
    with pytest.raises(SnippetError, match=f"s.py:{above.count(chr(10)) + 5}: .*read"):
        read_header(above + header("limit: [7"), "s.py")


def test_a_ruler_is_no_header():
    assert read_header("# ---------\n# %% A\n1\n", "s.py") == Header()


def test_all_keys_are_read():
    found = read_header(
        header(
            "limit: 7",
            "needs: [q1/train]",
            "data: [br35h]",
            "device: gpu",
            "smoke: {EPOCHS: 1}",
            "tolerances: {default: 1.0e-6, accuracy: 0.02}",
        ),
        "s.py",
    )
    assert found.limit == 7.0
    assert found.needs == ("q1/train",)
    assert found.data == ("br35h",)
    assert found.device == "gpu"
    assert found.smoke == {"EPOCHS": 1}
    assert found.tolerances == {"default": 1e-6, "accuracy": 0.02}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (header("limt: 3"), "unknown key 'limt'"),
        (header("limit: -1"), "-1 is not a positive number"),
        (header("limit: soon"), "'soon' is not a positive number"),
        (header("needs: q1/train"), "is not a list of snippet ids"),
        (header("device: tpu"), "'tpu' is not cpu or gpu"),
        (header("limit: .inf"), "inf is not a positive number"),
        (header("limit: 2020-99-99"), "the header cannot be read"),
        (header("needs: [../q1/train]"), "is not a list of snippet ids"),
        (header("data: [../secret]"), "is not a list of names under data/"),
        (header("data: [/etc/passwd]"), "is not a list of names under data/"),
        (header("smoke: {A: 2020-01-01}"), "is not a mapping of parameter names"),
        (header("limit: true"), "True is not a positive number"),
        (header("smoke: {1a: 1}"), "is not a mapping of parameter names"),
        (header("smoke: {1: 1}"), "is not a mapping of parameter names"),
        (header("smoke: [EPOCHS]"), "is not a mapping of parameter names"),
        (header("tolerances: {a: -0.1}"), "is not a mapping of value names"),
        (header("needs: [q1"), "the header cannot be read"),
        ("# ---\n# jupyter:\n#   hamgasht: {}\n", "the header has no end"),
        ("# ---\n# hamgasht:\n#   limit: 3\n# ---\n", "outside 'jupyter:'"),
    ],
)
def test_mistakes_are_named(text: str, words: str):
    with pytest.raises(SnippetError) as caught:
        read_header(text, "snippets/q1/s.py")
    line = str(caught.value)
    assert line.startswith("snippets/q1/s.py:")
    assert words in line
    assert "Fix: " in line
