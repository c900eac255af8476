"""Words of a printed Persian page are found as they are written."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from unicodedata import normalize

import pikepdf
import pytest
from playwright.async_api import Page
from pypdf import PdfReader

from hamgasht.release.book import static_faces
from hamgasht.release.chromium import HOME, use_site
from hamgasht.release.release import browser_flags
from hamgasht.release.text_layer import separate_letters
from release.conftest import apart

# Non-joiners, lam and alef in all their forms, a hamza above heh, and none of these.
WORDS = {
    *("می‌شود", "شبکه‌های", "لایه‌ای"),
    *("اطلاعات", "بالا", "سلام", "بالاترین", "خلأ", "الآن"),
    *("شبکهٔ", "دربارهٔ"),
    *("مؤلفه", "مسأله", "همگشت"),
}
SENTENCE = "در این صفحه اطلاعات شبکه‌های عصبی لایه‌لایه بررسی می‌شود."
PAGE = f"""<!doctype html>
<html lang="fa" dir="rtl"><meta charset="utf-8"><title>صفحه</title>
<style>{static_faces("fa")}
:root {{ font: 16px var(--hg-persian) }} p {{ margin: 12px 0 }}</style>
<h1 id="top">بالاترین لایه</h1><p><a href="#top">{SENTENCE}</a>
{"".join(f"<p>{word}" for word in sorted(WORDS))}<p>تقریباً مثلاً
<p lang="en" dir="ltr">efficient words"""


@pytest.fixture(scope="module")
def printed(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as Chromium prints it."""
    folder = tmp_path_factory.mktemp("page")
    (folder / HOME).write_text(PAGE, encoding="utf-8")

    async def make(page: Page) -> bytes:
        await page.evaluate("document.fonts.ready.then(() => document.fonts.size)")
        return await page.pdf(outline=True, tagged=True)

    pdf = apart(lambda: use_site(chromium, browser_flags(), folder, make, limit=120))
    (folder / "printed.pdf").write_bytes(pdf)
    return folder / "printed.pdf"


@pytest.fixture(scope="module")
def separated(printed: Path) -> Path:
    with pikepdf.open(printed) as book:
        separate_letters(book)
        book.save(printed.with_name("separated.pdf"))
    return printed.with_name("separated.pdf")


def by_pypdf(path: Path) -> str:
    return plain("\n".join(page.extract_text() for page in PdfReader(path).pages))


def by_poppler(path: Path) -> str:
    return plain(run("pdftotext", str(path), "-").decode())


def plain(text: str) -> str:
    """Return a text without what only directs it."""
    return normalize("NFC", re.sub("[\u202a-\u202e\u2066-\u2069]", "", text))


def run(program: str, *arguments: str) -> bytes:
    if not shutil.which(program):
        pytest.skip(f"{program} is missing: apt-get install poppler-utils")
    made = subprocess.run([program, *arguments], capture_output=True, check=True)
    return made.stdout


@pytest.mark.parametrize("read", [by_pypdf, by_poppler])
def test_words_and_sentences_are_found(
    separated: Path, read: Callable[[Path], str]
) -> None:
    text = read(separated)
    assert WORDS - set(text.split()) == set()
    assert SENTENCE in text
    assert "efficient words" in text


def test_words_with_a_mark_are_found(separated: Path) -> None:
    """Of Poppler only the letters: it puts a space before a mark of its own."""
    assert "تقریباً مثلاً" in by_pypdf(separated)
    assert {"تقریبا", "مثلا"} <= set(by_poppler(separated).split())


def test_words_are_lost_without_it(printed: Path) -> None:
    """Once this fails, Chromium may need it no more."""
    assert not {"می‌شود", "شبکه‌های"} & set(by_pypdf(printed).split())
    assert not {"اطلاعات", "شبکهٔ"} & set(by_poppler(printed).split())


def test_what_is_seen_stays(printed: Path, separated: Path) -> None:
    before, after = (run("pdftoppm", "-r", "60", str(p)) for p in (printed, separated))
    assert len(set(before)) > 50, "letters, smoothed"
    assert after == before


def test_links_bookmarks_and_structure_stay(printed: Path, separated: Path) -> None:
    before, after = parts(printed), parts(separated)
    assert min(before) > 0
    assert after == before


def parts(path: Path) -> tuple[int, ...]:
    """Return how many links, bookmarks and elements of structure a PDF has."""
    book = PdfReader(path)
    [page] = book.pages
    elements = len(re.findall(rb"/MCID \d+", page.get_contents().get_data()))
    roots = len(book.trailer["/Root"]["/StructTreeRoot"]["/K"])
    return len(page["/Annots"]), len(book.outline), elements, roots
