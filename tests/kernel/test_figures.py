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
from hamgasht.kernel.figures import (
    MissingLabelError,
    NotShownError,
    draw,
    raster,
)

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


def places(svg: str) -> dict[str, tuple[float, float]]:
    """Return where each text that has no anchor starts, by its letters."""
    found = {}
    for item in ElementTree.fromstring(svg).iter():
        moved = re.match(r"translate\(([\d.]+) ([\d.]+)\)", item.get("transform", ""))
        words = re.sub("[\u200f\u202b\u202c\\s]", "", "".join(item.itertext()))
        if moved and words:
            found[words] = (float(moved[1]), float(moved[2]))
    return found


def test_a_persian_label_with_a_formula_is_words_and_a_formula(figure: Figure):
    left, right = figure.axes
    left.set_xlabel(r"rate $\eta$")
    left.set_ylabel(r"rate $m$ (time $t$)")
    right.set_title("yes")
    labels = {
        r"rate $\eta$": r"نرخ یادگیری $\eta$",
        r"rate $m$ (time $t$)": r"نرخ $m$ (زمان $t$)",
    }
    persian = draw(figure, Catalogue({**LABELS, **labels}))["fa"]
    assert "\u202bنرخ یادگیری\u202c" in texts(persian), "not letter by letter"
    found = places(persian)
    assert found["نرخیادگیری"][0] - found["η"][0] == pytest.approx(9.5, abs=4)
    assert found["نرخیادگیری"][1] == found["η"][1], "on one line"
    # The other is read from below: its start is at the top.
    across, heights = zip(
        *(found[it] for it in ("نرخ", "m", "(زمان", "t", ")")), strict=True
    )
    assert list(heights) == sorted(heights)
    assert max(across) - min(across) < 0.01
    assert "\u202b\u200f)\u202c" in texts(persian), "a bracket of the Persian sentence"


def test_signs_of_formulas_are_those_that_unicode_names(figure: Figure):
    """In Computer Modern, Matplotlib's usual fallback, eta is recorded as an accent."""
    figure.axes[0].set_title(r"$\eta\beta\Sigma \nabla\leq\sum\partial\in\infty$")
    for svg in draw(figure, Catalogue(LABELS)).values():
        signs = "".join(texts(svg))
        assert set("ηβΣ∇≤∑∂∈∞") <= set(signs)
        assert "font-family: Signs, " in svg


def test_a_letter_that_no_font_of_the_page_has_is_refused(figure: Figure):
    figure.axes[0].set_title("η")
    with pytest.raises(NotShownError, match="GREEK SMALL LETTER ETA") as caught:
        draw(figure, Catalogue({**LABELS, "η": "نرخ"}))
    assert r"$\eta$" in caught.value.fix


def add_child_axes(figure: Figure) -> None:
    figure.axes[0].inset_axes([0.6, 0.6, 0.3, 0.3]).set_xlabel("key 1")


def add_secondary_axis(figure: Figure) -> None:
    figure.axes[0].secondary_xaxis("top").set_xlabel("key 1")


def add_table(figure: Figure) -> None:
    figure.axes[0].table([["key 1", "2.5"]], loc="center", colWidths=[0.2, 0.2])


def add_key(figure: Figure) -> None:
    arrows = figure.axes[0].quiver([0], [0], [1], [1])
    figure.axes[0].quiverkey(arrows, 0.5, 0.5, 1, "key 1")


def add_contour_labels(figure: Figure) -> None:
    lines = figure.axes[0].contour([-1, 0], [0, 1], np.eye(2))
    figure.axes[0].clabel(lines, fmt=lambda level: f"key {level:.0f}")


def add_colour_bar(figure: Figure) -> None:
    image = figure.axes[0].imshow(np.eye(2))
    figure.colorbar(image).set_label("key 1")


def add_wrapped_text(figure: Figure) -> None:
    figure.text(0.9, 0.5, "key 1", wrap=True)


ADDED = [value for name, value in globals().items() if name.startswith("add_")]


@pytest.mark.parametrize("add", ADDED)
def test_every_text_is_translated_whatever_draws_it(figure: Figure, add):
    add(figure)
    drawn = draw(figure, Catalogue({**LABELS, "key {}": "کلید {}"}))
    assert any(text.startswith("key ") for text in texts(drawn["en"]))
    assert any("کلید " in text for text in texts(drawn["fa"]))
    assert re.findall("[A-Za-z0-9]+", "".join(texts(drawn["fa"]))) == []
    assert len(texts(drawn["fa"])) == len(texts(drawn["en"]))
    with pytest.raises(MissingLabelError, match="key"):
        draw(figure, Catalogue(LABELS))


def test_persian_letters_inside_a_formula_are_refused(figure: Figure):
    figure.axes[1].set_title("rate")
    with pytest.raises(NotShownError, match="inside a formula"):
        draw(figure, Catalogue({**LABELS, "rate": r"$\eta$ $\mathrm{نرخ}$"}))


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


def test_a_raster_figure_with_a_text_is_refused(figure: Figure):
    with pytest.raises(NotShownError, match="which has no language"):
        raster(figure)


def test_a_raster_figure_is_webp_that_looks_like_the_figure(figure: Figure):
    for axes in figure.axes:
        axes.set(xticks=[], yticks=[], xlabel="", title="")
    figure.axes[0].get_legend().remove()
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
