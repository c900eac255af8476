"""Reading offline: kept when asked, whole without a network, renewed, removed."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Request

from browser.built import LANGUAGES, Site
from browser.conftest import Served, Tab, serve
from browser.test_comfort import KEEPS_NOTHING, fail_not, name_of
from hamgasht.site.offline import write_list

NewTab = Callable[..., Tab]
A_MINUTE = 60_000
KINDS = (
    "index",
    "q1-optimizers",
    "q4-mri-classifier",
    "glossary",
    "references",
    "notebooks/q4_mri_classifier/data",
)
STYLED = """[...document.styleSheets].some((sheet) =>
  sheet.href?.endsWith("/assets/css/hamgasht.css") && sheet.cssRules.length > 100)"""
UNCONNECTED = """Object.defineProperty(Navigator.prototype, "onLine", {
  get: () => false, configurable: true })"""
"""What a device without a network tells its pages. Chromium's emulation tells it too,
but not each version goes on doing so in a page that a service worker answers."""
CACHED = """async () => {
  const found = {};
  for (const name of await caches.keys())
    found[name] = (await (await caches.open(name)).keys()).map(({ url }) => url);
  return found;
}"""


def section(tab: Tab) -> Locator:
    """Open the tools and return their section on reading offline."""
    tab.page.locator(".hg-tools").click()
    return tab.page.locator("dialog[open] section:has(progress)")


def button(part: Locator, number: int) -> Locator:
    """Return a button: 0 to keep, 1 to go on, 2 to stop, 3 to remove."""
    return part.locator("button").nth(number)


def wait_for(part: Locator, state: str) -> None:
    """Wait until the pages are kept whole, in part, or not at all."""
    part.locator(f"[data-state={state}]").wait_for(timeout=A_MINUTE)


def listed(site: Site, language: str) -> dict:
    folder = site.folder / ("en" if language == "en" else "")
    return json.loads((folder / "offline.json").read_text(encoding="utf-8"))


def test_every_kind_of_page_opens_without_a_network(
    new_tab: NewTab, served: Served
) -> None:
    """In Persian; the next test does so in English."""
    tab = new_tab()
    tab.open("index.html")
    assert tab.run(CACHED) == {}
    part = section(tab)
    size = listed(served.site, "fa")["bytes"] / 1e6
    digits = str.maketrans("0123456789.", "۰۱۲۳۴۵۶۷۸۹٫")
    part.get_by_text(f"{size:.1f}".translate(digits)).wait_for()
    button(part, 0).click()
    wait_for(part, "whole")
    tab.run("navigator.serviceWorker.ready.then(() => true)")
    tab.page.wait_for_function("navigator.serviceWorker.controller !== null")
    fail_not(tab)
    tab.page.context.set_offline(True)
    tab.page.add_init_script(UNCONNECTED)
    for name in KINDS:
        tab.open(name_of(name, "fa"))
        assert tab.run(STYLED), name
        fonts = "[...document.fonts].filter((f) => f.status === 'loaded')"
        assert "Vazirmatn" in str(tab.run(f"{fonts}.map((f) => f.family)")), name
        images = tab.page.locator("article img")
        for image in images.all()[:2]:
            image.scroll_into_view_if_needed()
            image.evaluate("(item) => item.decode()")
        assert tab.page.locator("article h1").count() == 1
    tab.page.keyboard.press("s")
    tab.page.locator(".hg-search-box input").wait_for()
    tab.page.keyboard.type("همگشت")
    tab.page.locator(".hg-search-box li mark").first.wait_for()
    assert not tab.outside + tab.errors
    tab.page.goto(served.url("notebooks/no.html"), wait_until="load")
    assert "این نشانی" in tab.page.locator("body").inner_text()
    tab.page.context.set_offline(False)
    tab.open("index.html")
    part = section(tab)
    button(part, 3).click()
    wait_for(part, "none")
    assert tab.run(CACHED) == {}
    registrations = "navigator.serviceWorker.getRegistrations()"
    assert tab.run(f"{registrations}.then((found) => found.length)") == 0


@pytest.fixture
def copy(served: Served, tmp_path: Path) -> Iterator[Served]:
    """The site once more, to be changed: a file is replaced, not written into."""
    folder = tmp_path / "site"
    shutil.copytree(served.site.folder, folder, copy_function=os.link)
    yield from serve(Site(folder))


def test_what_broke_off_goes_on_and_follows_the_site(
    new_tab: NewTab, copy: Served
) -> None:
    tab = new_tab(served=copy)
    asked: list[str] = []

    def note(request: Request) -> None:
        if "x-keep" in request.headers and not request.url.endswith("offline.json"):
            asked.append(urlsplit(request.url).path)

    tab.page.on("requestfinished", note)
    let = [True] * 30

    def sometimes(route) -> None:
        offline = "x-keep" in route.request.headers
        keep_on = not offline or route.request.url.endswith(".json") or let
        if offline and let:
            let.pop()
        route.continue_() if keep_on else route.abort()

    tab.page.context.route("**/*", sometimes)
    tab.open(name_of("index", "en"))
    part = section(tab)
    button(part, 0).click()
    wait_for(part, "part")
    assert part.locator(".hg-problem").inner_text()
    some = len(asked)
    assert 10 < some <= 30
    assert not tab.run("caches.match(new URL('offline.json', location)).then(Boolean)")
    # Whoever comes back finds it going on by itself; what is kept is not fetched again.
    [urls] = tab.run(CACHED).values()
    here = {url.rpartition("/")[2] for url in urls}
    assert len(here) > 10
    files = listed(copy.site, "en")["files"]
    lacking = {
        f"/en/{path}" for path, (digest, _) in files.items() if digest not in here
    }
    tab.page.context.unroute("**/*")
    tab.open(name_of("glossary", "en"))
    part = section(tab)
    wait_for(part, "whole")
    later = asked[some:]
    assert len(set(later)) == len(later)
    assert set(later) <= lacking
    # The site changes: one page says something else, another is gone.
    former = listed(copy.site, "en")
    english = copy.site.folder / "en"
    page = english / "glossary.html"
    text = page.read_text(encoding="utf-8").replace("</h1>", " renewed</h1>", 1)
    page.unlink()
    page.write_text(text, encoding="utf-8")
    (english / "errata.md").unlink()
    (english / "offline.json").unlink()
    write_list(english)
    newer = listed(copy.site, "en")
    assert newer["version"] != former["version"]
    asked.clear()
    tab.open(name_of("index", "en"))
    tab.page.wait_for_function(
        "(version) => caches.match(new URL('offline.json', location))"
        ".then((found) => found.json()).then((list) => list.version === version)",
        arg=newer["version"],
    )
    part = section(tab)
    wait_for(part, "whole")
    assert [path.rpartition("/")[2] for path in asked] == ["glossary.html"]
    [urls] = tab.run(CACHED).values()
    kept = {url.rpartition("/")[2] for url in urls} - {"offline.json"}
    assert kept == {digest for digest, _ in newer["files"].values()}
    tab.page.context.set_offline(True)
    tab.open(name_of("glossary", "en"))
    assert "renewed" in tab.page.locator("h1").inner_text()
    tab.page.keyboard.press("s")
    tab.page.locator(".hg-search-box input").wait_for()
    tab.page.keyboard.type("convolution")
    tab.page.locator(".hg-search-box li mark").first.wait_for()


@pytest.mark.parametrize("language", LANGUAGES)
def test_too_little_room_is_told_in_a_line(
    new_tab: NewTab, served: Served, language: str
) -> None:
    tab = new_tab()
    tab.open(name_of("index", language))
    session = tab.page.context.new_cdp_session(tab.page)
    quota = {"origin": served.origin, "quotaSize": 1_000_000}
    session.send("Storage.overrideQuotaForOrigin", quota)
    part = section(tab)
    button(part, 0).click()
    line = part.locator(".hg-problem")
    tab.page.wait_for_function("document.querySelector('.hg-problem').textContent")
    assert line.inner_text() in tab.run("hamgashtReader.words.offline_full")
    fail_not(tab)


def test_a_window_that_keeps_nothing_says_so(new_tab: NewTab) -> None:
    tab = new_tab()
    tab.page.add_init_script("delete Navigator.prototype.serviceWorker;")
    tab.page.add_init_script(KEEPS_NOTHING)
    tab.open(name_of("index", "fa"))
    tab.page.locator(".hg-tools").click()
    dialog = tab.page.locator("dialog[open]")
    closed = tab.run("hamgashtReader.words.offline_closed")
    dialog.get_by_text(closed).wait_for()
    assert not dialog.locator("progress").count()
    fail_not(tab)


def test_nothing_is_kept_unasked(new_tab: NewTab) -> None:
    tab = new_tab()
    tab.open(name_of("q1-optimizers", "fa"))
    tab.page.wait_for_timeout(300)
    assert tab.run(CACHED) == {}
    assert not [path for path in tab.loaded if "offline" in path or "sw.js" in path]
