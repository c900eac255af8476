"""What an author gets wrong: one line that names the page, the line and the fix."""

import json

import pytest
from embed_project import (
    LABELS,
    Project,
    cell,
    figure_cell,
    printed,
    raster,
    table,
    values,
)

from hamgasht.core.errors import HamgashtError
from hamgasht.records.read import sealed

FRONT = "---\ntitle: x\ndescription: y\n---\n\n"
ID = "q9_demo/net"


@pytest.fixture
def project(tmp_path) -> Project:
    made = Project(tmp_path)
    fields = [{"name": "no such label", "type": "integer"}]
    made.add(
        ID,
        cell("Print", "print(1)", printed("1")),
        figure_cell("Curve"),
        cell("Grid", "g()", raster()),
        cell("Table", "t", table(fields, [{"no such label": 1}], key=())),
        cell("Quiet", "y = 1"),
        cell("Secret", "h = 1", printed("h"), tags=["hide"]),
        values(mean=0.5, accuracy=0.97),
    )
    return made


def failure(project: Project, text: str, language: str = "en", **options) -> str:
    """Return the message of the error that a page gives, with its front matter."""
    page = project.page(text, language, FRONT)
    with pytest.raises(HamgashtError) as caught:
        project.render(text, language, page=page, **options)
    message = str(caught.value)
    assert "\n" not in message
    assert ". Fix: " in message
    return message


