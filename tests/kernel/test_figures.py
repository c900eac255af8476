"""Figures: one drawing, two languages, colours by role, text as text."""

import io
import re
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from hamgasht.core.fonts import STYLE_FILE, install_fonts
from hamgasht.core.labels import Catalogue
from hamgasht.kernel.figures import MissingLabelError, draw, raster

SVG = "{http://www.w3.org/2000/svg}"
LABELS = {
    "time (s)": "زمان (ثانیه)",
    "training": "آموزش",
    "kernel size {}": "اندازهٔ هسته {}",
    "yes": "بله",
    "no": "نه",
}


@pytest.fixture
def figure():
    install_fonts()
    with mpl.rc_context(fname=STYLE_FILE):
        made = Figure()
        left, right = made.subplots(1, 2)
        left.plot([-1.5, 0.5], [0, 1], label="training")
        left.set_xlabel("time (s)")
        left.legend()
        right.bar(["yes", "no"], [1, 2], color="C1")
        right.set_title("kernel size 3")
        yield made


def texts(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)
    return ["".join(item.itertext()) for item in root.iter(f"{SVG}text")]


def test_texts_are_translated_and_embedded(figure: Figure):
    drawn = draw(figure, Catalogue(LABELS))
    english, persian = texts(drawn["en"]), texts(drawn["fa"])
    assert {"time (s)", "training", "kernel size 3", "yes", "no"} <= set(english)
    assert {
        "\u202bزمان (ثانیه)\u202c",
        "\u202bآموزش\u202c",
        "\u202bاندازهٔ هسته ۳\u202c",
        "\u202bبله\u202c",
        "\u202bنه\u202c",
    } <= set(persian)
    assert len(english) == len(persian)


def test_ticks_take_persian_digits_with_the_sign_on_the_left(figure: Figure):
    drawn = draw(figure, Catalogue(LABELS))
    assert "\u22121.5" in texts(drawn["en"])
    assert "\u2212۱٫۵" in texts(drawn["fa"])
    numbers = [text for text in texts(drawn["fa"]) if re.search(r"[0-9]", text)]
    assert numbers == []


def test_a_sign_stays_on_the_left_of_its_number_within_words(figure: Figure):
    figure.axes[1].set_title("sum: -10")
    catalogue = Catalogue({**LABELS, "sum: {}": "مجموع: {}"})
    persian = texts(draw(figure, catalogue)["fa"])
    assert "\u202bمجموع: \u200f\u202a\u2212۱۰\u202c\u200f\u202c" in persian


def test_a_persian_legend_is_read_from_the_right(figure: Figure):
    """Its lines stand right of their words, its first column right of the second."""
    axes = figure.axes[0]
    axes.plot([-1.5, 0.5], [1, 0], label="yes")
    axes.legend(ncols=2)
    drawn = draw(figure, Catalogue(LABELS))
    for language, names, turn in (
        ("en", ("training", "yes"), 1),
        ("fa", ("\u202bآموزش\u202c", "\u202bبله\u202c"), -1),
    ):
        root = ElementTree.fromstring(drawn[language])
        [legend] = root.iterfind(f".//{SVG}g[@id='legend_1']")
        words = {"".join(item.itertext()): item for item in legend.iter(f"{SVG}text")}
        assert set(names) == set(words)
        first, second = (float(words[name].get("x")) for name in names)
        lines = [
            float(re.match(r"M ([\d.]+)", path.get("d"))[1])
            for path in legend.iter(f"{SVG}path")
            if "--fig-series" in path.get("style", "")
        ]
        before, after = lines[::turn]  # they are drawn from left to right
        places = [turn * x for x in (before, first, after, second)]
        assert places == sorted(places), language


def test_the_figure_is_left_as_it_was(figure: Figure):
    first = draw(figure, Catalogue(LABELS))
    second = draw(figure, Catalogue(LABELS))
    for language in ("en", "fa"):  # the layout may settle by a hair's breadth
        assert texts(second[language]) == texts(first[language])
        assert "Inter" in first[language]


def test_a_missing_label_is_an_error_and_harms_nothing(figure: Figure):
    few = {key: value for key, value in LABELS.items() if key != "training"}
    with pytest.raises(MissingLabelError, match="training"):
        draw(figure, Catalogue(few))
    assert "training" in texts(draw(figure, Catalogue(LABELS))["en"])


def test_colours_are_roles_and_nothing_leaks_into_the_page(figure: Figure):
    for svg in draw(figure, Catalogue(LABELS)).values():
        root = ElementTree.fromstring(svg)
        assert root.tag == f"{SVG}svg"
        assert "direction: ltr" in root.get("style")
        assert not list(root.iter(f"{SVG}style"))
        assert "metadata" not in svg
        bare = re.findall(r"(?<!, )#[0-9a-f]{6}\b(?!\))", svg)
        ids = set(re.findall(r'(?:href="|url\()#(\w+)', svg))
        assert [colour for colour in bare if colour[1:] not in ids] == []
        assert "var(--fig-series-1, #0072b2)" in svg
        assert "var(--fig-series-2, #d55e00)" in svg


def test_each_language_is_set_in_its_own_font(figure: Figure):
    drawn = draw(figure, Catalogue(LABELS))
    families = {
        language: set(re.findall(r"font-family: ([^;\"]+)", svg))
        for language, svg in drawn.items()
    }
    assert families["en"] == {"Inter, Vazirmatn, sans-serif"}
    assert families["fa"] == {"Vazirmatn, Inter, sans-serif"}


def test_labels_that_were_used_are_known(figure: Figure):
    catalogue = Catalogue({**LABELS, "never": "هرگز"})
    draw(figure, catalogue)
    assert catalogue.used == LABELS


def test_a_raster_figure_is_webp_that_looks_like_the_figure(figure: Figure):
    content, width, height = raster(figure)
    assert content[:4] == b"RIFF"
    assert content[8:15] == b"WEBPVP8"
    assert (width, height) == (1120, 640)  # 7x4 in at 160 dpi
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png")
    one, other = (
        np.asarray(Image.open(source).convert("RGBA"), dtype=float)
        for source in (drawn, io.BytesIO(content))
    )
    assert np.abs(one - other)[..., 3].max() == 0  # transparency is kept whole
    seen = one[..., 3] > 0
    assert np.abs(one - other)[seen].mean() < 4
    assert raster(figure)[0] == content


def test_names_of_parts_do_not_depend_on_the_last_bit_of_a_float(figure: Figure):
    """Another salt gives Matplotlib's hashes other values, as another bit does."""
    left, right = figure.axes
    left.scatter(*np.random.default_rng(0).random((2, 40)), c=np.linspace(0, 1, 40))
    left.imshow(np.eye(2), extent=(-1, 0, 0, 1))
    right.bar(["yes"], [0.5], hatch="//")
    figure.set_layout_engine("none")  # it would settle by a hair's breadth each time
    drawn = []
    for salt in ("one", "other"):
        with mpl.rc_context({"svg.hashsalt": salt}):
            drawn.append(draw(figure, Catalogue(LABELS)))
    assert drawn[0] == drawn[1]
    for svg in drawn[0].values():
        names = re.findall(r'\bid="([^"]+)"', svg)
        asked = set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
        assert asked <= set(names)
        kinds = {name.rstrip("0123456789") for name in asked}
        assert {"p", "m", "h", "C0_0_"} <= kinds
        assert len(names) == len(set(names))
