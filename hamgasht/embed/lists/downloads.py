"""The blocks ``/// downloads`` and ``/// teaching``: what there is to take along.

Only the tool that builds the site knows the files; where it gives none, nothing shows.
"""

from html import escape
from xml.etree.ElementTree import Element, SubElement

from pymdownx.blocks.block import Block

from hamgasht.core.numbers import format_value
from hamgasht.embed.page import Page
from hamgasht.embed.page_text import title_of

_TEACHING = {
    "slides": "-slides.html",
    "exercises": "-exercises.html",
    "answers": "-answered.html",
    "notebook": "-exercises.ipynb",
    "book": ".pdf",
}
_BYTES_PER_MEGABYTE = 1e6


class DownloadsBlock(Block):
    """Links to all files that the site offers."""

    NAME = "downloads"

    def on_create(self, parent: Element) -> Element:
        """Append one entry for each file.

        As HTML: MkDocs would look for each file in its own site, but those of a
        release lie in the Persian one alone.
        """
        page: Page = self.config["page"]
        entries = [
            _entry(page, key, file)
            for key, file in page.downloads.items()
            if key in page.words
        ]
        element = SubElement(parent, "div")
        if entries:
            html = f'<ul class="hg-downloads">{"".join(entries)}</ul>'
            element.text = self.md.htmlStash.store(html)
        return element


class TeachingBlock(Block):
    """A table of what there is of each chapter for whoever teaches it."""

    NAME = "teaching"

    def on_create(self, parent: Element) -> Element:
        """Append a row for each page that has such files."""
        page: Page = self.config["page"]
        rows = [row for name in page.chapters if (row := _row(page, name))]
        element = SubElement(parent, "div")
        html = f"<p>{page.words['teaching.none']}</p>"
        if rows:
            keys = ("chapter", *_TEACHING)
            heads = "".join(
                f'<th scope="col">{page.words[f"teaching.{key}"]}</th>' for key in keys
            )
            html = (
                '<div class="hg-table hg-table--plain" role="group" tabindex="0" '
                f'aria-label="{page.words["cell.table"]}"><table>'
                f"<thead><tr>{heads}</tr></thead>"
                f"<tbody>{''.join(rows)}</tbody></table></div>"
            )
        element.text = self.md.htmlStash.store(html)
        return element


def _row(page: Page, name: str) -> str:
    stem = name.removesuffix(".md")
    files = {key: page.downloads.get(stem + end) for key, end in _TEACHING.items()}
    if not any(files.values()):
        return ""
    title = title_of((page.folder / name).read_text(encoding="utf-8")) or stem
    cells = []
    for key, file in files.items():
        link = ""
        if file:
            word = page.words[f"teaching.{key}"]
            kind = "download " if key in ("notebook", "book") else ""
            label = escape(f"{word}: {title}")
            address = escape(file[0])
            link = f'<a href="{address}" {kind}aria-label="{label}">{word}</a>'
        cells.append(f"<td>{link}</td>")
    return (
        f'<tr><th scope="row"><a href="{stem}.html">{escape(title)}</a></th>'
        f"{''.join(cells)}</tr>"
    )


def _entry(page: Page, key: str, file: tuple[str, int]) -> str:
    (address, size), own = file, page.words
    title, _, about = own[key].partition(": ")
    kind = address.rpartition(".")[2].upper()
    megabytes = format_value(size / _BYTES_PER_MEGABYTE, "decimal1", page.language)
    return (
        f'<li><a href="{escape(address)}" download>{title}</a>: {about} '
        f'<small>(<bdi dir="ltr">{kind}</bdi>{own["list.comma"]}{megabytes} '
        f"{own['download.megabytes']})</small></li>"
    )
