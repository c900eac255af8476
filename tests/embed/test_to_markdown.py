"""Pages as plain Markdown: what is copied, and what a language model reads."""

import re
from pathlib import Path

import markdown
import pytest
from browser.built import LANGUAGES, Site
from embed_project import (
    Project,
    cell,
    figure_cell,
    matrix,
    printed,
    raster,
    table,
    values,
)
from test_references import BIB, SOURCE

from hamgasht.core.errors import HamgashtError
from hamgasht.embed.to_markdown import to_markdown

FIELDS = [
    {"name": "index", "type": "integer"},
    {"name": "layer", "type": "string"},
    {"name": "loss", "type": "number"},
]
CELL = "/// cell | g/s : {name}\n    show: {show}\n{alt}\n{caption}\n///\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    rows = [{"index": 0, "layer": "dense", "loss": 0.5}]
    made.add(
        "g/s",
        cell("Text", "print('a | b')", printed("a | b\n")),
        cell("Numbers", "X", matrix([["1", "-2"], ["3", "0.5"]])),
        cell("Rows", "table", table(FIELDS, rows)),
        figure_cell("Curve"),
        cell("Grid", "grid()", raster()),
        values(loss=0.25, acc=0.97),
    )
    (tmp_path / SOURCE).write_text(BIB, encoding="utf-8")
    return made


def plain(project: Project, text: str, language: str = "en") -> str:
    html = project.render(text, language, bibliography=SOURCE)
    return to_markdown(html, "page.html", "Figure")


def shown(name: str, show: str = "output", alt: str = "", caption: str = "") -> str:
    alt = f'    alt: "{alt}"' if alt else ""
    return CELL.format(name=name, show=show, alt=alt, caption=caption)


def test_values_stand_in_their_place(project: Project) -> None:
    text = "It is [[g/s.loss]], $x = [[g/s.loss]]$, not `[[g/s.loss]]`."
    assert plain(project, text) == "It is 0.25, $x = 0.25$, not `[[g/s.loss]]`.\n"
    persian = plain(project, "[[g/s.acc as percent]] و $[[g/s.loss]]$", "fa")
    assert persian == "۹۷٫۰٪ و $0.25$\n"


def test_what_has_no_form_in_markdown_is_an_error() -> None:
    with pytest.raises(
        HamgashtError, match=r"^page\.html: the element <canvas> has no form.*Fix: say"
    ):
        to_markdown("<p>One</p><canvas></canvas>", "page.html", "Figure")


def test_cells_are_code_and_what_it_printed(project: Project) -> None:
    text = plain(project, shown("text", "code output", caption="Says [[g/s.loss]]."))
    assert text == (
        "```python\n# g/s.py : Text\nprint('a | b')\n```\n\n"
        "```text\na | b\n```\n\nSays 0.25.\n"
    )
    assert "```text" not in plain(project, shown("text", "code"))
    assert "```python" not in plain(project, shown("text"))


def test_outputs_are_written_as_markdown_has_them(project: Project) -> None:
    assert r"$$" in plain(project, shown("numbers"))
    assert r"\begin{bmatrix} 1 & -2 \\ 3 & 0.5 \end{bmatrix}" in plain(
        project, shown("numbers")
    )
    rows = plain(project, shown("rows"), "fa")
    assert rows == "| لایه | زیان |\n| --- | ---: |\n| لایهٔ پرتراکم | ۰٫۵ |\n"
    figure = plain(project, shown("curve", alt="Falls to [[g/s.loss]]."))
    assert figure == "[Figure](page.html#cell-s-curve): Falls to 0.25.\n"
    image = plain(project, shown("grid", alt="Two rows."))
    assert image == "![Two rows.](notebooks/g/s/figures/grid-1.webp)\n"


def test_boxes_are_quotations_and_lists_keep_their_depth(project: Project) -> None:
    text = (
        '1. Ask.\n\n    ??? answer "Answer"\n\n        It is [[g/s.loss]].\n\n'
        "        /// cell | g/s : text\n            show: output\n        ///\n\n"
        "2. Ask more.\n"
    )
    assert plain(project, text) == (
        "1. Ask.\n\n    > **Answer**\n    >\n    > It is 0.25.\n    >\n"
        "    > ```text\n    > a | b\n    > ```\n\n2. Ask more.\n"
    )


