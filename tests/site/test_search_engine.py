"""The search without a browser: what it finds, in which order, and what it marks."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from py_mini_racer import MiniRacer

SCRIPTS = ROOT / "docs/theme/assets/js/search"
NAMES = [
    ["dropout", "برون‌اندازی", "دراپ‌اوت"],
    ["learning rate", "نرخ یادگیری"],
    ["gradient", "گرادیان"],
    ["gradient descent", "گرادیان کاهشی"],
    ["data leakage", "نشت داده"],
    ["augmentation", "داده‌افزایی"],
]


def page(name: str, title: str, text: str = "", **more: Any) -> dict[str, Any]:
    return {"location": name, "title": title, "text": text, **more}


DOCS = [
    page("a.html", "نرخ یادگیری"),
    page(
        "a.html#low",
        "کوچک",
        "<p>شبکه کند می‌شود.</p><pre><code>x &lt; 3\n</code></pre>",
    ),
    page("b.html", "شبکه", "<p>برون‌اندازی و گرادیان کاهشی، ۰٫۲۵ از آن.</p>"),
    page("b.html#code", "کد", "<pre><code>lr = 0.1\nDropout(rate)</code></pre>"),
    page("c.html", "واژه‌نامه", "<p>شبکه: نرخ یادگیری</p>", boost=0.1),
    page(
        "d.html",
        "Images &amp; <code>shapes</code>",
        "<p>شبکه‌های تصویر &amp; 3×3.</p>",
    ),
]
DOCS += [
    page("e.html", "Leaks", "<p>Of data leakage.</p>"),
    page("f.html", "More", "<p>Of augmentation.</p>"),
]
PIECES = [
    "شبکه",
    "شبکه‌های",
    "نرخ",
    "یادگیری",
    "3",
    "lt",
    "amp",
    "code",
    "p",
    "mark",
    "dropout",
    "<",
    "&",
    '"',
    "\\",
    "-",
    "$&",
    "ی",
    "0.25",
]


@pytest.fixture(scope="module")
def engine() -> MiniRacer:
    """The search over a few pages."""
    racer = MiniRacer()
    for name in ("minisearch.js", "words.js", "engine.js"):
        racer.eval((SCRIPTS / name).read_text(encoding="utf-8"))
    data = json.dumps({"language": "fa", "docs": DOCS, "names": NAMES})
    racer.eval(f"const built = searchEngine.build({data}); 0")
    return racer


@pytest.fixture(scope="module")
def search(engine: MiniRacer) -> Callable[[str], list[list[dict[str, Any]]]]:
    """Return pages, each a list of its sections, best first."""

    def ask(query: str) -> list[list[dict[str, Any]]]:
        script = f"JSON.stringify(built.search({json.dumps(query)}))"
        return json.loads(str(engine.eval(script)))

    return ask


def pages(found: list[list[dict[str, Any]]]) -> list[str]:
    return [group[0]["location"].partition("#")[0] for group in found]


class Balanced(HTMLParser):
    """Fails where an element is closed that is not open, or stays open."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open, html

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("دراپ اوت", "b.html"),
        ("dropout", "b.html"),
        ("برون اندازي", "b.html"),
        ("learning rate", "a.html"),
        ("نرخیادگیری", "a.html"),
        ("learn", "a.html"),
        ("كند میشود", "a.html"),
        ("0.25", "b.html"),
        ("3x3", "d.html"),
        ("تصاویر", "d.html"),
        ("shape", "d.html"),
        ("gradient decent", "b.html"),
        ("drpout", "b.html"),
    ],
)
def test_the_page_comes_first(search: Callable, query: str, first: str) -> None:
    assert pages(search(query))[0] == first


def test_a_title_goes_before_a_text_and_a_boost_below_one_last(
    search: Callable,
) -> None:
    assert pages(search("شبکه"))[0] == "b.html"
    assert pages(search("شبکه"))[-1] == "c.html"


def test_whoever_has_all_words_goes_before_whoever_has_one(search: Callable) -> None:
    found = search("شبکه کند")
    assert pages(found)[0] == "a.html"
    assert found[0][0]["location"] == "a.html#low"


def test_every_group_holds_its_page(search: Callable) -> None:
    """Material looks for it and fails on a group without one."""
    groups = search("شبکه")
    assert groups
    for group in groups:
        assert any("#" not in item["location"] for item in group)


def test_what_was_met_and_what_was_not_is_told(search: Callable) -> None:
    [[best, *_], *_] = search("dropout xylophone")
    assert best["terms"]["xylophone"] is False
    met = {term for term, here in best["terms"].items() if here}
    assert met & {"برون‌اندازی", "Dropout"}


def test_the_end_of_a_name_is_no_beginning_of_another(search: Callable) -> None:
    assert pages(search("داده‌افز")) == ["f.html"]
    assert pages(search("نشت داده")) == ["e.html"]


def test_words_of_a_question_do_not_count(search: Callable) -> None:
    [[best, *_], *_] = search("برون‌اندازی چیست")
    assert "چیست" not in best["terms"]


def test_nothing_is_found_of_nothing(search: Callable) -> None:
    assert search("xylophone") == []
    assert search("؟!") == []
    assert search("") == []


def test_marks_change_nothing_else(search: Callable) -> None:
    [[best, *_], *_] = search("shapes images")
    shown = next(doc for doc in DOCS if doc["location"] == "d.html")
    assert "<mark>shapes</mark>" in best["title"]
    assert re.sub("</?mark>", "", best["title"]) == shown["title"]
    assert re.sub("</?mark>", "", best["text"]) in ("", shown["text"])


@given(st.lists(st.sampled_from(PIECES), max_size=5).map(" ".join))
def test_any_query_gives_whole_html(search: Callable, query: str) -> None:
    for group in search(query):
        for item in group:
            Balanced(item["title"])
            Balanced(item["text"])
            assert not re.search(r"&(?!\w+;)", item["title"] + item["text"])


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        ("یادگ", ["یادگیری"]),
        ("نرخ يادگ", ["يادگیری"]),
        ("imag", []),
        ("xyl", []),
        ("i", []),
        ("", []),
    ],
)
def test_a_suggestion_goes_on_from_what_was_typed(
    engine: MiniRacer, typed: str, suggested: list[str]
) -> None:
    """Material shows only one that begins exactly like the last word typed.

    It stands behind the typed text, so a word that runs the other way has none.
    """
    script = f"JSON.stringify(built.suggest({json.dumps(typed)}))"
    assert json.loads(str(engine.eval(script))) == suggested


def test_a_long_text_is_cut_around_what_was_met() -> None:
    racer = MiniRacer()
    for name in ("minisearch.js", "words.js", "engine.js"):
        racer.eval((SCRIPTS / name).read_text(encoding="utf-8"))
    text = f"<p>{'از این و آن. ' * 60}اینجا همگشت است. {'از این و آن. ' * 60}</p>"
    data = json.dumps(
        {"language": "fa", "docs": [page("a.html", "T", text)], "names": []}
    )
    [[found]] = json.loads(
        str(racer.eval(f"JSON.stringify(searchEngine.build({data}).search('همگشت'))"))
    )
    Balanced(found["text"])
    assert len(found["text"]) < 500
    assert "اینجا <mark>همگشت</mark> است" in found["text"]
