"""Explorers: a figure until they are started, then by keyboard, address and ear."""

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import ROOT
from PIL import Image
from playwright.sync_api import Locator, expect

from browser.built import LANGUAGES, Page, Site
from browser.conftest import Served, Tab
from browser.engines import Engine
from browser.test_accessibility import RULES, SCHEMES
from hamgasht.core.words import read_words

# Of each explorer a parameter, a text that it takes, and one that it refuses.
CHANGES = {
    "convolution": ("strides", "2", "0"),
    "network": ("turn", "90", "181"),
    "descent": ("rate", "0.05", "0"),
    "shapes": ("input", "400 7", "0 7"),
}
UNSTARTED_LIMIT = 2_000  # bytes, compressed
STARTED_LIMITS = dict.fromkeys(CHANGES, 60_000) | {"network": 700_000}
LIVE = ".hg-explorer__live"
BLOCK = re.compile(r'<div class="?hg-explorer"?[^>]*data-explorer="?([\w-]+)')
OWN = re.compile(
    r'<div class="?hg-explorer"?[^>]*>|<p>(?:(?!</p>).)*</p>\s*(?=<button[^>]*hg-start)'
    r"|<button[^>]*hg-start[^>]*>[^<]*</button>",
    re.S,
)
AXE = f"""async (only) => {{
  const found = await axe.run("{LIVE}", only
    ? {{ runOnly: {{ type: "rule", values: only }} }}
    : {{ rules: {{ "target-size": {{ enabled: true }} }} }});
  return found.violations.flatMap((rule) => rule.nodes.map((node) =>
    `${{rule.id}}: ${{node.html.slice(0, 200)}}: ${{node.failureSummary}}`));
}}"""
STARTED = f"""
const see = (done) => document.querySelector("{LIVE} .hg-explorer__end")
  ? done(document.querySelector("{LIVE}").innerText) : setTimeout(() => see(done), 50);
return new Promise(see);
"""


def explorers(site: Site, language: str) -> list[tuple[Page, str]]:
    """Return each page that holds an explorer, with its name."""
    found = [
        (page, name)
        for page in site.of(language)
        if not page.is_notebook
        for name in BLOCK.findall(page.text)
    ]
    assert found
    assert {name for _, name in found} <= set(CHANGES), "say in CHANGES what it takes"
    return found


def start(tab: Tab, page: Page, state: str = "") -> Locator:
    """Open a page, start its explorer by an address or its button; return it."""
    tab.open(page if not state else f"{page.name}?{state}")
    if not state:
        tab.page.locator(".hg-start").first.press("Enter")
    live = tab.page.locator(LIVE)
    live.wait_for()
    expect(live.locator("[aria-busy=true]")).to_have_count(0, timeout=30_000)
    return live


