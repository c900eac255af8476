"""The list of what may be kept for reading offline."""

import hashlib
import json
from pathlib import Path

import pytest
from browser.built import LANGUAGES, Site

from hamgasht.site.offline import NAME, write_list

# A site is kept on phones. It has 20 MB, the networks that run in pages among them;
# more than this is no longer asked for lightly.
SIZE_LIMIT = 20_500_000
# What is about an output, or only to take along: nobody needs it to read a page.
NOT_KEPT = (
    ".manifest.json", ".provenance.json", ".ipynb", ".csv", ".zip", ".pdf", ".gz",
    "sw.js", "offline.json",
)  # fmt: skip


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def read(folder: Path) -> dict:
    return json.loads((folder / NAME).read_text(encoding="utf-8"))


def test_the_list_names_digests_and_sizes(tmp_path: Path) -> None:
    write(tmp_path, index_html="سلام", a__b_css="x", a__data_csv="1", sw_js="")
    write(tmp_path, a__b_manifest_json="{}", a__b_provenance_json="{}")
    write(tmp_path, en__index_html="hello")
    write_list(tmp_path, others=("en",))
    found = read(tmp_path)
    assert set(found["files"]) == {"index.html", "a/b.css"}
    digest, size = found["files"]["index.html"]
    assert hashlib.sha256("سلام".encode()).hexdigest().startswith(digest)
    assert size == 8
    assert found["bytes"] == 9


def test_versions_differ_as_the_bytes_do(tmp_path: Path) -> None:
    write(tmp_path, index_html="a", b_js="b")
    write_list(tmp_path)
    first = (tmp_path / NAME).read_bytes()
    write_list(tmp_path)
    assert (tmp_path / NAME).read_bytes() == first
    version = read(tmp_path)["version"]
    write(tmp_path, b_js="c")
    write_list(tmp_path)
    assert read(tmp_path)["version"] != version


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_pages_load_is_in_the_list(built: Site, language: str) -> None:
    folder = built.folder / ("en" if language == "en" else "")
    files = read(folder)["files"]
    assert not [name for name in files if name.startswith("en/")]
    missing = set()
    for page in built.of(language):
        for link in page.reader.links:
            target = built.file_of(page, link.address)
            if link.tag != "a" and target and not {"alternate"} & set(link.relations):
                missing.add(target.relative_to(folder).as_posix())
    missing |= {page.file.relative_to(folder).as_posix() for page in built.of(language)}
    missing |= {"sitemap.xml", "search/search_data.js", "assets/js/search/engine.js"}
    missing -= files.keys()
    assert not missing
    assert not [name for name in files if name.endswith(NOT_KEPT)]
    assert read(folder)["bytes"] < SIZE_LIMIT
