"""A site as one book: a PDF with contents, bookmarks and page numbers.

The pages are joined in the browser, so that their links lead inside the book, and
printed twice: only a printed book knows on which page a chapter begins.
"""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pikepdf
from playwright.async_api import Page

from hamgasht.core.course import Course, read_course
from hamgasht.core.errors import HamgashtError
from hamgasht.core.numbers import digits_fa
from hamgasht.core.words import Words, read_words
from hamgasht.release.chromium import HOME, call, use_site
from hamgasht.release.text_layer import separate_letters

_HERE = Path(__file__).parent
_STYLE = _HERE / "book.css"
SCRIPT = _HERE / "book.js"
_SHORT = 400  # the height of what is not parted, in the same: two fifths of a page
_LIMIT = 600  # seconds for a book; a browser that hangs says nothing
# What a book has no use for: its own contents, copying, downloads.
NOT_OF_HOME = ("chapters", "copy", "download")
_NEXT = re.compile(r'<link rel="next" href="([\w.-]+\.html)"')
_NUMBERS = {"en": "decimal", "fa": "persian"}
_STATIC = '"Vazirmatn Static"'
_FACES = {"en": '"Inter"', "fa": _STATIC}
_WEIGHTS = (400, 600, 700)


@dataclass(frozen=True)
class Cover:
    """What stands on the first page.

    Attributes:
        name: The course's name.
        facts: Lines below: first the authors, then when, licence and address.
        published: The address of publication; empty if there is none.
        title: What the book holds; Home's own title if empty.
    """

    name: str
    facts: list[str]
    published: str = ""
    title: str = ""


@dataclass(frozen=True)
class Edition:
    """The book in one language: words, cover, and names of the course."""

    language: str
    words: Words
    course: Course
    cover: Cover

    def number(self, file: str) -> str:
        """Return what stands before a chapter's title: texts name it by number."""
        number = self.course.chapter_number(file)
        if number is None:
            return ""
        return f"{digits_fa(str(number)) if self.language == 'fa' else number}. "


def make_book(
    root: Path,
    browser: str,
    flags: list[str],
    site: Path,
    language: str,
    cover: Cover,
    *,
    chapter: int | None = None,
) -> bytes:
    """Print one language's site, or a chapter of it, as a book.

    Args:
        root: The project's root, which says what the course calls its parts.
        browser: The path of Chromium.
        flags: What to start it with.
        site: The folder of that language's site.
        language: ``fa`` or ``en``.
        cover: What the first page says.
        chapter: The number of the only chapter in it; all pages if there is none.

    Returns:
        The PDF.

    Raises:
        HamgashtError: The site has no page to print, or Chromium lost a heading or
            took too long.
        playwright.async_api.Error: Chromium failed.
    """

    async def make(page: Page) -> bytes:
        return await _book(page, root, site, language, cover, chapter)

    pdf: bytes = use_site(browser, flags, site, make, limit=_LIMIT)
    return pdf


async def _book(
    page: Page,
    root: Path,
    site: Path,
    language: str,
    cover: Cover,
    chapter: int | None,
) -> bytes:
    course = read_course(root)
    names = page_names(site, course)
    if chapter is not None:
        names = {
            file: names[file] for file in names if course.chapter_of(file) == chapter
        }
    edition = Edition(language, read_words(root, language), course, cover)
    await _join(page, site, names, edition)
    await page.emulate_media(media="print")
    await _call(page, "fit", _SHORT)
    titles = await _call(page, "titles")
    pages = heading_pages(await _print(page))
    if len(titles) != len(pages):
        raise HamgashtError(
            site.name,
            "book",
            f"{len(titles)} headings gave {len(pages)} bookmarks",
            "look at the headings of the pages; an empty one gives none",
        )
    write = digits_fa if language == "fa" else str
    await _call(page, "number", [write(str(number)) for number in pages])
    return _finished(await _print(page), titles, cover)


def heading_pages(pdf: bytes) -> list[int]:
    """Return the page of each bookmark of a PDF, in their order, from 1."""
    with pikepdf.open(io.BytesIO(pdf)) as book:
        numbers = {page.objgen: number for number, page in enumerate(book.pages, 1)}
        return [numbers[entry.Dest[0].objgen] for entry in _bookmarks(book)]


