"""axe-core finds nothing, in either scheme, on wide screens and on narrow ones."""

from collections.abc import Callable

import pytest

from browser.built import LANGUAGES, Page
from browser.conftest import Served, Tab
from browser.looks import Look

Looks = Callable[[str], list[Look]]

SCHEMES = {"light": "default", "dark": "slate"}
# Each of WCAG's AA rules, those that axe leaves out of its own choice, too. What the
# scheme or the width decides is asked again with the other one.
RULES = {
    ("light", 1280): None,
    ("dark", 1280): ["color-contrast", "link-in-text-block"],
    ("light", 390): ["target-size", "scrollable-region-focusable", "meta-viewport"],
}
# What is left out of a page before axe reads it, for axe asks many things of each of
# thousands of elements: the inside of parts that are hidden from whom it speaks for, or
# named as a whole, and words of code that look as others before them do. Parts keep
# their sizes, so that all else stays where it is.
THIN_OUT = """() => {
  document.querySelectorAll(".hg-figure > :not(title, desc)")
    .forEach((item) => item.remove());
  const formulas = [...document.querySelectorAll(".katex-html")]
    .map((item) => [item, item.getBoundingClientRect()]);
  for (const [item, { width, height }] of formulas) {
    if (getComputedStyle(item).display === "inline") {
      item.style.display = "inline-block";
    }
    item.style.width = `${width}px`;
    item.style.height = `${height}px`;
    item.replaceChildren();
  }
  const seen = new Set();
  for (const word of document.querySelectorAll("pre code span[class]")) {
    let look = "";
    for (let up = word; up && up.localName !== "article"; up = up.parentElement) {
      look += `${up.localName}.${up.className} `;
    }
    if (word.childElementCount || !seen.has(look)) seen.add(look);
    else word.replaceWith(...word.childNodes);
  }
}"""
# What has another width is measured anew, soon.
MEASURED = """() => new Promise((go) => requestAnimationFrame(
  () => requestAnimationFrame(() => go(hamgashtReader.settled))))"""
RUN = """async (only) => {
  const options = only
    ? { runOnly: { type: "rule", values: only } }
    : { rules: { "target-size": { enabled: true } } };
  const found = await axe.run(
    { exclude: [[".katex-html"], [".hg-figure > *"]] },
    { resultTypes: ["violations"], ...options });
  return found.violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id} (${rule.impact}): ${node.target.join(" ")}: ` +
    node.failureSummary.split("\\n").slice(1).join(" ").trim()));
}"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing(
    new_tab: Callable[..., Tab], served: Served, axe: str, language: str
) -> None:
    found = ask_axe(new_tab(), axe, served.site.sample(language))
    assert not found, "\n".join(found)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_in_the_other_notebooks(
    new_tab: Callable[..., Tab], served: Served, axe: str, language: str
) -> None:
    rest = served.site.rest(language)
    assert rest
    found = ask_axe(new_tab(), axe, rest)
    assert not found, "\n".join(found)


def ask_axe(tab: Tab, axe: str, pages: list[Page]) -> list[str]:
    """Return what axe-core finds on pages, in each scheme and width of the rules."""
    found = []
    for page in pages:
        tab.page.set_viewport_size({"width": 1280, "height": 900})
        tab.page.emulate_media(color_scheme="light")
        tab.open(page)
        # What scrolls under the header has not the header's colour behind it.
        tab.page.add_style_tag(content=".md-header { position: static !important; }")
        tab.run(THIN_OUT)
        tab.run(axe)
        for (scheme, width), rules in RULES.items():
            tab.page.set_viewport_size({"width": width, "height": 900})
            tab.page.emulate_media(color_scheme=scheme)
            tab.page.wait_for_function(
                "(name) => document.body.dataset.mdColorScheme === name",
                arg=SCHEMES[scheme],
            )
            tab.run(MEASURED)
            where = f"{page}, {scheme}, {width} px"
            found += [f"{where}: {item}" for item in tab.run(RUN, rules)]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_the_other_language_say_so(looks: Looks, language: str) -> None:
    found = [
        f"{look.page}: {text}" for look in looks(language) for text in look["foreign"]
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_formulas_tables_and_pictures_can_be_heard(looks: Looks, language: str) -> None:
    found = [
        f"{look.page}: {item}" for look in looks(language) for item in look["unheard"]
    ]
    assert not found, "\n".join(found)
