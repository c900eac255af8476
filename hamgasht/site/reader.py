"""What the reader's scripts know of a site.

Takes in the chapters' pages and ``CITATION.cff``; gives out the names of their words,
their sections, and how to cite the course. The theme writes it as one small script
(``docs/theme/assets/js/reader/site.js``). Takes in a page's content, too; gives it out
with what these scripts and Material's find in it.
"""

import re
from collections.abc import Callable, Mapping
from html import escape
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import yaml
from mkdocs.structure.pages import Page

from hamgasht.embed.page_text import Source
from hamgasht.site.metadata import plain_title

SERVICE = "Colab"
"""The one that a page's box names; each notebook's own page names all."""

CITATION = "CITATION.cff"
_CODE = re.compile(r"<pre>(?P<before>(?:<span></span>)?)<code")
WORDS = (
    "all_lines",
    "all_rows",
    "close",
    "code",
    "continue",
    "copy",
    "copy_bibtex",
    "copy_failed",
    "copy_page",
    "copy_section",
    "enlarge",
    "fewer",
    "forget",
    "in_glossary",
    "in_references",
    "kept_here",
    "key_close",
    "key_help",
    "key_next",
    "key_previous",
    "key_search",
    "key_single",
    "keys",
    "mark_read",
    "megabytes",
    "offline",
    "offline_broken",
    "offline_changed",
    "offline_closed",
    "offline_full",
    "offline_go_on",
    "offline_keep",
    "offline_offer",
    "offline_part",
    "offline_remove",
    "offline_running",
    "offline_stop",
    "offline_whole",
    "progress",
    "read",
    "save",
    "sections_read",
    "tools",
    "wrap",
)
"""Keys of the theme's words, after ``reader.``, that the scripts use."""


def chapters(pages: list[Page]) -> list[dict[str, Any]]:
    """Return address, title and sections of each chapter.

    Args:
        pages: The chapters, rendered.
    """
    return [
        {
            "url": page.file.url,
            "title": plain_title(page.title),
            "sections": [
                [item.id, plain_title(item.title)]
                for top in page.toc
                for item in (top.children if top.level == 1 else [top])
            ],
        }
        for page in pages
    ]


def copy_buttons(html: str, title: str) -> str:
    """Return a page's content with a button to copy each block of code.

    It is Material's own button, which its script would add to a block only after it
    has laid the block out.

    Args:
        html: The content.
        title: What the button says.
    """
    title = escape(title)
    numbers = count()

    def with_button(start: re.Match[str]) -> str:
        name = f"code-{next(numbers)}"
        return (
            f'<pre>{start["before"]}<span class="md-code__nav"><button type="button"'
            f' class="md-code__button" title="{title}" data-md-type="copy"'
            f' data-clipboard-target="#{name}"></button></span><code id="{name}"'
        )

    return _CODE.sub(with_button, html)


def section_ends(html: str, page: Page) -> str:
    """Return a chapter's content with room for the line that ends each section.

    The reader's script fills it; it would push words aside if it made the room, too.

    Args:
        html: The content.
        page: The chapter, rendered.
    """
    [chapter] = chapters([page])
    ids = [section for section, _ in chapter["sections"]]
    for name, following in pairwise([*ids, None]):
        line = f'<div class="hg-section-end" data-section="{escape(name)}"></div>\n'
        start = html.index(f'<h2 id="{following}"') if following else len(html)
        html = html[:start] + line + html[start:]
    return html


def run_box(
    page: Page, elsewhere: Callable[[str], Mapping[str, str]]
) -> dict[str, Any] | None:
    """Return what the page's box on running it says; nothing where it shows no code.

    Args:
        page: The page.
        elsewhere: Gives the addresses that open a snippet's notebook, by service.
    """
    cells = [argument for _, argument in Source(page.markdown or "").cells()]
    snippets = [cell.partition(":")[0].strip() for cell in cells]
    groups = {snippet.partition("/")[0] for snippet in snippets}
    if len(groups) != 1:
        return None
    return {
        "group": groups.pop(),
        "first": snippets[0],
        "elsewhere": {
            snippet.partition("/")[2]: address
            for snippet in dict.fromkeys(snippets)
            if (address := elsewhere(snippet).get(SERVICE))
        },
    }


def citation(root: Path) -> dict[str, str]:
    """Return what a citation of the course says; nothing where no file says it.

    Args:
        root: The project's root.
    """
    try:
        cited = yaml.safe_load((root / CITATION).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {
        "author": " and ".join(map(_bibtex_name, cited["authors"])),
        "title": cited["title"],
        "version": str(cited["version"]),
        "year": str(cited["date-released"].year),
    }


def _bibtex_name(author: dict[str, str]) -> str:
    """Return a name as BibTeX reads it: braces keep that of a group whole."""
    if name := author.get("name"):
        return f"{{{name}}}"
    return f"{author['family-names']}, {author['given-names']}"
