"""A page asks for an explorer: what it becomes, and what is refused in one line."""

import re
import shutil
from pathlib import Path

import pytest
from conftest import ROOT
from embed_project import Project, by_class, figure_cell, text_of

from hamgasht.core.errors import EmbedError
from hamgasht.embed.explorer import SCRIPTS

CELL = "/// cell | q9_demo/net : curve\n    show: output\n    alt: A.\n\nFigure.\n///\n"
BLOCK = "//// explorer | convolution\n{options}\n" + CELL + "\nTry it.\n////\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.add("q9_demo/net", figure_cell("Curve"))
    (tmp_path / SCRIPTS).mkdir(parents=True)
    for name in ("convolution.js", "convolution-view.js"):
        shutil.copy(ROOT / SCRIPTS / name, tmp_path / SCRIPTS / name)
    return made


@pytest.mark.parametrize(
    ("language", "start"),
    [
        ("en", "Try it yourself: Convolution"),
        ("fa", "خودتان امتحان کنید: همگشت"),
    ],
)
def test_it_is_the_figure_its_words_and_a_button(
    project: Project, language: str, start: str
) -> None:
    options = "    x: 1 2; 3 -4.5\n    f: 2\n    strides: 2\n"
    page = project.tree(BLOCK.format(options=options), language)
    [block] = by_class(page, "hg-explorer")
    assert block.get("id") == "explorer-convolution"
    assert block.get("data-explorer") == "convolution"
    assert block.get("data-state") == "x=1+2;+3+-4.5&f=2&strides=2"
    figure, words, button = block
    assert figure.get("class") == "hg-cell"
    assert by_class(figure, "hg-figure")
    assert text_of(words) == "Try it."
    assert (button.tag, button.get("type"), text_of(button)) == (
        "button",
        "button",
        start,
    )


def test_without_options_it_starts_as_the_explorer_says(project: Project) -> None:
    [block] = by_class(project.tree(BLOCK.format(options="")), "hg-explorer")
    assert block.get("data-state") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            BLOCK.replace("convolution", "convolutoin"),
            "there is no explorer 'convolutoin'. Fix: did you mean 'convolution'.",
        ),
        (
            BLOCK.format(options="    stride: 2\n"),
            "there is no option 'stride'. Fix: did you mean 'strides'.",
        ),
        (
            BLOCK.format(options="    strides: 0\n"),
            "the starting state: The stride is a whole number from 1 to 9, or two of "
            "them: for rows and for columns. Fix: correct the block's options.",
        ),
        (
            BLOCK.format(options="    x: [1, 2]\n"),
            "the starting state: A number is expected here. Fix: correct the block's "
            "options.",
        ),
        (
            BLOCK.format(options="    x: [1\n"),
            "Markdown does not take this for an explorer. Fix: write 'key: value' "
            "lines below its head, and an empty line before and after them.",
        ),
        (
            "//// explorer | convolution\n\nTry it.\n////\n",
            "it holds no figure, which readers see until they start it. "
            "Fix: put a block /// cell into it.",
        ),
    ],
)
def test_what_is_wrong_is_one_line(project: Project, text: str, message: str) -> None:
    name = project.page("Words.\n\n" + text.format(options=""))
    with pytest.raises(EmbedError, match=f"^{re.escape(f'{name}:3: {message}')}$"):
        project.render((project.root / name).read_text(encoding="utf-8"), page=name)
