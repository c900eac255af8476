"""Links from a term's first use on a page to the glossary.

The link's title is the term's meaning, so that it needs no script: pointing at it shows
the meaning, and a tap or Enter leads to it.
"""

import re
from xml.etree.ElementTree import Element

from markdown.util import HTML_PLACEHOLDER_RE, AtomicString

from hamgasht.embed.glossary_file import Term, read_glossary
from hamgasht.embed.processors import PageTreeprocessor
from hamgasht.embed.prose.bidi import isolate_runs
from hamgasht.embed.prose.wrap import Found, wrap_text

# What is no running prose, or is a link, or has a direction or language of its own.
_CLOSED = {"a", "bdi", "bdo", "button", "caption", "code", "dfn", "figcaption"}
_CLOSED |= {"h1", "h2", "h3", "h4", "h5", "h6", "kbd", "math", "pre", "samp", "script"}
_CLOSED |= {"style", "summary", "svg", "table", "textarea"}
_CLOSED_CLASSES = {"admonition-title", "arithmatex", "hg-cell"}
_RAW_TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-z]\w*)(?P<attributes>[^>]*)>", re.I)
_HIDDEN = "\ufffc"


class TermTreeprocessor(PageTreeprocessor):
    """Links the first use of each term."""

    def run(self, root: Element) -> None:
        """Link what is to be linked, section by section."""
        if not self.page.glossary or self.page.lists_terms:
            return
        self.glossary = read_glossary(self.page.root, self.page.glossary)
        self.seen: set[str] = set()
        sections = self.page.course.sections
        section = ""
        for element in list(root):
            self.inside = ""  # the raw HTML tag, such as <bdi>, that text stands in
            if element.tag == "h2":
                section = element.get("id", "")
            if section not in (sections.question, sections.references):
                wrap_text(element, _is_closed, self._links)

    def _links(self, text: str) -> Found:
        """Return a link for each term that this is the first use of."""
        found = []
        visible = self._hide_raw(text)
        for start, end, term in self.glossary.find(visible, self.page.language):
            if term.id not in self.seen:
                self.seen.add(term.id)
                found.append((start, end, self._anchor(term)))
        return found

    def _hide_raw(self, text: str) -> str:
        """Return a text with what stands within raw HTML tags hidden, same length."""
        parts, last = [], 0
        for hole in HTML_PLACEHOLDER_RE.finditer(text):
            between = text[last : hole.start()]
            parts.append(_HIDDEN * len(between) if self.inside else between)
            parts.append(_HIDDEN * len(hole[0]))
            last = hole.end()
            self._pass(str(self.md.htmlStash.rawHtmlBlocks[int(hole[1])]))
        rest = text[last:]
        return "".join([*parts, _HIDDEN * len(rest) if self.inside else rest])

    def _pass(self, raw: str) -> None:
        """Note whether a piece of raw HTML opens or closes what holds no links."""
        tag = _RAW_TAG.fullmatch(raw.strip())
        if tag is None:
            return
        name = tag["name"].lower()
        if tag["close"]:
            self.inside = "" if name == self.inside else self.inside
        elif not self.inside and (name in _CLOSED or "lang=" in tag["attributes"]):
            self.inside = name

    def _anchor(self, term: Term) -> Element:
        language = self.page.language
        title = term.means[language]
        if language == "fa":
            title = isolate_runs(f"{term.names['en']}: {title}")
        href = f"{self.page.up}{self.page.course.pages.glossary}#{term.id}"
        return Element(
            "a", {"class": "hg-term", "href": href, "title": AtomicString(title)}
        )


def _is_closed(element: Element) -> bool:
    return (
        not isinstance(element.tag, str)
        or element.tag in _CLOSED
        or "lang" in element.attrib
        or bool(_CLOSED_CLASSES & set(element.get("class", "").split()))
    )
