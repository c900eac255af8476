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
BOX = ".hg-search-box input"
STATE = ".hg-search-box [role=status]"
FIRST = 3
RECALL = 0.95
FEWEST = 60
LOADED_BY_A_SEARCH = (
    "dialog.js",
    "worker.js",
    "minisearch.js",
    "words.js",
    "engine.js",
    "search_data.js",
)

# Types each query as a reader would paste it, and notes the pages in their order.
ASK = """
async (queries) => {
  const box = document.querySelector(".hg-search-box input");
  const meta = document.querySelector(".hg-search-box [role=status]");
  const nothing = meta.textContent;
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
  for (const query of queries) {
    type("");
    await until(() => meta.textContent === nothing);
    type(query);
    await until(() => meta.textContent !== nothing);
    const hits = [...document.querySelectorAll(".hg-search-box > ol > li")];
    answers.push(hits.map((item) =>
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
        open_search(tab)
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
    chapter = tab.page.locator(".hg-search-box li", has_text=chapter_one(language))
    # Results of what was typed so far come first.
    chapter.first.locator("mark", has_text=shown).first.wait_for()
    chapter.first.locator("a", has=tab.page.locator("mark")).first.click()
    tab.page.wait_for_url("**/q1-optimizers.html?h=*")
    on_page = tab.page.locator("article mark")
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
    suggestion = tab.page.locator(".hg-search-box__suggest")
    expect(suggestion).to_have_text(completed)
    tab.page.keyboard.press(key)
    expect(tab.page.locator(BOX)).to_have_value(completed)
    tab.page.locator(".hg-search-box li mark").first.wait_for()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_keyboard_leads_to_the_best_result(tab: Tab, language: str) -> None:
    tab.open("index.html" if language == "fa" else "en/index.html")
    search(tab, "saddle point")
    tab.page.locator(".hg-search-box li mark").first.wait_for()
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp"):
        tab.page.keyboard.press(key)
    assert tab.run(f"document.activeElement.matches('{BOX}')")
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url("**/q1-optimizers.html?h=*#*")


def test_a_search_can_be_shared(new_tab: Callable[..., Tab], served: Served) -> None:
    tab = new_tab(permissions=["clipboard-read", "clipboard-write"])
    tab.open("en/index.html")
    search(tab, "saddle point")
    tab.page.locator(".hg-search-box .hg-copy").click()
    expect(tab.page.locator(".hg-toast")).to_have_text("Copied to clipboard")
    address = tab.run("navigator.clipboard.readText()")
    assert address == served.url("en/index.html?q=saddle+point")
    tab.page.goto(address)
    expect(tab.page.locator(BOX)).to_have_value("saddle point")
    tab.page.locator(".hg-search-box li mark").first.wait_for()
    assert not tab.errors + tab.outside


def test_what_is_missing_is_told(tab: Tab) -> None:
    tab.open("en/index.html")
    search(tab, "saddle xylophone")
    missing = tab.page.locator(".hg-search-box del").first
    expect(missing).to_have_text("xylophone")
    search(tab, "xylophone")
    expect(tab.page.locator(STATE)).to_have_text("No matching documents")


def test_a_search_that_does_not_load_says_so_and_tries_again(tab: Tab) -> None:
    data = "**/search_data.js"
    tab.page.context.route(data, lambda route: route.abort())
    tab.open("en/index.html")
    search(tab, "saddle")
    expect(tab.page.locator(STATE)).to_contain_text("could not be loaded")
    tab.page.context.unroute(data)
    tab.page.locator(BOX).press_sequentially(" point")
    tab.page.locator(".hg-search-box li mark").first.wait_for()


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_answers_from_a_usb_stick(
    new_tab: Callable[..., Tab], served: Served, language: str
) -> None:
    """From file:// there are no workers, and scripts alone can be loaded."""
    tab = new_tab()
    folder = served.site.folder / ("en" if language == "en" else "")
    tab.page.goto((folder / "index.html").as_uri())
    search(tab, "learning rate")
    first = tab.page.locator(".hg-search-box li a").first
    assert "q1-optimizers.html" in str(first.get_attribute("href"))
    # Chromium preloads no font from a disk, and says so; it loads it all the same.
    assert not [error for error in tab.errors if "font" not in error]


def search(tab: Tab, query: str) -> None:
    """Type a query and wait for its answer."""
    open_search(tab)
    tab.page.locator(BOX).fill("")
    before = "Type to start" if "/en/" in tab.page.url else "برای جست‌وجو"
    expect(tab.page.locator(STATE)).to_contain_text(before)
    tab.page.locator(BOX).press_sequentially(query)
    expect(tab.page.locator(STATE)).not_to_contain_text(before)


def open_search(tab: Tab) -> None:
    """Open the dialog as a reader at a keyboard does."""
    tab.page.keyboard.press("Escape")
    tab.page.keyboard.press("s")
    tab.page.locator(BOX).wait_for()
