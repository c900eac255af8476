"""Cells, values and formulas on pages, read back with the standard library's parser."""

import json
import re
from xml.etree import ElementTree

import markdown
import pytest
from embed_project import (
    Project,
    by_class,
    cell,
    figure_cell,
    matrix,
    new_markdown,
    parse,
    printed,
    raster,
    table,
    text_of,
    values,
)
from material.plugins.search.plugin import Parser

from hamgasht.core.errors import HamgashtError
from hamgasht.records import state

FIELDS = [
    {"name": "index", "type": "integer"},
    {"name": "layer", "type": "string"},
    {"name": "parameters", "type": "integer"},
    {"name": "loss", "type": "number"},
]
ROWS = [
    {"index": 0, "layer": "dense", "parameters": 1234, "loss": 0.5},
    {"index": 1, "layer": "Conv2D", "parameters": 56, "loss": 0.125},
    {"index": 2, "layer": "kernel size 3", "parameters": 7, "loss": None},
]


@pytest.fixture
def project(tmp_path) -> Project:
    made = Project(tmp_path)
    made.add(
        "q9_demo/small_net",
        cell("Imports", "import math"),
        cell("Settings", "N = 3", tags=["parameters"]),
        cell("Unused", "unused = 1"),
        cell(
            "Forward pass", 'o = "<b>" * N\no', matrix([["1", "2"], ["-10", "1e-07"]])
        ),
        cell("Row", "r", matrix(["0.5", "nan"])),
        figure_cell("Curve"),
        cell("Layers", "t", table(FIELDS, ROWS)),
        cell("Print", "print('x')", printed("a <b> & 97.0%\n")),
        cell("Grid", "show()", raster()),
        cell("Quiet", "y = 1"),
        cell("Hidden", "h = 1", printed("h"), tags=["hide"]),
        values(mean=-0.25, accuracy=0.97, count=12000, tiny=1.5e-7),
    )
    return made


def block(name: str, *options: str, caption: str = "") -> str:
    lines = [f"/// cell | q9_demo/small_net : {name}"]
    lines += [f"    {option}" for option in options]
    return "\n".join([*lines, "", caption, "///", ""])


def only(tree: ElementTree.Element, name: str) -> ElementTree.Element:
    found = by_class(tree, name)
    assert len(found) == 1, f"{len(found)} of {name}"
    return found[0]


def formula(element: ElementTree.Element) -> str:
    """Return the TeX that KaTeX notes beside a formula."""
    return next(text_of(item) for item in element.iter("annotation"))


# Code


def test_code_is_highlighted_as_material_shows_it(project: Project):
    tree = project.tree(block("forward-pass", "show: code"))
    code = only(tree, "highlight")
    assert "language-python" in code.get("class")
    assert text_of(only(tree, "filename")) == "q9_demo/small_net.py : Forward pass"
    pre = code.find("pre")
    assert "".join(pre.find("code").itertext()).rstrip("\n") == 'o = "<b>" * N\no'
    assert only(tree, "hg-code").get("dir") == "ltr"


def test_a_title_with_marks_is_shown_as_it_is_written(project: Project):
    project.add("q9_demo/marks", cell("The net's <b> & so on", "1"))
    page = "/// cell | q9_demo/marks : the-net's-<b>-&-so-on\n    show: code\n///\n"
    title = text_of(only(project.tree(page), "filename"))
    assert title == "q9_demo/marks.py : The net's <b> & so on"


def test_second_button_has_what_the_page_does_not_show(project: Project):
    """A script adds the cells that are shown (`tests/browser/test_copy.py`)."""
    tree = project.tree(block("forward-pass") + "\n" + block("forward-pass"))
    first, again = by_class(tree, "hg-copy")
    assert first.tag == "button"
    assert first.get("type") == "button"
    assert first.get("data-snippet") == "q9_demo/small_net"
    assert first.get("data-cell") == "3"
    above = {"0": "import math", "1": "N = 3", "2": "unused = 1"}
    assert json.loads(first.get("data-above")) == above
    assert text_of(first)
    assert again.get("data-above") is None
    assert again.get("data-cell") == "3"


