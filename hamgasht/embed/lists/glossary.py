"""The block ``/// glossary | docs/glossary.yml``: all terms on one page.

Takes in the glossary's source; gives out, in the order of the page's own alphabet, a
heading for each letter and each term with its name in the other language and its
meaning.
"""

from itertools import groupby
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString
from pymdownx.blocks.block import Block

from hamgasht.embed.glossary_file import Term, read_glossary
from hamgasht.embed.page import Page
from hamgasht.embed.words import words


class GlossaryBlock(Block):
    """All terms of the glossary."""

    NAME = "glossary"
    ARGUMENT = None

    def _validate(self, parent: Element, arg: Any, **options: Any) -> bool:
        """Read the source, with an error where pymdownx has silence."""
        page: Page = self.config["page"]
        if options or not arg:
            raise page.error(
                "glossary",
                "the glossary needs its source, and no options",
                "write '/// glossary | docs/glossary.yml'",
            )
        self.glossary = read_glossary(page.root, arg)
        page.lists_terms = True
        self.argument, self.options = arg, {"attrs": {}}
        return True

    def on_create(self, parent: Element) -> Element:
        """Make letters and terms."""
        language = self.config["page"].language
        letters = groupby(
            self.glossary.sorted(language), lambda term: term.letter(language)
        )
        for number, (letter, terms) in enumerate(letters, 1):
            heading = SubElement(parent, "h2", {"id": f"letter-{number}"})
            heading.text = AtomicString(letter)
            entries = SubElement(parent, "dl", {"class": "hg-glossary"})
            for term in terms:
                _fill(entries, term, language)
        return SubElement(parent, "div")


def _fill(entries: Element, term: Term, language: str) -> None:
    """Append one term to a list of them."""
    other, direction = ("fa", "rtl") if language == "en" else ("en", "ltr")
    head = SubElement(entries, "dt", {"id": term.id})
    name = SubElement(head, "dfn")
    name.text = AtomicString(term.names[language])
    name.tail = " "
    twin = SubElement(head, "span", {"lang": other, "dir": direction})
    twin.text = AtomicString(term.names[other])
    meaning = SubElement(entries, "dd")
    meaning.text = AtomicString(term.means[language])
    own = words(language)
    others = [*term.also[language], *term.avoid[language]]
    if others:
        meaning.text = AtomicString(f"{meaning.text} ")
        small = SubElement(meaning, "small")
        small.text = AtomicString(
            own["glossary_also"].format(names=own["comma"].join(others))
        )
