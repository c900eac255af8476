"""The block ``/// glossary | docs/glossary.yml``: all terms on one page.

A heading for each letter of the page's own alphabet, and under it each term with its
name in the other language and its meaning.
"""

from itertools import groupby
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString

from hamgasht.embed.glossary_file import Term, read_glossary
from hamgasht.embed.page import Page
from hamgasht.embed.processors import PageBlock


class GlossaryBlock(PageBlock):
    """All terms of the glossary."""

    NAME = "glossary"

    def check(self, argument: str, options: dict[str, Any]) -> None:
        """Read the source."""
        if options or not argument:
            raise self.page.error(
                "glossary",
                "the glossary needs its source, and no options",
                "write '/// glossary | docs/glossary.yml'",
            )
        self.glossary = read_glossary(self.page.root, argument)
        self.page.lists_terms = True

    def fill(self, parent: Element) -> None:
        """Append letters and terms."""
        language = self.page.language
        terms = self.glossary.sorted(language)
        letters = groupby(terms, lambda term: term.letter(language))
        for number, (letter, found) in enumerate(letters, 1):
            heading = SubElement(parent, "h2", {"id": f"letter-{number}"})
            heading.text = AtomicString(letter)
            entries = SubElement(parent, "dl", {"class": "hg-glossary"})
            for term in found:
                _append(entries, term, self.page)


def _append(entries: Element, term: Term, page: Page) -> None:
    language = page.language
    other, direction = ("fa", "rtl") if language == "en" else ("en", "ltr")
    head = SubElement(entries, "dt", {"id": term.id})
    name = SubElement(head, "dfn")
    name.text = AtomicString(term.names[language])
    name.tail = " "
    twin = SubElement(head, "span", {"lang": other, "dir": direction})
    twin.text = AtomicString(term.names[other])
    meaning = SubElement(entries, "dd")
    meaning.text = AtomicString(term.means[language])
    if others := [*term.also[language], *term.avoid[language]]:
        meaning.text = AtomicString(f"{meaning.text} ")
        names = page.words["list.comma"].join(others)
        small = SubElement(meaning, "small")
        small.text = AtomicString(page.words["glossary.also"].format(names=names))