def test_works_are_cited_and_listed(project: Project) -> None:
    text = plain(
        project, "@kingma2015 and [@kingma2015; @alone2020]\n\n/// references\n///"
    )
    assert "[Kingma and Ba (2015)](references.md#kingma2015) and (" in text
    assert "[Alone 2020](references.md#alone2020))" in text
    assert "- J.-L. Alone, *One*, a talk, 2020, [example.org/~alone]" in text


def test_tags_go_and_code_stays(project: Project) -> None:
    code = "```\n<span> [[1, 2]] [[g/s.loss]]\n```\n"
    assert plain(project, code) == code
    assert plain(project, '<span lang="fa">همگشت</span> is') == "همگشت is\n"
    assert plain(project, "A `` `b` `` and `c`.") == "A `` `b` `` and `c`.\n"


@pytest.mark.parametrize(
    "text",
    [
        "# Title\n\n## Part {#part}\n\nOne\ntwo, *three* and **four**.\n",
        "- one\n- two\n    - three\n\nThen\n\n1. four\n2. five\n",
        "1. one\n\n    Two.\n\n2. three\n",
        "> A quotation.\n",
        "$$\nx < 1\n$$\n\nAs $x_1$ and $y$.\n",
        r"A \* star, \$5 and a\_ b, but a_b." + "\n",
        "[there](#here), [page](page.md#there) and [out](https://a.org/b.html#c).\n",
        "A[^1] note.\n\n[^1]: And its text.\n",
        "| a | b |\n| --- | ---: |\n| `x` | 1 \\| 2 |\n",
    ],
)
def test_plain_markdown_comes_back_as_it_was(project: Project, text: str) -> None:
    assert plain(project, text) == text


def test_links_lead_to_markdown() -> None:
    html = '<a href="../a-b.html#c">1</a> <a href="notebooks/g/s.html">2</a>'
    text = to_markdown(html, "page.html", "Figure")
    assert text == "[1](../a-b.md#c) [2](notebooks/g/s.html)\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_lies_beside_its_markdown(built: Site, language: str) -> None:
    """It holds the page's headings, no marks of ours, and links to what is there."""
    seen = 0
    for page in built.of(language):
        if page.is_notebook:
            continue
        seen += 1
        text = page.file.with_suffix(".md").read_text(encoding="utf-8")
        prose = re.sub(r"^( *>? *)```.*?^\1```", "", text, flags=re.M | re.S)
        assert not re.search(r"\[\[\w+/|^ *///|^ *(?:!!!|\?\?\?)|<span", prose, re.M)
        ids = set(re.findall(r"^## .*\{#([\w-]+)\}$", prose, re.MULTILINE))
        assert ids == set(re.findall(r'<h2 id="([\w-]+)"', page.text)), page
        for link in re.findall(r"\]\(([^):?]+?)(?:[?#][^)]*)?\)", prose):
            assert link.startswith("#") or (page.file.parent / link).is_file(), link
        assert markdown.markdown(text, extensions=["tables", "fenced_code"])
        assert f'href="{page.file.stem}.md"' in page.text
    assert seen > 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_say_how_to_run_what_they_show(built: Site, language: str) -> None:
    boxes = 0
    for page in built.of(language):
        found = re.findall(r"<pre><code>(\.venv/bin/python .*?)</code>", page.text)
        if 'class="hg-run"' not in page.text:
            assert not found, page
            continue
        boxes += 1
        group = re.search(r"run (snippets/\w+)/\*\.py$", found[0])
        assert group, page
        files = [path.stem for path in (Path(__file__).parents[2] / group[1]).iterdir()]
        one = found[1].rpartition("/")[2].removesuffix(".py")
        assert one in files
        assert f"notebooks/{group[1].partition('/')[2]}/{one}.py" in page.text
    chapters = [page for page in built.of(language) if page.file.name[0] == "q"]
    assert boxes == len(chapters)
