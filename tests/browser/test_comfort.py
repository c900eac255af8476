"""Comfort for readers: figures, folds, long lines, progress, keys, copies, terms."""

import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from conftest import ROOT
from playwright.sync_api import Locator
from pybtex.database import parse_string

from browser.built import LANGUAGES
from browser.conftest import Served, Tab
from browser.test_layout import OVERFLOW
from hamgasht.core.words import read_words

NewTab = Callable[..., Tab]
SHAPES = "q3-shapes-and-parameters"
MRI = "q4-mri-classifier"
PHONE = {"width": 390, "height": 800}
FIGURE = "article .hg-frame:has(svg)"
CLIPBOARD = ["clipboard-read", "clipboard-write"]
# What axe-core finds in what is ours; the rest of a page is looked at elsewhere.
AXE = """async (ours) => {
  const found = await axe.run({ include: ours }, { resultTypes: ["violations"] });
  return found.violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id}: ${node.html.slice(0, 200)}: ${node.failureSummary}`));
}"""
# A browser that keeps nothing says so by an exception.
KEEPS_NOTHING = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("denied", "SecurityError"); },
});"""


def name_of(page: str, language: str) -> str:
    return f"{page}.html" if language == "fa" else f"en/{page}.html"


def persian(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))


def fail_not(tab: Tab) -> None:
    assert not tab.errors + tab.outside, "\n".join(tab.errors + tab.outside)


# ---- Figures -----------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_enlarge_and_come_back(new_tab: NewTab, language: str) -> None:
    tab = new_tab(color_scheme="dark")
    tab.open(name_of(SHAPES, language))
    frame = tab.page.locator(FIGURE).first
    button = frame.locator(".hg-enlarge")
    title = frame.locator("svg title").first.text_content()
    before = frame.locator("svg").bounding_box()
    ink = "(svg) => getComputedStyle(svg.querySelector('text')).fill"
    small = frame.locator("svg").evaluate(ink)
    frame.scroll_into_view_if_needed()
    frame.click(position={"x": 5, "y": 5})
    dialog = tab.page.locator("dialog.hg-zoom[open]")
    dialog.wait_for()
    assert dialog.get_attribute("aria-label") == (title or "").strip()
    large = dialog.locator("svg").bounding_box()
    assert before
    assert large
    assert large["width"] > 1.2 * before["width"]
    assert large["y"] + large["height"] <= tab.page.viewport_size["height"]
    assert dialog.locator("svg").evaluate(ink) == small
    ids = tab.run("[...document.querySelectorAll('[id]')].map((item) => item.id)")
    assert len(set(ids)) == len(ids)
    tab.page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    after = frame.locator("svg").bounding_box()
    assert after
    assert (after["width"], after["height"]) == (before["width"], before["height"])
    assert button.evaluate("(item) => item === document.activeElement")
    tab.page.keyboard.press("Enter")
    dialog.wait_for()
    dialog.click(position={"x": 30, "y": 400})
    dialog.wait_for(state="detached")
    fail_not(tab)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_figures_are_saved_as_they_look(new_tab: NewTab, scheme: str) -> None:
    tab = new_tab(color_scheme=scheme)
    tab.open(name_of(SHAPES, "fa"))
    paper = "getComputedStyle(document.body).getPropertyValue('--fig-paper').trim()"
    saved = save(tab, tab.page.locator(FIGURE).first)
    assert saved[0] == f"{SHAPES}-output-size-sliding-window.svg"
    drawing = ElementTree.fromstring(saved[1])
    assert drawing.tag.endswith("}svg")
    assert b"var(" not in saved[1]
    assert "font-family: Vazirmatn" in drawing.get("style", "")
    [rectangle] = [item for item in drawing if item.tag.endswith("}rect")]
    assert rectangle.get("fill") == tab.run(paper)


def test_pictures_are_saved_as_they_are(new_tab: NewTab, served: Served) -> None:
    tab = new_tab()
    tab.open(name_of(MRI, "en"))
    frame = tab.page.locator("article .hg-frame:has(img)").first
    source = frame.locator("img").evaluate("(item) => new URL(item.src).pathname")
    name, content = save(tab, frame)
    assert re.fullmatch(rf"{MRI}-[\w-]+\.webp", name)
    page = next(page for page in served.site.pages if page.name.startswith("en/"))
    assert content == served.site.file_of(page, source).read_bytes()


def save(tab: Tab, frame: Locator) -> tuple[str, bytes]:
    """Enlarge a figure, press its link, and return the file's name and content."""
    frame.scroll_into_view_if_needed()
    frame.locator(".hg-enlarge").click()
    with tab.page.expect_download() as download:
        tab.page.locator("dialog.hg-zoom a[download]").click()
    return download.value.suggested_filename, download.value.path().read_bytes()


