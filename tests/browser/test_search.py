"""What readers type finds its page, in either language and any spelling.

The pairs of query and page are data: search_pairs.yml. Run with ``-s`` to see the
ranks of all.
"""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser, expect

from browser.built import LANGUAGES
from browser.conftest import Served, Tab

PAIRS = yaml.safe_load(
    Path(__file__).with_name("search_pairs.yml").read_text(encoding="utf-8")
)
FIRST = 3
RECALL = 0.95
FEWEST = 60
LOADED_BY_A_SEARCH = ("minisearch.js", "words.js", "engine.js", "search_data.js")

# Types each query as a reader would paste it, and notes the pages in their order.
ASK = """
async (queries) => {
  const { translations } = JSON.parse(document.getElementById("__config").textContent);
  const box = document.querySelector("[data-md-component=search-query]");
  const result = document.querySelector("[data-md-component=search-result]");
  const meta = result.querySelector(".md-search-result__meta");
  const one = ".md-search-result__item";
  const nothing = translations["search.result.placeholder"];
  const until = async (holds) => {
    for (let wait = 0; !holds(); wait++) {
      if (wait > 2000) throw new Error(`no answer to ${box.value}`);
      await new Promise((resume) => setTimeout(resume, 5));
    }
  };
  const type = (text) => {
    box.value = text;
    box.dispatchEvent(new InputEvent("input", { bubbles: true }));
  };
  const answers = [];
  box.focus();
  for (const query of queries) {
    type("");
    await until(() =>
      meta.textContent.trim() === nothing && !result.querySelector(one));
    type(query);
    await until(() => meta.textContent.trim() !== nothing);
    await until(() => result.querySelector(one)
      || meta.textContent.trim() === translations["search.result.none"]);
    answers.push([...result.querySelectorAll(one)].map((item) =>
      new URL(item.querySelector("a").href).pathname.split("/").at(-1)));
  }
  return answers;
}
"""


@dataclass(frozen=True)
class Found:
    """Where a query's page came in the list of results.

    Attributes:
        language: The site.
        kind: What is difficult about the query.
        query: What was typed.
        pages: The page that answers it, or two that do.
        rank: The best place from 1; 0 if none is among the first ten.
    """

    language: str
    kind: str
    query: str
    pages: tuple[str, ...]
    rank: int

    def __str__(self) -> str:
        place = str(self.rank or "-")
        pages = " or ".join(self.pages)
        return f"{place:>3}  {self.language}  {self.kind}: {self.query} -> {pages}"


@pytest.fixture(scope="module")
def ask(browser: Browser, served: Served) -> Iterator[Callable[[str], list[Found]]]:
    """Give the ranks of a language's pairs, all typed into one page."""
    context = browser.new_context(reduced_motion="reduce")

    @functools.cache
    def answers(language: str) -> list[Found]:
        tab = Tab(context.new_page(), served)
        tab.open("index.html" if language == "fa" else "en/index.html", details=False)
        pairs = [
            (kind, query, tuple(pages))
            for kind, listed in PAIRS[language].items()
            for query, *pages in listed
        ]
        found = tab.run(ASK, [query for _, query, _ in pairs])
        assert not tab.errors + tab.outside
        return [
            Found(language, kind, query, pages, rank_of(pages, shown))
            for (kind, query, pages), shown in zip(pairs, found, strict=True)
        ]

    yield answers
    context.close()


def rank_of(pages: tuple[str, ...], shown: list[str]) -> int:
    names = [name.removesuffix(".html") for name in shown]
    return min((names.index(page) + 1 for page in pages if page in names), default=0)


def test_there_are_enough_pairs_and_their_pages_exist(served: Served) -> None:
    names = {page.name for page in served.site.pages}
    for language in LANGUAGES:
        folder = "en/" if language == "en" else ""
        pairs = [pair for listed in PAIRS[language].values() for pair in listed]
        assert len({query for query, *_ in pairs}) == len(pairs)
        assert {
            f"{folder}{page}.html" for _, *right in pairs for page in right
        } <= names
    assert sum(len(kind) for site in PAIRS.values() for kind in site.values()) >= FEWEST


def test_the_right_page_comes_among_the_first(
    ask: Callable[[str], list[Found]],
) -> None:
    found = [item for language in LANGUAGES for item in ask(language)]
    print("\n".join(["", "rank", *map(str, found)]))
    good = [item for item in found if 1 <= item.rank <= FIRST]
    first = sum(item.rank == 1 for item in found)
    share = len(good) / len(found)
    told = f"{share:.1%} of {len(found)} among the first {FIRST}, {first} first"
    print(told)
    missed = [str(item) for item in found if item not in good]
    assert share >= RECALL, "\n".join([told, *missed])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_kind_of_query_is_left_behind(
    ask: Callable[[str], list[Found]], language: str
) -> None:
    """A good average must not hide that, say, digits are never found."""
    for kind in PAIRS[language]:
        ranks = [item.rank for item in ask(language) if item.kind == kind]
        good = sum(1 <= rank <= FIRST for rank in ranks)
        assert good >= 0.75 * len(ranks), f"{kind}: {ranks}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_loads_nothing_of_the_search_before_a_query(
    tab: Tab, language: str
) -> None:
    tab.open("index.html" if language == "fa" else "en/index.html")
    tab.page.wait_for_timeout(300)
    names = {path.rpartition("/")[2] for path in tab.loaded}
    assert "worker.js" in names
    assert not names & set(LOADED_BY_A_SEARCH)
    search(tab, "Adam")
    names = {path.rpartition("/")[2] for path in tab.loaded}
    assert names >= set(LOADED_BY_A_SEARCH)