def word(language: str, name: str, key: str) -> str:
    words = read_words(ROOT, language)
    return words.get(f"explorer.{name}.{key}", words.get(f"explorer.{key}", ""))


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_it_comes_before_it_is_started(
    tab: Tab, served: Served, language: str
) -> None:
    for page, _ in explorers(served.site, language):
        tab.forget()
        tab.open(page)
        assert not [path for path in tab.loaded if "explorer" in path]
        without = OWN.sub("", page.text)
        sizes = [len(gzip.compress(text.encode())) for text in (page.text, without)]
        assert len(without) < len(page.text)
        assert sizes[0] - sizes[1] < UNSTARTED_LIMIT, f"{page}: {sizes}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_it_loads_is_small_and_kept_for_offline(
    tab: Tab, served: Served, language: str
) -> None:
    site = served.site.folder / ("en" if language == "en" else "")
    kept = json.loads((site / "offline.json").read_text(encoding="utf-8"))["files"]
    for page, name in explorers(served.site, language):
        tab.forget()
        start(tab, page)
        files = [path for path in tab.loaded if "explorer" in path.partition("?")[0]]
        names = [path.partition("/assets/")[2] for path in files if "assets" in path]
        assert {f"js/explorers/{name}.js", "css/explorers.css"} <= set(names)
        assert {f"assets/{file}" for file in names} <= set(kept)
        size = sum(
            len(gzip.compress((site / "assets" / file).read_bytes())) for file in names
        )
        assert size < STARTED_LIMITS[name], f"{page}: {size}"
        assert not tab.errors + tab.outside


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_scripts_and_on_paper_the_figure_stands(
    new_tab: Callable[..., Tab], served: Served, language: str
) -> None:
    plain, tab = new_tab(java_script_enabled=False), new_tab()
    for page, _ in explorers(served.site, language):
        plain.page.goto(served.url(page))
        expect(plain.page.locator(".hg-explorer > .hg-cell")).to_be_visible()
        expect(plain.page.locator(".hg-start")).to_be_hidden()
        live = start(tab, page)
        figure = tab.page.locator(".hg-explorer > .hg-cell")
        expect(figure).to_be_hidden()
        tab.page.emulate_media(media="print")
        expect(figure).to_be_visible()
        expect(live).to_be_hidden()
        tab.page.emulate_media(media="screen")


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_starts_and_ends_by_keyboard(
    tab: Tab, served: Served, language: str
) -> None:
    for page, name in explorers(served.site, language):
        live = start(tab, page)
        expect(live).to_be_focused()
        assert live.get_attribute("aria-label") == word(language, name, "title")
        tab.page.keyboard.press("Tab")
        assert live.locator(":focus").count() == 1
        live.locator(".hg-explorer__end button").last.press("Enter")
        expect(live).to_have_count(0)
        expect(tab.page.locator(".hg-start")).to_be_focused()
        assert "explorer=" not in tab.page.url
        expect(tab.page.locator(".hg-explorer > .hg-cell")).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_address_holds_its_state(tab: Tab, served: Served, language: str) -> None:
    for page, name in explorers(served.site, language):
        key, good, bad = CHANGES[name]
        live = start(tab, page, f"explorer={name}&{key}={good}")
        box = tab.page.locator(".hg-explorer").bounding_box()
        assert box
        assert -10 < box["y"] < 450, "the page is opened at it"
        expect(live.locator(".hg-problem")).to_be_empty()
        seen = live.locator(".hg-explorer__box").inner_text()
        start(tab, page, f"explorer={name}")
        assert live.locator(".hg-explorer__box").inner_text() != seen
        usual = live.locator(".hg-explorer__box").inner_text()
        start(tab, page, f"explorer={name}&{key}={bad}&nonsense=1")
        expect(live.locator(".hg-problem")).not_to_be_empty()
        assert live.locator(".hg-explorer__box").inner_text() == usual
        assert not tab.errors


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_in_it(
    tab: Tab, served: Served, axe: str, language: str
) -> None:
    found = []
    for page, _ in explorers(served.site, language):
        tab.page.set_viewport_size({"width": 1280, "height": 900})
        tab.page.emulate_media(color_scheme="light")
        start(tab, page)
        tab.run(axe)
        for (scheme, width), rules in RULES.items():
            tab.page.set_viewport_size({"width": width, "height": 900})
            tab.page.emulate_media(color_scheme=scheme)
            tab.page.wait_for_function(
                "(name) => document.body.dataset.mdColorScheme === name",
                arg=SCHEMES[scheme],
            )
            found += [f"{page}, {scheme}: {item}" for item in tab.run(AXE, rules)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_fits_a_narrow_screen(tab: Tab, served: Served, language: str) -> None:
    tab.page.set_viewport_size({"width": 390, "height": 800})
    for page, _ in explorers(served.site, language):
        start(tab, page)
        assert tab.run("document.scrollingElement.scrollWidth") == 390


def test_numbers_are_persian_in_persian(tab: Tab, served: Served) -> None:
    for page, _ in explorers(served.site, "fa"):
        live = start(tab, page)
        texts = live.evaluate(
            """(live) => {
              const all = (selector) => [...live.querySelectorAll(selector)];
              return [live.innerText,
                ...all("input[type=text]").map(({ value }) => value),
                ...all("[aria-label]").map(({ ariaLabel }) => ariaLabel)];
            }"""
        )
        code = live.locator("code, pre, [lang=en]").all_inner_texts()
        text = "\n".join(texts)
        for piece in code:
            text = text.replace(piece, "")
        assert not re.findall(r"(?<![A-Za-z_\d])\d+", re.sub(r"[۰-۹]", "", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_works_from_a_disk(tab: Tab, served: Served, language: str) -> None:
    for page, name in explorers(served.site, language):
        key, good, _ = CHANGES[name]
        tab.page.goto(f"{page.file.as_uri()}?explorer={name}&{key}={good}")
        tab.page.locator(f"{LIVE} .hg-explorer__end").wait_for()
        expect(tab.page.locator(f"{LIVE} .hg-problem")).to_be_empty()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_engine_starts_it(engine: Engine, served: Served, language: str) -> None:
    for page, name in explorers(served.site, language):
        key, good, _ = CHANGES[name]
        engine.open(f"{served.url(page)}?explorer={name}&{key}={good}")
        assert engine.run(STARTED).strip()
        assert (
            engine.run(f"return document.querySelector('{LIVE} .hg-problem').innerText")
            == ""
        )


# ---- The convolution -----------------------------------------------------------

QUESTION = "q2-convolution-by-hand.html"
MINUS = {"en": "−10", "fa": "−۱۰"}


@pytest.fixture(params=LANGUAGES)
def question(request: pytest.FixtureRequest, tab: Tab, served: Served) -> Any:
    """The chapter's explorer, started; its language."""
    prefix = "en/" if request.param == "en" else ""
    return start(tab, Page(served.site, prefix + QUESTION)), request.param


def entries(live: Locator, name: str) -> list[str]:
    return (
        live.get_by_role("grid", name=name, exact=True)
        .locator("button")
        .all_inner_texts()
    )


def test_an_entry_is_looked_at_by_pointer_and_keys(question: Any, tab: Tab) -> None:
    live, language = question
    result = live.get_by_role("grid", name="O", exact=True).locator("button")
    result.nth(1).hover()
    expect(result.nth(1)).to_have_attribute("aria-pressed", "true")
    result.nth(0).focus()
    expect(result.nth(0)).to_have_attribute("aria-pressed", "true")
    tab.page.keyboard.press("ArrowDown")
    expect(result.nth(2)).to_be_focused()
    expect(live.locator(".hg-sum strong")).to_contain_text(MINUS[language])
    expect(live.locator(".hg-product")).to_have_count(4)
    expect(live.locator("[role=status]")).to_contain_text(MINUS[language])
    live.locator(".hg-sum").hover()
    tab.page.wait_for_url("**at=2,1**")


def test_a_number_is_changed_and_a_bad_one_refused(question: Any, tab: Tab) -> None:
    live, language = question
    corner = live.get_by_role("grid", name="X", exact=True).locator("input").first
    corner.fill("۵٫۵" if language == "fa" else "5.5")
    wanted = "۶" if language == "fa" else "6"
    assert entries(live, "O")[0] == wanted  # 2 × 5.5 − 3 × 2 + 1
    corner.fill("5x")
    problem = live.locator(".hg-problem")
    expect(problem).to_have_text(word(language, "convolution", "not_number"))
    expect(corner).to_have_attribute("aria-invalid", "true")
    assert entries(live, "O")[0] == wanted
    stride = live.get_by_label(word(language, "convolution", "strides"))
    stride.fill("0")
    digits = ("۱", "۹") if language == "fa" else ("1", "9")
    sentence = word(language, "convolution", "strides_range")
    for mark, digit in zip("#@", digits, strict=True):
        sentence = sentence.replace(mark, digit)
    expect(problem).to_have_text(sentence)
    assert len(entries(live, "O")) == 4
    stride.fill("2")
    expect(problem).to_be_empty()
    assert entries(live, "O") == [wanted]
    tab.page.wait_for_url("**strides=2**")
    query = parse_qs(urlsplit(tab.page.url).query)
    assert query["explorer"] == ["convolution"]
    live.locator(".hg-explorer__end button").first.click()
    assert len(entries(live, "O")) == 4


def test_gradients_are_the_chapters(question: Any) -> None:
    live, language = question
    part = live.get_by_label(word(language, "convolution", "part"), exact=True)
    part.select_option("input")
    manifest = json.loads(
        (
            ROOT / "docs/outputs/q2_convolution_by_hand/backward/manifest.json"
        ).read_text()
    )
    found = entries(live, "∂L/∂X")
    latin = str.maketrans("۰۱۲۳۴۵۶۷۸۹٫−", "0123456789.-")
    numbers = [
        float(re.sub("[\u2066\u2069]", "", text).translate(latin)) for text in found
    ]
    assert numbers[3] == manifest["values"]["dx21"]
    assert numbers[6] == manifest["values"]["dx31"]
    assert sum(numbers) == 0  # as the filter's entries


# ---- A network in the page ----------------------------------------------------------

NETWORKS = ("q4d-where-it-looks", "q5b-robustness-and-labels", "q7d-smaller-and-better")
MRI, DIGITS, CIFAR = NETWORKS


def network(tab: Tab, served: Served, language: str, name: str, state: str) -> Locator:
    prefix = "en/" if language == "en" else ""
    page = Page(served.site, f"{prefix}{name}.html")
    return start(tab, page, f"explorer=network&{state}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_the_mri_warns(tab: Tab, served: Served, language: str) -> None:
    for name in NETWORKS:
        live = network(tab, served, language, name, "")
        warning = live.get_by_text(word(language, "network", "warning"))
        expect(warning).to_be_visible(visible=name == MRI)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_image_is_changed_and_its_answer_is_heard(
    tab: Tab, served: Served, language: str
) -> None:
    live = network(tab, served, language, CIFAR, "image=2")
    said = live.locator(".hg-verdict").inner_text()
    assert word(language, "network", "class.cifar.1") in said
    expect(live.locator(".hg-answers__best")).to_have_count(1)
    turn = live.get_by_label(word(language, "network", "turn"))
    for _ in range(40):
        turn.press("ArrowRight" if language == "en" else "ArrowLeft")
    verdict = live.locator(".hg-verdict")
    expect(verdict).not_to_have_text(said)
    expect(live.locator("[role=status]")).to_have_text(verdict.inner_text())
    tab.page.wait_for_url("**turn=**")
    assert "image=2" in tab.page.url
    expect(live.locator("[aria-pressed=true]")).to_have_count(1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_own_image_stays_and_a_bad_one_is_refused(
    tab: Tab, served: Served, language: str, tmp_path: Path
) -> None:
    live = network(tab, served, language, MRI, "")
    said = live.locator(".hg-answers").inner_text()
    chooser, problem = live.locator("input[type=file]"), live.locator(".hg-problem")
    (tmp_path / "none.png").write_text("no image", encoding="utf-8")
    chooser.set_input_files(tmp_path / "none.png")
    expect(problem).to_have_text(word(language, "network", "not_image"))
    assert live.locator(".hg-answers").inner_text() == said
    tab.forget()
    Image.effect_noise((300, 200), 90).save(tmp_path / "own.png")
    chooser.set_input_files(tmp_path / "own.png")
    expect(problem).to_be_empty()
    expect(live.locator(".hg-answers")).not_to_have_text(said)
    expect(live.locator("[aria-pressed=true]")).to_have_count(0)
    late = ("blob:", f"/{'en/' * (language == 'en')}assets/images/favicon")
    assert not [path for path in tab.loaded if not path.startswith(late)]
    drawn = live.locator(".hg-answers").inner_text()
    Image.new("1", (10_000, 10_000)).save(tmp_path / "huge.png")
    chooser.set_input_files(tmp_path / "huge.png")
    expect(problem).to_contain_text("۶۴" if language == "fa" else "64")
    assert live.locator(".hg-answers").inner_text() == drawn
    live.locator(".hg-network__strip button").first.click()
    expect(live.locator(".hg-answers")).to_have_text(said, use_inner_text=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_digit_is_drawn_by_pointer_and_by_keys(
    tab: Tab, served: Served, language: str
) -> None:
    live = network(tab, served, language, DIGITS, "image=1")
    pad, said = live.locator(".hg-pad"), live.locator(".hg-answers__best > span").first
    zero, one = ("۰", "۱") if language == "fa" else ("0", "1")
    expect(said).to_have_text(zero)
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    x, y, side = box["x"], box["y"], box["width"]
    tab.page.mouse.move(x + 0.5 * side, y + 0.22 * side)
    tab.page.mouse.down()
    tab.page.mouse.move(x + 0.5 * side, y + 0.78 * side, steps=20)
    tab.page.mouse.up()
    expect(said).to_have_text(one)
    live.get_by_text(word(language, "network", "wipe")).click()
    expect(said).to_have_text(zero)
    pad.focus()
    for key in ("ArrowUp",) * 6 + ("Enter",) + ("ArrowDown",) * 12:
        tab.page.keyboard.press(key)
    expect(said).to_have_text(one)


LAYERS = {MRI: 20, DIGITS: 6, CIFAR: 87}


def test_each_layer_has_its_maps_and_says_how_far_it_moved(
    tab: Tab, served: Served
) -> None:
    for name, number in LAYERS.items():
        live = network(tab, served, "en", name, "right=0.3&turn=40")
        layers = live.get_by_label(word("en", "network", "layer"))
        titles = layers.locator("option").all_inner_texts()
        assert len(titles) == live.locator(".hg-moves > span").count() == number
        maps, note = live.locator(".hg-maps canvas"), live.locator(".hg-moves + p")
        seen = set()
        for index in {0, number // 2, number - 1}:
            layers.select_option(index=index)
            channels = re.findall(r"\d+", titles[index])[-1]
            expect(maps).to_have_attribute("aria-label", re.compile(f"^{channels} "))
            assert re.search(r"[1-9]", note.inner_text()), titles[index]
            seen.add(maps.evaluate("(maps) => maps.toDataURL()"))
        assert len(seen) == 3


def test_the_other_digit_network_comes_when_it_is_chosen(
    tab: Tab, served: Served
) -> None:
    live = network(tab, served, "en", DIGITS, "right=0.2")
    said = live.locator(".hg-verdict").inner_text()
    tab.forget()
    live.get_by_label(word("en", "network", "net")).select_option("digits-plain")
    expect(live.locator("[aria-busy=true]")).to_have_count(0)
    assert [path for path in tab.loaded if "network-digits-plain.js" in path]
    expect(live.locator(".hg-verdict")).not_to_have_text(said)