def test_paste_names_the_snippets_whose_artefacts_it_reads(project: Project):
    project.add("q9_demo/train", cell("Train", "x = 1"))
    header = "# ---\n# jupyter:\n#   hamgasht:\n#     needs: [q9_demo/train]\n# ---"
    project.add(
        "q9_demo/plot",
        cell("Imports", "from pathlib import Path"),
        cell("Read", 'p = Path("artefacts/train")'),
        cell("Show", "p", printed("p")),
        header=header,
    )
    shown = (
        f"/// cell | q9_demo/plot : {name}\n    show: code\n///\n"
        for name in ("imports", "show")
    )
    first, second = by_class(project.tree("\n".join(shown)), "hg-copy")
    assert first.get("data-reads") is None
    assert second.get("data-reads").startswith("# ")
    assert "snippets/q9_demo/train.py" in second.get("data-reads")
    assert json.loads(second.get("data-above")) == {"1": 'p = Path("artefacts/train")'}


def test_show_chooses_the_parts(project: Project):
    code = project.tree(block("forward-pass", "show: code"))
    assert by_class(code, "hg-code")
    assert not by_class(code, "hg-output")
    assert not by_class(code, "hg-provenance__run")
    assert len(by_class(code, "hg-provenance__links")) == 1
    output = project.tree(block("forward-pass", "show: output"))
    assert not by_class(output, "hg-code")
    assert not by_class(output, "hg-copy")
    assert by_class(output, "hg-output")
    both = project.tree(block("forward-pass", "show: code output"))
    assert by_class(both, "hg-code")
    assert by_class(both, "hg-output")


def test_ids_are_stable_and_unique(project: Project):
    tree = project.tree(block("forward-pass") + "\n" + block("forward-pass"))
    ids = [item.get("id") for item in by_class(tree, "hg-cell")]
    assert ids == ["cell-small-net-forward-pass", "cell-small-net-forward-pass-2"]


# Outputs


def test_matrix_is_a_formula_in_latin_digits(project: Project):
    for language in ("en", "fa"):
        found = only(project.tree(block("forward-pass"), language), "hg-matrix")
        assert formula(found) == (
            r"\begin{bmatrix} 1 & 2 \\ -10 & 1 \times 10^{-7} \end{bmatrix}"
        )
        assert found.get("tabindex") == "0"
        assert found.get("role")
    assert found.get("aria-label") == "ماتریس ۲ در ۲"
    assert len(list(found.iter("mtr"))) == 2
    assert len(list(found.iter("mtd"))) == 4


def test_row_of_numbers(project: Project):
    found = only(project.tree(block("row")), "hg-matrix")
    assert formula(found) == r"\begin{bmatrix} 0.5 & \mathrm{nan} \end{bmatrix}"


def test_text_is_escaped_and_no_code(project: Project):
    tree = project.tree(block("print"), "fa")
    pre = only(tree, "hg-text")
    assert "".join(pre.itertext()) == "a <b> & 97.0%"
    assert pre.get("dir") == "ltr"
    assert pre.find(".//code") is None  # Material would give it a copy button
    assert pre.find(".//bdi") is None


def test_table_in_english(project: Project):
    found = only(project.tree(block("layers", caption="All layers.")), "hg-table")
    rows = [[text_of(c) for c in row] for row in found.iter("tr")]
    assert rows == [
        ["layer", "parameters", "loss"],
        ["dense", "1,234", "0.500"],
        ["Conv2D", "56", "0.125"],
        ["kernel size 3", "7", "—"],
    ]
    assert [c.get("scope") for c in found.iter("th")] == ["col"] * 3 + ["row"] * 3
    assert text_of(found.find("table/caption")) == "All layers."
    assert (found.get("role"), found.get("tabindex")) == ("group", "0")
    assert found.get("aria-label") == "All layers."
    assert [text_of(item) for item in found.iter("code")] == ["Conv2D"]


