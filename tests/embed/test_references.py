"""The bibliography: its source, citations in prose, and the two lists made of it."""

import re
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from conftest import ROOT
from embed_project import Project, by_class, cell, course_page, text_of, values
from prose import chapters

from hamgasht.core.errors import EmbedError, HamgashtError
from hamgasht.embed.bibliography_file import find_cited_keys, read_bibliography

SOURCE = "docs/references.bib"
WORKS = read_bibliography(ROOT, SOURCE)
CHAPTERS = {
    language: {
        name: chapter
        for name, chapter in chapters(ROOT, language).items()
        if re.match(r"q\d", name)
    }
    for language in ("fa", "en")
}
ALL = [chapter for each in CHAPTERS.values() for chapter in each.values()]
BIB = r"""
@inproceedings{kingma2015,
  author = {Kingma, Diederik P. and Ba, Jimmy},
  title = {{Adam}: a method},
  booktitle = {ICLR}, year = {2015}, eprint = {1412.6980},
}
@article{cicek2016,
  author = {{\c C}i{\c c}ek, {\"O}. and van der Maaten, L. and Khun Jush, F.},
  title = {{3D}}, journal = {Review}, volume = {4}, number = {5}, year = {2016},
  doi = {10.1016/0041-5553(64)90137-5},
}
@inproceedings{many2014,
  author = {Many, M. and others}, title = {All}, booktitle = {CVPR 2015},
  year = {2014}, eprint = {1409.4842},
}
@misc{alone2020,
  author = {Alone, Jean-Luc}, title = {One}, howpublished = {a talk}, year = {2020},
  url = {https://example.org/~alone/},
}
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.add("g/s", cell("One", "1"), values(loss=0.25))
    (tmp_path / SOURCE).write_text(BIB, encoding="utf-8")
    return made


def tree(project: Project, text: str, language: str = "en") -> Element:
    return project.tree(text, language, bibliography=SOURCE)


@pytest.mark.parametrize(
    ("text", "english", "persian"),
    [
        ("[@alone2020]", "(Alone 2020)", "(Alone ۲۰۲۰)"),
        ("[@kingma2015]", "(Kingma and Ba 2015)", "(Kingma و Ba ۲۰۱۵)"),
        ("@cicek2016", "Çiçek et al. (2016)", "Çiçek و همکاران (۲۰۱۶)"),
        (
            "[@alone2020; @kingma2015].",
            "(Alone 2020; Kingma and Ba 2015).",
            "(Alone ۲۰۲۰؛ Kingma و Ba ۲۰۱۵).",
        ),
        ("@many2014", "Many et al. (2014)", "Many و همکاران (۲۰۱۴)"),
        ("`@alone2020` a@alone2020", "@alone2020 a@alone2020", None),
        ("[see](#there) [1]", "see [1]", None),
    ],
)
def test_citations_in_prose(
    project: Project, text: str, english: str, persian: str | None
) -> None:
    assert text_of(tree(project, text)) == english
    assert text_of(tree(project, text, "fa")) == persian or persian is None


def test_citations_lead_to_the_page_of_works(project: Project) -> None:
    page = tree(project, "See @kingma2015.\n\nAnd [@kingma2015; @alone2020].")
    links = by_class(page, "hg-cite")
    assert [link.get("href") for link in links] == [
        "references.md#kingma2015",
        "references.md#kingma2015",
        "references.md#alone2020",
    ]
    assert [link.get("id") for link in links] == [
        "cite-kingma2015",
        None,
        "cite-alone2020",
    ]
    assert links[0].get("title") == "D. P. Kingma, J. Ba, Adam: a method, ICLR, 2015."


def test_a_page_lists_what_it_cites_and_what_it_names(project: Project) -> None:
    page = tree(project, "As @kingma2015 say.\n\n/// references | cicek2016\n///\n")
    assert [text_of(item) for item in page.iter("li")] == [
        "Ö. Çiçek, L. van der Maaten, F. Khun Jush, 3D, Review 4(5), 2016, "
        "doi:10.1016/0041-5553(64)90137-5.",
        "D. P. Kingma, J. Ba, Adam: a method, ICLR, 2015, arXiv:1412.6980.",
    ]
    assert [item.get("id") for item in page.iter("li")] == ["cite-cicek2016", None]
    assert [
        link.get("href") for item in page.iter("li") for link in item.iter("a")
    ] == [
        "https://doi.org/10.1016/0041-5553%2864%2990137-5",
        "https://arxiv.org/abs/1412.6980",
    ]


def test_authors_who_are_left_out_and_venues_of_another_year(project: Project) -> None:
    (item,) = tree(project, "/// references | many2014\n///\n").iter("li")
    assert text_of(item) == "M. Many et al., All, 2014, CVPR 2015, arXiv:1409.4842."


def test_the_page_of_works_says_who_cites_them(project: Project) -> None:
    folder = project.root / "docs/en"
    (folder / "q1-a.md").write_text("# First {#first}\n\nSo @kingma2015.", "utf-8")
    (folder / "q2-b.md").write_text(
        "# Second\n\n/// references | kingma2015\n///\n"
        "- [A talk](https://example.org/~alone/)\n\n`@cicek2016`",
        "utf-8",
    )
    page = tree(project, "/// bibliography | q*.md\n///\n")
    items = {item.get("id"): item for item in page.iter("li")}
    assert list(items) == ["alone2020", "cicek2016", "kingma2015", "many2014"]
    assert text_of(items["alone2020"]).startswith(
        "J.-L. Alone, One, a talk, 2020, example.org/~alone."
    )
    targets = {
        key: [
            link.get("href")
            for line in by_class(item, "hg-cited")
            for link in line.iter("a")
        ]
        for key, item in items.items()
    }
    assert targets == {
        "alone2020": ["q2-b.md#references"],
        "cicek2016": [],
        "kingma2015": ["q1-a.md#cite-kingma2015", "q2-b.md#cite-kingma2015"],
        "many2014": [],
    }
    line = by_class(items["kingma2015"], "hg-cited")[0]
    assert text_of(line) == "Cited in: First; Second."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@kingma2014", "did you mean 'kingma2015'"),
        ("[@alone2020; @nobody1999]", "no entry of docs/references.bib 'nobody1999'"),
        ("/// references\n///\n", "has no work"),
        ("/// references | kingma2014\n///\n", "kingma2014"),
        ("/// bibliography | x*.md\n///\n", "no page beside this one"),
        ("/// bibliography\n///\n", "bibliography"),
    ],
)
def test_what_does_not_resolve_is_refused(
    project: Project, text: str, said: str
) -> None:
    with pytest.raises(EmbedError, match=said):
        tree(project, text)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("kingma2015,", "kingma,"), "a key is"),
        (("kingma2015,", "kingma2016,"), "does not hold its year"),
        (("eprint = {1412.6980}", "eprint = {1412}"), "no arXiv id"),
        (("doi = {10.1016/", "doi = {doi:10.1016/"), "is no DOI"),
        (("url =", "web ="), "no doi, eprint or url"),
        (("author = {Alone, Jean-Luc}, ", ""), "no author"),
        (("title = {One}, ", ""), "no title"),
        (("year = {2020},", ""), "no year"),
        (("@misc{alone2020,", "@misc{kingma2015,"), "no BibTeX"),
        (("@misc{", "@misc"), "no BibTeX"),
    ],
)
def test_a_malformed_source_is_refused(
    project: Project, change: tuple[str, str], said: str
) -> None:
    assert change[0] in BIB
    (project.root / SOURCE).write_text(BIB.replace(*change), encoding="utf-8")
    with pytest.raises(HamgashtError, match=said):
        read_bibliography(project.root, SOURCE)


def test_a_missing_source_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HamgashtError, match="cannot be read"):
        read_bibliography(tmp_path, SOURCE)


# ---- The course ------------------------------------------------------------------


@pytest.mark.parametrize("chapter", ALL, ids=str)
def test_every_citation_resolves(chapter) -> None:
    assert set(find_cited_keys(chapter.text)) <= set(WORKS)


@pytest.mark.parametrize("chapter", ALL, ids=str)
def test_every_address_of_a_work_is_in_the_bibliography(chapter) -> None:
    known = {address for work in WORKS.values() for _, address in work.links}
    found = {
        target
        for target in chapter.links
        if re.match(r"https?://(?:(?:dx\.)?doi\.org|arxiv\.org)/", target)
    }
    assert not found - known, f"add these works to {SOURCE}, and cite them by key"


@pytest.mark.parametrize("key", WORKS)
def test_every_entry_is_cited(key: str) -> None:
    assert any(
        key in find_cited_keys(chapter.text) or WORKS[key].is_linked(chapter.text)
        for chapter in ALL
    )


@pytest.mark.parametrize("chapter", ALL, ids=str)
def test_no_work_is_cited_by_hand(chapter) -> None:
    """As a name with a year, in the digits of either language."""
    text = chapter.text.translate(str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789"))
    typed = [
        found[0]
        for work in WORKS.values()
        for found in re.finditer(
            rf"(?<!@)\b{re.escape(work.families[0])}\b[^.@\]\n]{{0,40}}\b{work.year}\b",
            text.replace("et al.", "et al"),
        )
    ]
    assert not typed, f"cite by key, as in [@kingma2015]: {typed}"


@pytest.mark.parametrize("name", CHAPTERS["en"])
def test_both_languages_cite_the_same_works(name: str) -> None:
    persian, english = (CHAPTERS[language][name] for language in ("fa", "en"))
    assert sorted(find_cited_keys(persian.text)) == sorted(
        find_cited_keys(english.text)
    )


@pytest.mark.parametrize("chapter", ALL, ids=str)
def test_every_chapter_says_where_to_read_on(chapter) -> None:
    """A section of the book that every chapter can be read beside, and its sources."""
    section = chapter.section("references")
    assert re.search(r"https://d2l\.ai/chapter_[\w-]+/[\w-]+\.html", section), (
        "link a section of https://d2l.ai in 'references'"
    )
    assert "\n/// references" in section, "put '/// references' in 'references'"


def test_identifiers_are_well_formed() -> None:
    """By the forms that DOI's and arXiv's own pages give, on the raw source."""
    text = (ROOT / SOURCE).read_text("utf-8")
    dois = re.findall(r"doi = \{(.*)\}", text)
    prints = re.findall(r"eprint = \{(.*)\}", text)
    entries = re.split(r"(?m)^@", text)[1:]
    assert len(entries) == len(WORKS)
    assert all(re.search(r"(doi|eprint|url) = \{.+\}", entry) for entry in entries)
    assert len(dois) + len(prints) > 0.9 * len(WORKS)
    for doi in dois:
        assert re.fullmatch(r"10\.\d{4,9}/[-._;()/:a-zA-Z0-9]+", doi), doi
    for eprint in prints:
        found = re.fullmatch(r"(\d\d)(\d\d)\.(\d{4,5})", eprint)
        assert found, eprint
        year, month, number = found.groups()
        assert 1 <= int(month) <= 12, eprint
        assert len(number) == (4 if int(year) < 15 else 5), eprint
    addresses = [address for work in WORKS.values() for _, address in work.links]
    assert len(set(addresses)) == len(addresses)


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_page_lists_every_work_with_its_chapters(language: str) -> None:
    page = course_page("references.md", language, bibliography=SOURCE)
    shown = {item.get("id"): item for item in page.iter("li")}
    assert set(WORKS) <= set(shown)
    for key in WORKS:
        lines = by_class(shown[key], "hg-cited")
        citing = [
            link.get("href", "").partition("#")[0]
            for line in lines
            for link in line.iter("a")
        ]
        assert citing == [
            name
            for name, chapter in CHAPTERS[language].items()
            if key in find_cited_keys(chapter.text)
            or WORKS[key].is_linked(chapter.text)
        ]
        assert citing
