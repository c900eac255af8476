"""Figures: nothing cut off, nothing on top of another, each in its language."""

import re

import pytest

from browser.built import LANGUAGES
from browser.conftest import Served, Tab

# For each drawing of ours on the page: its name, its texts with their boxes (relative
# to the drawing's own box, in CSS pixels), and whether a text labels a tick.
DRAWINGS = """() => [...document.querySelectorAll("article svg[role=img]")]
  .filter((svg) => svg.querySelector("text") && svg.getBoundingClientRect().width)
  .map((svg) => {
    const frame = svg.getBoundingClientRect();
    const axis = (item) => item.closest("[id*='matplotlib.axis_']");
    const axes = [...svg.querySelectorAll("[id*='matplotlib.axis_']")];
    return {
      name: (svg.querySelector("title") || svg).textContent.trim().slice(0, 50),
      width: frame.width,
      height: frame.height,
      texts: [...svg.querySelectorAll("text")].map((item) => {
        const box = item.getBoundingClientRect();
        const tick = item.closest("[id*='xtick_'], [id*='ytick_']");
        return {
          text: item.textContent.trim(),
          left: box.left - frame.left, right: box.right - frame.left,
          top: box.top - frame.top, bottom: box.bottom - frame.top,
          axis: tick && axis(item) ? axes.indexOf(axis(item)) : -1,
          math: !!item.querySelector("tspan") || /[\\u{1d400}-\\u{1d7ff}]/u.test(
            item.textContent),
        };
      }).filter((item) => item.text),
    };
  })"""
ISOLATES = str.maketrans("", "", "\u2066\u2067\u2068\u2069\u200e\u200f")
SLACK = 1.0


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_are_whole_and_apart(tab: Tab, served: Served, language: str) -> None:
    wrong, seen = [], 0
    for page in served.site.of(language):
        tab.open(page)
        for drawing in tab.run(DRAWINGS):
            seen += 1
            place = f"{page}: {drawing['name']}"
            wrong += [f"{place}: cut off: {text}" for text in cut_off(drawing)]
            wrong += [f"{place}: overlap: {pair}" for pair in overlaps(drawing)]
    assert seen
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_speak_the_language_of_their_page(
    tab: Tab, served: Served, language: str
) -> None:
    wrong, ticks = [], 0
    for page in served.site.of(language):
        tab.open(page)
        for drawing in tab.run(DRAWINGS):
            for label in drawing["texts"]:
                text = label["text"].translate(ISOLATES)
                ticks += label["axis"] >= 0 and bool(re.search(r"\d", text))
                if not label["math"] and is_foreign(text, language):
                    wrong.append(f"{page}: {drawing['name']}: {text!r}")
    assert ticks > 10
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_have_names_and_follow_the_scheme(
    tab: Tab, served: Served, language: str
) -> None:
    """A figure has a title and a description, and its colours are the page's."""
    ids: list[str] = []
    for page in served.site.of(language):
        tab.open(page)
        for figure in tab.page.locator("article figure svg[role=img]").all():
            name, text, colours = figure.evaluate(
                """(svg) => [
                  svg.querySelector("title")?.textContent || svg.ariaLabel || "",
                  svg.querySelector("desc")?.textContent || svg.ariaDescription || "",
                  (svg.outerHTML.match(/var\\(--fig-/g) || []).length]"""
            )
            assert name.strip() or text.strip(), f"{page}: a figure without a name"
            assert colours > 3, f"{page}: {name}: its colours are its own"
            assert not re.search(r"\[\[|\$", name + text), f"{page}: {name} {text}"
        ids = tab.run("[...document.querySelectorAll('[id]')].map((item) => item.id)")
        assert len(ids) == len(set(ids)), page


def test_raster_images_say_what_they_show(served: Served) -> None:
    """Every image has a description and its size, so that nothing jumps."""
    wrong = []
    for page in served.site.every_page:
        for image in re.findall(r"<img\b[^>]*>", page.text):
            named = re.search(r'\balt="', image)
            sized = re.search(r'\bwidth="?\d', image) and re.search(
                r'\bheight="?\d', image
            )
            if not named or not sized:
                wrong.append(f"{page}: {image[:100]}")
    assert not wrong, "\n".join(wrong)


def cut_off(drawing: dict) -> list[str]:
    """Return the texts that stand out of their drawing."""
    return [
        label["text"]
        for label in drawing["texts"]
        if label["left"] < -SLACK
        or label["top"] < -SLACK
        or label["right"] > drawing["width"] + SLACK
        or label["bottom"] > drawing["height"] + SLACK
    ]


def overlaps(drawing: dict) -> list[str]:
    """Return the pairs of tick labels of one axis that cover each other."""
    ticks = [label for label in drawing["texts"] if label["axis"] >= 0]
    return [
        f"{one['text']!r} and {other['text']!r}"
        for number, one in enumerate(ticks)
        for other in ticks[number + 1 :]
        if one["axis"] == other["axis"]
        and min(one["right"], other["right"]) - max(one["left"], other["left"]) > SLACK
        and min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
        # The box of a line of text is higher than its digits.
        > 0.4 * (one["bottom"] - one["top"])
    ]


def is_foreign(text: str, language: str) -> bool:
    """Whether a label's digits or words belong to the other language.

    Latin names, such as Conv3D, stay Latin in Persian figures.
    """
    if language == "en":
        return bool(re.search("[\u0600-\u06ff]", text))
    return bool(re.search(r"(?<![A-Za-z\d])[0-9]+(?![A-Za-z\d])", text))
