"""Figures: nothing cut off, nothing on top of another, each in its language."""

import re
from collections.abc import Callable

import pytest

from browser.built import LANGUAGES
from browser.conftest import Served
from browser.looks import Look

ISOLATES = str.maketrans("", "", "\u202a\u202b\u202c\u200e\u200f")
SLACK = 1.0
Looks = Callable[[str], list[Look]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_are_whole_and_apart(looks: Looks, language: str) -> None:
    wrong, seen = [], 0
    for look in looks(language):
        for drawing in look["drawings"]:
            seen += 1
            place = f"{look.page}: {drawing['name'][:40]}"
            wrong += [f"{place}: cut off: {text}" for text in cut_off(drawing)]
            wrong += [f"{place}: overlap: {pair}" for pair in overlaps(drawing)]
    assert seen
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_speak_the_language_of_their_page(looks: Looks, language: str) -> None:
    wrong, ticks = [], 0
    for look in looks(language):
        for drawing in look["drawings"]:
            for label in drawing["texts"]:
                text = label["text"].translate(ISOLATES)
                ticks += label["axis"] >= 0 and bool(re.search(r"\d", text))
                if not label["math"] and is_foreign(text, language):
                    wrong.append(f"{look.page}: {drawing['name'][:40]}: {text!r}")
    assert ticks > 10
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_have_names_and_follow_the_scheme(looks: Looks, language: str) -> None:
    """A chapter's figure is named and described, and its colours are the page's."""
    for look in looks(language):
        for drawing in look["drawings"]:
            name = drawing["name"]
            assert name, f"{look.page}: a figure without a name"
            assert drawing["colours"] > 3, f"{look.page}: {name}: its own colours"
            said = name + drawing["description"]
            assert not re.search(r"\[\[|\]\]|\\[a-z]", said), f"{look.page}: {said}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_ids_are_unique_with_all_that_scripts_add(looks: Looks, language: str) -> None:
    for look in looks(language):
        twice = [item for item in set(look["ids"]) if look["ids"].count(item) > 1]
        assert not twice, look.page


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
