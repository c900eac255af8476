"""The chapters: the two languages say the same, and no result is typed in.

What counts as a typed-in result is an honest line, not a perfect one. In a
chapter's prose (that is: not in code, math, inline values, addresses, ids, nor in
the sections ``question`` and ``references``), in either kind of digits, each of

- a number with a decimal fraction (``0.25``),
- a percentage (``97 %``),
- a number of four digits or more, or with thousands separators (``497,349``),
- a number of three digits that a snippet of this chapter gives as a value and that
  the question does not mention,

must be an inline value, ``[[snippet.value]]``. Free are years (1950 to 2039), version
numbers (``Python 3.11``, ``CC BY 4.0``), and section numbers of cited books
(``section 7.2``). A number that the question gives, or that is derived by hand,
belongs into math: ``$0.25$``.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from prose import Chapter, chapters, latin_digits

from hamgasht.core.paths import snippet_ids
from hamgasht.records.state import Survey
from hamgasht.source.snippet import parse

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = {language: chapters(ROOT, language) for language in ("fa", "en")}
ALL = [chapter for each in CHAPTERS.values() for chapter in each.values()]
NAMES = sorted(CHAPTERS["fa"])
QUESTIONS = [name for name in NAMES if re.match(r"q\d+-", name)]
SECTIONS_FIRST = ["goals", "question"]
SECTIONS_LAST = ["errata", "exercises", "summary", "references"]

NUMBER = re.compile(
    r"(?<![\w.,/-])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[+-]?\d+)?(?:\s?%)?(?![\w/])"
)
VERSION_BEFORE = re.compile(
    r"(?:Python|پایتون|Keras|TensorFlow|NumPy|Matplotlib|MkDocs|Material|CC BY"
    r"|version|نسخهٔ?|section|sections|§|بخش|بخش‌های|chapter|فصل)[\s\u200c]*\Z",
    re.IGNORECASE,
)
PERSIAN = "\u0600-\u06ff\u200c"
# What a Persian text must not hold, and why.
FAULTS = {
    "Arabic ye or kaf, write ی and ک": r"[\u064a\u0643]",
    "Arabic digit, write ۰ to ۹": r"[\u0660-\u0669]",
    "«می» or «نمی» apart from its verb, write a ZWNJ": (
        rf"(?<![{PERSIAN}])ن?می [{PERSIAN}]"
    ),
    "«ها» apart from its noun, write a ZWNJ": (
        rf"(?<=[{PERSIAN}]) ها(?:ی|یی|یش|یشان)?(?![{PERSIAN}])"
    ),
    "ZWNJ beside a space or another ZWNJ": (
        r"\u200c[\s\u200c.،؛؟!:»)]|[\s«(]\u200c|^\u200c"
    ),
    "Latin comma, semicolon or question mark in a Persian sentence": (
        rf"(?<=[{PERSIAN}»])\s?[,;?]|[,;?](?=\s[{PERSIAN}])"
    ),
    "straight or curly quote, write «»": r"[\"“”]",
    "space before a punctuation mark": r"(?<=[^\s|]) +[،؛؟!:.](?=\s|$)",
    "no space after a punctuation mark": rf"[،؛؟](?=[{PERSIAN}])",
    "percent sign, write ٪": r"(?<=[۰-۹])\s?%",
}
LATIN_DIGIT = re.compile(r"\d+", re.ASCII)


def params(names: list[str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("name", names)


@pytest.fixture(scope="module")
def survey() -> Survey:
    return Survey(ROOT)


def pair(name: str) -> tuple[Chapter, Chapter]:
    return CHAPTERS["fa"][name], CHAPTERS["en"][name]


def test_both_languages_have_the_same_files() -> None:
    assert list(CHAPTERS["fa"]) == list(CHAPTERS["en"])
    assert len(QUESTIONS) >= 2


@params(NAMES)
def test_pages_have_title_and_description(name: str) -> None:
    for chapter in pair(name):
        assert {"title", "description"} <= set(chapter.front_matter), chapter.name
        assert chapter.front_matter.keys() == pair(name)[0].front_matter.keys()


@params(NAMES)
def test_headings_have_the_same_ids(name: str) -> None:
    persian, english = pair(name)
    assert [item[:2] for item in persian.headings] == [
        item[:2] for item in english.headings
    ]
    for chapter in (persian, english):
        for level, identity, text in chapter.headings:
            assert identity or level == 1, f"{chapter.name}: {text} has no id"


@params(QUESTIONS)
def test_chapters_have_their_sections_in_order(name: str) -> None:
    for chapter in pair(name):
        ids = [identity for level, identity, _ in chapter.headings if level == 2]
        assert ids[:2] == SECTIONS_FIRST, chapter.name
        assert ids[-4:] == SECTIONS_LAST, chapter.name
        assert len(ids) > len(SECTIONS_FIRST + SECTIONS_LAST), chapter.name
        assert '!!! errata "' in chapter.section("errata"), chapter.name


@params(NAMES)
@pytest.mark.parametrize("what", ["cells", "values", "boxes", "links"])
def test_both_languages_have_the_same(name: str, what: str) -> None:
    persian, english = pair(name)
    assert getattr(persian, what) == getattr(english, what)


@pytest.mark.parametrize("chapter", ALL, ids=str)
def test_no_code_is_typed_in(chapter: Chapter) -> None:
    assert not chapter.fences, "show a snippet's cell instead:\n" + "\n".join(
        chapter.fences
    )


@pytest.mark.parametrize("chapter", ALL, ids=str)
def test_no_result_is_typed_in(chapter: Chapter, survey: Survey) -> None:
    found = list(typed_results(chapter, values_of(chapter, survey)))
    assert not found, "\n".join(
        [
            "a number that a run gives is an inline value, [[snippet.value]]; one that "
            "the question gives or that is derived by hand is math, $0.25$:",
            *found,
        ]
    )


@pytest.mark.parametrize("chapter", CHAPTERS["fa"].values(), ids=str)
def test_persian_is_written_as_persian(chapter: Chapter) -> None:
    found = list(faults(chapter))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("snippet", snippet_ids(ROOT))
def test_every_snippet_is_fresh(snippet: str, survey: Survey) -> None:
    state = survey.state(snippet)
    assert state.kind in ("fresh", "outdated"), (
        f"{snippet} is {state.kind}: {state.why}. "
        f"Fix: run 'python -m hamgasht run {snippet}'"
    )


def test_nothing_is_recorded_that_no_snippet_gives() -> None:
    recorded = {
        f"{path.parent.parent.name}/{path.parent.name}"
        for path in (ROOT / "docs" / "outputs").glob("*/*/manifest.json")
    }
    assert recorded <= set(snippet_ids(ROOT))


def test_every_snippet_is_used_by_a_chapter(survey: Survey) -> None:
    used = {item for chapter in ALL for item in chapter.snippets}
    needed = {
        need
        for item in used & set(survey.ids)
        for need in survey.fingerprints.header(item).needs
    }
    assert set(survey.ids) <= used | needed


@pytest.mark.parametrize("snippet", snippet_ids(ROOT))
def test_every_cell_can_be_reached(snippet: str) -> None:
    """A cell is shown, or comes before a shown one and is copied along with it."""
    shown = {
        cell for chapter in ALL for item, cell, _ in chapter.cells if item == snippet
    }
    cells = [
        cell.metadata.name
        for cell in parse(ROOT, snippet).notebook.cells
        if cell.cell_type == "code" and not {"values", "hide"} & set(cell.metadata.tags)
    ]
    last = max((cells.index(cell) for cell in shown if cell in cells), default=-1)
    assert not cells[last + 1 :], "show these cells in a chapter, or tag them 'hide'"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The mean is 0.25 here.", ["0.25"]),
        ("میانگین ۰٫۲۵ است.", ["۰٫۲۵"]),
        ("It reaches 97 % of it.", ["97 %"]),
        ("به ۹۷٪ می‌رسد.", ["۹۷٪"]),
        ("All 497,349 or 497349 of them.", ["497,349", "497349"]),
        ("It has 352 parameters.", ["352"]),
        ("Input 500 long, kernel 3, since 2013, in Python 3.11.", []),
        ("The mean is $0.25$, `0.25`, [[a/b.mean as decimal2]].", []),
        ("See arXiv:1312.4400 and [it](https://doi.org/10.1109/5.726791).", []),
        ("Conv2D, 3x3, (a) and 1x1 stay.", []),
        ("    alt: The bar of 3.5 units", ["3.5"]),
        ('!!! errata "It is 1.25"', ["1.25"]),
        ("## Question {#question}\n\n0.25\n\n## Next {#next}\n\n0.5", ["0.5"]),
    ],
)
def test_the_rule_for_typed_results(text: str, found: list[str]) -> None:
    chapter = Typed(text)
    assert [item.split(": ")[-1] for item in typed_results(chapter, {352})] == found


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("این مي‌شود.", "Arabic ye"),
        ("این می شود.", "«می»"),
        ("شبکه ها را ببینید.", "«ها»"),
        ("اول, دوم.", "Latin comma"),
        ("آیا درست است?", "Latin comma"),
        ('به آن "همگشت" گویند.', "quote"),
        ("عدد 3 است.", "Latin digit"),
        ("این ، آن.", "space before"),
        ("این،آن.", "no space after"),
        ("حدود ۹۷% است.", "percent"),
        ("لایهٔ Conv2D با `f(3, 4)` و $3, 4$ (CNN, 2D) می‌ماند: «خوب».", ""),
        ("| ستون | `a, b` |", ""),
        ("1. نخست `f` ، سپس.", "space before"),
        ("1. نخست `f`، شکل (498, 16) یا 498×16 با پروانهٔ CC BY 4.0.", ""),
        ('!!! errata "عنوان"', ""),
    ],
)
def test_the_rules_for_persian(text: str, fault: str) -> None:
    found = " ".join(faults(Typed(text)))
    assert fault in found if fault else not found


class Typed(Chapter):
    """A chapter given as text, to try the rules on."""

    def __init__(self, text: str) -> None:
        super().__init__(ROOT, ROOT / "docs" / "fa" / "typed.md")
        self.__dict__["text"] = text


def values_of(chapter: Chapter, survey: Survey) -> set[int]:
    """The whole numbers that a chapter's snippets give and its question does not."""
    asked = {int(item) for item in re.findall(r"\d+", question_of(chapter))}
    given = {
        int(value)
        for snippet in chapter.snippets
        for value in survey.recorded(snippet).values.values()
        if float(value).is_integer()
    }
    return given - asked


