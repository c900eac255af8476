"""A site of two chapters, one of them on two pages: enough to see each product."""

import re
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from browser.built import LANGUAGES, Site

from hamgasht.core.errors import HamgashtError
from hamgasht.release.release import browser_flags, cover, find_browser
from hamgasht.release.teaching import Lesson, make_sheets, read_lessons

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = ("q2-convolution-by-hand", "q4-mri-classifier")
GOES_ON = "q4c-honest-folds"
MENU = (
    "index.html",
    *(f"{name}.html" for name in (*CHAPTERS, GOES_ON)),
    "glossary.html",
)
_NEXT = re.compile(r'<link rel="next" href="[\w-]+\.html">')


def apart(work: Callable[..., Any], *arguments: Any) -> Any:
    """Return what a call gives in a thread: tests of pages keep a loop in this one."""
    with ThreadPoolExecutor() as pool:
        return pool.submit(work, *arguments).result()


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="session")
def chromium() -> str:
    try:
        return find_browser()
    except HamgashtError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def sites(built: Site, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each language's site, whose menu leads to these pages and the glossary."""
    return {
        name: menu_of(built.folder / place, tmp_path_factory.mktemp(name), MENU)
        for name, place in (("fa", "."), ("en", "en"))
    }


def menu_of(site: Path, folder: Path, names: tuple[str, ...]) -> Path:
    """Return a copy of a site whose order of pages holds some of them alone."""
    order = ["index.html", *names]
    for path in site.iterdir():
        if path.name not in order:
            (folder / path.name).symlink_to(path)
    for name, following in zip(order, [*order[1:], None], strict=True):
        link = f'<link rel="next" href="{following}">' if following else ""
        text = _NEXT.sub(link, (site / name).read_text(encoding="utf-8"))
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def using(sites: dict[str, Path], chromium: str) -> dict[str, tuple[Any, ...]]:
    """What every maker of a product takes, by language."""
    return {
        language: (
            *(ROOT, chromium, browser_flags(), site, language),
            cover(ROOT, site, language),
        )
        for language, site in sites.items()
    }


@pytest.fixture(scope="session")
def lessons(using: dict[str, tuple[Any, ...]]) -> dict[str, list[Lesson]]:
    return {name: apart(read_lessons, *given) for name, given in using.items()}


@pytest.fixture(scope="session")
def sheets(
    using: dict[str, tuple[Any, ...]],
    lessons: dict[str, list[Lesson]],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Path]:
    """The folders of slides and sheets, by language."""
    found = {}
    for language, (root, _, _, site, _, front) in using.items():
        folder = found[language] = tmp_path_factory.mktemp("sheets")
        made = make_sheets(root, site, language, front, lessons[language])
        for name, text in made.items():
            (folder / name).write_text(text, encoding="utf-8")
    return found


@pytest.fixture(scope="session")
def epubcheck() -> list[str]:
    """The command that checks an EPUB."""
    java, jar = shutil.which("java"), shutil.which("epubcheck")
    if not java or not jar:
        pytest.skip("Java or EPUBCheck is missing: apt-get install epubcheck")
    return [java, "-jar", jar]