# ---- Long outputs -----------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_long_outputs_fold_and_open(new_tab: NewTab, language: str) -> None:
    tab = new_tab()
    tab.open(name_of(MRI, language))
    folded = tab.page.locator("article .hg-folded")
    count = folded.count()
    assert count >= 2
    heights = "(items) => items.map((item) => [item.clientHeight, item.scrollHeight])"
    for shown, whole in folded.evaluate_all(heights):
        assert shown < 400 < whole
    captions = folded.locator("caption").evaluate_all(
        "(items) => items.map((item) => item.getBoundingClientRect().bottom"
        " <= item.closest('.hg-folded').getBoundingClientRect().bottom)"
    )
    assert all(captions)
    box = tab.page.locator("article pre.hg-folded").first.element_handle()
    button = box.query_selector("xpath=following-sibling::*[1]")
    lines = len((box.text_content() or "").rstrip().split("\n"))
    number = persian(lines) if language == "fa" else str(lines)
    assert number in button.inner_text()
    button.click()
    assert box.evaluate("(item) => item.clientHeight >= item.scrollHeight - 20")
    assert button.get_attribute("aria-expanded") == "true"
    button.click()
    assert box.evaluate("(item) => item.clientHeight < 400")
    tab.page.emulate_media(media="print")
    whole = "(items) => items.every((x) => x.clientHeight >= x.scrollHeight - 20)"
    assert folded.evaluate_all(whole)
    fail_not(tab)


def test_a_fold_opens_where_a_search_leads(new_tab: NewTab, served: Served) -> None:
    """A link to a text scrolls as the browser's own search does."""
    tab = new_tab()
    address = served.url(name_of(MRI, "en"))
    tab.page.goto(f"{address}#:~:text=Non%2Dtrainable%20params", wait_until="load")
    opened = tab.page.locator("pre.hg-whole", has_text="Non-trainable params")
    opened.locator("xpath=following-sibling::button[1]").wait_for()


def test_nothing_is_folded_without_scripts(new_tab: NewTab) -> None:
    tab = new_tab(java_script_enabled=False)
    tab.open(name_of(MRI, "fa"))
    box = tab.page.locator("article pre.hg-text").first
    assert box.evaluate("(item) => getComputedStyle(item).maxHeight") == "none"


# ---- Code on a phone -----------------------------------------------------


def test_code_wraps_where_the_reader_wants_it(new_tab: NewTab) -> None:
    tab = new_tab(viewport=PHONE)
    tab.open(name_of(SHAPES, "fa"))
    wide = (
        "[...document.querySelectorAll('.hg-cell .hg-code pre > code')]"
        ".filter((item) => item.scrollWidth > item.clientWidth).length"
    )
    tab.page.locator(".hg-wraps:visible").first.wait_for()
    count = tab.run(wide)
    assert tab.page.locator(".hg-wraps:visible").count() == count > 3
    texts = "[...document.querySelectorAll('.hg-code code')].map((x) => x.innerText)"
    before = tab.run(texts)
    tab.page.locator(".hg-wraps:visible").first.click()
    assert tab.run(wide) == 0
    assert tab.run(texts) == before
    tab.open(name_of(MRI, "en"))
    assert tab.run(wide) == 0
    assert tab.page.locator(".hg-wraps[aria-pressed=true]").count()
    tab.page.keyboard.press("w")
    assert tab.run(wide) > 3
    fail_not(tab)


