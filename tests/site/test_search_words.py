"""One spelling for all spellings of a word, in the script that the search runs.

The same script reads the pages and the queries: there is no second normaliser for it
to differ from. Runs in V8 without a browser.
"""

import json
import re
from collections.abc import Callable

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from py_mini_racer import MiniRacer

SCRIPTS = ROOT / "docs/theme/assets/js/search"
ZWNJ = "\u200c"
PARTS = {  # the endings and beginnings that words.js knows
    part
    for lines in re.findall(
        r"const (?:AFTER|BEFORE) = set\((.*?)\);",
        (SCRIPTS / "words.js").read_text(encoding="utf-8"),
        re.S,
    )
    for part in re.findall(r"[آ-ی]+", lines)
}
LETTERS = "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"

# Spellings of one thing. The first is that of the course.
SAME = [
    ("می‌شود", "می شود", "میشود", "مي‌شود", "می‌شَوَد", "نمی‌شود"),
    ("شبکه", "شبکه‌ها", "شبکه‌های", "شبکه‌هایی", "شبکه‌هایشان", "شبکه ها", "شبکه های"),
    ("شبکه", "شبکهٔ", "شبکۀ", "شبکه‌ی", "شبكه", "شبکه‌ای", "شبکهها", "شبكة"),
    ("تصویر", "تصاویر", "تصویرها", "تصویرهای", "تصوير", "تصویری"),
    ("نتیجه", "نتایج", "نتيجه", "نتیجه‌ها", "نتیجهٔ"),
    ("مقدار", "مقادیر", "مقدارهای"),
    ("تابع", "توابع", "تابعی", "تابع‌ها"),
    ("نقطه", "نقاط", "نقطه‌های", "نُقطه"),
    ("بُعد", "بعد", "ابعاد"),
    ("مسئله", "مساله", "مسأله", "مسائل", "مسئله‌ها"),
    ("جزء", "جز", "اجزا", "اجزاء"),
    ("بیش‌برازش", "بیشبرازش"),
    ("نرخ یادگیری", "نرخ‌یادگیری", "نرخیادگیری", "نرخ يادگيري", "نرخ‌های یادگیری"),
    ("آموزش", "اموزش", "آمـوزش"),
    ("لایه‌گذاری", "لایه گذاری", "لایهگذاری", "لایه‌گذاریِ"),
    ("۹۷", "97", "٩٧"),
    ("۰٫۲۵", "0.25", "٠٫٢٥", "۰.۲۵", "۰٫۲۵٪"),
    ("۱٬۳۶۱٬۰۶۶", "1,361,066", "1361066", "۱۳۶۱۰۶۶"),
    ("۳×۳", "3×3", "3x3", "3 x 3", "۳ × ۳", "3X3"),
    ("convolution", "Convolution", "convolutions", "convolutional"),
    ("normalise", "normalize", "normalised", "Normalization", "normalisation"),
    ("optimiser", "optimizers", "optimisation"),
    ("train", "training", "trained", "trains"),
    ("padding", "padded", "pad", "pads"),
    ("overfit", "overfitting", "over-fitting"),
    ("bias", "biases"),
    ("axis", "axes"),
    ("class", "classes"),
    ("batch", "batches"),
    ("colour", "color", "colours"),
    ("EarlyStopping", "early stopping", "early-stopping"),
    ("max pooling", "max-pooling"),
]

# Words that may never become one.
DIFFERENT = [
    ("لایه", "لایه‌گذاری"),
    ("گام", "گام‌به‌گام"),
    ("دسته", "دست"),
    ("شبکه", "شبک"),
    ("۹۷", "79"),
    ("0.25", "25"),
    ("3x3", "33"),
    ("class", "classifier"),
    ("loss", "los"),
    ("rate", "rat"),
    ("pool", "spool"),
    ("فیلتر", "فیل"),
    ("پارامتر", "پارام"),
    ("تنها", "تن"),
]

Call = Callable[..., object]


@pytest.fixture(scope="module")
def call() -> Call:
    """Call a function of the script by its name."""
    engine = MiniRacer()
    engine.eval((SCRIPTS / "words.js").read_text(encoding="utf-8"))

    def run(name: str, *arguments: object) -> object:
        given = ",".join(json.dumps(item) for item in arguments)
        return json.loads(
            str(engine.eval(f"JSON.stringify(searchWords.{name}({given}))"))
        )

    return run


@pytest.mark.parametrize("spellings", SAME, ids=lambda spellings: spellings[0])
def test_spellings_of_one_thing_are_one(call: Call, spellings: tuple[str, ...]) -> None:
    assert {call("key", spelling) for spelling in spellings} == {
        call("key", spellings[0])
    }


@pytest.mark.parametrize("words", DIFFERENT)
def test_different_things_stay_different(call: Call, words: tuple[str, str]) -> None:
    assert call("key", words[0]) != call("key", words[1])


WORDS = st.text(LETTERS, min_size=2, max_size=7).filter(lambda word: word not in PARTS)


@given(st.lists(WORDS, min_size=1, max_size=3))
def test_a_non_joiner_and_a_space_are_one(call: Call, parts: list[str]) -> None:
    """Whatever the words: names of the glossary meet both ways of writing them.

    Endings and beginnings are no words: in the middle of a name they mean another
    thing behind a non-joiner than behind a space.
    """
    assert call("key", ZWNJ.join(parts)) == call("key", " ".join(parts))


@given(st.text(LETTERS + ZWNJ + " ", max_size=30), st.data())
def test_keyboards_and_marks_change_nothing(
    call: Call, text: str, data: st.DataObject
) -> None:
    other = text.replace("ی", "ي").replace("ک", "ك")
    place = data.draw(st.integers(0, len(text)))
    if place and text[place - 1] in LETTERS:
        other = other[:place] + data.draw(st.sampled_from("ًٌٍَُِّْ")) + other[place:]
    assert call("key", other) == call("key", text)


@given(st.integers(0, 10**9))
def test_a_number_is_one_in_all_digits(call: Call, number: int) -> None:
    latin = str(number)
    persian = latin.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    grouped = f"{number:,}"
    assert call("key", latin) == call("key", persian) == call("key", grouped) == latin
    assert call("key", grouped.replace(",", "٬")) == latin


@given(st.text(max_size=60))
def test_words_lie_where_they_say(call: Call, text: str) -> None:
    """Marks in the results are set by these places."""
    units = text.encode("utf-16-le", "surrogatepass")
    before = 0
    found = call("words", text)
    assert isinstance(found, list)
    for start, end, terms in found:
        assert before <= start < end <= len(units) // 2
        assert terms["whole"][0]
        before = end


@pytest.mark.parametrize("word", ["چیست", "چگونه", "the", "What", "می‌شود"])
def test_words_of_a_question_are_no_search(call: Call, word: str) -> None:
    assert call("isStop", word)


def test_every_name_of_the_glossary_has_a_key(call: Call) -> None:
    from hamgasht.embed.glossary_file import read_glossary
    from hamgasht.site.search import names, read_words

    groups = names(read_glossary(ROOT, "docs/glossary.yml"), read_words(ROOT))
    empty = [name for group in groups for name in group if not call("key", name)]
    assert not empty


def test_the_vendored_engine_names_its_version_and_licence() -> None:
    head = (SCRIPTS / "minisearch.js").read_text(encoding="utf-8")[:200]
    assert re.match(r"/\*! MiniSearch \d+\.\d+\.\d+ .* MIT", head)
    assert "Permission is hereby granted" in (
        SCRIPTS / "minisearch-LICENSE.txt"
    ).read_text(encoding="utf-8")
