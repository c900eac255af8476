"""Recorded notebooks as pages of the site.

Takes in a recorded run, or the HTML that mkdocs-jupyter makes of it with our
template; gives out the notebook in one language, the files to offer with it, and the
content and contents of its page.
"""

import hashlib
import itertools
import json
import re
import shutil
from html import unescape
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Any

from mkdocs.structure.toc import TableOfContents, get_toc

from hamgasht.core.errors import HamgashtError
from hamgasht.core.paths import STORE, source_name
from hamgasht.embed.cells.svg import inline_svg
from hamgasht.embed.prose.katex import FormulaError, render
from hamgasht.records.read import MANIFEST, PROVENANCE, Recorded

FOLDER = "notebooks"
"""Where the notebooks lie in each site."""

TEMPLATES = Path(__file__).parent / "templates"
"""Our template for mkdocs-jupyter."""

_STYLES = re.compile(r"\s*<style>.*?</style>\s*\Z", re.S)
_HEADING = re.compile(r'<h(?P<level>[12])[^>]*id="(?P<id>[^"]+)"[^>]*>(?P<title>.*?)<')
_FIGURE = re.compile(
    r'<div class="hg-notebook__figure" title="(?P<title>[^"]*)">'
    r"(?P<svg>.*?</svg>)\s*</div>",
    re.S,
)
_PROSE = re.compile(r'<div class="hg-notebook__prose">.*?</div>', re.S)
_FORMULA = re.compile(r"\$\$(?P<display>.+?)\$\$|\$(?P<inline>[^$\s][^$]*)\$", re.S)


def cache(root: Path, language: str) -> Path:
    """Return where mkdocs-jupyter keeps what it made of each notebook.

    It knows contents by the notebook and its own settings; the folder's name holds
    the rest: our template and the packages that render. What a killed build left
    half-written is removed.

    Args:
        root: The project's root.
        language: The language of the site; what one site does not use is removed
            when it is built.
    """
    made_by = hashlib.sha256()
    for path in sorted(TEMPLATES.rglob("*.j2")):
        made_by.update(path.read_bytes())
    for name in ("mkdocs-jupyter", "nbconvert", "pygments"):
        made_by.update(f"{name} {version(name)}\n".encode())
    pages = root / STORE / "pages"
    folder = pages / f"{language}-{made_by.hexdigest()[:16]}"
    for former in pages.glob(f"{language}-*"):
        if former != folder:
            shutil.rmtree(former)
    for path in folder.glob("*.json"):
        try:
            json.loads(path.read_bytes())
        except ValueError:
            path.unlink()
    return folder


def snippet_of(uri: str) -> str:
    """Return the id of the snippet that a notebook's path in the site stands for."""
    return PurePosixPath(uri).relative_to(FOLDER).with_suffix("").as_posix()


def localised(recorded: Recorded, language: str) -> dict[str, Any]:
    """Return a recorded notebook with its figures in one language."""
    notebook = json.loads(json.dumps(recorded.notebook))
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            about = output.get("metadata", {}).get("hamgasht", {})
            if about.get("kind") == "figure":
                drawing = recorded.path / about["files"][language]
                output["data"]["image/svg+xml"] = drawing.read_text(encoding="utf-8")
    return notebook


def downloads(recorded: Recorded) -> dict[str, Path]:
    """Return the files of a recorded run to publish, by their path in the site."""
    base = PurePosixPath(FOLDER, recorded.id)
    found = {
        f"{base}.py": recorded.source_path,
        f"{base}.manifest.json": recorded.path / MANIFEST,
        f"{base}.provenance.json": recorded.path / PROVENANCE,
    }
    for name in recorded.manifest["files"]:
        if name.startswith("figures/") and not name.endswith(".svg"):
            found[f"{base}/{name}"] = recorded.path / name
    for path in sorted((recorded.path / "artefacts").rglob("*")):
        if path.is_file():
            name = path.relative_to(recorded.path / "artefacts").as_posix()
            found[f"{artefacts_folder(recorded.id)}/{name}"] = path
    return found


def artefacts_folder(snippet_id: str) -> str:
    """Return where a snippet's artefacts lie in the site: as its readers expect."""
    base = PurePosixPath(FOLDER, snippet_id)
    return f"{base.parent}/artefacts/{base.name}"


def content(html: str, snippet_id: str, language: str) -> str:
    """Return the content of a notebook's page.

    Args:
        html: What mkdocs-jupyter made of the notebook.
        snippet_id: The snippet's id.
        language: The language of its figures.

    Returns:
        The same without the styles that mkdocs-jupyter appends, with figures that
        share no id, and with its formulas typeset.

    Raises:
        HamgashtError: A formula is wrong.
    """
    numbers = itertools.count(1)
    html = _STYLES.sub("\n", html)
    html = _FIGURE.sub(lambda found: _figure(found, next(numbers), language), html)
    stem = PurePosixPath(snippet_id).name  # pictures lie in a folder beside the page
    html = html.replace('src="figures/', f'src="{stem}/figures/')
    return _PROSE.sub(lambda found: _typeset(found[0], snippet_id), html)


def contents(html: str) -> TableOfContents:
    """Return a page's contents: the notebook's title, and below it its cells'."""
    tokens: list[dict[str, Any]] = []
    for found in _HEADING.finditer(html):
        token = {
            "level": int(found["level"]),
            "id": found["id"],
            "name": unescape(found["title"]),
            "children": [],
        }
        (tokens[0]["children"] if tokens else tokens).append(token)
    return get_toc(tokens)


def _figure(found: re.Match[str], number: int, language: str) -> str:
    title = unescape(found["title"])
    svg = inline_svg(
        found["svg"], prefix=f"figure-{number}", title="", description=title
    )
    return f'<div class="hg-notebook__figure" lang="{language}">{svg}</div>'


def _typeset(html: str, snippet_id: str) -> str:
    """Return a notebook's prose with its formulas as the chapters show them."""

    def typeset(found: re.Match[str]) -> str:
        display = found["display"]
        try:
            return render(unescape(display or found["inline"]), display=bool(display))
        except FormulaError as error:
            raise HamgashtError(
                source_name(snippet_id),
                "markdown cell",
                f"KaTeX refuses {found[0]}: {error}",
                "correct the formula",
            ) from error

    return _FORMULA.sub(typeset, html)
