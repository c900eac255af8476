"""Citations, a chapter's list of references, and the page of all of them.

Takes in ``[@kingma2015]`` and ``@kingma2015`` in prose, and two blocks:
``/// references | key, key`` lists what its page cites and the keys that it names,
``/// bibliography | q*.md`` lists every work, with the pages that cite it. Gives out
links from a citation to that page, and from there to the work itself.
"""

import re
from collections.abc import Iterable
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString
from pymdownx.blocks.block import Block

from hamgasht.core.numbers import digits_fa
from hamgasht.embed.bibliography_file import (
    CITATION,
    ET_AL,
    GROUP,
    Bibliography,
    Work,
    cited,
    listed,
    read_bibliography,
)
from hamgasht.embed.page import Page, choose
from hamgasht.embed.page_text import title_of
from hamgasht.embed.words import words

_KEY = "data-cite"  # on what cites a work, until the first of them gets its id


class CitationProcessor(InlineProcessor):
    """Replaces citations in prose.

    Args:
        md: The Markdown instance.
        page: The page.
        source: The BibTeX file, relative to the project's root.
        target: The page of all works, relative to the docs folder.
    """

    def __init__(self, md: Markdown, page: Page, source: str, target: str) -> None:
        super().__init__(f"{GROUP}|{CITATION}", md)
        self.page = page
        self.source = source
        self.target = target

    def handleMatch(  # noqa: N802
        self, match: re.Match[str], _data: str
    ) -> tuple[Element, int, int]:
        """Return the link or links that stand for a citation."""
        if match["key"]:
            return self._link(match["key"], "cite_in_text"), *match.span()
        own = words(self.page.language)
        group = Element("span")
        group.text = AtomicString("(")
        for key in match[0].strip("[]").replace(" ", "").split(";"):
            link = self._link(key.removeprefix("@"), "cite_aside")
            link.tail = AtomicString(own["semicolon"])
            group.append(link)
        group[-1].tail = AtomicString(")")
        return group, *match.span()

    def _link(self, key: str, form: str) -> Element:
        work = find(self.page, self.source, key)
        link = Element(
            "a",
            {
                "class": "hg-cite",
                "href": f"{self.page.up}{self.target}#{key}",
                "title": AtomicString(work.plain),
                _KEY: key,
            },
        )
        link.text = AtomicString(cited_as(work, form, self.page.language))
        return link


class CitationTreeprocessor(Treeprocessor):
    """Gives the first citation of each work an id that the page of works links to."""

    def run(self, root: Element) -> None:
        """Mark the first, unmark the others."""
        seen: set[str] = set()
        for element in root.iter():
            key = element.attrib.pop(_KEY, None)
            if key and key not in seen:
                seen.add(key)
                element.set("id", place_id(key))


class ReferencesBlock(Block):
    """The works that this page cites."""

    NAME = "references"
    ARGUMENT = None

    def _validate(self, parent: Element, arg: Any, **options: Any) -> bool:
        """Find the works, with an error where pymdownx has silence."""
        page: Page = self.config["page"]
        keys = dict.fromkeys([*cited(page.markdown.text), *listed(arg or "")])
        if options or not keys:
            raise page.error(
                "references",
                "the list of references has no work",
                "cite one as [@kingma2015], or name it: '/// references | kingma2015'",
            )
        works = [find(page, self.config["source"], key) for key in keys]
        self.works = sorted(works, key=lambda work: work.order)
        self.argument, self.options = arg, {"attrs": {}}
        return True

    def on_create(self, parent: Element) -> Element:
        """Make the list."""
        for work, item in _items(parent, self.works):
            item.set(_KEY, work.key)
        return SubElement(parent, "div")


