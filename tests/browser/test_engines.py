"""Persian letters and labels in three engines: nothing hidden, nothing out of order.

What an engine draws is compared with the same words drawn by the same engine in a way
that needs nothing of what is tested: their parts apart, or in HTML, whose directions
every engine honours.
"""

import io
import itertools
import re

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from browser.engines import Engine
from hamgasht.core.fonts import STYLE_FILE, install_fonts
from hamgasht.core.labels import Catalogue
from hamgasht.kernel.figures import draw

LABELS = {
    "2 / most curved": "۲ / بیشترین خمیدگی",
    "accuracy (%)": "دقت (٪)",
    "Conv1D, first": "Conv1D شمارهٔ ۱",
    "from −3 to 5": "از −۳ تا ۵",
    "sum: −10": "مجموع: −۱۰",
    "row −3: Dense": "ردیف −۳: Dense",
    "input": "ورودی \u2066۲×۳×۴\u2069",
    "time (s)": "زمان (ثانیه)",
    "−1.5": "−۱٫۵",
    "2×10": "۲×۱۰",
}
ANCHORS = {"left": 0.02, "center": 0.5, "right": 0.98}
WIDTH, ROW = 720, 36  # pixels
SIZE = 20
# Words are read from the right; numbers and Latin words among them from the left.
TOKEN = re.compile(r"\u2212?[۰-۹]+(?:[٫×][۰-۹]+)*|[A-Za-z0-9]+|.\u0654?")
PLACELESS = re.compile(r"[\s\u200e\u200f\u202a-\u202e\u2066-\u2069]")
WORDS = ("می\u200cتوانید", "پوشه\u200cای", "نرخ\u200cهای", "شده\u200cاند")

SHOW = """
document.body.innerHTML = arguments[0];
document.body.style.cssText = `position:fixed;inset:0;background:white;color:black;
  direction:ltr;font:400 ${arguments[1]}px Vazirmatn`;
for (const line of document.querySelectorAll("p"))
  line.style.cssText += `;position:absolute;margin:0;white-space:nowrap;
    font:400 ${arguments[1]}px/${arguments[2]}px Vazirmatn`;
return document.fonts.load("16px Vazirmatn", "می a").then(() =>
  new Promise((shown) => setTimeout(() => shown(true), 600)));
"""
PLACES = """
const range = document.createRange();
return [...document.querySelectorAll("text")].map(({ firstChild }) =>
  [...firstChild.data.matchAll(/.\\p{M}*/gu)].map(({ 0: character, index }) => {
    range.setStart(firstChild, index);
    range.setEnd(firstChild, index + character.length);
    const { left, right } = range.getBoundingClientRect();
    return [character, left, right];
  }));
"""
WIDTHS = """
return [...document.querySelectorAll("p")].map((line) => {
  const range = document.createRange();
  range.selectNodeContents(line);
  return range.getBoundingClientRect().width;
});
"""


@pytest.fixture(scope="module")
def drawing() -> str:
    """All labels as a figure has them, a row each, at three anchors."""
    install_fonts()
    with mpl.rc_context(fname=STYLE_FILE):
        rows = len(LABELS)
        figure = Figure(figsize=(WIDTH / 72, ROW * rows / 72))
        for row, label in enumerate(LABELS):
            for anchor, x in ANCHORS.items():
                figure.text(x, 1 - (row + 0.7) / rows, label, size=SIZE, ha=anchor)
        return draw(figure, Catalogue(LABELS))["fa"]


def show(engine: Engine, html: str) -> None:
    engine.run(SHOW, html, SIZE, ROW)


def ink(engine: Engine) -> np.ndarray:
    """Return how dark each pixel of the window is, from 0 to 1."""
    image = Image.open(io.BytesIO(engine.picture())).convert("L")
    return 1 - np.asarray(image, dtype=float) / 255


