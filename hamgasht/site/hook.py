"""The MkDocs hook: gives both sites what only MkDocs can.

Takes in MkDocs' events; gives out the recorded notebooks as pages with their files
to download, each page as plain Markdown, and the address of publication. Everything
else that the chapters need is the Markdown extension ``hamgasht.embed``.
"""

import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path, PurePosixPath

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext
from mkdocs_jupyter.config import settings as mkdocs_jupyter_settings

from hamgasht.core import words
from hamgasht.core.errors import HamgashtError
from hamgasht.core.paths import output_path, snippet_ids, source_name
from hamgasht.embed.glossary_file import Glossary, read_glossary
from hamgasht.embed.to_markdown import to_markdown
from hamgasht.records.read import MANIFEST, Recorded, load, refuse_stand_ins
from hamgasht.site import downloads, metadata, notebooks, offline, reader
from hamgasht.site.cards import draw_card
from hamgasht.site.compress import slim, slim_bundle, slim_sheet, without_comments
from hamgasht.site.notebook_services import elsewhere
from hamgasht.site.notebooks import FOLDER
from hamgasht.site.search import read_words, write_data

EMBED = "hamgasht.embed"
UNKNOWN_HOST = ".invalid"
_SEARCH_WORKER = re.compile(r"assets/javascripts/workers/search\.\w+\.min\.js")
_OUR_WORKER = "assets/js/search/worker.js"
_SHEET = "assets/css/site.css"
_THEME_SHEETS = ("main", "palette")  # in the order in which Material asks for them
_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_FOOTNOTE = re.compile(
    r'(?P<before>class="footnote-ref"[^>]*>)(?:<bdi[^>]*>)?(?P<number>\d+)(?:</bdi>)?'
)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Point mkdocs-jupyter at our template and its cache; derive published addresses.

    Pages ask for one style sheet, into which those of ``extra_css`` go.

    Args:
        config: The site's configuration, changed in place.
    """
    mkdocs_jupyter_settings.templates_dir = str(notebooks.TEMPLATES)
    config.plugins["mkdocs-jupyter"].config.update(
        cache=config.extra.get("cached", True),
        cache_dir=str(notebooks.cache(_root(config), _language(config))),
    )
    config.mdx_configs.setdefault(EMBED, {})["root"] = str(_root(config))
    config.extra["words"] = words.read_words(_root(config), _language(config))
    if not config.repo_url:
        config.edit_uri = None
    published = (config.site_url or "/").removesuffix("en/")
    config.extra["published"] = published
    config.extra["published_known"] = UNKNOWN_HOST not in published
    config.extra["own_sheets"], config.extra_css = [*config.extra_css], []
    config.extra["sheet"] = _SHEET
    if _language(config) != "fa":
        config.site_url = f"{published}{_language(config)}/"
    return config


@event_priority(100)
def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add notebooks, the bibliography and what there is to download to the site.

    Its style sheets become one file: each more is a journey before the first word.

    Runs before mkdocs-jupyter, so that it still sees the notebooks.

    Args:
        files: The site's files.
        config: The site's configuration.

    Raises:
        OutputError: A recorded output is damaged or was edited by hand.
        DataError: The build is strict, and an output was made on a stand-in.
    """
    root = _root(config)
    if works := config.mdx_configs.get(EMBED, {}).get("bibliography"):
        files.append(_file(config, PurePosixPath(works).name, root / works))
    scratch = tempfile.TemporaryDirectory(prefix="hamgasht-")
    config.extra["scratch"] = scratch
    config.extra["runs"] = dict(_notebooks(config))
    for snippet_id, (recorded, notebook) in config.extra["runs"].items():
        uri = f"{FOLDER}/{snippet_id}.ipynb"
        path = Path(scratch.name, uri)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(notebook, encoding="utf-8")
        # mkdocs-jupyter reads files that lie in a folder, not generated ones.
        files.append(
            File(uri, scratch.name, config.site_dir, config.use_directory_urls)
        )
        for name, path in notebooks.downloads(recorded).items():
            files.append(_file(config, name, path))
    _join_sheets(files, config)
    _offer(files, config)
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
    if _is_notebook(page):
        _prepare_notebook(page, config, files)
        return ""
    embed = config.mdx_configs.setdefault(EMBED, {})
    embed["page"] = Path(page.file.abs_src_path).relative_to(_root(config)).as_posix()
    page.meta["download"] = {
        "url": _plain_name(page.file),
        "name": PurePosixPath(page.file.src_uri).name,
    }
    return markdown