def test_table_in_persian(project: Project):
    found = only(project.tree(block("layers"), "fa"), "hg-table")
    rows = [[text_of(c) for c in row] for row in found.iter("tr")]
    assert rows == [
        ["لایه", "پارامترها", "زیان"],
        ["لایهٔ پرتراکم", "۱٬۲۳۴", "۰٫۵۰۰"],
        ["Conv2D", "۵۶", "۰٫۱۲۵"],
        ["اندازهٔ هسته ۳", "۷", "—"],
    ]
    assert [text_of(item) for item in found.iter("code")] == ["Conv2D"]
    assert found.get("aria-label")


def test_named_index_heads_the_rows(project: Project):
    fields = [{"name": "epoch", "type": "integer"}, {"name": "loss", "type": "number"}]
    shown = table(fields, [{"epoch": 5, "loss": 1.0}], key=["epoch"])
    project.add("q9_demo/index", cell("Show", "t", shown))
    tree = project.tree("/// cell | q9_demo/index : show\n///\n")
    assert [(c.get("scope"), text_of(c)) for c in tree.iter("th")] == [
        ("col", "epoch"),
        ("col", "loss"),
        ("row", "5"),
    ]


def test_figure_speaks_the_pages_language(project: Project):
    for language, word in (("en", "epoch"), ("fa", "دوره")):
        text = block("curve", "alt: Falls", caption="The *curve*.")
        svg = only(project.tree(text, language), "hg-figure")
        assert text_of(svg.find(".//text")) == word


def test_figure_is_named_and_described(project: Project):
    text = block(
        "curve",
        'alt: "Ends at [[q9_demo/small_net.accuracy as percent]]"',
        caption="The *curve* of $x$ at [[q9_demo/small_net.mean]].",
    )
    tree = project.tree(text)
    svg = only(tree, "hg-figure")
    assert svg.get("role") == "img"
    assert svg.get("direction") == "ltr"
    by_id = {item.get("id"): item for item in tree.iter() if item.get("id")}
    named = [by_id[name] for name in svg.get("aria-labelledby").split()]
    assert [item.tag for item in named] == ["title", "desc"]
    assert [text_of(item) for item in named] == [
        "The curve of x at −0.25.",
        "Ends at 97.0%",
    ]
    figure = only(tree, "hg-output")
    assert figure.tag == "figure"
    assert text_of(figure.find("figcaption")).startswith("The curve of")
    assert figure.find("figcaption/em") is not None
    assert figure.find("figcaption/p") is None


def test_figure_shares_nothing_with_the_page(project: Project):
    text = block("curve", "alt: a") + "\n" + block("curve", "alt: a")
    html = project.render(text)
    tree = parse(html)
    ids = [item.get("id") for item in tree.iter() if item.get("id")]
    assert len(ids) == len(set(ids))
    first, second = by_class(tree, "hg-figure")
    for svg in (first, second):
        inside = {item.get("id") for item in svg.iter() if item.get("id")}
        path = next(svg.iter("path"))
        assert re.fullmatch(r"url\(#(.*)\)", path.get("clip-path"))[1] in inside
        assert next(svg.iter("use")).get("xlink:href")[1:] in inside
        assert "stroke-linejoin: round" in svg.get("style")
    assert not list(tree.iter("style"))
    for rest in ("<?xml", "<!DOCTYPE", "<!--", "<metadata"):
        assert rest not in html


def test_description_stands_in_for_a_caption(project: Project):
    svg = only(project.tree(block("curve", "alt: Falls")), "hg-figure")
    assert text_of(svg.find("title")) == "Falls"
    assert svg.find("desc") is None


