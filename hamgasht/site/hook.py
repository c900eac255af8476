"""The generator's hook: what only it can tell, and the steps around its build.

All that is work on files stands in ``before`` and ``after``.
"""

import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache
from mkdocs_jupyter.config import settings as mkdocs_jupyter
from properdocs.config.defaults import ProperDocsConfig
from properdocs.exceptions import PluginError
from properdocs.plugins import event_priority
from properdocs.structure.files import File, Files
from properdocs.structure.nav import Navigation
from properdocs.structure.pages import Page
from properdocs.structure.toc import get_toc

from hamgasht.core.course import COURSE, read_course
from hamgasht.core.errors import HamgashtError
from hamgasht.core.paths import STORE, source_name
from hamgasht.core.words import read_words
from hamgasht.embed.lists.from_chapters import expand_lists
from hamgasht.site import compress, notebooks, reader
from hamgasht.site.after import finish
from hamgasht.site.before import prepare
from hamgasht.site.kept import Kept, digest_of

EMBED = "hamgasht.embed"
UNKNOWN_HOST = ".invalid"
_READS_ALL = re.compile(r"^ */{3,} *(?:bibliography|downloads|errata)\b", re.M)


def on_config(config: ProperDocsConfig) -> ProperDocsConfig:
    """Point mkdocs-jupyter at our template; derive the published addresses."""
    root, language = _root(config), config.theme["language"]
    mkdocs_jupyter.templates_dir = str(notebooks.TEMPLATES)
    config.mdx_configs.setdefault(EMBED, {})["root"] = str(root)
    if not config.repo_url:
        config.edit_uri = None
    published = (config.site_url or "/").removesuffix("en/")
    config.site_url = published if language == "fa" else f"{published}{language}/"
    config.extra["published"] = published
    config.extra["published_known"] = UNKNOWN_HOST not in published
    config.extra["words"] = read_words(root, language)
    config.extra["course"] = read_course(root)
    config.extra["citation"] = reader.read_citation(root)
    return config


@event_priority(100)  # before mkdocs-jupyter, which looks for notebooks
def on_files(files: Files, *, config: ProperDocsConfig) -> Files:
    """Add the files that are written before the build."""
    root, embed = _root(config), config.mdx_configs.setdefault(EMBED, {})
    prepared = config.extra["prepared"] = prepare(
        root,
        config.theme["language"],
        Path(config.docs_dir),
        up=config.extra.get("root", ""),
        works=embed.get("bibliography", ""),
        repository=config.repo_url or "",
        strict=config.strict,
        released=config.extra.get("released", True),
        inputs=config.extra.get("inputs"),
        kept=_open_kept(config),
    )
    embed["downloads"] = prepared.offered
    for path in sorted(prepared.files.rglob("*.*")):
        uri = path.relative_to(prepared.files).as_posix()
        folder = str(prepared.files)
        files.append(File(uri, folder, config.site_dir, config.use_directory_urls))
    for uri in config.extra_css:
        if files.get_file_from_path(uri) is None:
            raise PluginError(
                f"mkdocs.yml: extra_css: {uri} does not exist. "
                "Fix: take it out, or put the sheet under docs/theme/."
            )
    return files


def on_nav(nav: Navigation, *, config: ProperDocsConfig, files: Files) -> Navigation:
    """Keep the chapters, all pages of the first section, for hook and templates."""
    section = next((item for item in nav.items if item.is_section), None)
    chapters = [page for page in nav.pages if section in page.ancestors]
    config.extra["chapters"] = chapters
    names = [page.file.src_uri for page in chapters]
    config.mdx_configs[EMBED]["chapters"] = names
    return nav


