"""The MkDocs hook: gives both sites what only MkDocs can.

Takes in MkDocs' events; gives out the recorded notebooks as pages with their files
to download, each page's own source, and the address of publication. Everything else
that the chapters need is the Markdown extension ``hamgasht.embed``.
"""

import itertools
import json
import re
import tempfile
from html import unescape
from pathlib import Path, PurePosixPath
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import TableOfContents, get_toc
from mkdocs_jupyter.config import settings as mkdocs_jupyter_settings

from hamgasht.embed.figures import inline_svg
from hamgasht.errors import HamgashtError
from hamgasht.math import FormulaError, render
from hamgasht.outputs import Recorded, load
from hamgasht.project import OUTPUTS, snippet_ids, source_name

EMBED = "hamgasht.embed"
NOTEBOOKS = "notebooks"
TEMPLATES = Path(__file__).parent / "templates"
UNKNOWN_HOST = ".invalid"
_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_FOOTNOTE = re.compile(
    r'(?P<before>class="footnote-ref"[^>]*>)(?:<bdi[^>]*>)?(?P<number>\d+)(?:</bdi>)?'
)
_HEADING = re.compile(r'<h(?P<level>[12])[^>]*id="(?P<id>[^"]+)"[^>]*>(?P<title>.*?)<')
_FIGURE = re.compile(
    r'<div class="hg-notebook__figure" title="(?P<title>[^"]*)">'
    r"(?P<svg>.*?</svg>)\s*</div>",
    re.S,
)
_REFERENCE = re.compile(r"(?:href=\"#|url\(#|labelledby=\")([^\")\s]+)")
_ID = re.compile(r'\sid="([^"]*)"')
_NO_TURN = re.compile(r'\stransform="rotate\(-?0 [^"]*"')
_FALLBACK = re.compile(r"var\((--fig-[\w-]+), #\w+\)")
_EMPTY = re.compile(r"></(?:path|use|rect|image)>")
_BETWEEN_TAGS = re.compile(r">\s+<")
_FRACTION = re.compile(r"(?<=[ \"(])-?\d+\.\d{3,}(?=[ \")\n])")
_PLAIN = re.compile(r'<span class="[wn]">([^<]*)</span>')
_PROSE = re.compile(r'<div class="hg-notebook__prose">.*?</div>', re.S)
_FORMULA = re.compile(r"\$\$(?P<display>.+?)\$\$|\$(?P<inline>[^$\s][^$]*)\$", re.S)
_STYLES = re.compile(r"\s*<style>.*?</style>\s*\Z", re.S)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Point mkdocs-jupyter at our template, and derive the published addresses.

    Args:
        config: The site's configuration, changed in place.
    """
    mkdocs_jupyter_settings.templates_dir = str(TEMPLATES)
    config.mdx_configs.setdefault(EMBED, {})["root"] = str(_root(config))
    if not config.repo_url:
        config.edit_uri = None
    published = (config.site_url or "/").removesuffix("en/")
    config.extra["published"] = published
    config.extra["published_known"] = UNKNOWN_HOST not in published
    if _language(config) != "fa" and not config.site_url.endswith("/en/"):
        config.site_url = f"{published}{_language(config)}/"
    return config


@event_priority(100)
def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add recorded notebooks, their files and each page's source to the site.

    Runs before mkdocs-jupyter, so that it still sees the notebooks.

    Args:
        files: The site's files.
        config: The site's configuration.

    Raises:
        OutputError: A recorded output is damaged or was edited by hand.
    """
    root = _root(config)
    for page in list(files.documentation_pages()):
        name = f"sources/{PurePosixPath(page.src_uri).name}.txt"
        files.append(_file(config, name, Path(page.abs_src_path)))
    scratch = tempfile.TemporaryDirectory(prefix="hamgasht-")
    config.extra["scratch"] = scratch
    for snippet_id in snippet_ids(root):
        if not (root / OUTPUTS / snippet_id / "manifest.json").is_file():
            continue
        recorded = load(root, snippet_id)
        uri = f"{NOTEBOOKS}/{snippet_id}.ipynb"
        notebook = Path(scratch.name, uri)
        notebook.parent.mkdir(parents=True, exist_ok=True)
        content = json.dumps(_localised(recorded, _language(config)), indent=1)
        notebook.write_text(content + "\n", encoding="utf-8")
        # mkdocs-jupyter reads files that lie in a folder, not generated ones.
        files.append(
            File(uri, scratch.name, config.site_dir, config.use_directory_urls)
        )
        for name, path in _downloads(recorded).items():
            files.append(_file(config, name, path))
    return files


