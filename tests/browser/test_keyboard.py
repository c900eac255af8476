"""The keyboard reaches everything, and the eye sees where it is."""

from collections.abc import Callable
from typing import Any

import pytest

from browser.built import Page
from browser.conftest import Served, Tab

CHAPTER = "q6-one-by-one-filters.html"
# A ring stands out from what is around it by this much (WCAG 2.2, 1.4.11).
CONTRAST = 3
WALKS = [("fa", "light", 1280), ("en", "dark", 390)]
STATE = """() => {
  const now = document.activeElement;
  if (!now || now === document.body) return null;
  const shown = now.matches(".md-option") ? now.nextElementSibling : now;
  const box = shown.getBoundingClientRect();
  const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
  const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
  const points = [0.5, 0.1, 0.9].flatMap((x) => [0.5, 0.1, 0.9].map((y) =>
    [left + (right - left) * x, top + (bottom - top) * y]));
  const seen = right > left && bottom > top && points.some(([x, y]) => {
    const hit = document.elementFromPoint(x, y);
    return hit && (shown.contains(hit) || hit.contains(shown) && hit !== document.body
      && getComputedStyle(shown).display === "inline");
  });
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((part) => part / 255).map((part) =>
    part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  const style = getComputedStyle(shown);
  let around = parseFloat(style.outlineOffset) < 0 ? shown : shown.parentElement;
  while (around.parentElement
      && numbers(getComputedStyle(around).backgroundColor)[3] === 0)
    around = around.parentElement;
  const [a, b] = [style.outlineColor, getComputedStyle(around).backgroundColor]
    .map((colour) => light(numbers(colour)) + 0.05).sort((x, y) => y - x);
  window.reached ??= new Set();
  window.reached.add(now);
  return {
    name: `${now.outerHTML.slice(0, 90)} at ${Math.round(box.left)},`
      + `${Math.round(box.top)}`,
    seen,
    ring: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    contrast: a / b,
  };
}"""
# What can be used with a mouse and was not reached; one radio of a group is.
MISSED = """() => [...document.querySelectorAll(
    "a[href], button, input:not(.md-option), summary, [tabindex='0']")]
  .filter((item) => item.tabIndex >= 0 && !window.reached.has(item)
    && item.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    && item.getClientRects().length)
  .map((item) => item.outerHTML.slice(0, 120))"""


def step(tab: Tab, key: str) -> Any:
    tab.page.keyboard.press(key)
    state = tab.run(STATE)
    if state and not state["seen"]:
        tab.page.wait_for_timeout(300)  # what the focus opens, such as the search
        state = tab.run(STATE)
    return state


def faults(state: dict[str, Any]) -> list[str]:
    """Return what is wrong with how a place that has the focus looks."""
    found = []
    if not state["seen"]:
        found.append(f"hidden: {state['name']}")
    if state["ring"] < 2:
        found.append(f"without a ring: {state['name']}")
    elif state["contrast"] < CONTRAST:
        found.append(f"a ring of {state['contrast']:.1f} to 1: {state['name']}")
    return found


@pytest.mark.parametrize(("language", "scheme", "width"), WALKS)
def test_every_stop_is_seen_and_none_is_left_out(
    new_tab: Callable[..., Tab], served: Served, language: str, scheme: str, width: int
) -> None:
    """Through a chapter, its answers open, to its end and some way back."""
    tab = new_tab(color_scheme=scheme, viewport={"width": width, "height": 900})
    prefix = "en/" if language == "en" else ""
    tab.open(Page(served.site, prefix + CHAPTER))
    wrong = []
    stops = 0
    while state := step(tab, "Tab"):
        wrong += faults(state)
        stops += 1
        assert stops < 2000, f"caught at {state['name']}"
    assert stops > 100
    wrong += [f"not reached: {item}" for item in tab.run(MISSED)]
    for _ in range(60):
        if state := step(tab, "Shift+Tab"):
            wrong += faults(state)
    assert not wrong, "\n".join(wrong)


def test_the_first_stop_skips_to_the_text(tab: Tab, served: Served) -> None:
    tab.open(CHAPTER)
    assert "md-skip" in step(tab, "Tab")["name"]
    tab.page.keyboard.press("Enter")
    reached = step(tab, "Tab")
    assert tab.run("!!document.activeElement.closest('article')"), reached


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_menu_of_a_narrow_screen_opens_and_closes(
    new_tab: Callable[..., Tab], served: Served, language: str
) -> None:
    tab = new_tab(viewport={"width": 390, "height": 844})
    tab.open(CHAPTER if language == "fa" else f"en/{CHAPTER}")
    button = tab.page.locator(".md-header__button[for=__drawer] [role=button]")
    words = tab.page.locator(".md-nav--primary").get_attribute("aria-label")
    assert button.get_attribute("aria-label") == words
    button.press("Enter")
    for key in ("Tab", "Shift+Tab", "Tab", "Tab"):
        assert not faults(step(tab, key))
        assert tab.run("!!document.activeElement.closest('.md-sidebar--primary')")
    back = tab.page.locator(".md-nav__title [role=button]:visible").last
    back.press(" ")
    home = tab.page.locator(".md-nav--primary a.md-nav__link:visible").first
    home.focus()
    assert not faults(tab.run(STATE))
    tab.page.keyboard.press("Escape")
    assert button.evaluate("(item) => item === document.activeElement")
    assert not tab.page.locator(".md-nav--primary a:visible").count()


def test_enter_opens_an_answer(tab: Tab, served: Served) -> None:
    tab.open(CHAPTER, details=False)
    answer = tab.page.locator("details.answer").first
    answer.locator("summary").press("Enter")
    assert answer.evaluate("(item) => item.open")
    step(tab, "Tab")
    assert answer.evaluate("(item) => item.contains(document.activeElement)")
