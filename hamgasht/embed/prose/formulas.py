"""Formulas of a page, typeset by KaTeX in place of arithmatex's elements.

One in running text stays on one line (a style says so, which also keeps the
punctuation that follows beside it); a long one may break where KaTeX would let it.
"""

import html
import re
from xml.etree.ElementTree import Element

from hamgasht.embed.page import Page
from hamgasht.embed.page_text import Place
from hamgasht.embed.processors import PageTreeprocessor
from hamgasht.embed.prose.katex import FormulaError, render
from hamgasht.embed.prose.values import fill_tex

MAX_UNBROKEN_CHARACTERS = 14
"""Characters up to which a formula in running text is not broken at its operators."""

_SEEN = re.compile(r'<span class="katex-html"[^>]*>')
_BASE = re.compile(r'(</span>)(<span class="katex-base">)')
_TAG = re.compile(r"<[^>]*>")


class FormulaTreeprocessor(PageTreeprocessor):
    """Typesets the formulas of a page."""

    def run(self, root: Element) -> None:
        """Replace every formula.

        Raises:
            EmbedError: KaTeX refuses one, or a dollar sign is left over.
        """
        for element in root.iter():
            if element.get("class") == "arithmatex" and element.text:
                self._replace(element)

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
        seen = html.unescape(_TAG.sub("", _SEEN.split(typeset)[-1]))
        if not display and len(seen) > MAX_UNBROKEN_CHARACTERS:
            typeset = _BASE.sub(r"\1<wbr>\2", typeset)
        style_formula(element, self.page, display=display)
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


def style_formula(element: Element, page: Page, *, display: bool) -> None:
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
        element.set("aria-label", page.words["cell.formula"])
    else:
        element.tag = "bdi"