# ---- Progress -----------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_read_is_remembered(new_tab: NewTab, language: str) -> None:
    tab = new_tab()
    tab.open(name_of(SHAPES, language))
    tab.forget()
    second = tab.page.locator(".hg-section-end").nth(1)
    second.scroll_into_view_if_needed()
    section = second.locator(".hg-read").get_attribute("data-section")
    read = tab.page.locator(f".hg-read[data-section='{section}'][aria-pressed=true]")
    read.wait_for()
    assert tab.page.locator(f".md-nav a[href$='#{section}'] .hg-done").count()
    third = tab.page.locator(".hg-section-end").nth(2).locator(".hg-read")
    third.click()
    assert third.get_attribute("aria-pressed") == "true"
    done = tab.page.locator(".hg-read[aria-pressed=true]").count()
    every = tab.page.locator(".hg-read").count()
    tab.page.wait_for_timeout(600)
    told = [path for path in tab.loaded if not path.endswith((".svg", ".woff2"))]
    assert not told, "what is read was told to someone"
    hash_, title = tab.run(
        "() => { const { id, title } = JSON.parse(Object.entries(localStorage)"
        ".find(([key]) => key.endsWith('place'))[1]); return [id, title]; }"
    )
    heading = tab.page.locator(f"article h2[id='{hash_}']").inner_text()
    assert heading.startswith(title)
    tab.open(name_of("index", language))
    assert tab.page.locator(".hg-continue a").inner_text().endswith(f": {title}")
    # To the home page of the other language: both share what they remember.
    other = "en" if language == "fa" else "fa"
    tab.open(name_of("index", other))
    box = tab.page.locator(".hg-continue")
    place = box.locator("a").evaluate("(item) => item.href")
    assert place.startswith(tab.served.url(name_of(SHAPES, other)) + "#")
    both = [persian(done), persian(every)] if other == "fa" else [done, every]
    share = tab.page.locator(f"article a[href$='{SHAPES}.html'] + .hg-done")
    assert share.text_content() == "/".join(map(str, both))
    assert tab.page.locator("article .hg-done").count() == 1
    box.locator("button").click()
    assert not tab.page.locator(".hg-done, .hg-continue").count()
    tab.open(name_of(SHAPES, language))
    # What stands in the window may be read anew by now, on a slow machine.
    assert not read.count()
    assert third.get_attribute("aria-pressed") == "false"
    fail_not(tab)


def test_a_browser_that_keeps_nothing_is_no_error(new_tab: NewTab) -> None:
    tab = new_tab()
    tab.page.add_init_script(KEEPS_NOTHING)
    tab.open(name_of(SHAPES, "fa"))
    last = tab.page.locator(".hg-read").last  # not in sight: nobody has read it yet
    last.click()
    assert last.get_attribute("aria-pressed") == "true"
    assert tab.page.locator(".md-nav--secondary .hg-done").count()
    tab.page.keyboard.press("w")
    assert tab.run("document.documentElement.matches('.hg-wrap')")
    fail_not(tab)


# ---- Keys and tools -----------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_keys_are_shown_and_stay_out_of_inputs(new_tab: NewTab, language: str) -> None:
    tab = new_tab()
    tab.open(name_of(SHAPES, language))
    dialog = tab.page.locator("dialog.hg-tools-box[open]")
    tab.page.keyboard.press("?")
    dialog.wait_for()
    keys = dialog.locator("kbd").all_text_contents()
    assert {"/", "s", "f", "p", "n", ",", ".", "?", "Esc"} <= set(keys)
    assert len(dialog.locator("dd").all_text_contents()) >= 6
    foreign = "[A-Za-z]{4,}" if language == "fa" else "[\u0600-\u06ff]"
    said = dialog.inner_text().replace("Markdown", "").replace("BibTeX", "")
    assert not re.search(foreign, said)
    tab.page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    tab.page.locator(".hg-tools").click()
    dialog.wait_for()
    dialog.locator("header button").click()
    tab.page.keyboard.press("s")
    tab.page.keyboard.type("w?")
    tab.page.wait_for_timeout(300)
    search = tab.page.locator(".hg-search-box input")
    assert search.input_value() == "w?"
    assert not dialog.count()
    assert not tab.run("document.documentElement.matches('.hg-wrap')")
    tab.page.keyboard.press("Escape")
    # The same keys while the keyboard writes Persian.
    keys_of = tab.page.context.new_cdp_session(tab.page)
    persian_w = {"key": "ص", "code": "KeyW", "text": "ص"}
    keys_of.send("Input.dispatchKeyEvent", {"type": "keyDown", **persian_w})
    assert tab.run("document.documentElement.matches('.hg-wrap')")
    # Whoever speaks to the computer may turn single keys off.
    tab.page.locator(".hg-tools").click()
    dialog.locator("section:has(dl) input").uncheck()
    dialog.locator("header button").click()
    tab.page.keyboard.press("w")
    tab.page.keyboard.press("s")
    assert tab.run("document.documentElement.matches('.hg-wrap')")
    assert not tab.page.locator("dialog[open]").count()
    fail_not(tab)


