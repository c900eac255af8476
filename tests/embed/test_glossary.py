"""The glossary: its source, its two pages, and the links from a term's first use."""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from conftest import ROOT
from embed_project import (
    Project,
    by_class,
    cell,
    course_page,
    printed,
    text_of,
    values,
)
from hypothesis import given
from hypothesis import strategies as st
from prose import Chapter, chapters

from hamgasht.core.errors import EmbedError, HamgashtError
from hamgasht.embed.glossary_file import (
    ALPHABET,
    Glossary,
    Term,
    english_key,
    form_pattern,
    persian_key,
    read_glossary,
)
from hamgasht.embed.prose.bidi import isolate_runs

SOURCE = "docs/glossary.yml"
GLOSSARY = read_glossary(ROOT, SOURCE)
LANGUAGES = ("fa", "en")
QUESTIONS = [
    chapter
    for language in LANGUAGES
    for name, chapter in chapters(ROOT, language).items()
    if re.match(r"q\d", name)
]
ENTRY = {"en": "filter", "fa": "فیلتر", "means_en": "A.", "means_fa": "ب."}
ENTRIES = [
    ENTRY | {"avoid_fa": ["پالایه"]},
    ENTRY | {"en": "learning rate", "fa": "نرخ یادگیری"},
    ENTRY | {"en": "batch", "fa": "دسته", "everyday": "fa"},
    ENTRY | {"en": "mini-batch", "fa": "ریزدسته"},
    ENTRY | {"en": "feature map", "fa": "نقشهٔ ویژگی"},
    ENTRY | {"en": "sample", "fa": "نمونه", "everyday": "both"},
    ENTRY | {"en": "optimiser", "fa": "بهینه‌ساز", "also_en": ["optimizer"]},
]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.add("g/s", cell("Filter", "filter", printed("filter")), values(loss=0.25))
    write(made, ENTRIES)
    return made


def write(project: Project, entries: object) -> None:
    text = yaml.safe_dump(entries, allow_unicode=True)
    (project.root / SOURCE).write_text(text, encoding="utf-8")


def links(project: Project, text: str, language: str = "en") -> list[str]:
    """The texts of the links that the terms of a page get."""
    tree = project.tree(text, language, glossary=SOURCE)
    return [text_of(item) for item in by_class(tree, "hg-term")]


# ---- The source ------------------------------------------------------------------


def test_there_are_enough_terms_and_each_is_there_once() -> None:
    assert len(GLOSSARY.terms) >= 150
    for language in LANGUAGES:
        entries = [(t.names[language], t.means[language]) for t in GLOSSARY.terms]
        assert len(set(entries)) == len(entries)
    assert len({term.id for term in GLOSSARY.terms}) == len(GLOSSARY.terms)


@pytest.mark.parametrize("term", GLOSSARY.terms, ids=lambda term: term.id)
def test_each_term_is_one_sentence_in_both_languages(term) -> None:
    for language in LANGUAGES:
        meaning = term.means[language]
        assert re.fullmatch(r"\S[^\n]*\S\.", meaning), meaning
        assert not re.search(r"[.؟!] ", meaning), meaning
    assert term.means["en"][0].isupper() or term.means["en"][0].isdigit()
    assert term.names["en"].isascii()
    assert re.search("[\u0600-\u06ff]", term.names["fa"])
    for text in (*term.forms("fa"), *term.avoid["fa"], term.means["fa"]):
        assert text == unicodedata.normalize("NFC", text)


def test_no_form_belongs_to_two_terms_or_is_forbidden_elsewhere() -> None:
    for language in LANGUAGES:
        forms = [
            form
            for term in GLOSSARY.terms
            if language not in term.everyday
            for form in term.forms(language)
        ]
        assert len(set(forms)) == len(forms)
        avoided = {name for term in GLOSSARY.terms for name in term.avoid[language]}
        assert not avoided & set(forms)


def find_avoided(
    glossary: Glossary, text: str, language: str
) -> Iterator[tuple[str, Term]]:
    """Yield each name in a text that no chapter uses, with the right term.

    In parentheses right after the term it is an explanation: «همگشت (کانولوشن)».
    """
    for term in glossary.terms:
        named = form_pattern(term.names[language], language)
        plain = re.sub(rf"({named}) \([^()]*\)", r"\1", text)
        for name in term.avoid[language]:
            pattern = form_pattern(name, language)
            if match := re.search(pattern, plain, re.IGNORECASE):
                yield match[0], term


@pytest.mark.parametrize("chapter", QUESTIONS, ids=str)
def test_no_chapter_uses_another_name(chapter: Chapter) -> None:
    language = chapter.path.parent.name
    found = [
        f"{chapter.name}:{number}: write {term.names[language]!r}, not {name!r}"
        for number, line in chapter.lines(leave_out=frozenset({"references"}))
        for name, term in find_avoided(GLOSSARY, line, language)
    ]
    assert not found, "\n".join(found)