def _finished(pdf: bytes, titles: list[str], cover: Cover) -> bytes:
    """Return a book with the names of its bookmarks, its own name, and fewer bytes.

    Chromium names a bookmark by the letters as it drew them: those of Persian come in
    the wrong order, and twice.
    """
    with pikepdf.open(io.BytesIO(pdf)) as book:
        for entry, title in zip(_bookmarks(book), titles, strict=True):
            entry.Title = title
        separate_letters(book)
        book.docinfo["/Title"] = ": ".join(filter(None, (cover.name, cover.title)))
        book.docinfo["/Author"] = cover.facts[0]
        finished = io.BytesIO()
        book.save(finished, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return finished.getvalue()


def _bookmarks(book: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Yield all bookmarks, in the order of the book."""
    waiting = [book.Root.Outlines.get("/First")]
    while waiting:
        entry = waiting.pop()
        if entry is not None:
            yield entry
            waiting += [entry.get("/Next"), entry.get("/First")]


def page_names(site: Path, course: Course) -> dict[str, str]:
    """Return the site's pages in their order, and the name of each in the book.

    Each page names the next one. The page of answers repeats what the chapters hold.
    """
    files = [HOME]
    while found := _NEXT.search((site / files[-1]).read_text(encoding="utf-8")):
        files.append(found[1])
    if files == [HOME]:
        raise HamgashtError(HOME, "", "its navigation is empty", "build the site")
    repeats = html_name(course.pages.answers)
    return {file: file.removesuffix(".html") for file in files if file != repeats}


async def _join(
    page: Page, site: Path, names: dict[str, str], edition: Edition
) -> None:
    language, words, cover = edition.language, edition.words, edition.cover
    texts = {file: (site / file).read_text(encoding="utf-8") for file in names}
    numbers = {file: edition.number(file) for file in names}
    heads = {
        names[file]: numbers[file] + page_title(text) for file, text in texts.items()
    }
    style = static_faces(language) + _running_heads(heads, language)
    await _call(page, "begin", front(edition, style))
    for file, name in names.items():
        home = file == HOME
        await _call(
            page,
            "add",
            {
                "html": texts[file],
                "name": name,
                "names": names,
                "title": words["book.preface"] if home else "",
                "number": numbers[file],
                "without": NOT_OF_HOME if home else (),
                "published": cover.published,
            },
        )
    # A glossary's sections are too many and too small for the contents.
    glossary = html_name(edition.course.pages.glossary)
    await _call(page, "finish", [names[glossary]] if glossary in names else [])


def front(edition: Edition, style: str = "") -> dict[str, Any]:
    """Return what the script's ``begin`` needs for cover and contents.

    Args:
        edition: The book.
        style: Further rules.
    """
    cover = edition.cover
    return {
        "style": _STYLE.read_text(encoding="utf-8") + style,
        "cover": {"name": cover.name, "title": cover.title, "facts": cover.facts},
        "contents": edition.words["book.contents"],
    }


def html_name(page: str) -> str:
    """Return the file that a page of the course becomes."""
    return f"{page.removesuffix('.md')}.html"


def page_title(text: str) -> str:
    """Return a page's own title, without that of the site."""
    found = re.search(r"<title>(.*?)</title>", text)
    return unescape(found[1] if found else "").rpartition(" - ")[0]


def static_faces(language: str) -> str:
    """Return the style that sets Persian in a static face with Latin letters and signs.

    Where the face changes, as on the site before and after a space, Chromium begins a
    new piece of text, and readers of PDFs lose the order of the pieces; a variable face
    falls into several fonts, even within a word.
    """
    rules = [
        f"@font-face {{ font-family: {_STATIC}; font-weight: {weight}; "
        f"src: url({(_HERE / f'fonts/vazirmatn-{weight}.woff2').as_uri()}) }}"
        for weight in _WEIGHTS
    ]
    latin = ", ".join(dict.fromkeys((_FACES[language], _STATIC)))
    faces = f"--hg-persian: {_STATIC}; --hg-latin: {latin};"
    return "\n".join([*rules, f":root:lang({language}) {{ {faces} }}", ""])


def _running_heads(heads: dict[str, str], language: str) -> str:
    """Return the style of the pages' margins: a page number, and the chapter."""
    side = "top-right" if language == "fa" else "top-left"
    text = f"font: 8pt {_FACES[language]}, sans-serif; color: #50575e;"
    number = f"counter(page, {_NUMBERS[language]})"
    rules = [
        f"@page {{ @bottom-center {{ content: {number}; {text} }} }}",
        "@page :first { @bottom-center { content: none } }",
    ]
    preface = HOME.removesuffix(".html")
    for place, (name, title) in enumerate(heads.items()):
        quoted = json.dumps(title, ensure_ascii=False).replace("<", "\\3c ")
        rules.append(f'[id="{name}"] {{ page: part-{place} }}')
        if name != preface:
            rules.append(
                f"@page part-{place} {{ @{side} {{ content: {quoted}; {text} }} }}"
            )
    return "\n".join(rules)


async def _call(page: Page, name: str, argument: Any = None) -> Any:
    return await call(page, [SCRIPT], name, argument)


async def _print(page: Page) -> bytes:
    return await page.pdf(
        prefer_css_page_size=True, print_background=True, outline=True, tagged=True
    )