class BibliographyBlock(Block):
    """All works, each with the pages that cite it."""

    NAME = "bibliography"
    ARGUMENT = None

    def _validate(self, parent: Element, arg: Any, **options: Any) -> bool:
        """Find the pages, with an error where pymdownx has silence."""
        page: Page = self.config["page"]
        pattern = arg or ""
        self.pages = sorted(page.folder.glob(pattern or "-"))
        if options or not self.pages:
            raise page.error(
                f"bibliography | {pattern}" if pattern else "bibliography",
                f"no page beside this one is called {pattern!r}",
                "write '/// bibliography | q*.md', without options",
            )
        self.works = _read(page, self.config["source"]).works
        self.argument, self.options = arg, {"attrs": {}}
        return True

    def on_create(self, parent: Element) -> Element:
        """Make the list."""
        language = self.config["page"].language
        texts = [(path, path.read_text(encoding="utf-8")) for path in self.pages]
        for work, item in _items(parent, self.works.values()):
            item.set("id", work.key)
            item[-1].tail = AtomicString(f"{item[-1].tail} ")
            item.append(_copy_button(work, language))
            places = [
                (f"{path.name}#{place}", title_of(text))
                for path, text in texts
                if (place := _place(work, text))
            ]
            if places:
                item.append(_cited_in(places, language))
        return SubElement(parent, "div")


def find(page: Page, source: str, key: str) -> Work:
    """Return a work by its key.

    Raises:
        EmbedError: There is none.
        BibliographyError: The bibliography cannot be read.
    """
    works = _read(page, source).works
    if key not in works:
        raise choose(page, f"@{key}", f"entry of {source}", key, works)
    return works[key]


def cited_as(work: Work, form: str, language: str) -> str:
    """Return a citation: Kingma and Ba (2015).

    Args:
        work: The work.
        form: ``cite_in_text`` or ``cite_aside``.
        language: ``fa`` or ``en``.
    """
    own = words(language)
    first, *others = work.families
    name = first
    if others:
        pair = len(others) == 1 and others != [ET_AL]
        form_of_names = "and_one" if pair else "and_others"
        name = own[form_of_names].format(first=first, second=others[0])
    year = digits_fa(work.year) if language == "fa" else work.year
    return own[form].format(name=name, year=year)


def place_id(key: str) -> str:
    """Return the id of the place where a page first cites a work."""
    return f"cite-{key}"


def _read(page: Page, source: str) -> Bibliography:
    return read_bibliography(page.root, source)


def _place(work: Work, text: str) -> str:
    """Return the id of the place where a text cites a work; empty if nowhere.

    A page that gives the work's address itself is taken to do so in its list.
    """
    if work.key in cited(text):
        return place_id(work.key)
    return "references" if work.is_linked(text) else ""


def _items(parent: Element, works: Iterable[Work]) -> list[tuple[Work, Element]]:
    """Append a list of works; return each with its item."""
    entries = SubElement(parent, "ul", {"class": "hg-references"})
    entries.attrib |= {"lang": "en", "dir": "ltr"}
    return [(work, _item(entries, work)) for work in works]


def _item(entries: Element, work: Work) -> Element:
    item = SubElement(entries, "li")
    item.text = AtomicString(work.before_title)
    title = SubElement(item, "em")
    title.text = AtomicString(work.title)
    title.tail = AtomicString(work.after_title)
    last = title
    for text, address in work.links:
        last.tail = AtomicString(f"{last.tail or ''}, ")
        last = SubElement(item, "a", {"href": address})
        last.text = AtomicString(text)
    last.tail = AtomicString(f"{last.tail or ''}.")
    return item


def _copy_button(work: Work, language: str) -> Element:
    """Return a button that copies a work's entry, as Material's own buttons do."""
    button = Element("button", {"type": "button", "class": "hg-copy"})
    button.set("title", words(language)["copy_bibtex"])
    button.set("lang", language)
    button.set("data-clipboard-text", work.bibtex)
    button.text = AtomicString("BibTeX")
    return button


def _cited_in(places: list[tuple[str, str]], language: str) -> Element:
    """Return the line that says which pages cite a work."""
    own = words(language)
    direction = "rtl" if language == "fa" else "ltr"
    line = Element("p", {"class": "hg-cited", "lang": language, "dir": direction})
    line.text = AtomicString(own["cited_in"])
    for target, title in places:
        link = SubElement(line, "a", {"href": target})
        link.text = title
        link.tail = AtomicString(own["semicolon"])
    line[-1].tail = AtomicString(".")
    return line
