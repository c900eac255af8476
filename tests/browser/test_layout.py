"""Pages fit narrow screens and need no script."""

from collections.abc import Callable

import pytest

from browser.built import LANGUAGES
from browser.conftest import Served, Tab

WIDTHS = (390, 320)
# Elements that stick out, the innermost ones, without those that scroll by themselves.
OVERFLOW = """() => {
  const view = document.scrollingElement;
  if (view.scrollWidth <= view.clientWidth) return [];
  const scrolls = (item) => {
    for (let up = item; up && up !== document.body; up = up.parentElement) {
      if (getComputedStyle(up).overflowX !== "visible") return true;
    }
    return false;
  };
  const out = [...document.querySelectorAll("body *")].filter((item) => {
    const box = item.getBoundingClientRect();
    return box.width && (box.right > view.clientWidth + 1 || box.left < -1)
      && !scrolls(item);
  });
  return [`${view.scrollWidth} > ${view.clientWidth}`, ...out
    .filter((item) => !out.some((other) => other !== item && item.contains(other)))
    .slice(0, 5).map((item) => item.outerHTML.slice(0, 120))];
}"""
# Texts of a page that are cut off because they may not wrap nor scroll.
CUT = """() => [...document.querySelectorAll(
    "article :is(p, li, td, th, h1, h2, h3, figcaption, a, summary, button)")]
  .filter((item) => item.offsetParent && item.innerText.trim()
    && ["hidden", "clip"].includes(getComputedStyle(item).overflowX)
    && getComputedStyle(item).position !== "absolute"
    && item.scrollWidth > item.clientWidth + 1)
  .map((item) => item.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_sticks_out(
    new_tab: Callable[..., Tab], served: Served, language: str, width: int
) -> None:
    tab = new_tab(viewport={"width": width, "height": 800})
    wrong = []
    for page in served.site.of(language):
        tab.open(page)
        found = tab.run(OVERFLOW) + tab.run(CUT)
        if found:
            wrong.append(f"{page}: " + "\n    ".join(found))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_whole_without_scripts(
    new_tab: Callable[..., Tab], served: Served, language: str
) -> None:
    plain, scripted = new_tab(java_script_enabled=False), new_tab()
    for page in served.site.of(language):
        plain.page.goto(served.url(page))
        scripted.open(page, details=False)
        article = plain.page.locator("article")
        assert article.is_visible(), page
        for selector in (".katex-mathml math", "svg[role=img]", "pre code", "table"):
            number = scripted.page.locator(f"article {selector}").count()
            assert article.locator(selector).count() == number, f"{page}: {selector}"
        for figure in article.locator("figure svg[role=img]").all():
            box = figure.bounding_box()
            assert box, page
            assert box["width"] > 200, page
        words = article.inner_text().split()
        wanted = scripted.page.locator("article").inner_text().split()
        assert len(words) >= 0.98 * len(wanted), page
    assert not plain.outside


@pytest.mark.parametrize("language", LANGUAGES)
def test_math_is_rendered(tab: Tab, served: Served, language: str) -> None:
    formulas = 0
    for page in served.site.of(language):
        tab.open(page)
        assert tab.page.locator(".katex-error").count() == 0, page
        raw = tab.run(
            """() => [...document.querySelectorAll("article .arithmatex")]
              .filter((item) => !item.querySelector(".katex-mathml math"))
              .map((item) => item.textContent)"""
        )
        assert not raw, f"{page}: {raw}"
        left = tab.run(
            r"""() => {
              const copy = document.querySelector("article").cloneNode(true);
              copy.querySelectorAll("pre, code, .katex, script, svg, style")
                .forEach((item) => item.remove());
              return copy.textContent.match(/\\[a-z]{2,}|\$[^$\n]+\$|\[\[[^\]]*\]\]/g);
            }"""
        )
        assert not left, f"{page}: {left}"
        formulas += tab.page.locator("article .katex-mathml math").count()
    assert formulas > 20