def test_persian_alt_text_isolates_latin_runs(project: Project):
    svg = only(project.tree(block("curve", "alt: با C++ است"), "fa"), "hg-figure")
    assert text_of(svg.find("title")) == "با \u2066C++\u2069 است"


def test_image(project: Project):
    image = next(project.tree(block("grid", "alt: Four images")).iter("img"))
    assert image.get("src") == "notebooks/q9_demo/small_net/figures/grid-1.webp"
    assert (image.get("width"), image.get("height")) == ("700", "350")
    assert image.get("loading") == "lazy"
    assert image.get("alt") == "Four images"


def test_block_inside_an_admonition(project: Project):
    inner = "".join(f"    {line}\n" for line in block("print").splitlines())
    tree = project.tree(f'!!! errata "Wrong"\n\n    Text.\n\n{inner}\nAfter.\n')
    assert by_class(only(tree, "admonition"), "hg-text")


def test_caption_of_code_alone_is_kept(project: Project):
    tree = project.tree(block("forward-pass", "show: code", caption="See this."))
    assert text_of(only(tree, "hg-caption")) == "See this."


# Provenance


def test_provenance_and_links(project: Project):
    line = only(project.tree(block("print")), "hg-provenance")
    run = text_of(only(line, "hg-provenance__run"))
    assert run == (
        "Example CPU @ 2.0 GHz, 2 cores · Python 3.11.7, Keras 3.15.1, NumPy 2.4.6 · "
        "November 24, 2026"
    )
    links = [item.get("href") for item in line.iter("a")]
    base = "notebooks/q9_demo/small_net"
    assert links == [f"{base}.ipynb", f"{base}.py", f"{base}.manifest.json"]


def test_provenance_in_persian(project: Project):
    line = only(project.tree(block("print"), "fa"), "hg-provenance")
    assert "۲۴ نوامبر ۲۰۲۶" in text_of(line)
    assert next(line.iter("time")).get("datetime") == "2026-11-24"
    assert all(item.get("dir") == "ltr" for item in line.iter("bdi"))
    assert [text_of(a) for a in line.iter("a")] == [
        "دفترچه",
        "پروندهٔ کد",
        "شناسنامهٔ اجرا",
    ]


def test_links_of_a_nested_page_go_up(project: Project):
    tree = project.tree(block("print"), page="docs/en/part/page.md")
    assert next(tree.iter("a")).get("href").startswith("../notebooks/")


# Inline values


@pytest.mark.parametrize(
    ("reference", "english", "persian"),
    [
        ("mean", "−0.25", "−۰٫۲۵"),
        ("accuracy as percent", "97.0%", "۹۷٫۰٪"),
        ("accuracy as percent0", "97%", "۹۷٪"),
        ("accuracy as decimal3", "0.970", "۰٫۹۷۰"),
        ("count", "12,000", "۱۲٬۰۰۰"),
        ("count as integer", "12,000", "۱۲٬۰۰۰"),
        ("tiny", "1.5×10−7", "۱٫۵×۱۰−۷"),
        ("tiny as scientific0", "2×10−7", "۲×۱۰−۷"),
    ],
)
def test_values(project: Project, reference: str, english: str, persian: str):
    text = f"Is [[q9_demo/small_net.{reference}]]."
    assert text_of(project.tree(text)) == f"Is {english}."
    assert text_of(project.tree(text.replace("Is", "است"), "fa")) == f"است {persian}."


def test_signed_values_are_isolated_in_persian(project: Project):
    tree = project.tree("مقدار [[q9_demo/small_net.mean]] است", "fa")
    assert text_of(next(tree.iter("bdi"))) == "−۰٫۲۵"
    plain = project.tree("مقدار [[q9_demo/small_net.count]] است", "fa")
    assert not list(plain.iter("bdi"))


def test_power_of_ten_is_raised(project: Project):
    tree = project.tree("[[q9_demo/small_net.tiny]]", "fa")
    assert text_of(next(tree.iter("sup"))) == "−۷"
    assert next(tree.iter("bdi")).get("dir") == "ltr"


