"""What others are told of the site, on the built pages and without any."""

import json
import re
from html import unescape
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest
from browser.built import LANGUAGES, Page, Site
from conftest import ROOT
from PIL import Image

LOCALES = {"fa": "fa_IR", "en": "en_GB"}
SHARED_PICTURE = (1200, 630)


class Head(HTMLParser):
    """Collects what stands in a page's head."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.title = ""
        self.meta: dict[str, list[str]] = {}
        self.data: list[Any] = []
        self._inside = ""
        self.feed(page.text.partition("</head>")[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._inside = found.get("type", tag)
        if tag == "meta":
            name = found.get("property") or found.get("name", "")
            self.meta.setdefault(name, []).append(found.get("content", ""))

    def handle_data(self, data: str) -> None:
        if self._inside == "title":
            self.title += data
        if self._inside == "application/ld+json":
            self.data.append(json.loads(data))

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""


def chapters(built: Site, language: str) -> list[Page]:
    """Return the pages of chapters in the menu's order."""
    pages = {page.file.stem: page for page in built.of(language)}
    menu = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:")[2]
    return [pages[name] for name in re.findall(r"(q\d[\w-]*)\.md$", menu, re.M)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_and_descriptions_tell_pages_apart(built: Site, language: str) -> None:
    heads = {page.name: Head(page) for page in built.of(language)}
    titles = [head.title for name, head in heads.items() if "notebooks/" not in name]
    assert len(set(titles)) == len(titles)
    descriptions = [head.meta["description"] for head in heads.values()]
    assert all(len(found) == 1 for found in descriptions)
    assert len({found for [found] in descriptions}) == len(descriptions)
    for name, head in heads.items():
        [text] = head.meta["description"]
        persian = len(re.findall(r"[\u0621-\u06cc]", text))
        assert (persian > len(text) / 3) == (language == "fa"), f"{name}: {text}"
        assert 20 <= len(text) <= 320, f"{name}: {text}"


def test_alternates_ask_no_browser_to_load_them(built: Site) -> None:
    """Material fetches a sitemap for each link that matches [rel=alternate]."""
    assert built.every_page
    for page in built.every_page:
        assert 'rel="alternate"' not in page.text, page


@pytest.mark.parametrize("language", LANGUAGES)
def test_sitemaps_name_every_page_in_both_languages(built: Site, language: str) -> None:
    folder = built.folder / ("en" if language == "en" else "")
    space = {
        "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
        "x": "http://www.w3.org/1999/xhtml",
    }
    tree = ElementTree.parse(folder / "sitemap.xml")
    places = {}
    for url in tree.iterfind("s:url", space):
        links = {
            link.attrib["hreflang"]: link.attrib["href"]
            for link in url.iterfind("x:link", space)
        }
        places[url.findtext("s:loc", namespaces=space)] = links
        assert url.findtext("s:lastmod", namespaces=space)
    expected = {built.url + page.name: page for page in built.of(language)}
    assert places.keys() == expected.keys()
    for place, links in places.items():
        twin = built.url + expected[place].twin.name
        both = {language: place, expected[place].twin.language: twin}
        assert links == both | {"x-default": both["fa"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_shared_links_have_a_title_a_text_and_a_language(
    built: Site, language: str
) -> None:
    for page in built.of(language):
        meta = Head(page).meta
        assert meta["og:description"] == meta["description"]
        [title] = meta["og:title"]
        assert title
        assert "<" not in title
        assert title in unescape(Head(page).title)
        assert meta["og:locale"] == [LOCALES[language]]
        assert meta["og:type"] in (["article"], ["website"])
        # A picture needs a whole address, and so does its page.
        assert ("og:image" in meta) == ("og:url" in meta)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_of_shared_links_is_there_and_no_page_loads_it(
    built: Site, language: str
) -> None:
    name = f"assets/images/share.{language}.png"
    path = built.folder / ("en" if language == "en" else "") / name
    with Image.open(path) as picture:
        assert picture.size == SHARED_PICTURE
        assert len(picture.convert("RGB").getcolors(1 << 16) or []) > 8
    for page in built.of(language):
        assert not any(name in link.address for link in page.reader.links), page


@pytest.mark.parametrize("language", LANGUAGES)
def test_structured_data_say_course_and_chapters(built: Site, language: str) -> None:
    pages = chapters(built, language)
    [home] = [page for page in built.of(language) if page.file.stem == "index"]
    [course] = Head(home).data
    assert course["@context"] == "https://schema.org"
    assert course["@type"] == "Course"
    assert course["inLanguage"] == language
    assert course["description"]
    assert course["provider"]["@type"] == "Organization"
    parts = course["hasPart"]
    assert [part["position"] for part in parts] == list(range(1, len(pages) + 1))
    resources = [Head(page).data[0] for page in pages]
    for number, (part, resource) in enumerate(
        zip(parts, resources, strict=True), start=1
    ):
        assert resource["@type"] == part["@type"] == "LearningResource"
        assert resource["position"] == number
        assert resource["name"] == part["name"]
        assert resource["isPartOf"]["name"] == course["name"]
    for page in built.of(language):
        assert len(Head(page).data) == (page in pages or page == home), page


@pytest.mark.parametrize("language", LANGUAGES)
def test_llms_txt_names_every_page(built: Site, language: str) -> None:
    folder = built.folder / ("en" if language == "en" else "")
    text = (folder / "llms.txt").read_text(encoding="utf-8")
    lines = text.splitlines()
    assert lines[0].startswith("# ")
    assert lines[2].startswith("> ")
    links = re.findall(r"\]\(([^)]+)\)", text)
    home = Page(built, "en/index.html" if language == "en" else "index.html")
    files = {built.file_of(home, link) for link in links}
    assert all(file and file.is_file() for file in files)
    assert files >= {page.file for page in built.of(language)}
    listed = [place for place in links if re.search(r"q\d+[^/]*\.html$", place)]
    names = [place.rpartition("/")[2] for place in listed]
    assert names == [page.file.name for page in chapters(built, language)]


def test_nothing_claims_an_address_that_is_not_known(built: Site) -> None:
    if "invalid" not in built.url:
        pytest.skip("this site was built with its address of publication")
    assert not (built.folder / "robots.txt").exists()
    for page in built.pages:
        assert ".invalid" not in page.text.partition("</head>")[0].replace(
            json.dumps(built.url), ""
        ), page


def test_descriptions_are_plain_text(built: Site) -> None:
    for page in built.pages:
        [text] = Head(page).meta["description"]
        assert unescape(text) == text
        assert not re.search(r"[<>`*]|\[\[", text), page
