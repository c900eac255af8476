"""Both sites built at once, and what a build keeps for the next one."""

import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from conftest import ROOT
from lab import wait_for
from site_project import add_snippet, files_of, short_checkout, write

from hamgasht.core.errors import EmbedError, HamgashtError
from hamgasht.site import build as site
from hamgasht.site import notebooks
from hamgasht.site.before import prepare
from hamgasht.site.build import build_sites

SNIPPET = "q2_convolution_by_hand/forward"
PAGE = f"notebooks/{SNIPPET}.html"
AT_ONCE = """
import sys
from pathlib import Path
from hamgasht.site import build as site
site.MIN_SNIPPETS_FOR_TWO_PROCESSES = 0
site.build_sites(Path(sys.argv[1]), Path(sys.argv[1], "site"))
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return short_checkout(tmp_path / "checkout")


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in files_of(folder)}


def test_sites_built_at_once_are_those_built_in_turn(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_sites(checkout, checkout / "in-turn")
    monkeypatch.setattr(site, "MIN_SNIPPETS_FOR_TWO_PROCESSES", 0)
    build_sites(checkout, checkout / "at-once")
    assert bytes_of(checkout / "at-once") == bytes_of(checkout / "in-turn")
    assert not list(checkout.glob(".*-*.*")), "nothing is left"


@pytest.mark.parametrize("language", ["fa", "en"])
def test_an_error_of_either_site_is_told(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    write(checkout, language, "[[no_group/nothing.value]]")
    monkeypatch.setattr(site, "MIN_SNIPPETS_FOR_TWO_PROCESSES", 0)
    with pytest.raises(EmbedError) as caught:
        build_sites(checkout, checkout / "site")
    assert str(caught.value).startswith(f"docs/{language}/index.md:7")
    assert not list(checkout.glob("*site*"))


@pytest.mark.parametrize(("language", "other"), [("fa", "en"), ("en", "fa")])
def test_a_page_that_one_language_lacks_is_refused(
    checkout: Path, language: str, other: str
) -> None:
    docs = checkout / "docs" / language
    (docs / "more").mkdir()
    shutil.copy(docs / "index.md", docs / "more/new.md")
    with pytest.raises(HamgashtError) as caught:
        prepare(checkout, language, docs, up="./")
    assert str(caught.value).startswith(f"docs/{language}/more/new.md: ")
    assert f"there is no docs/{other}/more/new.md. Fix: " in str(caught.value)
    prepare(checkout, language, docs, up="./", strict=False)  # while it is written


def test_a_killed_build_takes_its_other_process_along(checkout: Path) -> None:
    building = subprocess.Popen(
        [sys.executable, "-c", AT_ONCE, checkout],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for((checkout / ".site.second").exists)
    others = psutil.Process(building.pid).children(recursive=True)
    assert others
    building.kill()
    building.wait()
    wait_for(lambda: not any(other.is_running() for other in others))
    build_sites(checkout, checkout / "site")
    assert (checkout / "site/en/index.html").is_file()
    assert not list(checkout.glob(".site.*"))


@pytest.fixture
def with_notebook(checkout: Path) -> Path:
    """The checkout with one recorded snippet, built once."""
    add_snippet(checkout, SNIPPET)
    build_sites(checkout, checkout / "first")
    return checkout


def test_a_second_build_takes_notebook_pages_from_the_first(
    with_notebook: Path,
) -> None:
    build_sites(with_notebook, with_notebook / "second")
    before = bytes_of(with_notebook / "first")
    assert bytes_of(with_notebook / "second") == before
    for language, place in (("fa", ""), ("en", "en/")):
        [kept] = notebooks.open_cache(with_notebook, language).iterdir()
        text = kept.read_text(encoding="utf-8")
        kept.write_text(text.replace("<h2", "<p>Kept.</p><h2"), encoding="utf-8")
        assert b"Kept." not in before[place + PAGE]
    build_sites(with_notebook, with_notebook / "third")
    build_sites(with_notebook, with_notebook / "fourth", cached=False)
    for place in ("", "en/"):
        assert "Kept." in (with_notebook / "third" / place / PAGE).read_text("utf-8")
    assert bytes_of(with_notebook / "fourth") == before


def test_what_a_killed_build_left_half_written_is_made_again(
    with_notebook: Path,
) -> None:
    [kept] = notebooks.open_cache(with_notebook, "fa").iterdir()
    kept.write_bytes(kept.read_bytes()[:100])
    build_sites(with_notebook, with_notebook / "second")
    first, second = (bytes_of(with_notebook / name) for name in ("first", "second"))
    assert first == second


def test_another_template_makes_all_pages_again(
    with_notebook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    templates = with_notebook / "templates"
    shutil.copytree(notebooks.TEMPLATES, templates)
    monkeypatch.setattr(notebooks, "TEMPLATES", templates)
    [former] = notebooks.open_cache(with_notebook, "fa").iterdir()
    template = next(templates.rglob("notebook.html.j2"))
    text = template.read_text(encoding="utf-8")
    template.write_text(f"{text}<p>Another.</p>", encoding="utf-8")
    build_sites(with_notebook, with_notebook / "second")
    assert "Another." in (with_notebook / "second" / PAGE).read_text(encoding="utf-8")
    assert not former.exists()
