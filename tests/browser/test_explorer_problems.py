"""Explorers when something is wrong: what a reader gives, and what does not load."""

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from PIL import Image
from playwright.sync_api import expect

from browser.built import LANGUAGES, Page
from browser.conftest import Served, Tab
from browser.engines import Engine
from browser.test_explorers import LIVE, start, word
from hamgasht.core.words import read_words

CONVOLUTION, DESCENT = "q2-convolution-by-hand", "q1-optimizers"
SHAPES, MRI = "q3-shapes-and-parameters", "q4d-where-it-looks"
OF_PAGE = {CONVOLUTION: "convolution", DESCENT: "descent"}
OF_PAGE |= {SHAPES: "shapes", MRI: "network"}
ALONE = "&momentum=0&rmsprop=0&adam=0"
# Page, state, control, what is given to it, and the sentence with its numbers.
GIVEN = {
    "letters for numbers": (
        *(CONVOLUTION, "", ".hg-grid--x input", "abc"),
        ("not_number",),
    ),
    "filter larger than input": (
        *(CONVOLUTION, "", ".hg-grid--f", "9"),
        ("filter_larger", 9, 3),
    ),
    "stride 0": (CONVOLUTION, "", "strides", "0", ("strides_range", 1, 9)),
    "a rate at which all overflows": (
        *(DESCENT, f"&surface=parabola&x=1&y=1{ALONE}", "rate", "1"),
        ("overflow", 20),
    ),
    "letters for a shape": (SHAPES, "", "input", "nine", ("wrong_input",)),
    "a text as image": (MRI, "", "file", "text", ("not_image",)),
    "100 megapixels": (MRI, "", "file", "huge", ("too_many_pixels", 64)),
}
# Each explorer with broken states, and the sentence.
ADDRESSES = {
    "a stride that is none": (CONVOLUTION, "strides=%00", ("not_number",)),
    "a part that is none": (CONVOLUTION, "part=sideways", ("broken",)),
    "a surface that is none": (DESCENT, "surface=moon", ("broken",)),
    "layers that are none": (SHAPES, "layers=Dense(((", ("broken",)),
    "a network that is none": (MRI, "net=__proto__", ("no_network",)),
}
# Returns what was seen before and after, and the sentence.
GIVE = f"""
const [selector, label, given] = arguments;
const live = document.querySelector("{LIVE}");
const own = live.querySelector(selector) ?? [...live.querySelectorAll("label")]
  .find((each) => each.textContent === label).control;
const input = own.matches("input") ? own
  : own.parentElement.querySelector("select");
const before = live.querySelector(".hg-explorer__box").innerText;
if (input.type === "file") {{
  const bytes = Uint8Array.from(atob(given), (letter) => letter.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], "own.png", {{ type: "image/png" }}));
  input.files = files.files;
}} else input.value = given;
for (const type of ["input", "change"]) input.dispatchEvent(new Event(type));
return new Promise((done) => {{
  const look = (left) => {{
    const problem = live.querySelector(".hg-problem").innerText;
    const after = live.querySelector(".hg-explorer__box").innerText;
    if (problem || left === 0) return done([problem, before, after]);
    return setTimeout(look, 100, left - 1);
  }};
  look(200);
}});
"""
READY = f"""
const look = (done) => document.querySelector(
  "{LIVE} .hg-explorer__end") && !document.querySelector("{LIVE} [aria-busy=true]")
  ? done([document.querySelector("{LIVE} .hg-problem").innerText,
    document.querySelector("{LIVE} .hg-explorer__box").innerText])
  : setTimeout(look, 50, done);
return new Promise(look);
"""


def sentence(language: str, name: str, key: str, *values: int) -> str:
    """Return a sentence of an explorer with its numbers, in the language's digits."""
    text = word(language, name, key)
    persian = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
    for mark, value in zip("#@", values, strict=False):
        written = str(value)
        written = written.translate(persian) if language == "fa" else written
        text = text.replace(mark, written)
    return text


def address(language: str, page: str, state: str = "") -> str:
    query = f"explorer={OF_PAGE[page]}{'&' * bool(state)}{state.lstrip('&')}"
    return f"{'en/' if language == 'en' else ''}{page}.html?{query}"


def file(kind: str) -> str:
    """Return a file in base64: a text, or an image of 100 megapixels."""
    if kind == "text":
        return base64.b64encode(b"no image").decode()
    content = io.BytesIO()
    Image.new("1", (10_000, 10_000)).save(content, "png")
    return base64.b64encode(content.getvalue()).decode()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", GIVEN)
def test_each_engine_refuses_it_in_one_sentence(
    engine: Engine, served: Served, language: str, case: str
) -> None:
    page, state, control, given, (key, *values) = GIVEN[case]
    name = OF_PAGE[page]
    engine.open(served.url(address(language, page, state)))
    engine.run(READY)
    selector = {"file": "input[type=file]"}.get(control, control)
    label = "" if control[0] == "." else word(language, name, control)
    given = file(given) if control == "file" else given
    problem, before, after = engine.run(GIVE, selector, label, given)
    assert problem == sentence(language, name, key, *values)
    assert after == before, "the last good state stays"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", ADDRESSES)
def test_each_engine_opens_a_broken_address_as_it_starts(
    engine: Engine, served: Served, language: str, case: str
) -> None:
    page, state, (key, *values) = ADDRESSES[case]
    engine.open(served.url(address(language, page)))
    _, usual = engine.run(READY)
    engine.open(served.url(address(language, page, state)))
    problem, seen = engine.run(READY)
    assert problem == sentence(language, OF_PAGE[page], key, *values)
    assert seen == usual


