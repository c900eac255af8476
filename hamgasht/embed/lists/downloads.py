"""The block ``/// downloads``: what there is to take along.

Takes in the files that the site offers, which only the tool that builds it knows; gives
out a list of links with sizes, and nothing where there are none.
"""

from html import escape
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from pymdownx.blocks.block import Block

from hamgasht.core.numbers import format_value
from hamgasht.embed.page import Page
from hamgasht.embed.words import words

_MEGABYTE = 1e6


class DownloadsBlock(Block):
    """Links to all files that the site offers."""

    NAME = "downloads"

    def on_create(self, parent: Element) -> Element:
        """Make one entry for each file.

        As HTML: MkDocs would look for each file in its own site, but those of a
        release lie in the Persian one alone.
        """
        page: Page = self.config["page"]
        offered: dict[str, Any] = self.config["offered"]
        entries = [_entry(page, key, *file) for key, file in offered.items()]
        element = SubElement(parent, "div")
        if entries:
            html = f'<ul class="hg-downloads">{"".join(entries)}</ul>'
            element.text = self.md.htmlStash.store(html)
        return element


def _entry(page: Page, key: str, address: str, size: int) -> str:
    own = words(page.language)
    title, _, about = own[key].partition(": ")
    kind = address.rpartition(".")[2].upper()
    megabytes = format_value(size / _MEGABYTE, "decimal1", page.language)
    return (
        f'<li><a href="{escape(address)}" download>{title}</a>: {about} '
        f'<small>(<bdi dir="ltr">{kind}</bdi>{own["comma"]}{megabytes} '
        f"{own['megabytes']})</small></li>"
    )
