"""Slides and sheets: each one file, whole, and of the page's own blocks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.built import Site
from bs4 import BeautifulSoup
from playwright.sync_api import Page, sync_playwright
from pypdf import PdfReader

from hamgasht.release.release import browser_flags, cover
from hamgasht.release.teaching import Lesson, make_sheets, read_lessons
from release.conftest import CHAPTERS, ROOT, apart, menu_of

TABLES = "q7b-one-keras-three-backends"

FITS = """() => [...document.querySelectorAll('.slide .body')].filter((body) =>
  body.scrollHeight > body.clientHeight + 2 || body.scrollWidth > body.clientWidth + 2
).map((body) => body.textContent.slice(0, 80))"""


@pytest.fixture(params=CHAPTERS)
def chapter(request: pytest.FixtureRequest) -> str:
    return request.param


def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def test_sheets_hold_all_exercises_and_answers_only_where_they_should(
    sheets: dict[str, Path], sites: dict[str, Path], language: str, chapter: str
) -> None:
    site = soup(sites[language] / f"{chapter}.html")
    wanted = [item["id"] for item in site.select("article li[id^=exercise-]")]
    without = soup(sheets[language] / f"{chapter}-exercises.html")
    answered = soup(sheets[language] / f"{chapter}-answered.html")
    for sheet in (without, answered):
        assert [item["id"] for item in sheet.select("li[id]")] == wanted
    assert not without.select("details")
    assert len(answered.select("details.answer[open]")) == len(wanted)


def test_slides_show_each_figure_once_and_say_the_prose(
    lessons: dict[str, list[Lesson]],
    sites: dict[str, Path],
    language: str,
    chapter: str,
) -> None:
    site = soup(sites[language] / f"{chapter}.html")
    drawn = [item["id"] for item in site.select("article > .hg-cell:has(svg, img)")]
    [lesson] = [item for item in lessons[language] if item.name == chapter]
    shown = BeautifulSoup("".join(s["content"] for s in lesson.slides), "html.parser")
    assert [item["id"] for item in shown.select(".hg-cell:has(svg, img)")] == drawn
    notes = BeautifulSoup(
        "".join(str(s["notes"]) for s in lesson.slides), "html.parser"
    )
    said = notes.get_text()
    first = site.select_one("h2#question ~ p")
    assert first is not None
    assert len(said) > 3000
    assert not shown.select(".hg-code, details, #exercise-1")


def look(path: Path, chromium: str, pdf: Path) -> Iterator[object]:
    """Yield what happened while slides were shown: requests, errors, places."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=browser_flags()
        )
        page: Page = browser.new_page(viewport={"width": 1280, "height": 720})
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: asked.append(str(error)))
        page.goto(path.as_uri())
        page.evaluate("document.fonts.ready.then(() => document.fonts.status)")
        yield [address for address in asked[1:] if not address.startswith("data:")]
        page.pdf(path=pdf, prefer_css_page_size=True)
        for key in (
            "ArrowLeft",
            "ArrowLeft",
            "ArrowRight",
            "End",
            "PageUp",
            "Home",
            " ",
        ):
            page.keyboard.press(key)
            yield int(page.evaluate("location.hash.slice(1)"))
        page.keyboard.press("n")
        yield page.locator(".slide.now + .notes").is_visible()
        page.evaluate("document.documentElement.classList.remove('js')")
        yield page.evaluate(FITS)
        browser.close()


def test_long_tables_go_on_over_several_slides(
    built: Site, chromium: str, tmp_path: Path
) -> None:
    folder, flags = tmp_path / "site", browser_flags()
    folder.mkdir()
    site = menu_of(built.folder / "en", folder, (f"{TABLES}.html",))
    front = cover(ROOT, site, "en")
    [lesson] = apart(read_lessons, ROOT, chromium, flags, site, "en", front)
    rows = [
        str(row) for row in soup(site / f"{TABLES}.html").select("article tbody tr")
    ]
    shown = BeautifulSoup("".join(s["content"] for s in lesson.slides), "html.parser")
    assert len(rows) > 100
    assert len(shown.select("tbody tr")) == len(rows)
    [slides] = make_sheets(ROOT, site, "en", front, [lesson]).values()
    path = tmp_path / "slides.html"
    path.write_text(slides, encoding="utf-8")
    *_, fits = apart(lambda: list(look(path, chromium, tmp_path / "slides.pdf")))
    assert fits == []


def test_slides_turn_with_keys_fit_and_print(
    sheets: dict[str, Path], chromium: str, language: str, chapter: str, tmp_path: Path
) -> None:
    path, pdf = sheets[language] / f"{chapter}-slides.html", tmp_path / "slides.pdf"
    many = len(soup(path).select(".slide"))
    turned = [2, 3, 2] if language == "fa" else [1, 1, 2]
    found = apart(lambda: list(look(path, chromium, pdf)))
    assert found == [[], *turned, many, many - 1, 1, 2, True, []]
    assert len(PdfReader(pdf).pages) == many