def question_of(chapter: Chapter) -> str:
    return latin_digits(chapter.section("question"))


def typed_results(chapter: Chapter, values: set[int]) -> Iterator[str]:
    """Yield file, line and text of each typed-in result."""
    free = frozenset({"question", "references"})
    for number, line in chapter.lines(leave_out=free):
        plain = latin_digits(line)
        for found in NUMBER.finditer(plain):
            text = found[0]
            whole = text.replace(",", "")
            if whole.isdigit() and not is_result(text, int(whole), values):
                continue
            if VERSION_BEFORE.search(plain[: found.start()]):
                continue
            yield f"{chapter.name}:{number}: {line[slice(*found.span())]}"


def is_result(text: str, whole: int, values: set[int]) -> bool:
    """Whether a whole number as it is written must come from a run."""
    if len(str(whole)) < 3:
        return False
    if len(str(whole)) == 3:
        return whole in values
    return "," in text or not 1950 <= whole < 2040


def faults(chapter: Chapter) -> Iterator[str]:
    """Yield file, line and fault of what no Persian text should hold."""
    for number, line in chapter.lines(leave_out=frozenset({"references"})):
        if not re.search(f"[{PERSIAN}]", line):
            continue
        place = f"{chapter.name}:{number}"
        for why, pattern in FAULTS.items():
            for found in re.finditer(pattern, line):
                yield f"{place}: {why}: …{around(line, found)}…"
        for found in LATIN_DIGIT.finditer(line):
            if not beside_a_letter(line, found):
                yield f"{place}: Latin digit in Persian: …{around(line, found)}…"


def beside_a_letter(line: str, found: re.Match[str]) -> bool:
    """Whether digits are part of a Latin run: Conv2D, CC BY 4.0, (498, 16), 498×16."""
    before, after = line[: found.start()], line[found.end() :]
    return bool(
        re.search(r"[A-Za-z][\w.+ -]*\Z", before, re.ASCII)
        or re.match(r"[\w.+-]*[A-Za-z]", after, re.ASCII)
        or re.search(r"\d×\Z|\((?:\d+, )+\Z", before, re.ASCII)
        or re.match(r"×\d|(?:, \d+)+\)", after, re.ASCII)
    )


def around(line: str, found: re.Match[str]) -> str:
    return line[max(0, found.start() - 15) : found.end() + 15].strip()