# ---- What does not load ---------------------------------------------------------

SECONDS = 20  # that a machine with other work may need
FILES = ("frame.js", "words.js", "{}.js", "{}-view.js", "explorers.css")
STARTED = f"{LIVE} .hg-explorer__end"
# A page whose scripts of this name come from where there are none.
LOSE = """
const append = HTMLHeadElement.prototype.append;
document.head.append = (element) => {
  for (const key of ["src", "href"])
    if (element[key]?.includes(arguments[0])) element[key] += ".lost";
  append.call(document.head, element);
};
document.querySelector(".hg-start").click();
"""
SAID = """return new Promise(function look(done) {
  const said = document.querySelector(".hg-explorer > .hg-problem");
  return said?.innerText ? done(said.innerText) : setTimeout(look, 50, done);
});"""
AGAIN = f"""
delete document.head.append;
document.querySelector(".hg-start").click();
return new Promise(function look(done) {{
  return document.querySelector("{STARTED}")
    ? done([...document.querySelectorAll(".hg-explorer .hg-problem")]
      .map((each) => each.innerText).join(""))
    : setTimeout(look, 50, done);
}});
"""


def at(served: Served, language: str, page: str) -> Page:
    return Page(served.site, f"{'en/' if language == 'en' else ''}{page}.html")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lost", FILES)
def test_what_does_not_load_is_said_and_tried_again(
    tab: Tab, served: Served, language: str, lost: str
) -> None:
    for page in (CONVOLUTION, MRI):
        tab.open(at(served, language, page))
        tab.page.route(f"**/{lost.format(OF_PAGE[page])}", lambda route: route.abort())
        tab.page.locator(".hg-start").press("Enter")
        said = tab.page.locator(".hg-explorer > .hg-problem")
        expect(said).to_have_text(word_of_reader(language), timeout=SECONDS * 1000)
        expect(said).to_have_role("alert")
        expect(tab.page.locator(".hg-explorer > .hg-cell")).to_be_visible()
        expect(tab.page.locator(LIVE)).to_have_count(0)
        tab.page.locator(".hg-start").press("Enter")
        expect(said).to_have_count(1)
        tab.page.unroute_all()
        tab.page.locator(".hg-start").press("Enter")
        tab.page.locator(STARTED).wait_for()
        expect(said).to_have_count(0)
        expect(tab.page.locator(f"{LIVE} > .hg-problem")).to_be_empty()


def word_of_reader(language: str) -> str:
    return read_words(ROOT, language)["reader.explorer_failed"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_network_it_says_so_and_starts_once_there_is_one(
    new_tab: Callable[..., Tab], served: Served, language: str
) -> None:
    tab = new_tab(service_workers="block")
    tab.open(at(served, language, DESCENT))
    tab.page.context.set_offline(True)
    tab.page.locator(".hg-start").click()
    said = tab.page.locator(".hg-explorer > .hg-problem")
    expect(said).to_have_text(word_of_reader(language), timeout=SECONDS * 1000)
    tab.page.context.set_offline(False)
    tab.page.locator(".hg-start").click()
    tab.page.locator(STARTED).wait_for()
    expect(said).to_have_count(0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_engine_says_that_it_did_not_load(
    engine: Engine, served: Served, language: str
) -> None:
    engine.open(served.url(at(served, language, CONVOLUTION)))
    engine.run(LOSE, "convolution-view.js")
    assert engine.run(SAID) == word_of_reader(language)
    assert engine.run(AGAIN) == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_network_that_does_not_load_is_tried_again(
    tab: Tab, served: Served, language: str
) -> None:
    weights = "**/network-mri.js"
    tab.page.route(weights, lambda route: route.abort())
    live = start(tab, at(served, language, MRI))
    problem = live.locator("> .hg-problem")
    unavailable = word(language, "network", "unavailable")
    expect(problem).to_have_text(unavailable, timeout=SECONDS * 1000)
    expect(live.locator("canvas:visible")).to_have_count(0)
    retry = live.get_by_role("button", name=word(language, "network", "retry"))
    retry.press("Enter")
    expect(problem).to_have_text(unavailable, timeout=SECONDS * 1000)
    tab.page.unroute_all()
    retry.press("Enter")
    expect(live.locator(".hg-verdict")).not_to_be_empty()
    expect(problem).to_be_empty()
    expect(retry).to_be_hidden()


def test_a_second_click_starts_no_second_one(tab: Tab, served: Served) -> None:
    tab.open(at(served, "en", CONVOLUTION))
    tab.run(
        "() => { for (let n = 0; n < 3; n += 1) "
        "document.querySelector('.hg-start').click(); }"
    )
    tab.page.locator(STARTED).first.wait_for()
    tab.page.wait_for_timeout(300)
    expect(tab.page.locator(LIVE)).to_have_count(1)


def test_an_own_image_opens_from_a_disk(
    tab: Tab, served: Served, tmp_path: Path
) -> None:
    page = at(served, "en", MRI)
    tab.page.goto(f"{page.file.as_uri()}?explorer=network")
    live = tab.page.locator(LIVE)
    live.locator(".hg-verdict").wait_for()
    said: Any = live.locator(".hg-answers").inner_text()
    Image.effect_noise((300, 200), 90).save(tmp_path / "own.png")
    live.locator("input[type=file]").set_input_files(tmp_path / "own.png")
    expect(live.locator(".hg-answers")).not_to_have_text(said, use_inner_text=True)
    expect(live.locator("> .hg-problem")).to_be_empty()