def on_page_markdown(
    markdown: str, *, page: Page, config: MkDocsConfig, files: Files
) -> str:
    """Tell the embedding which page it is in, and the theme what to offer there.

    Args:
        markdown: The page's text; of a notebook, its JSON.
        page: The page.
        config: The site's configuration.
        files: The site's files.

    Returns:
        The text to render: nothing for a notebook, which mkdocs-jupyter renders.
    """
    source = page.file.src_uri
    if source.startswith(f"{NOTEBOOKS}/"):
        _prepare_notebook(page, config, files)
        return ""
    embed = config.mdx_configs.setdefault(EMBED, {})
    embed["page"] = Path(page.file.abs_src_path).relative_to(_root(config)).as_posix()
    page.meta["download"] = {
        "url": f"sources/{PurePosixPath(source).name}.txt",
        "name": PurePosixPath(source).name,
    }
    return markdown


def on_page_content(
    html: str, *, page: Page, config: MkDocsConfig, files: Files
) -> str:
    """Mend what other tools write into a page's content.

    Args:
        html: The rendered content.
        page: The page.
        config: The site's configuration.
        files: The site's files.

    Returns:
        A notebook's content without the styles that mkdocs-jupyter appends, with its
        formulas typeset and its figures fit for a page; a Persian page's with its
        footnotes numbered in Persian digits.
    """
    if page.file.src_uri.startswith(f"{NOTEBOOKS}/"):
        page.toc = _notebook_toc(html)
        html = _PLAIN.sub(r"\1", _STYLES.sub("\n", html))
        numbers = itertools.count(1)
        html = _FIGURE.sub(lambda found: _figure(found, next(numbers)), html)
        return _PROSE.sub(lambda found: _typeset(found[0], page), html)
    if _language(config) == "fa":
        return _FOOTNOTE.sub(
            lambda found: found["before"] + found["number"].translate(_DIGITS), html
        )
    return html


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:
    """Give the whole document its direction; Material gives it to the body only."""
    return _directed(output, config)


def on_post_template(output: str, *, template_name: str, config: MkDocsConfig) -> str:
    """Do the same for pages that come from the theme alone, such as 404.html."""
    return _directed(output, config)


def on_post_build(*, config: MkDocsConfig) -> None:
    """Remove the localised notebooks from the temporary folder."""
    config.extra.pop("scratch").cleanup()


def on_build_error(*, error: Exception) -> None:
    """Let MkDocs tell our own errors in one line, without a traceback.

    Args:
        error: What ended the build.

    Raises:
        PluginError: The error is one of ours.
    """
    if isinstance(error, HamgashtError):
        raise PluginError(str(error)) from error


def _directed(html: str, config: MkDocsConfig) -> str:
    language = _language(config)
    direction = "rtl" if language == "fa" else "ltr"
    tag = f'<html lang="{language}"'
    return html.replace(tag, f'{tag} dir="{direction}"', 1)


def _notebook_toc(html: str) -> TableOfContents:
    """Return a notebook's contents: its title, and below it the titles of its cells."""
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


def _figure(found: re.Match[str], number: int) -> str:
    """Return a notebook's figure with ids of its own, a name, and less weight."""
    svg = inline_svg(
        found["svg"],
        prefix=f"figure-{number}",
        title=unescape(found["title"]),
        description=unescape(found["title"]),
    )
    return f'<div class="hg-notebook__figure">{_slim(svg)}</div>'


def _slim(svg: str) -> str:
    """Return a drawing without what only a file needs that stands alone."""
    used = set(_REFERENCE.findall(svg))
    svg = _ID.sub(lambda found: found[0] if found[1] in used else "", svg)
    svg = _FRACTION.sub(lambda value: f"{float(value[0]):.2f}", svg)
    svg = _NO_TURN.sub("", _FALLBACK.sub(r"var(\1)", svg))
    return _EMPTY.sub("/>", _BETWEEN_TAGS.sub("><", svg))