def unlike(one: np.ndarray, other: np.ndarray) -> float:
    """Return which part of the ink stands in other columns, a pixel aside at most."""
    profiles = one.sum(axis=0), other.sum(axis=0)
    assert min(profile.sum() for profile in profiles) > 20, "there is nothing"
    shifted = (np.roll(profiles[0], step) for step in (-1, 0, 1))
    apart = min(np.abs(profile - profiles[1]).sum() for profile in shifted)
    return float(apart / sum(profile.sum() for profile in profiles))


def test_labels_stand_in_the_order_in_which_they_are_read(
    engine: Engine, drawing: str
) -> None:
    show(engine, drawing)
    found = engine.run(PLACES)
    assert len(found) == len(LABELS) * len(ANCHORS)
    wrong = []
    for label, anchor in itertools.product(LABELS.values(), ANCHORS):
        places = [item for item in found.pop(0) if not PLACELESS.match(item[0])]
        places.sort(key=lambda item: item[1])
        if [item[0] for item in places] != from_the_left(label):
            wrong.append(f"{label}, {anchor}: {''.join(item[0] for item in places)}")
        left, right = places[0][1], max(item[2] for item in places)
        at = {"left": left, "center": (left + right) / 2, "right": right}[anchor]
        if abs(at - ANCHORS[anchor] * WIDTH) > 2:
            wrong.append(f"{label}, {anchor}: at {at}, not {ANCHORS[anchor] * WIDTH}")
    assert not wrong, "\n".join(wrong)


def from_the_left(label: str) -> list[str]:
    """Return a label's characters by where a reader expects them."""
    tokens = re.findall(TOKEN, label)
    if is_persian(label):
        tokens.reverse()
    return [
        character
        for token in tokens
        for character in re.findall(r".\u0654?", token)
        if not PLACELESS.match(character)
    ]


def is_persian(label: str) -> bool:
    return bool(re.search("[آ-ی]", label))


def test_labels_look_as_they_do_in_html(engine: Engine, drawing: str) -> None:
    show(engine, drawing)
    one = ink(engine)
    lines = (
        f'<p style="{side};top:{ROW * row}px" dir="{direction}">{text}</p>'
        for row, text in enumerate(LABELS.values())
        for direction in ["rtl" if is_persian(text) else "ltr"]
        for side in (
            f"left:{ANCHORS['left'] * WIDTH}px",
            f"left:{ANCHORS['center'] * WIDTH}px;transform:translateX(-50%)",
            f"right:calc(100vw - {ANCHORS['right'] * WIDTH}px)",
        )
    )
    signed = re.sub(r"\u2212[۰-۹٫]+", "<bdi dir=ltr>\\g<0></bdi>", "".join(lines))
    show(engine, signed)
    other = ink(engine)
    for row, label in enumerate(LABELS.values()):
        for number in range(len(ANCHORS)):
            part = np.s_[ROW * row : ROW * (row + 1), 240 * number : 240 * (number + 1)]
            assert unlike(one[part], other[part]) < 0.2, (label, number)


def test_letters_behind_a_non_joiner_are_drawn(engine: Engine) -> None:
    """A word of two parts is as wide, and as black, as its parts side by side."""
    places = [f"left:20px;top:{ROW * 2 * row}px" for row in range(len(WORDS))]
    pairs = list(zip(WORDS, places, strict=True))
    show(engine, "".join(f'<p dir="rtl" style="{at}">{word}</p>' for word, at in pairs))
    widths, whole = engine.run(WIDTHS), ink(engine)
    box = '<span style="display:inline-block">{}</span>'
    show(
        engine,
        "".join(
            f'<p dir="rtl" style="{at}">'
            + "".join(box.format(part) for part in word.split("\u200c"))
            + "</p>"
            for word, at in pairs
        ),
    )
    assert widths == pytest.approx(engine.run(WIDTHS), abs=1)
    parts = ink(engine)
    for row, word in enumerate(WORDS):
        place = np.s_[ROW * 2 * row : ROW * 2 * (row + 1), :200]
        assert unlike(whole[place], parts[place]) < 0.1, word
