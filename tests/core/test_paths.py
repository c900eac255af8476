"""Names in the order in which a reader counts."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from hamgasht.core.paths import natural_key, snippet_ids


def test_chapter_10_comes_after_chapter_9(tmp_path: Path):
    names = ["q1_a/b", "q2_a/b2", "q2_a/b10", "q9_a/b", "q10_a/b"]
    for name in reversed(names):
        (tmp_path / f"snippets/{name}.py").parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / f"snippets/{name}.py").touch()
    assert snippet_ids(tmp_path) == names


@given(st.lists(st.text()))
def test_any_names_can_be_sorted(names: list[str]):
    assert sorted(sorted(names, key=natural_key)) == sorted(names)