def test_another_name_is_found_with_its_endings(project: Project) -> None:
    glossary = read_glossary(project.root, SOURCE)
    for text in ("پالایه", "این پالایه‌ها را", "پالایهٔ نخست", "«پالایه»"):
        assert [term.id for _, term in find_avoided(glossary, text, "fa")] == ["filter"]
    assert not list(find_avoided(glossary, "فیلتر و پالایه‌گر", "fa"))


def test_another_name_may_explain_the_term_that_it_follows(project: Project) -> None:
    glossary = read_glossary(project.root, SOURCE)
    assert not list(find_avoided(glossary, "فیلترهای (پالایه؛ filter) بزرگ", "fa"))
    for text in ("فیلتر و (پالایه)", "فیلتر (filter) پالایه", "دسته (پالایه)"):
        assert list(find_avoided(glossary, text, "fa"))


@pytest.mark.parametrize(
    ("entries", "problem"),
    [
        ({"en": "x"}, "no list"),
        ([{"en": "x", "fa": "y"}], "x: an entry is not complete"),
        ([ENTRY, ENTRY], "filter: the term is there twice"),
        ([ENTRY | {"color": "red"}], "no key 'color'"),
        ([ENTRY | {"everyday": "always"}], "'everyday' is no language"),
        (["x"], "an entry is not complete"),
    ],
)
def test_a_malformed_source_is_refused(
    project: Project, entries: object, problem: str
) -> None:
    write(project, entries)
    with pytest.raises(HamgashtError, match=re.escape(problem)):
        read_glossary(project.root, SOURCE)


def test_a_missing_or_broken_source_is_refused(project: Project) -> None:
    with pytest.raises(HamgashtError, match="cannot be read"):
        read_glossary(project.root, "docs/none.yml")
    (project.root / SOURCE).write_text("- {en: [", encoding="utf-8")
    with pytest.raises(HamgashtError, match="no YAML"):
        read_glossary(project.root, SOURCE)


# ---- The order -------------------------------------------------------------------


def test_the_alphabet_is_persian() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 33
    for before, after in ("بپ", "پت", "جچ", "زژ", "ژس", "کگ", "گل", "نو", "وه", "هی"):
        assert ALPHABET.index(after) - ALPHABET.index(before) == 1
    # By code points «پ», «چ», «ژ», «گ» and «ی» would come last.
    words = ["یال", "گام", "ژرفا", "چکیده", "پارامتر", "لایه", "آزمون", "اتساع", "بذر"]
    assert sorted(words, key=persian_key) == [
        "آزمون",
        "اتساع",
        "بذر",
        "پارامتر",
        "چکیده",
        "ژرفا",
        "گام",
        "لایه",
        "یال",
    ]


def test_joiners_and_marks_do_not_count_and_a_space_comes_first() -> None:
    words = ["میان", "می‌شود", "میز", "لایهٔ پنهان", "لایه", "لایه‌گذاری"]
    assert sorted(words, key=persian_key) == [
        "لایه",
        "لایهٔ پنهان",
        "لایه‌گذاری",
        "میان",
        "میز",
        "می‌شود",
    ]
    assert english_key("mini-batch") < english_key("Minimum")


@given(st.lists(st.text(f"{ALPHABET} \u200c", min_size=1, max_size=6), max_size=8))
def test_words_of_different_first_letters_follow_the_alphabet(words: list[str]) -> None:
    ordered = sorted((word.strip(" \u200c") for word in words), key=persian_key)
    places = [ALPHABET.index(word[0]) for word in ordered if word]
    assert places == sorted(places)


# ---- The pages -------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_has_every_term_in_order_under_its_letter(language: str) -> None:
    other = "fa" if language == "en" else "en"
    names, twins, meanings = [], [], []
    tree = course_page("glossary.md", language, glossary=SOURCE)
    for heading, entries in zip(
        tree.findall("h2"), tree.findall("dl[@class='hg-glossary']"), strict=True
    ):
        for head, meaning in zip(
            entries.findall("dt"), entries.findall("dd"), strict=True
        ):
            name = text_of(head.find("dfn"))
            twin = head.find("span[@lang]")
            assert twin.get("lang") == other
            assert twin.get("dir") == ("rtl" if other == "fa" else "ltr")
            assert name[0].upper() == text_of(heading)[0]
            names.append(name)
            twins.append(text_of(twin))
            meanings.append(text_of(meaning))
    key = persian_key if language == "fa" else english_key
    assert names == sorted(names, key=key)
    wanted = {
        (t.names[language], t.names[other], t.means[language]) for t in GLOSSARY.terms
    }
    listed = {
        (name, twin, next(m for *rest, m in wanted if rest == [name, twin]))
        for name, twin in zip(names, twins, strict=True)
    }
    assert listed == wanted
    for name, twin, meaning in zip(names, twins, meanings, strict=True):
        assert meaning.startswith(next(m for *r, m in wanted if r == [name, twin]))
    letters = [text_of(item)[0] for item in tree.findall("h2")]
    assert len(set(letters)) == len(letters) > 15