@pytest.mark.parametrize(
    ("text", "line", "problem", "fix"),
    [
        ("a\n\n/// cell | q9_demo/nat : print\n///", 8, "no snippet", "q9_demo/net"),
        ("/// cell | q9_demo/net : prnt\n///", 6, "no cell", "print"),
        ("/// cell | q9_demo/net : secret\n///", 6, "no cell", "use one of print"),
        ("/// cell | q9_demo/net : values\n///", 6, "no cell", ""),
        ("/// cell | q9_demo/net\n///", 6, "names no cell", "group/stem : cell-name"),
        ("/// cell\n///", 6, "names no cell", "group/stem : cell-name"),
        ("a\n\n/// cell | q9_demo/net : curve\n///", 8, "no alt text", "alt:"),
        ("/// cell | q9_demo/net : grid\n///", 6, "no alt text", "alt:"),
        ("/// cell | q9_demo/net : print\n    alt: x\n///", 6, "no figure", "away"),
        ("/// cell | q9_demo/net : quiet\n///", 6, "no output", "show: code"),
        ("/// cell | q9_demo/net : print\n    show: all\n///", 6, "'all'", "code"),
        ("/// cell | q9_demo/net : print\n    shw: code\n///", 6, "'shw'", "show"),
        ("/// cell | q9_demo/net : curve\n    alt: 3\n///", 6, "no text", "quotes"),
        (
            "/// cell | q9_demo/net : curve\n    alt: a: b\n///",
            6,
            "cannot be read",
            "quotes",
        ),
        (
            "/// cell | q9_demo/net : curve\n    alt: [[q9_demo/net.mean]] is\n///",
            6,
            "cannot be read",
            "quotes",
        ),
        ("/// cell | q9_demo/net : print\n\ntext", 6, "no end", "///"),
        (
            "/// cell | q9_demo/net : print\n\n/// cell | q9_demo/net : quiet\n///",
            6,
            "no end",
            "///",
        ),
        (
            "    /// cell | q9_demo/net : print\n    ///",
            6,
            "not take this",
            "empty line",
        ),
        ("/// cell | q9_demo/net : print\n  show: code\n///", 6, "no option", "four"),
        ("/// cell | q9_demo/net : print\nshow: code\n///", 6, "no option", "four"),
        (
            "/// cell | q9_demo/net : print\n\n    show: code\n///",
            6,
            "no option",
            "four",
        ),
        (
            "/// cell | q9_demo/net : curve\n    show: code\n  alt: x\n///",
            6,
            "no option",
            "four",
        ),
        ("a\n\n/// erratum | *.md\n///", 8, "no block 'erratum'", "'errata'"),
        ("a\n\n/// Cell | q9_demo/net : print\n///", 8, "no block 'Cell'", "'cell'"),
        ("/// cell q9_demo/net : print\n///", 6, "starts no block", "| argument"),
        ("// cell | q9_demo/net : print\n//", 6, "starts no block", "/// name"),
        ("a\n\n///\n\nb", 8, "ends no block", "take it away"),
        ("/// errata | *.md\n\na", 6, "no end", "'///'"),
        ("/// errata | *.md\n////", 7, "ends no block", "equal slashes"),
        ('a\n\n!!! erratum "A"\n\n    b', 8, "kind of box 'erratum'", "'errata'"),
        ('??? answers "A"\n\n    b', 6, "kind of box 'answers'", "'answer'"),
        ('!!! answer "A"\n\n    b', 6, "starts no box", "??? answer"),
        ("!!! errata\n\n    b", 6, "starts no box", '!!! errata "Title"'),
        ("!!! note 'A'\n\n    b", 6, "starts no box", "!!! note"),
        ("!!! note\n\nb", 6, "the box is empty", "four spaces"),
        ("a\n\nb [[q9_demo/net.men]]", 8, "no value", "mean"),
        ("[[q9_demo/other.mean]]", 6, "no snippet", ""),
        ("[[q9_demo/net.mean as percents]]", 6, "no format 'percents'", "percent"),
        ("[[q9_demo/net.mean percent]]", 6, "no reference", "as format"),
        ("[[q9_demo/net]]", 6, "no reference", "group/stem.value"),
        ("[[net.mean]]", 6, "no reference", "group/stem.value"),
        ("[[net.mean as percent]]", 6, "no reference", "group/stem.value"),
        ("[[9_demo/net.mean]]", 6, "no snippet", "q9_demo/net"),
        ("[[q9-demo/net.mean]]", 6, "no snippet", "q9_demo/net"),
        ("a\n[[q9_demo/net.men\nas percent]]", 7, "no value", "mean"),
        ("a\n\n<div>\n[[q9_demo/net.men]]</div>", 9, "no value", "mean"),
        ("$[[net.mean]]$", 6, "no reference", "group/stem.value"),
        ("x\n\n$\\frac{1}$", 8, "refused", "KaTeX"),
        ("$$\n\\nosuch\n$$", 7, "refused", "KaTeX"),
        ("$$\na\n$$\n\n$$\nb_\n$$", 11, "refused", ""),
        ("$[[q9_demo/net.men]]$", 6, "no value", "mean"),
        ("$[[q9_demo/net.mean as x]]$", 6, "no format 'x'", ""),
        ("a $$x$$ b", 6, "inside a paragraph", "empty lines"),
        (
            "/// cell | q9_demo/net : curve\n    alt: x [[q9_demo/net.men]]\n///",
            7,
            "no value",
            "mean",
        ),
        (
            "/// cell | q9_demo/net : print\n\nCaption [[q9_demo/net.men]]\n///",
            8,
            "no value",
            "mean",
        ),
        (
            "| a |\n|---|\n| [[q9_demo/net.men]] |",
            8,
            "no value",
            "mean",
        ),
    ],
)
def test_mistakes_name_their_line(
    project: Project, text: str, line: int, problem: str, fix: str
):
    message = failure(project, text)
    assert message.startswith(f"docs/en/page.md:{line}: "), message
    what, _, how = message.partition(". Fix: ")
    assert problem in what
    assert fix in how


def test_second_block_of_the_same_cell_has_its_own_line(project: Project):
    text = f"/// cell | {ID} : curve\n    alt: x\n///\n\n/// cell | {ID} : curve\n///"
    assert failure(project, text).startswith("docs/en/page.md:10: ")
    text = text.replace("///\n\n///", "///\n\n    ///") + "\n"
    assert failure(project, text).startswith("docs/en/page.md:10: ")


