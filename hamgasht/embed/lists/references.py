"""Citations, a chapter's list of references, and the page of all works.

``[@kingma2015]`` and ``@kingma2015`` in prose link to the page of works;
``/// references | key, key`` lists what its page cites and the keys that it names;
``/// bibliography | PATTERN`` lists every work, with links back to the pages citing it.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from hamgasht.core.numbers import digits_fa
from hamgasht.embed.bibliography_file import (
    CITATION,
    ET_AL,
    GROUP,
    Work,
    find_cited_keys,
    read_bibliography,
    split_keys,
)
from hamgasht.embed.page import Page, unknown_name_error
from hamgasht.embed.page_text import title_of
from hamgasht.embed.processors import PageBlock, PageInlineProcessor

_KEY = "data-cite"  # on what cites a work, until the first of them gets its id


class CitationProcessor(PageInlineProcessor):
    """Replaces citations in prose."""

    def __init__(self, md: Markdown, page: Page) -> None:
        super().__init__(f"{GROUP}|{CITATION}", md, page)

    def handleMatch(  # noqa: N802
        self, match: re.Match[str], _data: str
    ) -> tuple[Element, int, int]:
        """Return the link or links that stand for a citation."""
        if match["key"]:
            return self._link(match["key"], "works.in_text"), *match.span()
        group = Element("span")
        group.text = AtomicString("(")
        for found in re.finditer(CITATION, match[0]):
            link = self._link(found["key"], "works.aside")
            link.tail = AtomicString(self.page.words["list.semicolon"])
            group.append(link)
        group[-1].tail = AtomicString(")")
        return group, *match.span()

    def _link(self, key: str, form: str) -> Element:
        work = _find(self.page, key)
        target = self.page.course.pages.references
        link = Element("a", {"class": "hg-cite", _KEY: key})
        link.set("href", f"{self.page.up}{target}#{key}")
        link.set("title", AtomicString(work.plain))
        link.text = AtomicString(_citation(self.page, work, form))
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
                element.set("id", _citation_id(key))


class ReferencesBlock(PageBlock):
    """The works that this page cites."""

    NAME = "references"

    def check(self, argument: str, options: dict[str, Any]) -> None:
        """Find the works."""
        keys = {*find_cited_keys(self.page.markdown.text), *split_keys(argument)}
        if options or not keys:
            raise self.page.error(
                "references",
                "the list of references has no work",
                "cite one as [@kingma2015], or name it: '/// references | kingma2015'",
            )
        works = [_find(self.page, key) for key in sorted(keys)]
        self.works = sorted(works, key=lambda work: work.order)

    def fill(self, parent: Element) -> None:
        """Append the list."""
        for work, item in _items(parent, self.works):
            item.set(_KEY, work.key)


class BibliographyBlock(PageBlock):
    """All works, each with the pages that cite it."""

    NAME = "bibliography"

    def check(self, argument: str, options: dict[str, Any]) -> None:
        """Find the pages."""
        self.pages = self.page.find_pages(argument)
        if options or not self.pages:
            raise self.page.error(
                f"bibliography | {argument}" if argument else "bibliography",
                f"no page beside this one is called {argument!r}",
                f"write '/// bibliography | {self.page.course.chapter_files}'",
            )

    def fill(self, parent: Element) -> None:
        """Append the list."""
        texts = {path.name: path.read_text(encoding="utf-8") for path in self.pages}
        works = read_bibliography(self.page.root, self.page.bibliography)
        for work, item in _items(parent, works.values()):
            item.set("id", work.key)
            item[-1].tail = AtomicString(f"{item[-1].tail} ")
            item.append(_copy_button(self.page, work))
            places = [
                (f"{name}#{place}", title_of(text))
                for name, text in texts.items()
                if (place := self._citing_place(work, text))
            ]
            if places:
                item.append(_cited_in(self.page, places))

    def _citing_place(self, work: Work, text: str) -> str:
        """Return the id of the place where a page cites a work; empty if nowhere.

        A page that gives the work's address itself does so in its list.
        """
        if work.key in find_cited_keys(text):
            return _citation_id(work.key)
        return self.page.course.sections.references if work.is_linked(text) else ""


def _find(page: Page, key: str) -> Work:
    works = read_bibliography(page.root, page.bibliography)
    if key not in works:
        kind = f"entry of {page.bibliography}"
        raise unknown_name_error(page, f"@{key}", kind, key, works)
    return works[key]


def _citation(page: Page, work: Work, form: str) -> str:
    """Return a citation: Kingma and Ba (2015)."""
    name, *others = work.families
    if others:
        is_pair = len(others) == 1 and others != [ET_AL]
        names = page.words["works.two" if is_pair else "works.many"]
        name = names.format(first=name, second=others[0])
    year = digits_fa(work.year) if page.language == "fa" else work.year
    return page.words[form].format(name=name, year=year)


def _citation_id(key: str) -> str:
    return f"cite-{key}"


def _items(parent: Element, works: Iterable[Work]) -> Iterator[tuple[Work, Element]]:
    """Append a list of works; yield each with its item."""
    entries = SubElement(parent, "ul", {"class": "hg-references"})
    entries.attrib |= {"lang": "en", "dir": "ltr"}
    for work in works:
        item = SubElement(entries, "li")
        item.text = AtomicString(work.before_title)
        last = SubElement(item, "em")
        last.text = AtomicString(work.title)
        before = work.after_title
        for text, address in work.links:
            last.tail = AtomicString(f"{before}, ")
            last = SubElement(item, "a", {"href": address})
            last.text = AtomicString(text)
            before = ""
        last.tail = AtomicString(f"{before}.")
        yield work, item


def _copy_button(page: Page, work: Work) -> Element:
    """Return a button that copies a work's entry."""
    button = Element("button", {"type": "button", "class": "hg-copy"})
    button.set("title", page.words["works.copy_bibtex"])
    button.set("lang", page.language)
    button.set("data-copy", work.bibtex)
    button.text = AtomicString("BibTeX")
    return button


def _cited_in(page: Page, places: list[tuple[str, str]]) -> Element:
    """Return the line that says which pages cite a work."""
    direction = "rtl" if page.language == "fa" else "ltr"
    line = Element("p", {"class": "hg-cited", "lang": page.language, "dir": direction})
    line.text = AtomicString(page.words["works.cited_in"])
    for target, title in places:
        link = SubElement(line, "a", {"href": target})
        link.text = title
        link.tail = AtomicString(page.words["list.semicolon"])
    line[-1].tail = AtomicString(".")
    return line