def test_values_work_in_every_place(project: Project):
    value = "[[q9_demo/small_net.count]]"
    text = (
        f"# Head {value}\n\n| a | {value} |\n|---|---|\n| b | {value} |\n\n"
        f"*em {value}* [link {value}](x.md) ![alt {value}](y.png)\n\n- item {value}\n"
    )
    tree = project.tree(text)
    assert text_of(tree).count("12,000") == 6
    assert next(tree.iter("img")).get("alt") == "alt 12,000"
    assert "[[" not in text_of(tree)


@pytest.mark.parametrize("name", ["01_intro/plain", "q1/two-words", "q1/v1.2"])
def test_values_are_found_whatever_their_snippet_is_called(project: Project, name: str):
    project.add(name, values(a=1 / 4))
    prose = project.tree(f"is [[{name}.a]] or [[{name}.a\nas decimal3]]")
    assert text_of(prose) == "is 0.25 or 0.250"
    assert formula(project.tree(f"$[[{name}.a\nas decimal1]]$")) == "0.2"


def test_values_in_raw_html(project: Project):
    value = "[[q9_demo/small_net.count]]"
    text = (
        f"<div title='{value}'>{value}\n<code>{value}</code> {value}</div>\n\n"
        f"Inline <b title='{value}'>{value}</b>.\n\n<!-- {value} -->\n"
    )
    html = project.render(text)
    assert html.count("12,000") == 5
    assert f"<code>{value}</code>" in html
    assert f"<!-- {value} -->" in html


def test_values_in_formulas_are_latin(project: Project):
    tree = project.tree("$n = [[q9_demo/small_net.count]]$", "fa")
    assert formula(tree) == "n = 12{,}000"
    block_tree = project.tree("$$\n[[q9_demo/small_net.tiny]]\n$$", "fa")
    assert formula(block_tree) == r"1.5 \times 10^{-7}"


@pytest.mark.parametrize(
    "text",
    [
        "[[1,2],[3,4]]",
        "[[1, 2], [3, 4]]",
        "[[x]]",
        "[[1/2, 3]]",
        "[[1.5, 2.5]]",
        "[[x.shape, y.shape]]",
        "[[x, y], [z, w]]",
    ],
)
def test_brackets_that_are_no_reference_stay(project: Project, text: str):
    assert text_of(project.tree(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "`[[q9_demo/small_net.nothing]]`",
        "    [[q9_demo/small_net.nothing]]",
        "```\n[[q9_demo/small_net.nothing]]\n```",
        "```\n/// cell | no/such : cell\n///\n```",
    ],
)
def test_code_is_never_touched(project: Project, text: str):
    assert ("[[q9_demo/small_net.nothing]]" in text) == (
        "[[q9_demo/small_net.nothing]]" in text_of(project.tree(text))
    )


# Formulas


def test_formulas(project: Project):
    tree = project.tree("In $a < b$ and\n\n$$\n\\frac{a}{b} < 1 \\\\\n$$\n")
    inline, display = by_class(tree, "arithmatex")
    assert formula(inline) == "a < b"
    assert formula(display) == "\\frac{a}{b} < 1 \\\\"
    assert (display.tag, display.get("tabindex")) == ("div", "0")
    assert display.get("role")
    assert display.get("aria-label")
    assert "katex-display" in ElementTree.tostring(display, encoding="unicode")


def test_search_index_has_prose_and_code_only(project: Project):
    text = (
        "# Title {#t}\n\nProse $x_{17}$ after.\n\n"
        + block("curve", "alt: Described", caption="Caption words.")
        + "\n"
        + block("forward-pass", caption="Second words.")
        + "\nLast.\n"
    )
    parser = Parser()
    parser.feed(project.render(text))
    found = " ".join("".join(section.text) for section in parser.data)
    for wanted in ("Prose", "after", "Caption words", "Second words", "Last"):
        assert wanted in found
    for unwanted in ("17", "epoch", "Described", "Example CPU", "Copy with", "bmatrix"):
        assert unwanted not in found


