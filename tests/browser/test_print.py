"""On paper a chapter is whole: nothing to press, nothing cut."""

import io
import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from pypdf import PdfReader

from browser.built import LANGUAGES
from browser.conftest import Served, Tab

CHAPTERS = ("q4-mri-classifier.html", "q6-one-by-one-filters.html")
# A4 less its margins, in pixels of a style sheet.
PAPER = {"width": 680, "height": 970}
SHOWN = """[...document.querySelectorAll(
    ".md-header, .md-sidebar, .md-footer, .md-skip, .md-top, .md-search," +
    " article :is(button, .md-content__button, .headerlink)")]
  .filter((item) => item.checkVisibility({ visibilityProperty: true })
    && item.getBoundingClientRect().width > 0)
  .map((item) => item.outerHTML.slice(0, 80))"""
# Innermost parts that stick out of the sheet, and boxes that hide what is in them.
CUT = """[...document.querySelectorAll("article *")].filter((item) => {
    const box = item.getBoundingClientRect();
    if (!box.width || item.closest(".katex-mathml, svg")) return false;
    const style = getComputedStyle(item);
    return box.right > innerWidth + 1 || box.left < -1
      || (style.overflowX !== "visible" && item.scrollWidth > item.clientWidth + 1
        && style.position !== "absolute");
  })
  .filter((item, _, all) =>
    !all.some((other) => other !== item && item.contains(other)))
  .map((item) => item.outerHTML.slice(0, 120))"""

# What links to works say, and where they lead: paper shows the text alone.
WORKS = """[...document.querySelectorAll(".hg-references > li > a")].map((link) =>
  [link.textContent + getComputedStyle(link, "::after").content.replace("none", ""),
    link.href])"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_printed_chapter_is_whole(
    new_tab: Callable[..., Tab], served: Served, language: str
) -> None:
    tab = new_tab(viewport=PAPER, color_scheme="dark")
    for page in CHAPTERS:
        tab.open(page if language == "fa" else f"en/{page}", details=False)
        tab.page.emulate_media(media="print")
        assert not tab.run(f"() => {SHOWN}"), page
        assert tab.run(
            "getComputedStyle(document.body).backgroundColor.match(/255|0, 0, 0, 0/)"
        )
        assert not tab.run(
            "[...document.querySelectorAll('details.answer > :not(summary)')]"
            ".some((item) => item.checkVisibility({ contentVisibilityAuto: true }))"
        ), "answers stay closed on a sheet of exercises"
        tab.run(
            "document.querySelectorAll('details').forEach((i) => { i.open = true })"
        )
        assert not tab.run(f"() => {CUT}"), page
        works = tab.run(f"() => {WORKS}")
        assert works, page
        for text, address in works:
            whole = unquote(address).rstrip("/")
            assert whole.endswith(re.sub("^(?:arXiv|doi):", "", text)), page
        tab.page.emulate_media(media="screen")


# The first five words in a row of each answer.
ANSWERS = """[...document.querySelectorAll("details.answer")].map((item) =>
  [...item.querySelectorAll("p")].flatMap((p) => [...p.childNodes])
    .map((part) => part.nodeType === 3 ? part.data.trim().split(/\\s+/) : [])
    .find((words) => words.length >= 5).slice(0, 5).join(" "))"""
OPEN = "[...document.querySelectorAll('details.answer')].map((item) => item.open)"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_is_printed_if_the_reader_opened_it(tab: Tab, language: str) -> None:
    """Material opens every <details> at ``beforeprint``, which a real print sends."""
    page = "q2-convolution-by-hand.html"
    tab.open(page if language == "fa" else f"en/{page}", details=False)
    tab.run("addEventListener('beforeprint', () => { window.printed = true })")
    tab.page.locator("details.answer > summary").first.click()
    sheets, texts = print_pdf(tab)
    assert tab.run("window.printed")
    answers = tab.run(ANSWERS)
    assert tab.run(OPEN) == [True] + [False] * (len(answers) - 1), "as they were"
    if language == "en":  # letters of Persian come out of a PDF in another order
        assert [answer in texts for answer in answers] == tab.run(OPEN)
    tab.run("document.querySelectorAll('details').forEach((i) => { i.open = true })")
    more_sheets, texts = print_pdf(tab)
    assert more_sheets > sheets
    if language == "en":
        assert all(answer in texts for answer in answers)


def print_pdf(tab: Tab) -> tuple[int, str]:
    """Print as a reader does; return the number of sheets and all their words."""
    sheets = PdfReader(io.BytesIO(tab.page.pdf(format="A4"))).pages
    return len(sheets), " ".join(
        " ".join(sheet.extract_text().split()) for sheet in sheets
    )