@pytest.mark.parametrize(("language", "scheme"), [("fa", "light"), ("en", "dark")])
def test_dialogs_are_for_everyone(
    new_tab: NewTab, axe: str, language: str, scheme: str
) -> None:
    tab = new_tab(viewport=PHONE, color_scheme=scheme)
    tab.open(name_of(SHAPES, language))
    tab.page.locator(".hg-read").first.click()
    tab.run(axe)
    found = tab.run(AXE, [".hg-section-end", ".hg-tools", ".hg-frame", ".md-nav"])
    tab.page.keyboard.press("?")
    tab.page.locator("dialog[open] progress").wait_for(state="attached")
    found += tab.run(AXE, ["dialog[open]"])
    tab.page.set_viewport_size({"width": 320, "height": 700})
    assert tab.run(
        "(() => { const box = document.querySelector('dialog[open]');"
        " return box.scrollWidth <= box.clientWidth })()"
    )
    tab.page.keyboard.press("Escape")
    tab.page.locator(".hg-enlarge").first.click()
    tab.page.locator("dialog[open] svg").wait_for()
    found += tab.run(AXE, ["dialog[open]"]) + tab.run(OVERFLOW)
    tab.page.keyboard.press("Escape")
    tab.page.locator(".hg-section-end").nth(3).scroll_into_view_if_needed()
    tab.page.wait_for_timeout(700)  # the place is remembered
    tab.open(name_of("index", language))
    tab.run(axe)
    found += tab.run(AXE, [".hg-continue", "article .hg-done"]) + tab.run(OVERFLOW)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_home_opens_the_tools_where_it_names_them(
    new_tab: NewTab, language: str
) -> None:
    tab = new_tab()
    tab.open(name_of("index", language))
    tab.page.locator("article a.hg-opens-tools").click()
    tab.page.locator("dialog.hg-tools-box[open]").wait_for()
    assert "#" not in tab.page.url
    fail_not(tab)


# ---- Copies -----------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_and_sections_are_copied_as_markdown(
    new_tab: NewTab, served: Served, language: str
) -> None:
    tab = new_tab(permissions=CLIPBOARD)
    tab.open(name_of(SHAPES, language))
    file = served.site.folder / name_of(SHAPES, language).replace(".html", ".md")
    text = file.read_text(encoding="utf-8")
    whole = copied(tab, lambda: tab.page.keyboard.press("m"))
    assert whole.startswith("# ")
    assert "{#" not in whole
    assert whole.count("\n```") == text.count("\n```")
    start = tab.served.url(name_of(SHAPES, language)).rpartition("/")[0]
    assert f"]({start}/q2-convolution-by-hand.html#forward)" in whole
    tab.open(f"{name_of(SHAPES, language)}#size")
    tab.page.locator(".hg-tools").click()
    wanted = read_words(ROOT, language)["reader.copy_section"]
    part = copied(tab, tab.page.locator("dialog[open] button", has_text=wanted).click)
    assert part in whole
    headings = re.findall(r"^## .*\{#([\w-]+)\}$", text, re.MULTILINE)
    following = headings[headings.index("size") + 1]
    assert part.startswith("## ")
    assert part.count("\n## ") == 0
    after = re.search(rf"^## (.*?) \{{#{following}\}}$", text, re.MULTILINE)
    assert after
    assert after[1] not in part
    fail_not(tab)