def test_no_value_stands_in_the_front_matter(project: Project):
    front = "---\ntitle: x\ndescription: about [[q9_demo/net.mean]] images\n---\n\n"
    page = project.page("text", "en", front)
    with pytest.raises(HamgashtError, match=r"^docs/en/page\.md:3: .* front matter"):
        project.render("text", page=page)


def test_formula_is_not_mistaken_for_prose(project: Project):
    assert failure(project, "a b_ c\n\n$b_$").startswith("docs/en/page.md:8: ")


def test_infinite_value(project: Project):
    project.add("q9_demo/inf", values(n=float("inf")))
    assert "value 'n' is inf" in failure(project, "[[q9_demo/inf.n]]")


def test_lines_inside_code_fences_do_not_count(project: Project):
    text = "```\n[[q9_demo/net.men]]\n```\n\n[[q9_demo/net.men]]"
    assert failure(project, text).startswith("docs/en/page.md:10: ")


def test_without_a_page_the_line_is_that_of_the_text(project: Project):
    with pytest.raises(HamgashtError, match=r"^text:3: "):
        project.render("a\n\n[[q9_demo/net.men]]")


def test_label_without_a_persian_text(project: Project):
    text = "متن\n\n/// cell | q9_demo/net : table\n///"
    message = failure(project, text, "fa")
    assert message.startswith("docs/fa/page.md:8: ")
    assert "'no such label'" in message
    assert "docs/fa/labels.yml" in message
    project.write_labels({**LABELS, "no such label": "برچسب"})
    assert "برچسب" in project.render(text, "fa")
    project.render(text, "en")


# Outputs that may not be shown


def edit_source(project: Project) -> None:
    path = project.root / f"snippets/{ID}.py"
    path.write_text(path.read_text() + "\n# one line more\n")


SHOWS = (f"/// cell | {ID} : print\n///", f"[[{ID}.mean]]", f"$[[{ID}.mean]]$")


@pytest.mark.parametrize("text", SHOWS)
def test_stale_output_is_refused(project: Project, text: str):
    assert project.render(text)
    edit_source(project)
    message = failure(project, text)
    assert message.startswith("docs/en/page.md:6: ")
    assert "stale: its source changed" in message
    assert f"python -m hamgasht run {ID}" in message


def test_stale_output_may_be_tolerated(project: Project, caplog):
    edit_source(project)
    assert project.render(SHOWS[0], on_stale="ignore")
    assert not caplog.records
    assert project.render(SHOWS[0] + "\n\n" + SHOWS[1], on_stale="warn")
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert caplog.records[0].name.startswith("properdocs.")  # counts in a strict build


@pytest.mark.parametrize("on_stale", ["error", "ignore"])
def test_missing_output_is_refused(project: Project, on_stale: str):
    (project.root / "snippets/q9_demo/new.py").write_text("# %% A\n1\n")
    message = failure(project, "/// cell | q9_demo/new : a\n///", on_stale=on_stale)
    assert "missing" in message
    assert "run q9_demo/new" in message


def damage_figure(out) -> None:
    (out / "figures/curve-1.en.svg").unlink()


def edit_manifest(out) -> None:
    path = out / "manifest.json"
    path.write_text(path.read_text().replace("0.97", "0.99"))


def forge_value(out) -> None:
    path = out / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["values"]["accuracy"] = 0.99
    path.write_text(json.dumps(sealed(manifest)))


def break_notebook(out) -> None:
    (out / "notebook.ipynb").write_text("{")


@pytest.mark.parametrize(
    "harm", [damage_figure, edit_manifest, forge_value, break_notebook]
)
@pytest.mark.parametrize("on_stale", ["error", "ignore"])
def test_damaged_output_is_refused(project: Project, harm, on_stale: str):
    assert project.render(SHOWS[1])
    harm(project.root / "docs/outputs" / ID)
    message = failure(project, SHOWS[1], on_stale=on_stale)
    assert message.startswith("docs/en/page.md:6: ")
    assert "broken" in message
