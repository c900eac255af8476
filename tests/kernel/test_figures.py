"""Figures: one drawing, two languages, colours by role, text as text."""

import io
import re
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.animation import FuncAnimation
from matplotlib.figure import Figure
from PIL import Image

from hamgasht.core.fonts import STYLE_FILE, install_fonts
from hamgasht.core.labels import Catalogue
from hamgasht.kernel.animation import MotionError
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


def test_texts_are_translated_and_isolated(figure: Figure):
    drawn = draw(figure, Catalogue(LABELS))
    english, persian = texts(drawn["en"]), texts(drawn["fa"])
    assert {"time (s)", "training", "kernel size 3", "yes", "no"} <= set(english)
    assert {
        "\u2067زمان (ثانیه)\u2069",
        "\u2067آموزش\u2069",
        "\u2067اندازهٔ هسته ۳\u2069",
        "\u2067بله\u2069",
        "\u2067نه\u2069",
    } <= set(persian)
    assert len(english) == len(persian)


def test_ticks_take_persian_digits_with_the_sign_on_the_left(figure: Figure):
    drawn = draw(figure, Catalogue(LABELS))
    assert "\u22121.5" in texts(drawn["en"])
    assert "\u2066\u2212۱٫۵\u2069" in texts(drawn["fa"])
    numbers = [text for text in texts(drawn["fa"]) if re.search(r"[0-9]", text)]
    assert numbers == []


def test_a_sign_stays_on_the_left_of_its_number_within_words(figure: Figure):
    figure.axes[1].set_title("sum: -10")
    catalogue = Catalogue({**LABELS, "sum: {}": "مجموع: {}"})
    persian = texts(draw(figure, catalogue)["fa"])
    assert "\u2067مجموع: \u2066\u2212۱۰\u2069\u2069" in persian


def test_a_persian_legend_is_read_from_the_right(figure: Figure):
    """Its lines stand right of their words, its first column right of the second."""
    axes = figure.axes[0]
    axes.plot([-1.5, 0.5], [1, 0], label="yes")
    axes.legend(ncols=2)
    drawn = draw(figure, Catalogue(LABELS))
    for language, names, turn in (
        ("en", ("training", "yes"), 1),
        ("fa", ("\u2067آموزش\u2069", "\u2067بله\u2069"), -1),
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


def test_what_moves_goes_through_the_places_that_it_has_in_each_language(
    figure: Figure,
):
    """Every frame of the animation, drawn by itself, has its point at that place."""
    axes = figure.axes[0]
    point = axes.plot([], [], "C3o")[0]

    def show(frame: int):
        point.set_data([-1.5 + frame], [frame / 2])

    still = {}
    point.set_gid("here")
    for frame in range(3):
        show(frame)
        for language, svg in draw(figure, Catalogue(LABELS)).items():
            assert "<animate" not in svg
            still[language, frame] = place_of(svg, "here")
    animation = FuncAnimation(figure, show, frames=3, interval=200)
    show(1)
    drawn = draw(figure, Catalogue(LABELS))
    assert animation.event_source.interval == 200  # alive until here, or nothing moves
    for language, svg in drawn.items():
        steps = re.findall(r"<animate ([^>]*)/>", svg)
        facts = [dict(re.findall(r'(\w+)="([^"]*)"', step)) for step in steps]
        assert [fact["attributeName"] for fact in facts] == ["x", "y"]
        assert {fact["dur"] for fact in facts} == {"0.6s"}
        assert {fact["begin"] for fact in facts} == {"indefinite"}
        ways = [[float(value) for value in fact["values"].split(";")] for fact in facts]
        for frame, place in enumerate(zip(*ways, strict=True)):
            assert place == pytest.approx(still[language, frame], abs=0.06)
        assert place_of(svg, "moving-0") == pytest.approx(still[language, 1])


def place_of(svg: str, gid: str) -> tuple[float, float]:
    """Return where the marker of a line of one point stands."""
    group = next(
        item for item in ElementTree.fromstring(svg).iter() if item.get("id") == gid
    )
    marker = next(group.iter(f"{SVG}use"))
    return float(marker.get("x", "nan")), float(marker.get("y", "nan"))


def test_an_animation_of_whole_curves_is_refused(figure: Figure):
    curve = figure.axes[0].plot([0, 1], [0, 1])[0]
    animation = FuncAnimation(
        figure, lambda frame: curve.set_data([0, 1], [0, frame]), frames=3
    )
    with pytest.raises(MotionError, match="one point each"):
        draw(figure, Catalogue(LABELS))
    assert list(curve.get_ydata()) == [0, 1]
    assert animation.event_source.interval == 200