def on_env(env: Environment, *, config: ProperDocsConfig, files: Files) -> Environment:
    """Let data stand in scripts as it is written; find the pages that are as before."""
    env.policies["json.dumps_kwargs"] = {"sort_keys": True, "ensure_ascii": False}
    prepared = config.extra["prepared"]
    if not prepared.inputs:
        return env
    if config.extra["cached"]:
        compiled = _root(config) / STORE / "templates"
        compiled.mkdir(exist_ok=True)
        env.bytecode_cache = FileSystemBytecodeCache(str(compiled))
    pages = [file.page for file in files.documentation_pages()]
    around = digest_of([[page.url, page.title, _front(page)] for page in pages])
    for page in pages:
        key = (page.url, page.content, str(page.toc), page.edit_url, around)
        prepared.documents[page.url] = ("document", *key)
        if made := prepared.kept.recall("document", *key):
            page.document, page.meta["template"] = made, "kept.html"
    return env


def _front(page: Page) -> dict[str, Any]:
    """Return a page's front matter but for what the search alone reads."""
    return {key: page.meta[key] for key in page.meta if key != "search"}


def on_page_markdown(
    markdown: str, *, page: Page, config: ProperDocsConfig, files: Files
) -> str:
    """Tell the embedding which page it is in, and the theme what to offer there."""
    prepared, uri = config.extra["prepared"], page.file.src_uri
    if notebook := prepared.pages.get(uri):
        page.meta.update(notebook.meta)
        if page.edit_url:
            source = f"docs/{config.theme['language']}/{uri}"
            own = source_name(notebook.snippet_id)
            page.edit_url = page.edit_url.replace(source, own)
        markdown = ""
    else:
        source = Path(page.file.abs_src_path).relative_to(_root(config)).as_posix()
        config.mdx_configs[EMBED]["page"] = source
        is_chapter = page in config.extra["chapters"]
        run = reader.describe_run(markdown, prepared.services) if is_chapter else None
        page.meta["run"] = run  # on each page: templates tell one without any data
        page.meta["moved"] = _find_moved(page, config, files)
        page.meta["book"] = _find_book(uri, config)
        if prepared.inputs and "title" in page.meta:
            prepared.keys[uri] = _decide(markdown, page, config, files)
    if made := _recall(page, config):
        page.content = made["html"]
        page.render = _leave_content
    config.extra["warned"] = len(config.extra.get("warnings", ()))
    return markdown


def on_page_content(
    html: str, *, page: Page, config: ProperDocsConfig, files: Files
) -> str:
    """Give a page's content what scripts and readers look for in it."""
    prepared = config.extra["prepared"]
    notebook = prepared.pages.get(page.file.src_uri)
    if made := _recall(page, config):
        _put_back(page, made, files)
    else:
        if notebook:
            page.toc = get_toc(notebook.contents(page.title))
            html = notebook.fill(html)
        elif page in config.extra["chapters"]:
            html = reader.end_sections(html, page.toc)
        html = _finish_content(html, config)
        key = prepared.keys.get(page.file.src_uri)
        if key and config.extra["warned"] == len(config.extra["warnings"]):
            prepared.kept.keep({"html": html, **_take_out(page)}, *key)
    if not notebook:
        prepared.articles[page.file.url] = html
        about = [page.title, page.meta.get("tags"), page.meta.get("search")]
        key = prepared.sections[page.file.url] = ("search", page.file.url, html, about)
        if prepared.kept.recall(*key) is not None:
            page.meta["search"] = {"exclude": True}  # its sections are known
    return html


def _find_book(uri: str, config: ProperDocsConfig) -> str:
    """Return the address of the PDF of the chapter that a page belongs to, if any."""
    course, offered = config.extra["course"], config.extra["prepared"].offered
    if number := course.chapter_of(uri):
        for page in config.extra["chapters"]:
            if course.chapter_number(page.file.src_uri) == number:
                name = Path(page.file.src_uri).with_suffix(".pdf").name
                return str(offered.get(name, ("", 0))[0])
    return ""


def _find_moved(page: Page, config: ProperDocsConfig, files: Files) -> dict[str, str]:
    """Return the new address of each id that a page once had."""
    old, found = page.file.src_uri, {}
    for former, place in config.extra["course"].moved.get(old, {}).items():
        name, _, identity = place.partition("#")
        if (file := files.get_file_from_path(name)) is None:
            problem = f"there is no page {name!r}"
            raise HamgashtError(
                COURSE, f"moved.{old}", problem, "name one that is there"
            )
        found[former] = f"{file.url_relative_to(page.file)}#{identity}"
    return found