def on_nav(nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
    """Keep the pages, for what is told of the site as a whole.

    The pages of the navigation's first section are the chapters.
    """
    section = next((item for item in nav.items if item.is_section), None)
    pages = section.children if section else []
    config.extra["chapters"] = [page.file.url for page in pages if page.is_page]
    config.extra["site_pages"] = [
        *nav.pages,
        *(
            file.page
            for file in files.documentation_pages()
            if file.src_uri.startswith(f"{FOLDER}/")
        ),
    ]
    return nav


def on_env(env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
    """Give the theme what the reader's scripts know of the site.

    Args:
        env: The theme's environment, changed in place.
        config: The site's configuration.
        files: The site's files.
    """
    env.policies["json.dumps_kwargs"] = {"sort_keys": True, "ensure_ascii": False}
    numbered = config.extra["chapters"]
    pages = [page for page in config.extra["site_pages"] if page.file.url in numbered]
    config.extra["reader"] = {
        "words": reader.WORDS,
        "chapters": reader.chapters(pages),
        "citation": reader.citation(_root(config)),
    }
    return env


def on_page_context(
    context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation
) -> TemplateContext:
    """Give the theme what search engines and messengers are told of a page.

    Args:
        context: What the theme is given, changed in place.
        page: The page.
        config: The site's configuration.
        nav: The site's navigation.
    """
    site, entries = _site(config), _entries(config)
    [entry] = [entry for entry in entries if entry.path == page.file.url] or [None]
    if entry:
        chapters = [each for each in entries if each.kind == metadata.CHAPTER]
        up = "../" * page.file.url.count("/") + config.extra["root"].removeprefix("./")
        if not _is_notebook(page):
            context["run"] = reader.run_box(page, partial(_elsewhere, config))
        context["discovery"] = {
            "alternates": metadata.alternates(site, entry.path, up),
            "open_graph": metadata.open_graph(site, entry),
            "data": metadata.script(metadata.structured_data(site, entry, chapters)),
        }
    return context


def on_page_content(
    html: str, *, page: Page, config: MkDocsConfig, files: Files
) -> str:
    """Fix what other tools write into a page's content.

    Args:
        html: The rendered content.
        page: The page.
        config: The site's configuration.
        files: The site's files.

    Returns:
        The content in fewer bytes, with buttons to copy code; a notebook's as its
        page needs it, a Persian page's with its footnotes numbered in Persian digits,
        a chapter's with room for the line that ends each section.

    Raises:
        HamgashtError: A formula in a notebook is wrong.
    """
    if _is_notebook(page):
        page.toc = notebooks.contents(html)
        snippet_id = notebooks.snippet_of(page.file.src_uri)
        html = notebooks.content(html, snippet_id, _language(config))
    elif _language(config) == "fa":
        html = _FOOTNOTE.sub(
            lambda found: found["before"] + found["number"].translate(_DIGITS), html
        )
    if page.file.url in config.extra["chapters"]:
        html = reader.section_ends(html, page)
    return slim(reader.copy_buttons(html, config.extra["words"]["clipboard.copy"]))


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:
    """Give the document its direction, not the body alone, and our search worker."""
    return _finished(output, config)


def on_post_template(output: str, *, template_name: str, config: MkDocsConfig) -> str:
    """Do the same for pages that come from the theme alone, such as 404.html."""
    return _finished(output, config)


@event_priority(-200)  # after the search plugin and the offline plugin have written
def on_post_build(*, config: MkDocsConfig) -> None:
    """Remove the localised notebooks; write what MkDocs does not know of.

    That is the data of the search, the pages as plain Markdown, the cards, llms.txt,
    robots.txt, and last the list of what may be kept for reading offline.
    What Material's own search would have loaded is left out, and so are what its script
    says of colour schemes, and the comments in our own scripts and sheets.
    """
    config.extra.pop("scratch").cleanup()
    root, site = _root(config), Path(config.site_dir)
    source = config.mdx_configs.get(EMBED, {}).get("glossary")
    glossary = read_glossary(root, source) if source else Glossary(())
    write_data(site, _language(config), glossary, read_words(root))
    _write_plain(config)
    _tell(config)
    for folder in ("lunr", "workers"):
        shutil.rmtree(site / "assets/javascripts" / folder, ignore_errors=True)
    for script in (site / "assets/javascripts").glob("bundle.*.js"):
        script.write_text(slim_bundle(script.read_text("utf-8")), encoding="utf-8")
    for pattern in ("assets/css/*.css", "assets/js/**/*.js", "sw.js"):
        for own in site.glob(pattern):
            own.write_text(without_comments(own.read_text("utf-8")), encoding="utf-8")
    others = tuple(metadata.LOCALES) if _language(config) == metadata.DEFAULT else ()
    offline.write_list(site, others=others)


def on_build_error(*, error: Exception) -> None:
    """Let MkDocs tell our own errors in one line, without a traceback.

    Args:
        error: What ended the build.

    Raises:
        PluginError: The error is one of ours.
    """
    if isinstance(error, HamgashtError):
        raise PluginError(str(error)) from error


def _notebooks(config: MkDocsConfig) -> Iterator[tuple[str, tuple[Recorded, str]]]:
    """Yield each recorded run with its notebook in the site's language."""
    root = _root(config)
    for snippet_id in snippet_ids(root):
        if not (output_path(root, snippet_id) / MANIFEST).is_file():
            continue
        recorded = load(root, snippet_id)
        if config.strict:
            refuse_stand_ins(recorded)
        notebook = notebooks.localised(recorded, _language(config))
        yield snippet_id, (recorded, json.dumps(notebook, indent=1) + "\n")


def _join_sheets(files: Files, config: MkDocsConfig) -> None:
    """Put one style sheet in the place of Material's and of our own.

    Formulas bring their own sheet, which most pages of notebooks have no use for.
    """
    theme = [file for file in files if file.src_uri.startswith("assets/stylesheets/")]
    sheets = [
        slim_sheet(file.content_string)
        for name in _THEME_SHEETS
        for file in theme
        if re.fullmatch(rf"{name}\.\w+\.min\.css", PurePosixPath(file.src_uri).name)
    ]
    for uri in config.extra["own_sheets"]:
        own = files.get_file_from_path(uri)
        if own is None:
            raise PluginError(
                f"mkdocs.yml: extra_css: {uri} does not exist. "
                "Fix: take it out, or put the sheet under docs/theme/."
            )
        theme.append(own)
        sheets.append(without_comments(own.content_string))
    for file in theme:
        files.remove(file)
    files.append(File.generated(config, _SHEET, content="\n".join(sheets)))


def _offer(files: Files, config: MkDocsConfig) -> None:
    """Add what there is to take along, and tell the pages where it is."""
    root, language = _root(config), _language(config)
    code = downloads.code_archive(root, config.extra["runs"], language)
    uri = f"{downloads.FOLDER}/{downloads.CODE}"
    files.append(File.generated(config, uri, content=code))
    offered = {downloads.OFFERED[downloads.CODE]: (uri, len(code))}
    made = downloads.released(root) if config.extra.get("released", True) else {}
    for name, path in made.items():
        uri = f"{downloads.FOLDER}/{name}"
        offered[downloads.OFFERED[name]] = (
            config.extra["root"] + uri,
            path.stat().st_size,
        )
        if language == "fa":  # its site holds the other; each file lies there once
            files.append(_file(config, uri, path))
    config.mdx_configs[EMBED]["downloads"] = offered


def _tell(config: MkDocsConfig) -> None:
    """Draw the cards of a site; write what it tells of itself."""
    site, entries = _site(config), _entries(config)
    folder = Path(config.site_dir)
    for entry in entries:
        if entry.kind != metadata.NOTEBOOK:
            path = folder / entry.card
            draw_card(path, site.language, site.name, entry.title, entry.description)
    text = metadata.llms(site, entries)
    (folder / "llms.txt").write_text(text, encoding="utf-8")
    if site.published and site.language == metadata.DEFAULT:
        text = metadata.robots(site)
        (folder / "robots.txt").write_text(text, encoding="utf-8")


def _site(config: MkDocsConfig) -> metadata.Site:
    known = config.extra["published_known"]
    return metadata.Site(
        language=_language(config),
        name=config.site_name,
        description=config.site_description,
        published=config.extra["published"] if known else None,
    )


def _entries(config: MkDocsConfig) -> list[metadata.Entry]:
    """Return the pages; the chapters are numbered."""
    entries: list[metadata.Entry] = []
    chapters = config.extra["chapters"]
    for page in config.extra["site_pages"]:
        kind = metadata.OTHER
        if page.is_homepage:
            kind = metadata.HOME
        elif _is_notebook(page):
            kind = metadata.NOTEBOOK
        elif page.file.url in chapters:
            kind = metadata.CHAPTER
        description = page.meta.get("description", config.site_description)
        entries.append(
            metadata.Entry(
                path=page.file.url,
                title=page.meta.get("title") or metadata.plain_title(page.title),
                description=description,
                kind=kind,
                number=chapters.index(page.file.url) + 1
                if kind == metadata.CHAPTER
                else 0,
                source=page.meta.get("download", {}).get("url", ""),
            )
        )
    return entries


def _prepare_notebook(page: Page, config: MkDocsConfig, files: Files) -> None:
    """Tell the theme what a notebook's page offers, and where its chapter is."""
    snippet_id = notebooks.snippet_of(page.file.src_uri)
    base = f"{FOLDER}/{snippet_id}"
    folder = f"{notebooks.artefacts_folder(snippet_id)}/"
    artefacts = sorted(
        (file.src_uri for file in files if file.src_uri.startswith(folder)),
        key=lambda uri: [
            int(part) if part.isdigit() else part for part in re.split(r"(\d+)", uri)
        ],  # 9 before 10
    )
    page.meta.update(
        template="notebook.html",
        description=metadata.about_notebook(snippet_id, _language(config)),
        search={"exclude": True},
        notebook={
            "chapter": _chapter(snippet_id, config, files),
            "ipynb": f"{page.file.url.rpartition('/')[0]}/{page.file.name}.ipynb",
            "py": f"{base}.py",
            "manifest": f"{base}.manifest.json",
            "provenance": f"{base}.provenance.json",
            "artefacts": {uri.removeprefix(folder): uri for uri in artefacts},
            "elsewhere": _elsewhere(config, snippet_id),
        },
    )
    if page.edit_url:
        docs = Path(config.docs_dir).relative_to(_root(config)).as_posix()
        page.edit_url = page.edit_url.replace(
            f"{docs}/{page.file.src_uri}", source_name(snippet_id)
        )


def _elsewhere(config: MkDocsConfig, snippet_id: str) -> dict[str, str]:
    """Return where else a snippet's notebook can be opened."""
    if snippet_id not in config.extra["runs"]:
        return {}
    recorded, _ = config.extra["runs"][snippet_id]
    needs = recorded.manifest["inputs"]["needs"]
    return elsewhere(config.repo_url or "", snippet_id, needs)


def _chapter(snippet_id: str, config: MkDocsConfig, files: Files) -> File | None:
    """Return the first page that shows a cell or a value of a snippet."""
    asks = re.compile(rf"(?:\|\s*|\[\[){re.escape(snippet_id)}\b")
    for path in sorted(Path(config.docs_dir).rglob("*.md")):
        if asks.search(path.read_text(encoding="utf-8")):
            uri = path.relative_to(config.docs_dir).as_posix()
            return files.get_file_from_path(uri)
    return None


def _is_notebook(page: Page) -> bool:
    return page.file.src_uri.startswith(f"{FOLDER}/")


def _plain_name(page: File) -> str:
    """Return where a page's text lies in the site, as plain Markdown."""
    return f"{page.url.removesuffix('.html')}.md"


def _write_plain(config: MkDocsConfig) -> None:
    """Write each page's text beside it."""
    figure = config.extra["words"]["cell.figure"]
    for page in config.extra["site_pages"]:
        if _is_notebook(page) or not page.content:
            continue
        text = to_markdown(page.content, page.file.url, figure)
        target = Path(config.site_dir, _plain_name(page.file))
        target.write_text(text, encoding="utf-8")


def _file(config: MkDocsConfig, uri: str, path: Path) -> File:
    return File.generated(config, uri, abs_src_path=str(path))


def _finished(html: str, config: MkDocsConfig) -> str:
    html = _SEARCH_WORKER.sub(_OUR_WORKER, html, count=1)
    language = _language(config)
    direction = "rtl" if language == "fa" else "ltr"
    tag = f'<html lang="{language}"'
    return html.replace(tag, f'{tag} dir="{direction}"', 1)


def _language(config: MkDocsConfig) -> str:
    return config.theme["language"]


def _root(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path).parent.resolve()