def test_both_pages_have_the_same_addresses() -> None:
    persian, english = (
        {item.get("id") for item in course_page("glossary.md", language).iter("dt")}
        for language in LANGUAGES
    )
    assert persian == english == {term.id for term in GLOSSARY.terms}


def test_other_names_are_listed_so_that_a_search_finds_them(project: Project) -> None:
    block = f"/// glossary | {SOURCE}\n///\n"
    persian = project.tree(block, "fa")
    assert "نام‌های دیگر: پالایه." in [text_of(i) for i in persian.iter("small")]
    english = project.tree(block, "en")
    assert [text_of(item) for item in english.iter("small")] == ["Also: optimizer."]


def test_the_block_needs_its_source(project: Project) -> None:
    for text in ("/// glossary\n///", f"/// glossary | {SOURCE}\n    show: code\n///"):
        with pytest.raises(EmbedError, match="needs its source, and no options"):
            project.tree(text)
    with pytest.raises(HamgashtError, match="cannot be read"):
        project.tree("/// glossary | docs/none.yml\n///")


# ---- The links -------------------------------------------------------------------


def test_the_first_use_leads_to_the_glossary_and_says_the_meaning(
    project: Project,
) -> None:
    tree = project.tree("One filter.\n\nA *filter* more.", glossary=SOURCE)
    (link,) = by_class(tree, "hg-term")
    assert link.get("href") == "glossary.md#filter"
    assert link.get("title") == "A."
    assert text_of(tree) == "One filter. A filter more."
    tree = project.tree("یک فیلتر.", "fa", glossary=SOURCE)
    (link,) = by_class(tree, "hg-term")
    assert link.get("title") == isolate_runs("filter: ب.")


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "Filters and two *learning rates*.", ["Filters", "learning rates"]),
        ("en", "A mini-batch, then a batch.", ["mini-batch", "batch"]),
        (
            "en",
            "Learning\nrate; the prefilter, filtering, filter-like.",
            ["Learning rate"],
        ),
        ("en", "An optimizer.", ["optimizer"]),
        ("en", "A sample (sample).", []),
        ("fa", "فیلترهای بزرگ و نرخ‌های یادگیری.", ["فیلترهای", "نرخ‌های یادگیری"]),
        ("fa", "نقشه‌های ویژگی؛ فیلتری دیگر.", ["نقشه‌های ویژگی", "فیلتری"]),
        ("fa", "پیش‌فیلتر و فیلترگذاری و فیلتر‌شده.", []),
        ("fa", "ریزدسته‌ای با بهینه‌سازها.", ["ریزدسته‌ای", "بهینه‌سازها"]),
        ("fa", "یک دسته نماد.", []),
        ("fa", "یک دسته نماد و دسته (batch) و نمونه (a sample).", ["دسته", "نمونه"]),
        ("fa", "«فیلتر»، (فیلتر)", ["فیلتر"]),
    ],
)
def test_terms_are_whole_words(
    project: Project, language: str, text: str, found: list[str]
) -> None:
    assert links(project, text, language) == found


@pytest.mark.parametrize(
    "text",
    [
        "# A filter\n\n### The filter",
        "`filter` and ``filter``",
        "```\nfilter\n```",
        "$\\text{filter}$",
        "$$\n\\text{filter}\n$$",
        "[filter](#x) and <https://example.org/filter>",
        '!!! note "filter"\n\n    Nothing.',
        "| filter |\n|---|\n| filter |",
        "<bdi>filter</bdi>",
        '<span lang="fa">filter</span>',
        "/// cell | g/s : filter\n    show: code output\n\nThe filter.\n///",
        "## Question {#question}\n\nA filter.",
        "## References {#references}\n\n- A filter.",
    ],
)
def test_there_is_no_link_in(project: Project, text: str) -> None:
    assert not links(project, text)
    assert links(project, f"{text}\n\n## Next {{#next}}\n\nA filter.") == ["filter"]


def test_boxes_and_lists_are_prose(project: Project) -> None:
    text = '- A filter.\n\n!!! note "N"\n\n    A batch.\n\n> An optimiser.'
    assert links(project, text) == ["filter", "batch", "optimiser"]


def test_without_a_glossary_there_are_no_links(project: Project) -> None:
    assert not by_class(project.tree("A filter."), "hg-term")
    assert not links(project, f"A filter.\n\n/// glossary | {SOURCE}\n///\n")


def test_links_of_pages_in_folders_find_the_glossary(project: Project) -> None:
    name = "docs/en/deep/page.md"
    tree = project.tree("A filter.", glossary=SOURCE, page=name)
    assert by_class(tree, "hg-term")[0].get("href") == "../glossary.md#filter"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_page_links_each_term_once(project: Project, language: str) -> None:
    (project.root / SOURCE).write_bytes((ROOT / SOURCE).read_bytes())
    text = "\n\n".join(
        "، ".join(f"{term.names[language]} ({term.names['en']})" for _ in range(2))
        for term in GLOSSARY.terms
    )
    tree = project.tree(text, language, glossary=SOURCE)
    targets = [item.get("href") for item in by_class(tree, "hg-term")]
    assert len(targets) == len(set(targets)) > 100
