"""The files of a release: a site that opens from a disk, and books with bookmarks."""

import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from conftest import ROOT, run_python
from pypdf import PdfReader

from browser.built import LANGUAGES, Site
from browser.conftest import Tab
from hamgasht.core.errors import HamgashtError
from hamgasht.core.numbers import digits_fa
from hamgasht.release.book import heading_pages, make_book
from hamgasht.release.release import browser_flags, cover, make_release, offline_archive
from hamgasht.site.downloads import BOOKS, CODE, EPUBS, OFFERED, OFFLINE, TEACHING

PAGE = """\
---
title: {title}
description: D
---
# {title} {{#{title}}}

## One {{#one}}

A formula $x^2$, [a link](q3-other.md#two), [one outside](https://example.org/) and
<a href="downloads/hamgasht-code.zip">a file</a>.

??? note "Folded"

    Not seen on a screen.

Words that a PDF loses: <bdi lang="fa">شبکه‌های اطلاعات</bdi>.

Press the button.
{{ .hg-screen }}

{lines}

## Two {{#two}}

Last.
"""
OFFER = "## Download {#download}\n\n/// downloads\n///"
PUBLISHED = "https://course.example/cnn/"
WORDS = {"fa": "گرادیان همگشت", "en": "convolution by hand"}
LOADED = """
(name) => document.fonts.ready.then(() => [...document.fonts].some(
  (face) => face.family.includes(name) && face.status === "loaded"))
"""


@dataclass
class Disk:
    """A site on a disk, without a server.

    Attributes:
        folder: Where it was unpacked.
    """

    folder: Path
    site = None
    origin = ""

    def url(self, name: str) -> str:
        return (self.folder / name).as_uri()


@pytest.fixture(scope="module")
def disk(built: Site, tmp_path_factory: pytest.TempPathFactory) -> Disk:
    """The offline site, unpacked below names that need care in an address."""
    folder = tmp_path_factory.mktemp("usb") / "درس 100% #1"
    with zipfile.ZipFile(io.BytesIO(offline_archive(built.folder))) as archive:
        archive.extractall(folder)
    return Disk(folder / "hamgasht-offline")


