"""Each snippet has a page of its own, with its files to download."""

import ast
import json
import re
from collections.abc import Callable

import nbformat
import pytest
from conftest import ROOT

from browser.built import LANGUAGES, Page, Site
from browser.conftest import Served, Tab
from browser.looks import Look, look_at
from hamgasht.core.paths import snippet_ids, source_path

SNIPPETS = snippet_ids(ROOT)
Looks = Callable[[str], list[Look]]


def page_of(built: Site, snippet: str, language: str) -> Page:
    prefix = "en/" if language == "en" else ""
    return Page(built, f"{prefix}notebooks/{snippet}.html")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("snippet", SNIPPETS)
def test_snippet_has_a_page_with_its_files(
    built: Site, snippet: str, language: str
) -> None:
    page = page_of(built, snippet, language)
    assert page.file.is_file()
    found = {
        built.file_of(page, link.address)
        for link in page.reader.links
        if link.tag == "a"
    }
    notebook = page.file.with_suffix(".ipynb")
    source = page.file.with_suffix(".py")
    assert {notebook, source} <= found, "both downloads are linked"
    content = nbformat.read(notebook, as_version=4)
    nbformat.validate(content)
    assert source.read_bytes() == source_path(ROOT, snippet).read_bytes()
    code = "\n".join(cell.source for cell in content.cells if cell.cell_type == "code")
    ast.parse(code)
    text = json.dumps(content, ensure_ascii=False)
    assert not re.search(r"/(?:home|root|tmp|Users)/\w", text), "a path of the machine"


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_snippet_page_is_reached_from_a_chapter(built: Site, snippet: str) -> None:
    for language in LANGUAGES:
        target = page_of(built, snippet, language).file
        assert any(
            built.file_of(page, link.address) == target
            for page in built.of(language)
            if not page.is_notebook
            for link in page.reader.links
        ), language


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_show_code_and_outputs(looks: Looks, language: str) -> None:
    check_shown([look for look in looks(language) if look.page.is_notebook])


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_other_pages_show_them_and_fit(
    tab: Tab, served: Served, language: str
) -> None:
    notebooks = look_at(tab, served.site.rest(language))
    sample = [page for page in served.site.sample(language) if page.is_notebook]
    assert len(notebooks) + len(sample) == len(SNIPPETS)
    check_shown(notebooks)
    for look in notebooks:
        assert not look.errors and not look.outside, look.page
        assert not any(look.narrow.values()), look.page


def check_shown(notebooks: list[Look]) -> None:
    """Fail where a notebook's page lacks code or a figure of the notebook."""
    assert notebooks
    for look in notebooks:
        notebook = json.loads(look.page.file.with_suffix(".ipynb").read_text("utf-8"))
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        for cell in cells:
            source = "".join(cell["source"])
            if "values" not in cell["metadata"]["tags"]:
                assert any(source.strip() in text for text in look["code"]), look.page
        figures = sum(
            "image/svg+xml" in output.get("data", {})
            for cell in cells
            for output in cell["outputs"]
        )
        assert look["drawn"] == figures, look.page
