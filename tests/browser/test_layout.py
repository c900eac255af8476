"""Pages fit narrow screens and need no script."""

from collections.abc import Callable

import pytest

from browser.built import LANGUAGES
from browser.conftest import Served, Tab
from browser.looks import CUT, OVERFLOW, QUESTIONS, Look

Looks = Callable[[str], list[Look]]
# What a reader may ask for: WCAG 2.2, 1.4.12, and letters twice as large (1.4.4).
SPACED = """:not(.katex, .katex *) {
  line-height: 1.5 !important;
  letter-spacing: 0.12em !important;
  word-spacing: 0.16em !important;
}
p { margin-bottom: 2em !important; }"""
LARGE = ":root { font-size: 250% !important; }"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_sticks_out(looks: Looks, language: str) -> None:
    wrong = [
        f"{look.page} at {width}: " + "\n    ".join(found)
        for look in looks(language)
        for width, found in look.narrow.items()
        if found
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_lost_when_letters_grow_or_move_apart(
    new_tab: Callable[..., Tab], served: Served, language: str
) -> None:
    tab = new_tab()
    wrong = []
    for page in served.site.of(language):
        if page.is_notebook:
            continue
        tab.page.set_viewport_size({"width": 320, "height": 800})
        tab.open(page)
        spaced = tab.page.add_style_tag(content=SPACED)
        if found := tab.run(OVERFLOW) + tab.run(CUT):
            wrong.append(f"{page}, spaced: " + "\n    ".join(found))
        spaced.evaluate("(style, large) => { style.textContent = large; }", LARGE)
        tab.page.set_viewport_size({"width": 640, "height": 800})
        if found := tab.run(OVERFLOW) + tab.run(CUT):
            wrong.append(f"{page}, large: " + "\n    ".join(found))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_whole_without_scripts(
    new_tab: Callable[..., Tab], looks: Looks, language: str
) -> None:
    """Text, formulas, figures and tables are there; nothing waits for a script."""
    plain = new_tab(java_script_enabled=False)
    for look in looks(language):
        plain.open(look.page)
        content = plain.run(f"() => {QUESTIONS['content']}")
        assert content["counts"] == look["content"]["counts"], look.page
        assert content["words"] >= 0.98 * look["content"]["words"], look.page
        assert all(width > 100 for width in content["drawn"]), look.page
    assert not plain.outside


@pytest.mark.parametrize("language", LANGUAGES)
def test_math_is_rendered(looks: Looks, language: str) -> None:
    for look in looks(language):
        assert not look["math"]["errors"], look.page
        assert not look["math"]["raw"], look.page
    assert sum(look["math"]["formulas"] for look in looks(language)) > 20
