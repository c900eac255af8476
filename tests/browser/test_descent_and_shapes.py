"""The explorers of descent and of shapes: what a reader does with them, and sees."""

import re
from typing import Any

import pytest
from explorers.node import call, calls
from playwright.sync_api import Locator, expect

from browser.built import LANGUAGES, Page
from browser.conftest import Served, Tab
from browser.test_explorers import start, word

ALONE = "explorer=descent&surface=parabola&x=-1.6&y=1.2&momentum=0&rmsprop=0&adam=0"
PARAMETERS = {"en": "497,349", "fa": "۴۹۷٬۳۴۹"}
PLACES = {"rate 0.21": "0.665", "rate 10": "1"}  # of the slider, from 0 to 1


def page(served: Served, language: str, name: str) -> Page:
    return Page(served.site, f"{'en/' if language == 'en' else ''}{name}.html")


def say(language: str, name: str, key: str, *values: Any) -> str:
    text = word(language, name, key)
    for mark, value in zip("#@", values, strict=False):
        text = text.replace(mark, digits(language, value))
    return text


def digits(language: str, value: Any) -> str:
    persian = str.maketrans("0123456789.", "۰۱۲۳۴۵۶۷۸۹٫")
    return str(value).translate(persian) if language == "fa" else str(value)


@pytest.fixture(params=LANGUAGES)
def descent(request: pytest.FixtureRequest, tab: Tab, served: Served) -> Any:
    """Plain descent on the parabola, below its limit of 0.2; the language."""
    where = page(served, request.param, "q1-optimizers")
    return start(tab, where, f"{ALONE}&rate=0.19&steps=100"), request.param


@pytest.fixture(params=LANGUAGES)
def shapes(request: pytest.FixtureRequest, tab: Tab, served: Served) -> Any:
    """The explorer of shapes with the question's network; the language."""
    where = page(served, request.param, "q3-shapes-and-parameters")
    return start(tab, where, "explorer=shapes"), request.param


def test_a_rate_is_dragged_past_the_limit_and_until_all_overflows(descent: Any) -> None:
    live, language = descent
    verdict, problem = live.locator(".hg-verdict"), live.locator(".hg-problem")
    rate = live.get_by_label(word(language, "descent", "rate"), exact=True)
    expect(verdict).to_have_text(word(language, "descent", "kept"))
    rate.fill(PLACES["rate 0.21"])
    expect(verdict).to_have_text(word(language, "descent", "passed"))
    seen = live.locator(".hg-explorer__box").inner_html()
    rate.fill(PLACES["rate 10"])
    expect(problem).to_have_text(say(language, "descent", "overflow", 20))
    assert live.locator(".hg-explorer__box").inner_html() == seen
    rate.fill(PLACES["rate 0.21"])
    expect(problem).to_be_empty()


def test_a_rule_that_overflows_beside_others_says_so(descent: Any) -> None:
    live, language = descent
    live.get_by_label("Adam", exact=True).check()
    live.get_by_label(word(language, "descent", "rate"), exact=True).fill("1")
    expect(live.locator(".hg-verdict")).to_have_text(
        [
            say(language, "descent", "overflows", 20),
            word(language, "descent", "no_limit"),
        ]
    )


def test_all_rules_are_drawn_on_all_surfaces(descent: Any, tab: Tab) -> None:
    live, language = descent
    for rule in ("momentum", "Nesterov", "RMSprop", "Adam", "AdamW"):
        live.get_by_label(rule, exact=True).check()
    surface = live.get_by_label(word(language, "descent", "surface"), exact=True)
    live.get_by_label(word(language, "descent", "rate"), exact=True).fill("0.4")
    for name in ("saddle", "valley", "noise", "parabola"):
        surface.select_option(name)
        expect(live.locator(".hg-problem")).to_be_empty()
        for plot in live.locator(".hg-plot").all():
            lines = plot.locator(".hg-plot__line")
            assert lines.count() == 6
            paths = [line.get_attribute("d") or "" for line in lines.all()]
            assert all(path.count("L") > 50 for path in paths)
            assert "NaN" not in "".join(paths)
    assert not tab.errors


def test_a_click_on_the_map_is_a_start(descent: Any) -> None:
    live, language = descent
    edge = live.locator(".hg-plot__edge").first
    box = edge.bounding_box()
    assert box
    edge.click(position={"x": box["width"] * 0.75, "y": box["height"] * 0.25})
    for axis, middle in (("x", 1), ("y", 0.75)):
        field = live.get_by_label(word(language, "descent", axis), exact=True)
        latin = str.maketrans("۰۱۲۳۴۵۶۷۸۹٫−", "0123456789.-")
        assert abs(float(field.input_value().translate(latin)) - middle) < 0.1


