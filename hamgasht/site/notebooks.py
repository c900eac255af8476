"""Recorded notebooks as pages: mkdocs-jupyter makes them, with the template beside.

What a notebook cannot say itself, figures of one language and typeset formulas, is made
here; the template leaves a place for each, and :meth:`NotebookPage.fill` fills it.
"""

import copy
import json
import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from hamgasht.core.errors import HamgashtError
from hamgasht.core.paths import natural_key, output_name, source_name
from hamgasht.core.words import read_words
from hamgasht.embed.cells.svg import inline_svg
from hamgasht.embed.prose.katex import FormulaError, render
from hamgasht.records.read import MANIFEST, NOTEBOOK, PROVENANCE, Recorded

FOLDER = "notebooks"
"""Where the notebooks lie in each site."""

TEMPLATES = Path(__file__).parent / "templates"
"""Our template for mkdocs-jupyter."""

_HIGHLIGHTED = HtmlFormatter(cssclass="highlight", wrapcode=True)
_HEADING = re.compile(r'<h1 id="([^"]*)"')
_PLACE = re.compile(r"<!--part (\d+)-->")
_HOST = "github.com"  # the one whose repositories both services open


@dataclass
class NotebookPage:
    """One recorded notebook as the generator shows it.

    Attributes:
        snippet_id: The snippet.
        meta: What the theme is told of the page, as front matter would.
        services: Addresses that open the notebook elsewhere, by service.
        source: The notebook that mkdocs-jupyter renders, with places for the parts.
        parts: The HTML that belongs into these places.
        cells: Name and title of each cell, for the table of contents.
        figures: How many figures there are.
    """

    snippet_id: str
    meta: dict[str, Any]
    services: dict[str, str]
    source: dict[str, Any] = field(default_factory=dict)
    parts: list[str] = field(default_factory=list)
    cells: list[tuple[str, str]] = field(default_factory=list)
    figures: int = 0

    def fill(self, html: str) -> str:
        """Return the page's content with its figures and prose."""
        # mkdocs-jupyter has no option against the styles that it appends.
        html = html.rpartition("<style>")[0].rstrip() + "\n"
        return _PLACE.sub(lambda place: self.parts[int(place[1])], html)

    def contents(self, title: str) -> list[dict[str, Any]]:
        """Return the table of contents as Python-Markdown's ``toc_tokens``."""
        cells = [
            {"level": 2, "id": name, "name": text, "children": []}
            for name, text in self.cells
        ]
        heading = _HEADING.search("".join(self.parts))
        name = heading[1] if heading else ""
        return [{"level": 1, "id": name, "name": title, "children": cells}]


class _Prose(IPythonRenderer):
    """Markdown cells as nbconvert renders them, with formulas typeset at once."""

    def __init__(self, snippet_id: str) -> None:
        super().__init__(escape=False)
        self.snippet_id = snippet_id

    def inline_math(self, body: str) -> str:
        """Typeset a formula within a sentence."""
        return self._typeset(body, display=False)

    def block_math(self, body: str) -> str:
        """Typeset a formula on a line of its own."""
        return self._typeset(body, display=True)

    def _typeset(self, tex: str, *, display: bool) -> str:
        try:
            return render(tex, display=display)
        except FormulaError as error:
            raise HamgashtError(
                source_name(self.snippet_id),
                "markdown cell",
                f"KaTeX refuses {tex}: {error}",
                "correct the formula",
            ) from error


def page_path(snippet_id: str) -> str:
    """Return the path in the site of what a notebook's page is made of."""
    return f"{FOLDER}/{snippet_id}.ipynb"


def notebook_page(recorded: Recorded, language: str, repository: str) -> NotebookPage:
    """Return a recorded run as a page.

    Args:
        recorded: The run.
        language: ``fa`` or ``en``.
        repository: The address of the public repository; empty if there is none.

    Raises:
        HamgashtError: A formula in the notebook is wrong.
    """
    base = f"{FOLDER}/{recorded.id}"
    needs = recorded.manifest["inputs"]["needs"]
    artefacts = _artefacts(recorded)
    services = {} if needs else find_services(repository, recorded.id)
    page = NotebookPage(recorded.id, {}, services)
    page.meta = {
        "template": "notebook.html",
        "description": read_words(recorded.root, language)[
            "notebook.description"
        ].format(snippet=recorded.id),
        "search": {"exclude": True},
        "notebook": {
            "base": base,
            "artefacts": {
                name: f"{_artefacts_folder(recorded.id)}/{name}" for name in artefacts
            },
            "elsewhere": services,
        },
    }
    page.source = copy.deepcopy(recorded.notebook)
    page.source["metadata"]["page"] = {"language": language}
    for cell in page.source["cells"]:
        _add_parts(page, recorded, cell, language)
    return page