# The rest


def test_works_alone_with_python_markdown(project: Project):
    html = markdown.markdown(
        block("forward-pass") + "\n$x$ and [[q9_demo/small_net.mean]]\n",
        extensions=["hamgasht.embed"],
        extension_configs={"hamgasht.embed": {"root": str(project.root)}},
    )
    tree = parse(html)
    assert by_class(tree, "highlight")
    assert len(by_class(tree, "katex")) == 2
    assert "−0.25" in text_of(tree)


def test_only_a_long_formula_in_running_text_may_break(project: Project):
    long = "+".join("abcdefghijklm")
    tree = project.tree(f"If $x = 1$, then ${long}$.\n\n$${long}$$\n")
    short, broken = tree.iter("bdi")
    assert not list(short.iter("wbr"))
    assert len(list(broken.iter("wbr"))) == len(by_class(broken, "katex-base")) - 1 > 5
    assert len(list(tree.iter("wbr"))) == len(list(broken.iter("wbr"))), "no display"


@pytest.mark.parametrize("rows", [9, 10])
def test_only_a_long_table_may_be_folded(project: Project, rows: int):
    many = [{"index": row, "layer": "dense"} for row in range(rows)]
    project.add("q9_demo/long", cell("Many", "t", table(FIELDS[:2], many)))
    text = block("many").replace("small_net", "long")
    found = only(project.tree(text), "hg-table").get("class").split()
    assert ("hg-table--long" in found) == (rows == 10)


def test_settings_of_the_highlighter_are_kept(project: Project):
    html = markdown.markdown(
        block("forward-pass", "show: code"),
        extensions=["pymdownx.highlight", "hamgasht.embed"],
        extension_configs={
            "pymdownx.highlight": {"pygments_lang_class": True, "line_spans": "L"},
            "hamgasht.embed": {"root": str(project.root)},
        },
    )
    assert re.search(r'id="L-\d+-1"', html)


def test_same_text_gives_the_same_bytes(project: Project):
    text = block("curve", "alt: a") + "\n" + block("layers") + "\n$x$"
    assert project.render(text, "fa") == project.render(text, "fa")
    md = new_markdown(project.root, "fa")
    first = md.convert(text)
    md.reset()
    assert md.convert(text) == first


def test_changes_on_disk_are_seen(project: Project):
    text = "[[q9_demo/change.n]]"
    project.add("q9_demo/change", values(n=1))
    assert text_of(project.tree(text)) == "1"
    project.add("q9_demo/change", cell("New", "1"), values(n=2))
    assert text_of(project.tree(text)) == "2"
    project.write_labels({"layer": "نو", "parameters": "ب", "loss": "پ"})
    assert "نو" in text_of(project.tree(block("layers"), "fa"))


def test_options_are_checked(project: Project):
    for options in ({"language": "de"}, {"on_stale": "maybe"}):
        with pytest.raises(ValueError, match="must be one of"):
            new_markdown(project.root, **{"language": "en", **options})


def test_outputs_are_read_once(project: Project, monkeypatch):
    read = []
    load = state.load
    monkeypatch.setattr(
        state, "load", lambda root, name: read.append(name) or load(root, name)
    )
    for language in ("en", "fa", "en"):
        project.render("\n".join([block("layers")] * 5), language)
    assert read == ["q9_demo/small_net"]


def test_aged_output_is_shown(project: Project):
    (project.root / "requirements.txt").write_text("numpy==3.0.0\n")
    assert state.state(project.root, "q9_demo/small_net").kind == "outdated"
    assert project.render(block("print"))


def test_errors_are_of_the_engines_family(project: Project):
    with pytest.raises(HamgashtError):
        project.render(block("none"))
