"""Formulas of a page, typeset.

Takes in the elements that ``pymdownx.arithmatex`` (generic) makes of ``$...$`` and
``$$...$$``; gives out KaTeX's HTML in their place, a short one on one line, and with
it the punctuation that follows.
"""

import html
import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from hamgasht.embed.page import Page
from hamgasht.embed.source import Place
from hamgasht.embed.values import fill_tex
from hamgasht.embed.words import words
from hamgasht.math import FormulaError, render

SHORT = 14
"""Characters up to which a formula in running text is not broken at its operators."""

_SEEN = re.compile(r'<span class="katex-html"[^>]*>')
_BASE = re.compile(r'(</span>)(<span class="katex-base">)')
_TAG = re.compile(r"<[^>]*>")
_PUNCTUATION = re.compile(r"[.,:;!?)\]،؛؟»…]+")


class FormulaTreeprocessor(Treeprocessor):
    """Typesets the formulas of a page.

    Args:
        md: The Markdown instance.
        page: The page.
    """

    def __init__(self, md: Markdown, page: Page) -> None:
        super().__init__(md)
        self.page = page

    def run(self, root: Element) -> None:
        """Replace every formula.

        Raises:
            EmbedError: KaTeX refuses one, or a dollar sign is left over.
        """
        for parent in list(root.iter()):
            for element in list(parent):
                if element.get("class") == "arithmatex" and element.text:
                    self._replace(element)
                    if element.tag == "bdi":
                        _hold_together(parent, element)

    def _replace(self, element: Element) -> None:
        source = element.text or ""
        if source.startswith(r"\["):
            tex, display = html.unescape(source[2:-2]).strip(), True
        elif source.startswith(r"\("):
            tex, display = source[2:-2].strip(), False
        else:
            return
        self._refuse_leftovers(element, tex)
        typeset = typeset_formula(self.page, tex, display=display)
        dress(element, self.page, display=display)
        seen = html.unescape(_TAG.sub("", _SEEN.split(typeset)[-1]))
        if not display and len(seen) <= SHORT:
            element.set("class", "arithmatex hg-short")
        elif not display and _PUNCTUATION.match(element.tail or ""):
            typeset = _BASE.sub(r"\1<wbr>\2", typeset)
        element.text = self.md.htmlStash.store(typeset)

    def _refuse_leftovers(self, element: Element, tex: str) -> None:
        if (element.tail or "").startswith("$"):
            raise self.page.error(
                f"${tex}",
                f"the formula $${tex}$$ stands inside a paragraph",
                "put empty lines around it, or write $...$",
            )


def typeset_formula(page: Page, tex: str, *, display: bool, place: Place = "") -> str:
    """Return a formula of a page as HTML, its references to values filled.

    Args:
        page: The page.
        tex: The formula, without dollar signs.
        display: Whether it stands on a line of its own.
        place: The place in the source it came from, if not the formula itself.

    Raises:
        EmbedError: KaTeX refuses it, or a reference is wrong.
    """
    try:
        return render(fill_tex(page, tex), display=display)
    except FormulaError as error:
        raise page.error(
            place or f"${tex}",
            f"the formula ${tex}$ is refused: {error}",
            "write what KaTeX reads; Persian words in \\text{...} only, Latin digits",
        ) from None


def dress(element: Element, page: Page, *, display: bool) -> None:
    """Give a formula's element its tag and attributes.

    Inline ones become ``bdi``: KaTeX holds none, so Material's search, which tells
    excluded elements by tag, skips them whole.
    """
    element.set("data-search-exclude", "")
    element.set("dir", "ltr")
    if display:
        element.tag = "div"
        element.set("class", "arithmatex hg-math")
        element.set("role", "group")
        element.set("tabindex", "0")
        element.set("aria-label", words(page.language)["formula"])
    else:
        element.tag = "bdi"


def _hold_together(parent: Element, formula: Element) -> None:
    """Keep the punctuation after a formula on the formula's last line."""
    tail = formula.tail or ""
    found = _PUNCTUATION.match(tail)
    if not found:
        return
    place = list(parent).index(formula)
    held = Element("span", {"class": "hg-held"})
    held.tail, formula.tail = tail[found.end() :], found[0]
    parent.remove(formula)
    held.append(formula)
    parent.insert(place, held)