@pytest.mark.parametrize(
    ("language", "query", "shown"),
    [
        ("fa", "saddle point", "نقطه"),
        ("fa", "نقطه هاي زيني", "نقطه"),
        ("en", "نقطه زینی", "saddle"),
    ],
)
def test_what_was_met_is_marked_in_the_results_and_on_the_page(
    tab: Tab, language: str, query: str, shown: str
) -> None:
    tab.open("index.html" if language == "fa" else "en/index.html")
    search(tab, query)
    chapter = tab.page.locator(
        ".md-search-result__item", has_text=chapter_one(language)
    )
    # Results of what was typed so far come first.
    chapter.first.locator("mark", has_text=shown).first.wait_for()
    chapter.first.locator("a", has=tab.page.locator("mark")).first.click()
    tab.page.wait_for_url("**/q1-optimizers.html?h=*")
    on_page = tab.page.locator("article mark[data-md-highlight]")
    on_page.first.wait_for(state="attached")
    assert shown in " ".join(on_page.all_inner_texts()).casefold()
    assert not tab.errors + tab.outside


def chapter_one(language: str) -> str:
    return "نقطه‌های زینی" if language == "fa" else "Saddle points"


@pytest.mark.parametrize(
    ("language", "typed", "key", "completed"),
    [
        ("fa", "گرادی", "ArrowLeft", "گرادیان"),
        ("en", "gradi", "ArrowRight", "gradient"),
    ],
)
def test_a_suggestion_completes_the_word_and_a_key_takes_it(
    tab: Tab, language: str, typed: str, key: str, completed: str
) -> None:
    tab.open("index.html" if language == "fa" else "en/index.html")
    search(tab, typed)
    suggestion = tab.page.locator("[data-md-component=search-suggest]")
    expect(suggestion).to_have_text(completed)
    tab.page.keyboard.press(key)
    expect(tab.page.locator(".md-search__input")).to_have_value(completed)
    tab.page.locator(".md-search-result__item mark").first.wait_for()


def test_a_persian_suggestion_is_drawn_as_one_word(tab: Tab) -> None:
    """Letters join: what is typed must not lie across the shapes of the whole word."""
    tab.open("index.html")
    search(tab, "گرادی")
    box = tab.page.locator(".md-search__input")
    suggestion = tab.page.locator("[data-md-component=search-suggest]")
    expect(suggestion.locator("b")).to_have_text("گرادی")
    expect(suggestion).to_have_text("گرادیان")
    fill = "(item) => getComputedStyle(item).webkitTextFillColor"
    assert box.evaluate(fill) == "rgba(0, 0, 0, 0)"
    tab.page.keyboard.press("Escape")
    assert box.evaluate(fill) != "rgba(0, 0, 0, 0)"
    for key in ("s", "End", "ArrowLeft"):
        tab.page.keyboard.press(key)
    expect(box).to_have_value("گرادیان")


def test_what_is_missing_is_told(tab: Tab) -> None:
    tab.open("en/index.html")
    search(tab, "saddle xylophone")
    terms = tab.page.locator(".md-search-result__terms del").first
    expect(terms).to_have_text("xylophone")
    search(tab, "xylophone")
    expect(tab.page.locator(".md-search-result__meta")).to_have_text(
        "No matching documents"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_answers_from_a_usb_stick(
    new_tab: Callable[..., Tab], served: Served, language: str
) -> None:
    """From file:// there are no workers, and scripts alone can be loaded."""
    tab = new_tab()
    folder = served.site.folder / ("en" if language == "en" else "")
    tab.page.goto((folder / "index.html").as_uri())
    search(tab, "learning rate")
    first = tab.page.locator(".md-search-result__item a").first
    assert "q1-optimizers.html" in str(first.get_attribute("href"))
    # Chromium preloads no font from a disk, and says so; it loads it all the same.
    assert not [error for error in tab.errors if "font" not in error]


def search(tab: Tab, query: str) -> None:
    """Type a query and wait for its answer."""
    tab.page.keyboard.press("Escape")
    tab.page.keyboard.press("s")
    box = tab.page.locator(".md-search__input")
    box.fill("")
    meta = tab.page.locator(".md-search-result__meta")
    box.press_sequentially(query)
    expect(meta).not_to_have_text(meta_before(tab))


def meta_before(tab: Tab) -> str:
    """Return what Material shows while there is no query."""
    return tab.run(
        "JSON.parse(document.getElementById('__config').textContent)"
        ".translations['search.result.placeholder']"
    )