def on_post_page(output: str, *, page: Page, config: ProperDocsConfig) -> str:
    """Finish a page, unless it is as before."""
    prepared = config.extra["prepared"]
    if hasattr(page, "document"):
        return output
    output = reader.finish_document(output, config.theme["language"])
    if key := prepared.documents.get(page.url):
        prepared.kept.keep(output, *key)
    return output


def on_post_template(
    output: str, *, template_name: str, config: ProperDocsConfig
) -> str:
    """Finish a page that is no document, such as the one of errors."""
    if template_name.endswith(".html"):
        return reader.finish_document(output, config.theme["language"])
    return output


def _recall(page: Page, config: ProperDocsConfig) -> dict[str, Any] | None:
    """Return what an earlier build made of a page's content, from all the same."""
    prepared = config.extra["prepared"]
    key = prepared.keys.get(page.file.src_uri)
    return prepared.kept.recall(*key) if key else None


def _leave_content(config: ProperDocsConfig, files: Files) -> None:
    """Stand in for a page's rendering, where its content is known."""


def _finish_content(html: str, config: ProperDocsConfig) -> str:
    title = config.extra["words"]["clipboard.copy"]
    return compress.slim(reader.finish_content(html, config.theme["language"], title))


def _open_kept(config: ProperDocsConfig) -> Kept:
    """Return what earlier builds made; nothing where the generator runs by itself."""
    if not (inputs := config.extra.get("inputs")):
        return Kept()
    name = f"{config.theme['language']}-{'strict' if config.strict else 'draft'}.kept"
    path = _root(config) / STORE / "pages" / name
    return Kept(path, inputs.shared(), read=config.extra["cached"])


def _decide(
    markdown: str, page: Page, config: ProperDocsConfig, files: Files
) -> tuple[Any, ...]:
    """Return all that decides what a page's content is."""
    prepared, name = config.extra["prepared"], config.mdx_configs[EMBED]["page"]
    language, chapters = config.theme["language"], config.mdx_configs[EMBED]["chapters"]
    try:
        text = expand_lists(_root(config), language, name, chapters, markdown)
    except HamgashtError:
        return ()  # the page itself will say so, with the line
    found: list[Any] = [name, page.meta, markdown, text, sorted(files.src_uris)]
    if _READS_ALL.search(text):
        return *found, prepared.inputs.of_site(language), prepared.offered
    return *found, prepared.inputs.of_text(text)


def _take_out(page: Page) -> dict[str, Any]:
    """Return what the generator knows of a rendered page beside its content."""
    links = page.links_to_anchors or {}
    return {
        "title": page.title,
        "toc": page.toc,
        "anchors": page.present_anchor_ids,
        "links": {file.src_uri: found for file, found in links.items()},
    }


def _put_back(page: Page, made: dict[str, Any], files: Files) -> None:
    page.title, page.toc = made["title"], made["toc"]
    page.present_anchor_ids = made["anchors"]
    page.links_to_anchors = {
        files.get_file_from_path(name): found for name, found in made["links"].items()
    }


@event_priority(-200)  # after the search plugin has written
def on_post_build(*, config: ProperDocsConfig) -> None:
    """Write what needs the built pages."""
    embed = config.mdx_configs[EMBED]
    finish(
        _root(config),
        Path(config.site_dir),
        config.theme["language"],
        config.extra["prepared"],
        glossary=embed.get("glossary", ""),
        figure=config.extra["words"]["cell.figure"],
    )


def on_build_error(*, error: Exception) -> None:
    """Tell our own errors in one line, without a traceback.

    Raises:
        PluginError: The error is one of ours.
    """
    if isinstance(error, HamgashtError):
        raise PluginError(str(error)) from error


def _root(config: ProperDocsConfig) -> Path:
    return Path(config.config_file_path).parent.resolve()
