"""The block ``/// downloads``: what there is to take along.

Only the tool that builds the site knows the files; where it gives none, nothing shows.
"""

from html import escape
from xml.etree.ElementTree import Element, SubElement

from pymdownx.blocks.block import Block

from hamgasht.core.numbers import format_value
from hamgasht.embed.page import Page

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
        entries = [_entry(page, *file) for file in page.downloads.items()]
        element = SubElement(parent, "div")
        if entries:
            html = f'<ul class="hg-downloads">{"".join(entries)}</ul>'
            element.text = self.md.htmlStash.store(html)
        return element


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
