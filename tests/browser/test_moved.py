"""The address of what has moved to another page leads the reader there."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from site_project import PAGE, short_checkout

from browser.built import LANGUAGES, Site
from browser.conftest import Served, Tab, serve
from hamgasht.core.course import COURSE, read_course
from hamgasht.core.errors import HamgashtError
from hamgasht.site.build import build_sites

MOVED = "moved: {index.md: {another.md: [deep, {exercise-6: exercise-1}]}}\n"


def moved_checkout(root: Path) -> Path:
    """Make a checkout of two pages, the second with what the first once had."""
    short_checkout(root)
    path = root / COURSE
    text = re.sub(r"^moved:.*\n(?:  .*\n)*", MOVED, path.read_text("utf-8"), flags=re.M)
    path.write_text(text, encoding="utf-8")
    for name in ("mkdocs.yml", "mkdocs.en.yml"):
        text = (root / name).read_text(encoding="utf-8")
        nav = "nav: [{T: index.md}, {M: another.md}]"
        (root / name).write_text(text.replace("nav: [{T: index.md}]", nav), "utf-8")
    for language in LANGUAGES:
        text = "## Deep {#deep}\n\n## Exercise {#exercise-1}"
        (root / f"docs/{language}/another.md").write_text(
            PAGE.format(text=text), "utf-8"
        )
    return root


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = moved_checkout(tmp_path_factory.mktemp("moved") / "checkout")
    build_sites(root, root / "site")
    yield from serve(Site(root / "site"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("old", "new"), [("deep", "deep"), ("exercise-6", "exercise-1")]
)
def test_an_old_address_leads_to_the_new_place(
    new_tab: Callable[..., Tab], moved: Served, language: str, old: str, new: str
) -> None:
    """Opened, and typed into a page that is open; what it asks for is kept."""
    start = "en/" if language == "en" else ""
    tab = new_tab(served=moved)
    tab.page.goto(moved.url(f"{start}index.html?h=word#{old}"))
    tab.page.wait_for_url(moved.url(f"{start}another.html?h=word#{new}"))
    tab.page.goto(moved.url(f"{start}index.html#t"))
    tab.run("(old) => { location.hash = old }", old)
    tab.page.wait_for_url(moved.url(f"{start}another.html#{new}"))
    tab.page.go_back()
    tab.page.wait_for_url(moved.url(f"{start}index.html#t"))
    assert not tab.errors + tab.outside


def test_other_places_of_a_page_stay(
    new_tab: Callable[..., Tab], moved: Served
) -> None:
    tab = new_tab(served=moved)
    for place in ("#t", "#nowhere", "#constructor", ""):
        tab.open(f"index.html{place}")
        assert tab.page.url == moved.url(f"index.html{place}")
    assert not tab.errors


def test_pages_that_nothing_left_have_no_script(moved: Served) -> None:
    index, another = (
        moved.site.folder / f"{name}.html" for name in ("index", "another")
    )
    assert "hashchange" in index.read_text("utf-8")
    assert "hashchange" not in another.read_text("utf-8")


def test_a_page_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    root = moved_checkout(tmp_path / "checkout")
    path = root / COURSE
    path.write_text(path.read_text("utf-8").replace("{another.md", "{gone.md"), "utf-8")
    told = r"^docs/course\.yml:moved\.index\.md: there is no page 'gone\.md'\. Fix: "
    with pytest.raises(HamgashtError, match=told):
        build_sites(root, root / "site")


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_moved_has_left_its_page_and_is_there(
    built: Site, language: str
) -> None:
    pages = {page.file.name: page for page in built.of(language)}
    for old, places in read_course(ROOT).moved.items():
        left = set(pages[old.replace(".md", ".html")].reader.ids)
        assert not left & places.keys(), old
        for former, place in places.items():
            name, _, identity = place.partition("#")
            page = pages[name.replace(".md", ".html")]
            assert identity in page.reader.ids, f"{old}#{former}: {place}"