@pytest.mark.parametrize("language", LANGUAGES)
def test_bibtex_is_copied(new_tab: NewTab, served: Served, language: str) -> None:
    tab = new_tab(permissions=CLIPBOARD)
    tab.open(name_of("references", language))
    entry = tab.page.locator("li#kingma2015 button.hg-copy")
    text = copied(tab, entry.click)
    bibliography = (served.site.folder / "references.bib").read_text(encoding="utf-8")
    assert text in bibliography
    assert list(parse_string(text, "bibtex").entries) == ["kingma2015"]
    works = tab.page.locator(".hg-references > li[id]").count()
    assert tab.page.locator(".hg-references .hg-copy").count() == works
    tab.open(name_of(SHAPES, language))
    tab.page.locator(".hg-tools").click()
    button = tab.page.locator("dialog[open] button", has_text="BibTeX")
    [(key, cited)] = parse_string(copied(tab, button.click), "bibtex").entries.items()
    assert key == f"hamgasht-{SHAPES}"
    heading = tab.page.locator("article h1").evaluate("(item) => item.firstChild.data")
    assert cited.fields["title"].strip("{}").startswith(heading.strip()[:10])
    assert cited.fields["url"] == served.url(name_of(SHAPES, language))
    assert str(cited.persons["author"][0]) == "{The Hamgasht authors}"
    fail_not(tab)


def copied(tab: Tab, press: Callable[[], object]) -> str:
    """Press a button and return what lies on the clipboard then."""
    tab.run("navigator.clipboard.writeText('nothing was copied')")
    press()
    for _ in range(100):
        text = tab.run("navigator.clipboard.readText()")
        if text != "nothing was copied":
            return text
        tab.page.wait_for_timeout(50)
    raise AssertionError("nothing was copied")


# ---- Terms -----------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["hg-term", "hg-cite"])
def test_explanations_come_by_tap_and_by_focus(
    new_tab: NewTab, language: str, kind: str
) -> None:
    tab = new_tab(viewport=PHONE, has_touch=True)
    tab.open(name_of(SHAPES, language))
    here = tab.page.url
    link = tab.page.locator(f"article a.{kind}").first
    title = link.get_attribute("title") or ""
    tip = tab.page.locator(".hg-tip")
    link.scroll_into_view_if_needed()
    link.tap()
    assert tip.locator("span").text_content() == title
    assert tip.get_attribute("role") == "status"
    box, view = tip.bounding_box(), tab.page.viewport_size
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= view["width"]
    assert tab.page.url.partition("#")[0] == here  # scrolling names the section
    tab.page.locator("article h1").tap()
    assert not tip.is_visible()
    link.focus()
    tab.page.keyboard.press("Shift+Tab")
    tab.page.keyboard.press("Tab")
    assert tip.locator("span").text_content() == title
    tab.page.keyboard.press("Escape")
    assert not tip.is_visible()
    link.tap()
    link.tap()
    tab.page.wait_for_url(re.compile(r"(glossary|references)\.html#"))
    fail_not(tab)


# ---- From a disk -----------------------------------------------------


def test_comfort_works_from_a_disk(new_tab: NewTab, served: Served) -> None:
    tab = new_tab()
    tab.page.goto((served.site.folder / f"{MRI}.html").as_uri() + "#summary")
    tab.page.locator(".hg-folded").first.wait_for()
    assert tab.page.locator(".md-code__button").count() > 10
    tab.page.locator(".hg-enlarge").first.click()
    tab.page.locator("dialog.hg-zoom[open]").wait_for()
    tab.page.keyboard.press("Escape")
    tab.page.keyboard.press("?")
    dialog = tab.page.locator("dialog.hg-tools-box[open]")
    dialog.wait_for()
    assert not dialog.locator("progress").count()
    buttons = " ".join(dialog.locator("button").all_text_contents())
    assert "BibTeX" in buttons
    assert "Markdown" not in buttons
    # Chromium lends no font to a page from a disk that asks for it ahead of time.
    assert not [error for error in tab.errors if "font" not in error.lower()]
