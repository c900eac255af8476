"""Both sites built at once, and what a build keeps for the next one."""

import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from conftest import ROOT
from lab import wait_for
from mkdocs_jupyter.plugin import convert
from site_project import add_snippet, files_of, short_checkout, write

from hamgasht.core.errors import EmbedError, HamgashtError
from hamgasht.site import build as site
from hamgasht.site import kept
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


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The notebooks that are rendered from now on."""
    found: list[str] = []
    render = convert.nb2html
    monkeypatch.setattr(
        convert,
        "nb2html",
        lambda path, **options: found.append(path) or render(path, **options),
    )
    return found


def test_a_second_build_takes_notebook_pages_from_the_first(
    with_notebook: Path, rendered: list[str]
) -> None:
    before = bytes_of(with_notebook / "first")
    build_sites(with_notebook, with_notebook / "second")
    assert rendered == []
    build_sites(with_notebook, with_notebook / "third", cached=False)
    assert len(rendered) == 2
    for name in ("second", "third"):
        assert bytes_of(with_notebook / name) == before


def test_another_template_makes_all_pages_again(
    with_notebook: Path, rendered: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = with_notebook / "hamgasht"
    monkeypatch.setattr(kept, "ENGINE", engine)
    build_sites(with_notebook, with_notebook / "second")
    rendered.clear()
    template = next(engine.rglob("notebook.html.j2"))
    template.write_text(template.read_text("utf-8") + "<p>More.</p>", "utf-8")
    build_sites(with_notebook, with_notebook / "third")
    assert len(rendered) == 2
