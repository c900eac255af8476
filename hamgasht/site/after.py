"""What is written after a site is built: what needs its pages, in their final form."""

import shutil
from functools import partial
from pathlib import Path

from hamgasht.core.course import read_course
from hamgasht.embed.glossary_file import Glossary, read_glossary
from hamgasht.embed.to_markdown import to_markdown
from hamgasht.site import offline
from hamgasht.site.before import Prepared
from hamgasht.site.compress import without_comments
from hamgasht.site.search import Doc, read_words, write_data

_SEARCH_OF_THEME = ("lunr", "workers")


def finish(
    root: Path,
    site: Path,
    language: str,
    prepared: Prepared,
    *,
    glossary: str = "",
    figure: str,
) -> None:
    """Write into a built site what its generator does not know of.

    Args:
        root: The project's root.
        site: The folder of the built site.
        language: ``fa`` or ``en``.
        prepared: What was written before.
        glossary: The glossary's file, relative to the root; empty if there is none.
        figure: What the copies in Markdown call a figure.
    """
    if prepared.notebooks.is_dir():
        shutil.copytree(prepared.notebooks, site, dirs_exist_ok=True)
    terms = read_glossary(root, glossary) if glossary else Glossary(())
    write_data(
        site,
        language,
        terms,
        read_words(root),
        partial(_add_kept_sections, prepared),
        without=read_course(root).sections.references,  # the text names each work
    )
    _write_markdown(site, prepared, figure)
    for folder in _SEARCH_OF_THEME:
        shutil.rmtree(site / "assets/javascripts" / folder, ignore_errors=True)
    for pattern in ("assets/css/*.css", "assets/js/**/*.js", "sw.js"):
        for own in site.glob(pattern):
            own.write_text(without_comments(own.read_text("utf-8")), encoding="utf-8")
    # Last, for it holds the digests of all others.
    offline.write_list(site, others=("en",) if language == "fa" else ())
    prepared.kept.write()


def _add_kept_sections(prepared: Prepared, docs: list[Doc]) -> list[Doc]:
    """Return what the index holds of all pages: it is asked only for new ones."""
    found: dict[str, list[Doc]] = {}
    for doc in docs:
        found.setdefault(doc["location"].partition("#")[0], []).append(doc)
    whole = []
    for url, key in prepared.sections.items():
        whole += prepared.kept.make(partial(found.get, url, []), *key)
    return whole


def _write_markdown(site: Path, prepared: Prepared, figure: str) -> None:
    """Write each page's text beside it, for readers to copy and programs to read."""
    for url, article in prepared.articles.items():
        target = (site / url).with_suffix(".md")
        make = partial(to_markdown, article, url, figure)
        target.write_text(prepared.kept.make(make, url, article), encoding="utf-8")
