"""Heads and names of tables, for whoever hears a page instead of seeing it.

A table without a caption is named by its figure's caption or by the heading above it;
every table gets a region that scrolls, also by keyboard.
"""

import re
from xml.etree.ElementTree import Element

from hamgasht.embed.processors import PageTreeprocessor

_HEADING = re.compile(r"h[1-6]")
# From this many columns on, the first says what its row is about.
_WITH_ROW_HEADS = 3


class TableTreeprocessor(PageTreeprocessor):
    """Gives tables heads, names and regions."""

    def run(self, root: Element) -> None:
        """Complete every table."""
        captioned = self._captioned(root)
        heading = ""
        for element in root.iter():
            if _HEADING.fullmatch(str(element.tag)):
                heading = element.get("id", heading)
            elif element.tag == "table":
                _scope(element)
                if element.find("caption") is None:
                    name = captioned.get(element, heading)
                    if name:
                        element.set("aria-labelledby", name)
        for parent in list(root.iter()):
            self._wrap_in(parent)

    def _wrap_in(self, parent: Element) -> None:
        """Put the tables that Markdown made below an element into regions."""
        if "hg-table" in parent.get("class", "").split():
            return
        for place, table in enumerate(parent):
            if table.tag == "table":
                region = Element("div", {"class": "hg-table hg-table--plain"})
                region.attrib |= {"role": "group", "tabindex": "0"}
                region.set("aria-label", self.page.words["cell.table"])
                region.append(table)
                region.tail, table.tail = table.tail, None
                parent[place] = region

    def _captioned(self, root: Element) -> dict[Element, str]:
        """Return the tables of figures that have a caption, with the caption's id."""
        found = {}
        for figure in root.iter("figure"):
            caption, tables = figure.find("figcaption"), list(figure.iter("table"))
            if caption is not None and tables:
                caption.set("id", self.page.unique_id("caption"))
                found |= dict.fromkeys(tables, caption.get("id", ""))
        return found


def _scope(table: Element) -> None:
    """Mark the heads of a table that Markdown made; others have theirs marked."""
    columns = table.findall("thead/tr/th")
    if any("scope" in head.attrib for head in columns):
        return
    for head in columns:
        if len(head) or (head.text or "").strip():
            head.set("scope", "col")
        else:
            head.tag = "td"
    if len(columns) >= _WITH_ROW_HEADS:
        for row in table.iterfind("tbody/tr"):
            row[0].tag = "th"
            row[0].set("scope", "row")
