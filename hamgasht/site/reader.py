"""What the reader's scripts need: in a page's content, and to know of the site.

The theme writes the latter as one small script
(``docs/theme/assets/js/reader/site.js``).
"""

import re
from collections.abc import Callable, Mapping
from html import escape
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import yaml
from properdocs.structure.toc import TableOfContents

from hamgasht.core.numbers import digits_fa
from hamgasht.embed.page_text import Source
from hamgasht.site.compress import without_indentation

SERVICE = "Colab"
"""The one that a page's box names; each notebook's own page names all."""

CITATION = "CITATION.cff"
_FOOTNOTE = re.compile(r'(class="footnote-ref"[^>]*>)(?:<bdi[^>]*>)?(\d+)(?:</bdi>)?')
_CODE = re.compile(r"<pre>(?P<before>(?:<span></span>)?)<code")


def finish_content(html: str, language: str, copy: str) -> str:
    """Return a page's content with buttons to copy code and with its own digits.

    Args:
        html: The content.
        language: ``fa`` or ``en``.
        copy: What the buttons say.
    """
    if language == "fa":
        html = _FOOTNOTE.sub(lambda found: found[1] + digits_fa(found[2]), html)
    return add_copy_buttons(html, copy)


def finish_document(html: str, language: str) -> str:
    """Give a page its direction, which the theme gives to the body alone.

    And take away what the theme leaves empty, which is no HTML, and its indentation.
    """
    direction = "rtl" if language == "fa" else "ltr"
    tag = f'<html lang="{language}"'
    html = html.replace(tag, f'{tag} dir="{direction}"', 1)
    return without_indentation(html.replace(' tabindex=""', ""))


def add_copy_buttons(html: str, title: str) -> str:
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


def end_sections(html: str, toc: TableOfContents) -> str:
    """Return a page's content with room for the line that ends each section.

    The reader's script fills it in chapters; it would push words aside if it made the
    room, too.

    Args:
        html: The content.
        toc: The page's table of contents.
    """
    ids = [
        item.id for top in toc for item in (top.children if top.level == 1 else [top])
    ]
    for name, following in pairwise([*ids, None]):
        line = f'<div class="hg-section-end" data-section="{escape(name)}"></div>\n'
        start = html.index(f'<h2 id="{following}"') if following else len(html)
        html = html[:start] + line + html[start:]
    return html


def describe_run(
    markdown: str, services: Callable[[str], Mapping[str, str]]
) -> dict[str, Any] | None:
    """Return what the page's box on running it says; nothing where it shows no code.

    Args:
        markdown: The page's source.
        services: Gives the addresses that open a snippet's notebook, by service.
    """
    cells = [argument for _, argument in Source(markdown).cells()]
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
            if (address := services(snippet).get(SERVICE))
        },
    }


def read_citation(root: Path) -> dict[str, str]:
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