def prefix(language: str) -> str:
    return "en/" if language == "en" else ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_open_from_a_disk(
    new_tab: Callable[..., Tab], disk: Disk, language: str
) -> None:
    """Figures, formulas, search and the other language, with nothing to complain of."""
    tab = new_tab(served=disk)
    tab.open(f"{prefix(language)}index.html")
    tab.page.keyboard.press("s")
    tab.page.locator(".hg-search-box input").press_sequentially(WORDS[language])
    hit = tab.page.locator(".hg-search-box li a[href*='q2-']").first
    hit.click()
    tab.page.wait_for_url(re.compile(r"/q2-convolution-by-hand\.html"))
    drawn = tab.page.locator("article svg[role=img]").first
    assert drawn.evaluate("(item) => item.getBoundingClientRect().width") > 300
    assert drawn.locator("text").first.is_visible()
    tab.page.locator(".katex").first.wait_for()
    face = "KaTeX_Main" if language == "en" else "Vazirmatn"
    for name in (face, "KaTeX_Main", "JetBrains Mono"):
        assert tab.run(LOADED, name), name
    tab.page.locator(".md-header a[hreflang]").click()
    tab.page.wait_for_function(
        "(was) => document.documentElement.lang != was", arg=language
    )
    assert "q2-convolution-by-hand.html" in tab.page.url
    outside = [item for item in tab.outside if ": file://" not in item]
    assert not tab.errors + outside


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with three short pages in each language."""
    root = tmp_path_factory.mktemp("release") / "checkout"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "hamgasht", root / "hamgasht", ignore=ignored)
    shutil.copytree(ROOT / "docs/theme", root / "docs/theme")
    for name in ("glossary.yml", "references.bib", "course.yml"):
        shutil.copy(ROOT / "docs" / name, root / "docs" / name)
    shutil.copy(ROOT / "CITATION.cff", root)
    for name in ("snippets", "docs/outputs"):
        (root / name).mkdir()
    pages = [{"First": "index.md"}, {"C": ["q3-other.md", "q3b-more.md"]}]
    for name in ("mkdocs.yml", "mkdocs.en.yml"):
        text = (ROOT / name).read_text(encoding="utf-8")
        nav = f"\nnav: {json.dumps(pages)}\n"
        text = re.sub(r"\nnav:\n(?:  .*\n)+", nav, text)
        (root / name).write_text(text, encoding="utf-8")
    for language in LANGUAGES:
        folder = root / "docs" / language
        folder.mkdir()
        shutil.copy(ROOT / "docs" / language / "words.yml", folder)
        words = "\n\n".join(f"Line {number}." for number in range(60))
        lines = {"index": OFFER, "q3-other": words, "q3b-more": "Goes on."}
        titles = {"index": "Home", "q3-other": "Other", "q3b-more": "More"}
        for name, title in titles.items():
            text = PAGE.format(title=title, lines=lines[name])
            (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def released(checkout: Path, chromium: str) -> Path:
    """The checkout after the command."""
    run_python("-m", "hamgasht", "release", cwd=checkout, HAMGASHT_SITE_URL=PUBLISHED)
    return checkout


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def book(released: Path, language: str) -> PdfReader:
    return PdfReader(released / "release" / BOOKS[language])


def bookmarks(entries: list[Any], level: int = 1) -> Iterator[tuple[int, str]]:
    for entry in entries:
        if isinstance(entry, list):
            yield from bookmarks(entry, level + 1)
        else:
            yield level, re.sub("[\u2066-\u2069]", "", entry.title)


def texts(book: PdfReader) -> list[str]:
    return [page.extract_text() for page in book.pages]


def addresses(book: PdfReader) -> list[str]:
    return [
        note["/A"]["/URI"]
        for page in book.pages
        for note in (item.get_object() for item in page.get("/Annots", ()))
        if "/URI" in note.get("/A", {})
    ]


def test_a_release_holds_all_that_is_offered(released: Path) -> None:
    folder = released / "release"
    names = {path.name for path in folder.iterdir()}
    codes = {CODE.replace(".zip", f"-{language}.zip") for language in LANGUAGES}
    books = (*BOOKS.values(), *EPUBS.values())
    assert names == {OFFLINE, TEACHING, *books, *codes, "release.json"}
    for language in LANGUAGES:
        copy = folder / CODE.replace(".zip", f"-{language}.zip")
        own = released / "site" / prefix(language) / "downloads" / CODE
        assert copy.read_bytes() == own.read_bytes()


def test_each_chapter_is_a_pdf_that_its_pages_link_to(
    released: Path, new_tab: Callable[..., Tab], language: str
) -> None:
    tab = new_tab(served=Disk(released / "site"))
    for name, offers in (("q3-other", True), ("q3b-more", True), ("index", False)):
        tab.open(f"{prefix(language)}{name}.html")
        tab.page.locator(".hg-tools").click()
        dialog = tab.page.locator("dialog[open]")
        dialog.wait_for()  # its script has to come first
        links = dialog.locator("a[href$='.pdf']")
        assert links.count() == offers
        if offers:
            file = Path(unquote(urlsplit(links.evaluate("(link) => link.href")).path))
            book = PdfReader(file)
            titles = [title for level, title in bookmarks(book.outline) if level == 1]
            number = "۳" if language == "fa" else "3"
            assert titles[-2:] == [f"{number}. Other", "More"]
            assert book.metadata.title.endswith(f": {number}. Other")


def test_home_links_to_all_of_it(released: Path, language: str) -> None:
    home = released / "site" / prefix(language) / "index.html"
    found = re.findall(r'href="([^"]+)" download>', home.read_text("utf-8"))
    assert [address.rpartition("/")[2] for address in found] == list(OFFERED)
    for address in found:
        assert (home.parent / address).resolve().is_file()


def test_the_offline_site_is_the_site_without_the_release(released: Path) -> None:
    with zipfile.ZipFile(released / "release" / OFFLINE) as archive:
        names = {name.removeprefix("hamgasht-offline/") for name in archive.namelist()}
        home = archive.read("hamgasht-offline/index.html").decode()
    files = {
        path.relative_to(released / "site").as_posix()
        for path in (released / "site").rglob("*")
        if path.is_file()
    }
    books = (*BOOKS.values(), *EPUBS.values())
    release = {f"downloads/{name}" for name in (OFFLINE, *books)}
    assert names == files - release
    assert OFFLINE not in home
    assert CODE in home


def test_a_book_has_bookmarks_for_all_sections(book: PdfReader, language: str) -> None:
    contents, preface = {
        "en": ("Contents", "About this course"),
        "fa": ("فهرست", "دربارهٔ این درس"),
    }[language]
    sections = [(2, "One"), (2, "Two")]
    assert list(bookmarks(book.outline)) == [
        (1, contents),
        (1, preface),
        *sections,
        (1, "3. Other" if language == "en" else "۳. Other"),
        *sections,
        (1, "More"),
        *sections,
    ]


def test_contents_name_the_pages_that_pages_name(
    book: PdfReader, language: str
) -> None:
    pages = texts(book)
    starts = heading_pages((book.stream.seek(0), book.stream.read())[1])
    assert starts[0] == 2, "the cover comes first"
    assert starts == sorted(starts)
    assert starts[6] > starts[4], "sixty lines do not fit one page"
    # Without the chapter's own number, in the order in which its letters stand.
    told = re.findall(r"\d+", re.sub(r"3\. (?=Other)|(?<=Other )\.۳", "", pages[1]))
    assert sorted(map(int, told)) == sorted([2, *starts[1:]])
    for number, text in enumerate(pages[2:], 3):
        shown = digits_fa(str(number)) if language == "fa" else str(number)
        assert shown in text.split() or text.endswith(shown), text


def test_a_book_is_tagged_and_says_its_language(book: PdfReader, language: str) -> None:
    root = book.trailer["/Root"]
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root


def test_links_lead_inside_the_book_or_to_the_published_site(
    book: PdfReader, language: str
) -> None:
    found = set(addresses(book))
    assert "https://example.org/" in found
    assert f"{PUBLISHED}{prefix(language)}downloads/{CODE}" in found
    assert not [item for item in found if item.startswith("file:")]
    assert not [item for item in found if "other.html" in item]
    assert len(book.named_destinations) >= 4


def test_a_book_shows_what_a_screen_folds_and_not_what_it_clicks(
    book: PdfReader,
) -> None:
    text = " ".join(texts(book))
    assert "Not seen on a screen" in text
    assert "Line 59" in text
    assert "¶" not in text
    assert "README" not in text, "what is offered on a screen only"
    assert "Press the button" not in text


def test_words_of_a_book_are_found(book: PdfReader, language: str) -> None:
    heading = {"en": "About this course", "fa": "دربارهٔ این درس"}[language]
    assert sum(heading in text for text in texts(book)) == 2, "contents and page"
    assert " ".join(texts(book)).count("شبکه‌های اطلاعات") == 3, "once a page"


def test_a_cover_tells_version_and_address(released: Path, language: str) -> None:
    site = released / "site" / prefix(language)
    front = cover(released, site, language)
    version = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))["version"]
    told = " ".join(front.facts)
    shown = digits_fa(version.replace(".", "٫")) if language == "fa" else version
    assert shown in told
    assert front.published == PUBLISHED + prefix(language)
    assert front.name == ("همگشت" if language == "fa" else "Hamgasht")


def test_a_cover_has_its_address_from_left_to_right(
    book: PdfReader, language: str
) -> None:
    shown = book.pages[0].extract_text().split()  # as the letters stand
    assert PUBLISHED + prefix(language) in shown


def test_a_release_needs_a_browser(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(HamgashtError, match="install one of chromium"):
        make_release(checkout, tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_a_browser_that_hangs_is_told(
    released: Path, chromium: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hamgasht.release.book._LIMIT", 0.01)
    with pytest.raises(HamgashtError, match=r"had not printed it after 0\.01 s"):
        printed_book(chromium, released / "site", "fa")


def printed_book(chromium: str, site: Path, language: str) -> bytes:
    """Print a site, in a thread: Playwright's tests keep a loop in this one."""
    front = cover(ROOT, site, language)
    with ThreadPoolExecutor() as pool:
        made = pool.submit(
            make_book, ROOT, chromium, browser_flags(), site, language, front
        )
        return made.result()


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_course_is_a_book(built: Site, chromium: str, language: str) -> None:
    site = built.folder / prefix(language)
    pdf = printed_book(chromium, site, language)
    book = PdfReader(io.BytesIO(pdf))
    assert len(book.pages) > 200
    titles = [title for level, title in bookmarks(book.outline) if level == 1]
    nav = yaml.safe_load((ROOT / "mkdocs.en.yml").read_text("utf-8"))["nav"]
    pages = str(nav).count(".md") - 1  # the answers repeat the chapters'
    assert len(titles) == pages + 1
    assert not [item for item in addresses(book) if item.startswith("file:")]
    assert len(pdf) < 40_000_000
