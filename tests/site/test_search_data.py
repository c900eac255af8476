"""What the search is given: every section once, and all names of a thing together."""

import gzip
import json
from pathlib import Path

import pytest
from browser.built import Site
from conftest import ROOT

from hamgasht.embed.glossary_file import read_glossary
from hamgasht.site.search import (
    DATA,
    VARIABLE,
    SearchError,
    names,
    read_words,
    write_data,
)

# Bytes as a host sends them, for all that a first query loads.
FIRST_QUERY_LIMIT = 200_000
SCRIPTS = ("minisearch.js", "words.js", "engine.js")


def data_of(folder: Path) -> dict:
    text = (folder / DATA).read_text(encoding="utf-8")
    return json.loads(text.removeprefix(f"{VARIABLE}="))


@pytest.fixture(params=["", "en"])
def folder(request: pytest.FixtureRequest, built: Site) -> Path:
    """One language's site."""
    return built.folder / request.param


def test_every_page_and_section_is_searched(folder: Path) -> None:
    places = [doc["location"] for doc in data_of(folder)["docs"]]
    assert len(set(places)) == len(places)
    english = folder.name == "en"
    for path in sorted((ROOT / "docs" / ("en" if english else "fa")).glob("*.md")):
        hidden = "exclude: true" in path.read_text("utf-8").split("\n---\n")[0]
        assert (f"{path.stem}.html" in places) is not hidden
    assert "q1-optimizers.html#saddle" in places
    assert not any(place.startswith("notebooks/") for place in places)


def test_letters_are_written_as_they_are(folder: Path) -> None:
    """A number for each letter would make a Persian index three times as long."""
    assert "\\u06" not in (folder / DATA).read_text(encoding="utf-8")


def test_a_first_query_loads_little(folder: Path) -> None:
    files = [folder / DATA, *(folder / "assets/js/search" / name for name in SCRIPTS)]
    size = sum(len(gzip.compress(file.read_bytes())) for file in files)
    assert size < FIRST_QUERY_LIMIT


def test_nothing_of_the_search_that_we_do_not_use_is_published(folder: Path) -> None:
    scripts = folder / "assets/javascripts"
    assert not (scripts / "lunr").exists()
    assert not (scripts / "workers").exists()
    assert not [*(folder / "search").glob("search_index*")]


def test_names_of_one_thing_stand_together() -> None:
    groups = names(read_glossary(ROOT, "docs/glossary.yml"), read_words(ROOT))
    [group] = [group for group in groups if "dropout" in group]
    assert {"دراپ‌اوت", "برون‌اندازی", "دراپوت"} <= set(group)
    [group] = [group for group in groups if "CNN" in group]
    assert {"convolutional network", "شبکهٔ همگشتی", "سی ان ان"} <= set(group)


def test_words_of_readers_join_the_glossary_or_stand_alone(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    glossary = "[{en: filter, fa: فیلتر, means_en: M., means_fa: م., avoid_fa: [صافی]}]"
    (tmp_path / "docs/glossary.yml").write_text(glossary, encoding="utf-8")
    assert read_words(tmp_path) == {}
    words = tmp_path / "docs/search.yml"
    words.write_text("filter: [mask, صافی]\nGPU: [کارت گرافیک]\n", encoding="utf-8")
    groups = names(read_glossary(tmp_path, "docs/glossary.yml"), read_words(tmp_path))
    assert groups == [["filter", "فیلتر", "صافی", "mask"], ["GPU", "کارت گرافیک"]]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- a\n- b\n", "no mapping"),
        ("filter: mask\n", "no list"),
        ("filter: [1, 2]\n", "no list"),
        ("1: [one]\n", "no list"),
        ("filter: [mask\n", "no YAML"),
    ],
)
def test_malformed_words_are_told(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "words.yml").write_text(text, encoding="utf-8")
    with pytest.raises(SearchError, match=told):
        read_words(tmp_path, "words.yml")


def test_words_name_nothing_twice() -> None:
    """A word under two terms would find both, and a reader meant one."""
    listed = [word for words in read_words(ROOT).values() for word in words]
    assert len(set(listed)) == len(listed)


def test_what_mkdocs_knew_of_a_section_is_kept(tmp_path: Path) -> None:
    (tmp_path / "search").mkdir()
    section = {"location": "a.html#b", "title": "ت", "text": "<p>م</p>", "boost": 0.5}
    index = {"config": {"separator": " "}, "docs": [section]}
    path = tmp_path / "search/search_index.json"
    path.write_text(json.dumps(index), encoding="utf-8")
    write_data(tmp_path, "fa", read_glossary(ROOT, "docs/glossary.yml"), {})
    assert data_of(tmp_path)["docs"] == [section]
    assert data_of(tmp_path)["language"] == "fa"
    assert not path.exists()


def test_lists_of_works_are_left_out_for_the_text_names_each(folder: Path) -> None:
    docs = data_of(folder)["docs"]
    assert not [doc for doc in docs if doc["location"].endswith("#references")]
    assert any("Kingma" in doc["text"] for doc in docs)


def test_of_code_the_names_of_libraries_are_searched(tmp_path: Path) -> None:
    (tmp_path / "search").mkdir()
    code = "image = layers.Conv2D(8, kernel_size=3)\n\nimage = layers.Conv2D(16)(image)"
    section = {"location": "a", "title": "t", "text": f"<pre><code>{code}</code></pre>"}
    path = tmp_path / "search/search_index.json"
    path.write_text(json.dumps({"docs": [section]}), encoding="utf-8")
    write_data(tmp_path, "en", read_glossary(ROOT, "docs/glossary.yml"), {})
    [found] = data_of(tmp_path)["docs"]
    assert found["text"] == "<pre><code>layers.Conv2D kernel_size</code></pre>"
