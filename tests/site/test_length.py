"""No page is longer than what can be read in one go."""

import pytest
from browser.built import Page, Site
from bs4 import BeautifulSoup

from hamgasht.embed.lists.from_chapters import count_words

LIMIT = 4_000
NO_PROSE = (
    "pre, script, style, svg, button, .arithmatex, .headerlink, .hg-code, .hg-output, "
    ".hg-provenance, .hg-actions, .hg-references"
)
REFERENCE = {"answers.html"}  # every exercise of every chapter, to look one up


def words_of(page: Page) -> int:
    """Count what a reader reads: no code, output or formula, but folded answers."""
    article = BeautifulSoup(page.text, "html.parser").article
    assert article, page
    for element in article.select(NO_PROSE):
        element.decompose()
    return count_words(article.get_text())


@pytest.mark.parametrize("language", ["fa", "en"])
def test_no_page_is_over_the_limit(built: Site, language: str) -> None:
    counts = {
        page.file.name: words_of(page)
        for page in built.of(language)
        if not page.is_notebook
    }
    assert max(counts.values()) > LIMIT / 2, "the count lost the text"
    long = {name: count for name, count in counts.items() if count > LIMIT}
    # Equal, so that a page that is divided leaves the list.
    assert long.keys() == REFERENCE, f"over {LIMIT} words, divide: {long}"
