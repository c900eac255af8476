"""Headers: what is read, and how each mistake is told."""

import pytest

from hamgasht.core.errors import SnippetError
from hamgasht.source.header import Header, read_header


def header(*lines: str) -> str:
    body = "".join(f"#     {line}\n" for line in lines)
    return f"# ---\n# jupyter:\n#   hamgasht:\n{body}# ---\n\n# %% A\n1\n"


def test_no_header_means_defaults():
    assert read_header("# %% A\n1\n", "s.py") == Header()
    assert read_header("# ---\n# jupyter: {}\n# ---\n", "s.py") == Header()


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
