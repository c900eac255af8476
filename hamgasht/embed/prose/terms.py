"""Links from a term's first use on a page to the glossary.

Takes in a page's tree; gives out the same with a link around the first use of each
term of the glossary. The link's title is the term's meaning, so that it needs no
script: pointing at it shows the meaning, and a tap or Enter leads to it.
"""

import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER_RE, AtomicString

from hamgasht.embed.glossary_file import Glossary, Term, read_glossary
from hamgasht.embed.page import Page
from hamgasht.embed.prose.bidi import isolated

# What is no running prose, or is a link, or has a direction or language of its own.
_CLOSED = {"a", "bdi", "bdo", "button", "caption", "code", "dfn", "figcaption"}
_CLOSED |= {"h1", "h2", "h3", "h4", "h5", "h6", "kbd", "math", "pre", "samp", "script"}
_CLOSED |= {"style", "summary", "svg", "table", "textarea"}
_CLOSED_CLASSES = {"admonition-title", "arithmatex", "hg-cell"}
_CLOSED_SECTIONS = {"question", "references"}
_RAW_TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-z]\w*)(?P<attributes>[^>]*)>", re.I)
_HIDDEN = "\ufffc"


class TermTreeprocessor(Treeprocessor):
    """Links the first use of each term.

    Args:
        md: The Markdown instance.
        page: The page.
        source: The glossary's file relative to the project's root; empty for none.
        target: The glossary's page, relative to the docs folder.
    """

    def __init__(self, md: Markdown, page: Page, source: str, target: str) -> None:
        super().__init__(md)
        self.page = page
        self.source = source
        self.target = target

    def run(self, root: Element) -> None:
        """Link what is to be linked, section by section."""
        if not self.source or self.page.lists_terms:
            return
        self.glossary: Glossary = read_glossary(self.page.root, self.source)
        self.seen: set[str] = set()
        section = ""
        for element in list(root):
            self.inside = ""  # the raw HTML tag, such as <bdi>, that text stands in
            if element.tag == "h2":
                section = element.get("id", "")
            if section not in _CLOSED_SECTIONS:
                self._link_in(element)

    def _link_in(self, element: Element) -> None:
        if self._is_closed(element):
            return
        text = element.text
        children = list(element)
        element.text = self._link(element, 0, text)
        for child in children:
            self._link_in(child)
            place = list(element).index(child) + 1
            child.tail = self._link(element, place, child.tail)

    def _link(self, parent: Element, place: int, text: str | None) -> str | None:
        """Put links into ``parent`` from ``place`` on; return what precedes them."""
        if not text or not text.strip():
            return text
        found = []
        for start, end, term in self.glossary.find(
            self._outside(text), self.page.language
        ):
            if term.id not in self.seen:
                self.seen.add(term.id)
                found.append((start, end, term))
        if not found:
            return text
        ends = [start for start, _, _ in found[1:]] + [len(text)]
        for offset, ((start, end, term), following) in enumerate(
            zip(found, ends, strict=True)
        ):
            link = self._anchor(term)
            link.text, link.tail = text[start:end], text[end:following]
            parent.insert(place + offset, link)
        return text[: found[0][0]]

    def _outside(self, text: str) -> str:
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
            title = isolated(f"{term.names['en']}: {title}")
        href = f"{self.page.up}{self.target}#{term.id}"
        return Element(
            "a", {"class": "hg-term", "href": href, "title": AtomicString(title)}
        )

    def _is_closed(self, element: Element) -> bool:
        return (
            not isinstance(element.tag, str)
            or element.tag in _CLOSED
            or "lang" in element.attrib
            or bool(_CLOSED_CLASSES & set(element.get("class", "").split()))
        )
