"""Whoever asks for a place in a page, or comes back to one, arrives there."""

from collections.abc import Callable

import pytest

from browser.built import LANGUAGES
from browser.conftest import DESKTOP, SETTLED, Tab
from browser.test_comfort import MRI, PHONE, name_of

NewTab = Callable[..., Tab]
PAGES = ("q7-inception-cifar10", "glossary", "how-this-site-is-made")
A_LINE = 32  # pixels between the header and a place at most
# Browsers come back to where a page was scrolled; buttons that come later are above it.
FEW_LINES = 200
PLACES = """[...document.querySelectorAll('article :is(h2, dt)[id]')]
  .map(({ id }) => id)"""
BELOW = """(id) => {
  const { top } = document.getElementById(id).getBoundingClientRect();
  const { scrollHeight } = document.documentElement;
  const end = scrollY + innerHeight >= scrollHeight - 1; // no further down
  const { bottom } = document.querySelector(".md-header").getBoundingClientRect();
  return top - bottom > 0 && top < innerHeight && end ? 0 : top - bottom;
}"""
TOP = "(id) => document.getElementById(id).getBoundingClientRect().top"


def settle(tab: Tab) -> None:
    """Wait until nothing moves any more: all is laid out, and drawn once."""
    tab.page.evaluate(SETTLED)
    tab.run("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
    tab.page.wait_for_timeout(300)


def far_places(tab: Tab) -> list[str]:
    """Return the ids of three places that are not in a page's first view."""
    ids = tab.run(PLACES)
    return [ids[len(ids) * part // 4] for part in (1, 2, 3)]


@pytest.mark.parametrize("view", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_address_with_a_place_leads_there(
    new_tab: NewTab, language: str, view: dict
) -> None:
    tab = new_tab(viewport=view)
    for name in PAGES:
        address = tab.served.url(name_of(name, language))
        tab.page.goto(address)
        for place in far_places(tab):
            tab.page.goto("about:blank")  # else nothing is loaded anew
            tab.page.goto(f"{address}#{place}")
            settle(tab)
            assert 0 <= tab.run(BELOW, place) < A_LINE, f"{name}#{place}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_of_contents_leads_there_at_once(
    new_tab: NewTab, language: str
) -> None:
    tab = new_tab()
    tab.page.goto(tab.served.url(name_of(MRI, language)))
    place = far_places(tab)[-1]
    tab.page.locator(f".md-sidebar--secondary a[href$='#{place}']").click()
    settle(tab)
    assert 0 <= tab.run(BELOW, place) < A_LINE


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_term_leads_to_its_entry_and_back(new_tab: NewTab, language: str) -> None:
    tab = new_tab()
    tab.page.goto(tab.served.url(name_of(MRI, language)))
    settle(tab)
    term = tab.page.locator("article > p a.hg-term").nth(12)
    term.scroll_into_view_if_needed()
    settle(tab)
    entry = term.get_attribute("href").partition("#")[2]
    before = term.bounding_box()
    term.click()
    tab.page.wait_for_url(f"**/glossary.html#{entry}")
    tab.page.locator(f"[id='{entry}']").wait_for(state="attached")
    settle(tab)
    assert 0 <= tab.run(BELOW, entry) < A_LINE
    tab.page.go_back()
    tab.page.wait_for_url(f"**/{MRI}.html*")
    term.wait_for(state="attached")
    settle(tab)
    after = term.bounding_box()
    assert before
    assert after
    assert abs(after["y"] - before["y"]) < FEW_LINES


def test_a_page_comes_again_where_it_was_left(new_tab: NewTab) -> None:
    tab = new_tab(viewport=PHONE)
    tab.page.goto(tab.served.url(name_of(MRI, "fa")))
    settle(tab)
    place = far_places(tab)[1]
    tab.run("(id) => document.getElementById(id).scrollIntoView()", place)
    settle(tab)
    before = tab.run(TOP, place)
    tab.page.reload()
    settle(tab)
    assert abs(tab.run(TOP, place) - before) < FEW_LINES
