"""Pages load nothing from elsewhere, fail at nothing, and stay light."""

import gzip
import re
from collections.abc import Callable
from html import unescape
from urllib.parse import urlsplit

import pytest

from browser.built import DIRECTIONS, LANGUAGES, Site
from browser.conftest import Served, Tab
from browser.looks import Look

Looks = Callable[[str], list[Look]]
# Elements whose address a browser loads by itself, without a click.
LOADED = ("script", "img", "source", "video", "audio", "iframe", "embed", "object")
RELATIONS = ("stylesheet", "preload", "modulepreload", "icon", "preconnect")
# Bytes of HTML as a host sends them, compressed; then of all files on the disk.
HTML_LIMIT = 100_000
NOTEBOOK_LIMIT = 30_000
FIRST_VISIT_LIMIT = 2_000_000
INLINE = re.compile(r"<(script|style)\b(?![^>]*ld\+json).*?</\1>", re.S | re.I)
HOST = re.compile(r"""(?:\bhttps?:|["'(\s])//([\w-]+(?:\.[\w-]+)+)""")
NAMES = {"www.w3.org"}  # of formats; nothing is loaded from there


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_comes_from_another_host(looks: Looks, language: str) -> None:
    outside = {address for look in looks(language) for address in look.outside}
    assert not outside, "\n".join(sorted(outside))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_writes_an_error(looks: Looks, language: str) -> None:
    errors = [error for look in looks(language) for error in look.errors]
    assert not errors, "\n".join(errors)


@pytest.mark.parametrize("language", LANGUAGES)
def test_search_answers_without_another_host(
    tab: Tab, served: Served, language: str
) -> None:
    tab.open("index.html" if language == "fa" else "en/index.html")
    tab.page.keyboard.press("s")
    for word in ("Keras", "همگشت" if language == "fa" else "convolution"):
        box = tab.page.locator(".hg-search-box input")
        box.fill("")
        box.press_sequentially(word)
        tab.page.locator(".hg-search-box li mark", has_text=word).first.wait_for()
    assert not tab.outside + tab.errors


@pytest.mark.parametrize("language", LANGUAGES)
def test_following_links_keeps_all_in_order(
    tab: Tab, served: Served, language: str
) -> None:
    """Through every entry of the navigation, forth and back."""
    tab.open("index.html" if language == "fa" else "en/index.html")
    entries = ".md-nav--primary a.md-nav__link[href]:not([href^='#'])"
    targets = tab.run(
        "(entries) => [...new Set([...document.querySelectorAll(entries)]"
        ".map((item) => item.href.split('#')[0]))]",
        entries,
    )
    assert len(targets) > 2
    for target in targets:
        tab.run(
            "([entries, target]) => [...document.querySelectorAll(entries)]"
            ".find((item) => item.href.split('#')[0] === target).click()",
            [entries, target],
        )
        tab.page.wait_for_url(target)
        _wait_for_page(tab, language)
    tab.page.go_back()
    tab.page.wait_for_url(targets[-2])
    _wait_for_page(tab, language)
    assert not tab.errors + tab.outside, "\n".join(tab.errors + tab.outside)


def _wait_for_page(tab: Tab, language: str) -> None:
    """Wait until the page that the address names is the one that is shown."""
    page = next(
        page
        for page in tab.served.site.of(language)
        if tab.served.url(page) == tab.page.url.partition("#")[0]
    )
    title = page.text.partition("<title>")[2].partition("</title>")[0]
    tab.page.wait_for_function(
        "(title) => { const box = document.createElement('textarea');"
        " box.innerHTML = title; return document.title === box.value }",
        arg=title,
    )
    assert tab.run("document.documentElement.dir") == DIRECTIONS[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_switch_stays_on_the_page(
    tab: Tab, served: Served, language: str
) -> None:
    for page in served.site.sample(language):
        if page.is_missing_page:
            continue
        tab.open(page)
        tab.run(
            "(other) => document.querySelector("
            "`.md-header a[hreflang='${other}']`).click()",
            page.twin.language,
        )
        tab.page.wait_for_url(served.url(page.twin))
        tab.page.wait_for_function(
            "(dir) => document.documentElement.dir === dir",
            arg=DIRECTIONS[page.twin.language],
        )
        assert tab.run("document.documentElement.lang") == page.twin.language
    assert not tab.errors + tab.outside, "\n".join(tab.errors + tab.outside)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_address_gets_a_page_in_its_language(
    tab: Tab, served: Served, language: str
) -> None:
    prefix = "" if language == "fa" else "en/"
    answer = tab.page.goto(served.url(f"{prefix}no/such/page/"))
    assert answer is not None
    assert answer.status == 404
    assert tab.run("document.documentElement.lang") == language
    assert tab.run("document.documentElement.dir") == DIRECTIONS[language]
    assert len(tab.page.locator("article").inner_text().split()) > 3
    home = tab.page.locator("article a[href]").first.evaluate("(item) => item.href")
    assert home == served.url(f"{prefix}index.html")
    assert not tab.outside
    # The browser itself reports the answer 404; nothing else may be missing.
    assert len(tab.errors) == 1, tab.errors


def test_no_page_names_another_host_to_load_from(served: Served) -> None:
    """Also what this browser would not load: other media, older formats."""
    found = [
        f"{page}:{link.line}: <{link.tag}> {link.address}"
        for page in served.site.every_page
        for link in page.reader.links
        if link.tag in LOADED
        or (link.tag == "link" and set(link.relations) & set(RELATIONS))
        if served.site.file_of(page, link.address) is None
        and not link.address.startswith("data:")
    ]
    assert not found, "\n".join(found)


def test_no_inline_script_names_another_host(built: Site) -> None:
    """Not even one to load from when a formula comes, as mkdocs-jupyter 0.27 does."""
    assert hosts_of('<script async>load("//cdn.example.org/math.js")</script>')
    quoted = "{&quot;url&quot;: &quot;https://cdn.example.org/math.js&quot;}"
    assert hosts_of(
        f'<script data-math="{quoted}">load(document.currentScript)</script>'
    )
    assert hosts_of("<style>@import url(https://fonts.example.org/a.css)</style>")
    ours = {urlsplit(built.url).netloc, *NAMES}
    found = {page.name: hosts_of(page.text) - ours for page in built.every_page}
    assert not {name: hosts for name, hosts in found.items() if hosts}


def hosts_of(html: str) -> set[str]:
    """Return the hosts that scripts and styles of a page name, attributes and all."""
    texts = (unescape(inline[0]) for inline in INLINE.finditer(html))
    return {host for text in texts for host in HOST.findall(text)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_light(looks: Looks, language: str) -> None:
    heavy = []
    for look in looks(language):
        page, site = look.page, look.page.site
        size = len(gzip.compress(page.file.read_bytes()))
        limit = NOTEBOOK_LIMIT if page.is_notebook else HTML_LIMIT
        if size > limit:
            heavy.append(f"{page}: {size} bytes of HTML, {limit} are enough")
        files = {site.file_of(page, path) for path in look.loaded}
        size = sum(file.stat().st_size for file in files if file and file.is_file())
        if size > FIRST_VISIT_LIMIT:
            heavy.append(f"{page}: {size} bytes with all that it loads")
    assert not heavy, "\n".join(heavy)
