"""The list of data sets: what is wrong in it is one line."""

from pathlib import Path

import pytest

from hamgasht.core.errors import DataError
from hamgasht.datasets.catalogue import COURSE_FILE, SETS, read_catalogue


def test_the_course_s_own_are_read():
    assert list(SETS) == ["br35h", "cifar10"]
    assert {name: item.count for name, item in SETS.items()} == {
        "br35h": 3000,
        "cifar10": 60_000,
    }


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("\ndatasets:", "\nsets:", "KeyError: 'datasets'"),
        ("    place: br35h\n", "", "missing required field `place`"),
        ("kind: drive", "kind: tape", "Invalid enum value 'tape'"),
        ('"yes": 1500', '"yes": many', "Expected `int`, got `str`"),
        ("\ndatasets:", "\ndatasets: [", "its data sets cannot be read"),
    ],
)
def test_mistakes_are_one_line(tmp_path: Path, old: str, new: str, words: str):
    text = COURSE_FILE.read_text(encoding="utf-8")
    bad = tmp_path / "course.yml"
    bad.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_catalogue(bad)
    line = str(caught.value)
    assert line.startswith("docs/course.yml:datasets: ")
    assert words in line
    assert "\n" not in line