def _typeset(html: str, page: Page) -> str:
    """Return a notebook's prose with its formulas as the chapters show them."""

    def typeset(found: re.Match[str]) -> str:
        display = found["display"]
        try:
            return render(unescape(display or found["inline"]), display=bool(display))
        except FormulaError as error:
            raise HamgashtError(
                source_name(_snippet_id(page.file)),
                "markdown cell",
                f"KaTeX refuses {found[0]}: {error}",
                "correct the formula, or write a dollar sign as \\$",
            ) from error

    return _FORMULA.sub(typeset, html)


def _prepare_notebook(page: Page, config: MkDocsConfig, files: Files) -> None:
    snippet_id = _snippet_id(page.file)
    base = f"{NOTEBOOKS}/{snippet_id}"
    artefacts = f"{PurePosixPath(base).parent}/artefacts/{page.file.name}/"
    found = sorted(file.src_uri for file in files if file.src_uri.startswith(artefacts))
    page.meta.update(
        template="notebook.html",
        search={"exclude": True},
        notebook={
            "snippet": snippet_id,
            "chapter": _chapter(snippet_id, config, files),
            "ipynb": f"{page.file.url.rpartition('/')[0]}/{page.file.name}.ipynb",
            "py": f"{base}.py",
            "manifest": f"{base}.manifest.json",
            "provenance": f"{base}.provenance.json",
            "artefacts": {PurePosixPath(uri).name: uri for uri in found},
        },
    )
    if page.edit_url:
        docs = Path(config.docs_dir).relative_to(_root(config)).as_posix()
        page.edit_url = page.edit_url.replace(
            f"{docs}/{page.file.src_uri}", source_name(snippet_id)
        )


def _snippet_id(notebook: File) -> str:
    uri = PurePosixPath(notebook.src_uri)
    return uri.relative_to(NOTEBOOKS).with_suffix("").as_posix()


def _chapter(snippet_id: str, config: MkDocsConfig, files: Files) -> File | None:
    """Return the first page that shows a cell or a value of a snippet."""
    asks = re.compile(rf"(?:\|\s*|\[\[){re.escape(snippet_id)}\b")
    for name in sorted(Path(config.docs_dir).rglob("*.md")):
        if asks.search(name.read_text(encoding="utf-8")):
            uri = name.relative_to(config.docs_dir).as_posix()
            return files.get_file_from_path(uri)
    return None


def _downloads(recorded: Recorded) -> dict[str, Path]:
    """Return the files of a recorded run to publish, by their path in the site."""
    base = PurePosixPath(NOTEBOOKS, recorded.id)
    found = {
        f"{base}.py": recorded.source_path,
        f"{base}.manifest.json": recorded.path / "manifest.json",
        f"{base}.provenance.json": recorded.path / "provenance.json",
    }
    for name in recorded.manifest["files"]:
        if name.startswith("figures/") and not name.endswith(".svg"):
            found[f"{base}/{name}"] = recorded.path / name
    for path in sorted((recorded.path / "artefacts").rglob("*")):
        if path.is_file():
            name = path.relative_to(recorded.path / "artefacts").as_posix()
            found[f"{base.parent}/artefacts/{base.name}/{name}"] = path
    return found


def _localised(recorded: Recorded, language: str) -> dict[str, Any]:
    """Return a recorded notebook with its figures in one language."""
    notebook = json.loads(json.dumps(recorded.notebook))
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            about = output.get("metadata", {}).get("hamgasht", {})
            if about.get("kind") == "figure":
                drawing = recorded.path / about["files"][language]
                output["data"]["image/svg+xml"] = drawing.read_text(encoding="utf-8")
    return notebook


def _file(config: MkDocsConfig, uri: str, path: Path) -> File:
    return File.generated(config, uri, abs_src_path=str(path))


def _language(config: MkDocsConfig) -> str:
    return config.theme["language"]


def _root(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path).parent.resolve()
