"""Slides, and sheets of exercises with answers and without, of a finished site's pages.

Each is one file that opens without a network. Nothing in it is written by hand.
"""

import base64
import mimetypes
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from hamgasht.core.course import read_course
from hamgasht.core.numbers import digits_fa
from hamgasht.core.words import read_words
from hamgasht.release.book import SCRIPT, Cover, Edition, page_names
from hamgasht.release.chromium import HOME, call, use_site
from hamgasht.release.epub import STYLE, direction_of, figure_colours, font_rules

_HERE = Path(__file__).parent
_SCRIPTS = [SCRIPT, _HERE / "teaching.js"]
_LIMIT = 300  # seconds for all pages
_PAPER = {"sheet": ("A4", "18mm"), "slides": ("1280px 720px", "0")}
# Faces of KaTeX that a formula may always ask for, and those that go with a class.
_ALWAYS = r"KaTeX_(?:Main-Regular|Math-Italic|AMS-Regular|Size\d-Regular)"
_MORE = {
    "mathbf": "KaTeX_Main-Bold",
    "textbf": "KaTeX_Main-Bold",
    "mathcal": "KaTeX_Caligraphic-Regular",
    "mathtt": "KaTeX_Typewriter-Regular",
    "texttt": "KaTeX_Typewriter-Regular",
}


@dataclass(frozen=True)
class Lesson:
    """What one page of a site gives.

    Attributes:
        name: The page's name, without a suffix.
        title: With the chapter's number.
        exercises: Items of a list, as HTML, without their answers.
        answered: The list with them; empty if there is none.
        slides: Title, content and notes of each slide, as HTML.
        images: Addresses of pictures in it.
    """

    name: str
    title: str
    exercises: list[str]
    answered: str
    slides: list[dict[str, Any]]
    images: list[str]


def read_lessons(
    root: Path, browser: str, flags: list[str], site: Path, language: str, cover: Cover
) -> list[Lesson]:
    """Return what a site's pages but Home give that show a run or set an exercise.

    Args:
        root: The project's root, which says what the course calls its parts.
        browser: The path of Chromium.
        flags: What to start it with.
        site: The folder of that language's site.
        language: ``fa`` or ``en``.
        cover: What books say on their first page.

    Raises:
        HamgashtError: The site has no page, or Chromium took too long.
        playwright.async_api.Error: Chromium failed.
    """
    course = read_course(root)
    edition = Edition(language, read_words(root, language), course, cover)
    sections = course.sections

    async def read(page: Page) -> list[Lesson]:
        lessons = []
        for file, name in page_names(site, course).items():
            if file == HOME:
                continue
            asked = {
                "html": (site / file).read_text(encoding="utf-8"),
                "number": edition.number(file),
                "section": sections.exercises,
                "whole": sections.question,
                "left_out": [sections.exercises, sections.references],
                "published": cover.published,
            }
            found = await call(page, _SCRIPTS, "teaching", asked)
            lesson = Lesson(name, **found)
            if lesson.slides or lesson.exercises:
                lessons.append(lesson)
        return lessons

    lessons: list[Lesson] = use_site(browser, flags, site, read, limit=_LIMIT)
    return lessons


def make_sheets(
    root: Path, site: Path, language: str, cover: Cover, lessons: list[Lesson]
) -> dict[str, str]:
    """Return slides and sheets of all lessons, as HTML by file name.

    Args:
        root: The project's root.
        site: The folder of that language's site, for fonts and pictures.
        language: ``fa`` or ``en``.
        cover: What the files say of the course.
        lessons: What its pages give.
    """
    words = read_words(root, language)
    about = " · ".join(escape(fact) for fact in [cover.name, *cover.facts])
    made = {}
    for lesson in lessons:
        if lesson.slides:
            made[f"{lesson.name}-slides.html"] = _file(
                site, language, lesson, "slides", _slides(lesson, language, about)
            )
        if lesson.exercises:
            line = f'<p class="name">{words["sheet.name"]} <span></span></p>'
            items = "\n".join(lesson.exercises)
            for kind, head, body in (
                ("exercises", line, f"<ol>{items}</ol>"),
                ("answered", "", lesson.answered),
            ):
                title = escape(f"{words[f'sheet.{kind}']}: {lesson.title}")
                sheet = (
                    f'<main class="sheet">{head}<h1>{title}</h1>\n{body}\n'
                    f"<footer><p>{about}</p></footer></main>"
                )
                made[f"{lesson.name}-{kind}.html"] = _file(
                    site, language, lesson, "sheet", sheet
                )
    return made


def _slides(lesson: Lesson, language: str, about: str) -> str:
    title = f"<h1>{escape(lesson.title)}</h1><p>{about}</p>"
    parts = [f'<section class="slide">{title}</section>']
    for number, slide in enumerate(lesson.slides, 2):
        shown = digits_fa(str(number)) if language == "fa" else number
        notes = "\n".join(slide["notes"])
        parts.append(
            f'<section class="slide"><h2>{slide["title"]}</h2>\n'
            f'<div class="body">{slide["content"]}</div>'
            f'<span class="page">{shown}</span></section>\n'
            f'<aside class="notes">{notes}</aside>'
        )
    script = (_HERE / "slides.js").read_text(encoding="utf-8")
    return "\n".join([*parts, f"<script>\n{script}</script>"])


def _file(site: Path, language: str, lesson: Lesson, kind: str, body: str) -> str:
    """Return a whole page that needs no other file."""
    paper, margin = _PAPER[kind]
    style = "\n".join(
        [
            _formula_rules(site, body),
            font_rules(site),
            STYLE.read_text(encoding="utf-8"),
            (_HERE / "teaching.css").read_text(encoding="utf-8"),
        ]
    )
    style = style.replace("PAPER", paper).replace("MARGIN", margin)
    style = style.replace("FACE", '"Vazirmatn"' if language == "fa" else '"Inter"')
    colours = figure_colours(site)
    for image in lesson.images:
        body = body.replace(f'src="{image}"', f'src="{_data(site / image)}"')
    body = re.sub(r"var\((--fig-[\w-]+)\)", lambda found: colours[found[1]], body)
    style = re.sub(
        r"url\(\.\./(fonts/[\w/.-]+)\)",
        lambda found: f"url({_data(site / 'assets' / found[1])})",
        style,
    )
    return (
        f'<!DOCTYPE html>\n<html dir="{direction_of(language)}" lang="{language}">\n'
        '<head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(lesson.title)}</title>\n<style>\n{style}</style></head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _formula_rules(site: Path, body: str) -> str:
    """Return the style of formulas, with the faces that these formulas use."""
    rules = (site / "assets/css/katex.css").read_text(encoding="utf-8")
    more = [face for kind, face in _MORE.items() if f'"{kind}' in body]
    wanted = re.compile("|".join([_ALWAYS, *more]))
    return re.sub(
        r"@font-face ?\{[^}]*\}",
        lambda found: found[0] if wanted.search(found[0]) else "",
        rules,
    )


def _data(path: Path) -> str:
    """Return a file as an address that holds it."""
    kind = mimetypes.guess_type(path.name)[0] or f"font/{path.suffix[1:]}"
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
