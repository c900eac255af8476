"""The EPUBs: valid, whole, from right to left in Persian."""

import re
import subprocess
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from conftest import ROOT

from hamgasht.release.epub import make_epub
from release.conftest import CHAPTERS, apart

OPF = "{http://www.idpf.org/2007/opf}"
XHTML = "{http://www.w3.org/1999/xhtml}"
MATH = "{http://www.w3.org/1998/Math/MathML}math"
SVG = "{http://www.w3.org/2000/svg}svg"


@pytest.fixture(scope="session")
def epubs(
    using: dict[str, tuple[Any, ...]], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("epubs")
    for language, given in using.items():
        (folder / f"{language}.epub").write_bytes(apart(make_epub, *given))
    return {language: folder / f"{language}.epub" for language in using}


@pytest.fixture
def epub(epubs: dict[str, Path], language: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(epubs[language])


def page(epub: zipfile.ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(epub.read(f"EPUB/{name}.xhtml"))


def test_epubcheck_finds_nothing(
    epubs: dict[str, Path], language: str, epubcheck: list[str]
) -> None:
    done = subprocess.run(
        [*epubcheck, "--failonwarnings", epubs[language]],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_kind_comes_first_and_as_it_is(epub: zipfile.ZipFile) -> None:
    first = epub.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)


def test_pages_turn_as_the_language_is_read(
    epub: zipfile.ZipFile, language: str
) -> None:
    direction = {"fa": "rtl", "en": "ltr"}[language]
    package = ElementTree.fromstring(epub.read("EPUB/package.opf"))
    spine = package.find(f"{OPF}spine")
    assert spine is not None
    assert spine.get("page-progression-direction") == direction
    for name in CHAPTERS:
        root = page(epub, name)
        assert (root.get("lang"), root.get("dir")) == (language, direction)


def test_contents_lead_to_chapters_and_sections(epub: zipfile.ZipFile) -> None:
    links = [item.get("href", "") for item in page(epub, "nav").iter(f"{XHTML}a")]
    for name in CHAPTERS:
        heads = [
            f"{name}.xhtml#{item.get('id')}"
            for item in page(epub, name).iter(f"{XHTML}h2")
        ]
        assert len(heads) > 5
        assert [item for item in links if item.startswith(f"{name}.")] == [
            f"{name}.xhtml",
            *heads,
        ]


def test_formulas_and_figures_of_the_site_are_in_it(
    epub: zipfile.ZipFile, sites: dict[str, Path], language: str
) -> None:
    for name in CHAPTERS:
        text = (sites[language] / f"{name}.html").read_text(encoding="utf-8")
        article = text[text.index("<article") : text.index("</article")]
        found = [item.tag for item in page(epub, name).iter()]
        assert found.count(MATH) == article.count("<math") > 2
        assert found.count(SVG) == article.count('class="hg-figure"') > 2
        pictures = re.findall(
            r"images/[\w-]+\.png", str(epub.read(f"EPUB/{name}.xhtml"))
        )
        assert len(pictures) == article.count('class="hg-raster"')


def test_answers_come_behind_all_exercises(epub: zipfile.ZipFile) -> None:
    text = epub.read(f"EPUB/{CHAPTERS[0]}.xhtml").decode()
    last = text.rindex('id="exercise-')
    assert last < text.index('id="all-answers"') < text.index('class="answer"')


def test_no_style_asks_for_what_readers_do_not_know(epub: zipfile.ZipFile) -> None:
    texts = [epub.read(f"EPUB/{name}.xhtml").decode() for name in CHAPTERS]
    assert not [text for text in texts if "var(--" in text or "<script" in text]
    assert b"@font-face" in epub.read("EPUB/style.css")
    assert str(ROOT) not in texts[0]