def rows(live: Locator) -> list[str]:
    return live.locator("tbody .hg-row").all_inner_texts()


def test_layers_are_added_moved_and_removed_by_keyboard(shapes: Any, tab: Tab) -> None:
    live, language = shapes
    before = rows(live)
    live.locator(".hg-row").nth(7).press("Enter")
    live.get_by_label(word(language, "shapes", "add_layer")).select_option("Dropout")

    def press(key: str) -> None:
        name = word(language, "shapes", key)
        live.get_by_role("button", name=name, exact=True).press("Enter")

    press("add")
    assert rows(live) == [*before[:8], "Dropout", *before[8:]]
    press("down")
    assert rows(live) == [*before, "Dropout"]
    assert live.get_by_role(
        "button", name=word(language, "shapes", "down"), exact=True
    ).evaluate("(button) => button === document.activeElement")
    press("remove")
    assert rows(live) == before
    assert PARAMETERS[language] in live.locator("tfoot").inner_text()
    assert not tab.errors


def test_the_first_mistake_is_explained_and_bad_numbers_are_refused(
    shapes: Any,
) -> None:
    live, language = shapes
    live.locator(".hg-row").nth(4).click()
    size = live.get_by_label("kernel_size", exact=True)
    size.fill(digits(language, 600))
    mistake = live.locator(".hg-explorer__mistake")
    place = say(language, "shapes", "at", 5).replace("@", "Conv1D")
    why = say(language, "shapes", "mistake.window", 600, 122)
    expect(mistake).to_have_text(f"{place} {why}")
    expect(live.locator(".hg-mistake")).to_have_count(1)
    code = live.get_by_role("button", name=word(language, "shapes", "code"))
    expect(code).to_be_disabled()
    problem = live.locator(".hg-problem")
    for bad in ("0", "2.5", "many", "3 4"):
        size.fill(digits(language, bad))
        expect(problem).not_to_be_empty()
        assert re.search(r"kernel_size", problem.inner_text())
        expect(size).to_have_attribute("aria-invalid", "true")
    size.fill(digits(language, 5))
    expect(problem).to_be_empty()
    expect(mistake).to_be_empty()
    assert PARAMETERS[language] in live.locator("tfoot").inner_text()


def test_a_module_is_built_branch_by_branch(shapes: Any) -> None:
    live, language = shapes
    kind = live.get_by_label(word(language, "shapes", "add_layer"))
    add = live.get_by_role("button", name=word(language, "shapes", "add"), exact=True)
    kind.select_option("Concatenate")
    add.click()
    kind.select_option("MaxPooling1D")
    branch = say(language, "shapes", "branch", 2)
    live.locator(".hg-row", has_text=branch).click()
    add.click()
    expect(live.locator(".hg-explorer__mistake")).to_contain_text(
        "498×16" if language == "en" else "۴۹۸×۱۶"
    )
    assert rows(live)[1:5] == [
        say(language, "shapes", "branch", 1),
        branch,
        "MaxPooling1D",
        "Concatenate",
    ]


def test_every_preset_is_shown_and_copied_as_keras_code(shapes: Any, tab: Tab) -> None:
    live, language = shapes
    tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    network = live.get_by_label(word(language, "shapes", "network"), exact=True)
    names = [
        name
        for name in network.locator("option").evaluate_all(
            "(options) => options.map(({ value }) => value)"
        )
        if name
    ]
    presets = calls("shapes", [("preset", (name,)) for name in names])
    states = calls("shapes", [("read", (texts,)) for texts in presets])
    for name, state in zip(names, states, strict=True):
        network.select_option(name)
        expect(live.locator(".hg-problem")).to_be_empty()
        expect(network).to_have_value(name)
        total = f"{state['summary']['totals']['parameters']:,}"
        total = digits(language, total).replace(",", "٬" if language == "fa" else ",")
        assert total in live.locator("tfoot").inner_text()
    live.get_by_role("button", name=word(language, "shapes", "code")).click()
    wanted = call("shapes", "toKeras", states[-1]["input"], states[-1]["layers"])
    tab.page.wait_for_function(
        "async (text) => await navigator.clipboard.readText() === text", arg=wanted
    )
    assert not tab.errors