def _add_parts(
    page: NotebookPage, recorded: Recorded, cell: dict[str, Any], language: str
) -> None:
    """Take a cell's figures and prose out of the notebook, into the page's parts."""

    def take(holder: dict[str, Any], html: str) -> None:
        holder["metadata"]["part"] = len(page.parts)
        page.parts.append(html)

    if cell["cell_type"] == "markdown":
        prose = MarkdownWithMath(renderer=_Prose(recorded.id))
        take(cell, prose.render("".join(cell["source"])))
        return
    take(cell, highlight("".join(cell["source"]), PythonLexer(), _HIGHLIGHTED))
    title = cell["metadata"].get("title", "")
    if title:
        page.cells.append((cell["metadata"]["name"], title))
    for output in cell.get("outputs", ()):
        about = output.get("metadata", {}).get("hamgasht", {})
        if about.get("kind") == "figure":
            svg = (recorded.path / about["files"][language]).read_text("utf-8")
            page.figures += 1
            prefix = f"figure-{page.figures}"
            output["data"] = {}
            take(output, inline_svg(svg, prefix=prefix, title="", description=title))


def localise(recorded: Recorded, language: str) -> str:
    """Return the text of a recorded notebook with its figures in one language."""
    notebook = copy.deepcopy(recorded.notebook)
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            about = output.get("metadata", {}).get("hamgasht", {})
            if about.get("kind") == "figure":
                drawing = recorded.path / about["files"][language]
                output["data"]["image/svg+xml"] = drawing.read_text(encoding="utf-8")
    return json.dumps(notebook, indent=1) + "\n"


def files_of(recorded: Recorded) -> dict[str, Path]:
    """Return the files of a recorded run to publish, by their path in the site."""
    base = f"{FOLDER}/{recorded.id}"
    found = {
        f"{base}.py": recorded.source_path,
        f"{base}.manifest.json": recorded.path / MANIFEST,
        f"{base}.provenance.json": recorded.path / PROVENANCE,
    }
    for name in recorded.manifest["files"]:
        if name.startswith("figures/") and not name.endswith(".svg"):
            found[f"{base}/{name}"] = recorded.path / name
    for name, path in _artefacts(recorded).items():
        found[f"{_artefacts_folder(recorded.id)}/{name}"] = path
    return found


def find_services(repository: str, snippet_id: str) -> dict[str, str]:
    """Return the addresses that open a recorded notebook of a public repository.

    A page only links there: nothing is asked of these hosts until a reader follows.
    They open one file alone, without the artefacts that other snippets left.

    Args:
        repository: The address of the repository; empty if there is none.
        snippet_id: The snippet's id.
    """
    address = urlsplit(repository)
    place = address.path.strip("/").removesuffix(".git")
    if address.hostname != _HOST or place.count("/") != 1:
        return {}
    file = f"{place}/blob/main/{output_name(snippet_id)}/{NOTEBOOK}"
    return {
        "Colab": f"https://colab.research.google.com/github/{file}",
        "Kaggle": f"https://www.kaggle.com/kernels/welcome?src=https://{_HOST}/{file}",
    }


def _artefacts(recorded: Recorded) -> dict[str, Path]:
    """Return a run's artefacts by name, 9 before 10."""
    folder = recorded.path / "artefacts"
    found = {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path.is_file()
    }
    return dict(sorted(found.items(), key=lambda item: natural_key(item[0])))


def _artefacts_folder(snippet_id: str) -> str:
    """Return where artefacts lie in the site: where the code of others looks."""
    path = PurePosixPath(FOLDER, snippet_id)
    return f"{path.parent}/artefacts/{path.name}"
