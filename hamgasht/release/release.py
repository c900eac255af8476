"""``python -m hamgasht release``: all that a reader can take along, made at once.

Both sites, and in the folder ``release`` the offline site, a book for each language,
what a lecturer takes to class, and the code. A command of its own, because it needs
a browser and minutes.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import yaml
from playwright.async_api import Error

from hamgasht.core.course import read_course
from hamgasht.core.errors import HamgashtError
from hamgasht.core.numbers import digits_fa, format_date
from hamgasht.core.words import read_words
from hamgasht.release.book import Cover, Edition, make_book, page_names, page_title
from hamgasht.release.epub import make_epub
from hamgasht.release.exercises import make_notebook
from hamgasht.release.teaching import make_sheets, read_lessons
from hamgasht.site.build import SITES, build_sites, source_date
from hamgasht.site.downloads import (
    ABOUT,
    BOOKS,
    CODE,
    EPUBS,
    FOLDER,
    OFFLINE,
    RELEASE,
    TEACHING,
    folder_files,
    pack,
    write_about,
)

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""Names of Chromium and Chrome on the ``PATH``."""

_FLAGS = ["--disable-background-networking", "--disable-dev-shm-usage"]
_EARLY_FONT = re.compile(rb"<link(?=[^>]* as=.?font\b)[^>]*>\s*")
_CANONICAL = re.compile(r'<link rel="canonical" href="([^"]+/)[^"/]*">')


def make_release(
    root: Path, out: Path, *, echo: Callable[[str], object] = print
) -> dict[str, int]:
    """Build both sites, make everything that they offer, and build them with it.

    Args:
        root: The project's root.
        out: The folder for both sites.
        echo: Called with each step.

    Returns:
        The sizes of the files of the release, by name.

    Raises:
        HamgashtError: The sites cannot be built, or there is no browser. The former
            release is then gone, since it was not of these sites.
    """
    browser = find_browser()
    echo("building both sites")
    build_sites(root, out, released=False, cached=False)
    folder = root / RELEASE
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    echo("making slides, sheets and notebooks")
    with _names_browser_errors():
        (folder / TEACHING).write_bytes(_teaching_archive(root, out, browser))
    write_about(root)
    echo("building both sites with links to them")
    build_sites(root, out)
    echo("packing the offline site and the code")
    (folder / OFFLINE).write_bytes(offline_archive(out))
    for language, place in _places(out).items():
        name = f"{Path(CODE).stem}-{language}{Path(CODE).suffix}"
        shutil.copyfile(place / FOLDER / CODE, folder / name)
    _print_books(root, out, browser, echo)
    write_about(root)
    echo("building both sites with links to all of it")
    build_sites(root, out, cached=False)
    return {
        path.name: path.stat().st_size
        for path in sorted(folder.iterdir())
        if path.name != ABOUT
    }


def offline_archive(out: Path) -> bytes:
    """Return both sites as an archive that opens from a disk.

    Without the hints that load a page's font early: a browser gives none from a disk,
    and complains; the font comes all the same when the style asks for it.

    Args:
        out: The folder of both sites.
    """
    files = folder_files(out, Path(OFFLINE).stem)
    pages = (name for name in files if name.endswith(".html"))
    return pack(files | {name: _EARLY_FONT.sub(b"", files[name]) for name in pages})


def find_browser() -> str:
    """Return the path of Chromium or Chrome.

    Raises:
        HamgashtError: There is none.
    """
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise HamgashtError(
            RELEASE,
            "books",
            "no browser is on the PATH to print them",
            f"install one of {', '.join(BROWSERS)}",
        )
    return found


def cover(root: Path, site: Path, language: str) -> Cover:
    """Return what stands on the first page of a book.

    Args:
        root: The project's root, with ``CITATION.cff``.
        site: The built site of that language.
        language: ``fa`` or ``en``.
    """
    about = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    day = datetime.fromtimestamp(source_date(root), UTC).date()
    words = read_words(root, language)
    number = str(about["version"])
    if language == "fa":
        number = digits_fa(number.replace(".", "٫"))
    date = format_date(day, language)
    version = words["book.version"].format(version=number, date=date)
    authors = ", ".join(_name(each) for each in about["authors"])
    names = words["book.authors"].format(names=authors)
    home = (site / "index.html").read_text(encoding="utf-8")
    found = _CANONICAL.search(home)
    published = found[1] if found else ""
    facts = [names, version, words["book.licences"], published]
    title = re.search(r"<title>.*? - (.*?)</title>|<title>(.*?)</title>", home)
    name = (title[1] or title[2]) if title else about["title"]
    return Cover(name, list(filter(None, facts)), published)


def _teaching_archive(root: Path, out: Path, browser: str) -> bytes:
    files = {}
    for language, place in _places(out).items():
        front = cover(root, place, language)
        using = (root, browser, browser_flags(), place, language, front)
        lessons = read_lessons(*using)
        made = make_sheets(root, place, language, front, lessons)
        for lesson in lessons:
            if lesson.exercises:
                notebook = make_notebook(root, language, lesson)
                made[f"{lesson.name}-exercises.ipynb"] = notebook
        files |= {f"{language}/{name}": text.encode() for name, text in made.items()}
        books = _chapter_books(root, browser, place, language, front)
        files |= {f"{language}/{name}": book for name, book in books}
    return pack(files)


def _chapter_books(
    root: Path, browser: str, site: Path, language: str, front: Cover
) -> Iterator[tuple[str, bytes]]:
    """Yield the name of each chapter's PDF and its bytes."""
    course = read_course(root)
    edition = Edition(language, read_words(root, language), course, front)
    using = (root, browser, browser_flags(), site, language)
    for file, name in page_names(site, course).items():
        chapter = course.chapter_number(file)
        if chapter is not None:
            title = page_title((site / file).read_text(encoding="utf-8"))
            own = replace(front, title=edition.number(file) + title)
            yield f"{name}.pdf", make_book(*using, own, chapter=chapter)


def _print_books(
    root: Path, out: Path, browser: str, echo: Callable[[str], object]
) -> None:
    for language, place in _places(out).items():
        echo(f"printing the book ({language})")
        front = cover(root, place, language)
        using = (root, browser, browser_flags(), place, language, front)
        with _names_browser_errors():
            (root / RELEASE / BOOKS[language]).write_bytes(make_book(*using))
            (root / RELEASE / EPUBS[language]).write_bytes(make_epub(*using))


@contextmanager
def _names_browser_errors() -> Iterator[None]:
    """Tell in one line that the browser failed.

    Raises:
        HamgashtError: It did.
    """
    try:
        yield
    except Error as error:
        raise HamgashtError(
            RELEASE,
            "books",
            f"the browser failed: {error.message.splitlines()[0]}",
            "try again; if it fails again, install another version",
        ) from error


def browser_flags() -> list[str]:
    """Return what to start the browser with: as root it has no sandbox to offer."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*_FLAGS, *(["--no-sandbox"] if is_root else [])]


def _places(out: Path) -> dict[str, Path]:
    return {place or "fa": out / place for _, place in SITES}


def _name(author: dict[str, str]) -> str:
    return author.get("name") or " ".join(
        filter(None, (author.get("given-names"), author.get("family-names")))
    )
