"""Latin runs in Persian text: which are isolated, and how Chromium then lays them out.

The expected runs are worked out by hand from the rules of Persian typesetting. The
last tests ask the browser where each character really stands.
"""

import json
import os
import shutil
import subprocess
import unicodedata
from pathlib import Path

import pytest
from embed_project import Project, by_class, new_markdown, parse, text_of
from hypothesis import given
from hypothesis import strategies as st

from hamgasht.embed.prose.bidi import find_runs, isolate_runs

CASES = {
    "زبان C++ و F# و C#.": ["C++", "F#", "C#"],
    "تابع model.fit() را صدا بزنید.": ["model.fit()"],
    "پس model.fit().": ["model.fit()"],
    "دقت 97.0% است": ["97.0%"],
    "شکل (498, 16) است": ["(498, 16)"],
    "اندازهٔ 498×16 و 1x1 است": ["498×16", "1x1"],
    "اگر x = -0.25 باشد": ["x = -0.25"],
    "شبکهٔ GoogLeNet (2014) بود": ["GoogLeNet (2014)"],
    "بازهٔ [0, 1) است": ["[0, 1)"],
    "ماتریس [[1,2],[3,4]] است": ["[[1,2],[3,4]]"],
    "با Conv2D(32, 3) و f(g(x)) و x[i, j]": ["Conv2D(32, 3)", "f(g(x))", "x[i, j]"],
    "تابع relu(x) = max(0, x) است": ["relu(x) = max(0, x)"],
    "گذر A → B": ["A → B"],
    "از (32, 32) → (16, 16)": ["(32, 32) → (16, 16)"],
    "مقالهٔ Deep Residual Learning است": ["Deep Residual Learning"],
    "در دو سطر Deep\nLearning است": ["Deep\nLearning"],
    "نسخهٔ 3.11+ لازم است": ["3.11+"],
    "مرتبهٔ O(n²) و 1.5×10⁻⁷": ["O(n²)", "1.5×10⁻⁷"],
    "شبکهٔ ResNet-50 و CIFAR-10": ["ResNet-50", "CIFAR-10"],
    # punctuation and brackets of the Persian sentence stay outside
    "همگشت (convolution) است": ["convolution"],
    "از Keras. TensorFlow هم": ["Keras", "TensorFlow"],
    "با Keras، TensorFlow؛ و JAX؟": ["Keras", "TensorFlow", "JAX"],
    '«GoogLeNet» و "VGG"': ["GoogLeNet", "VGG"],
    "شبکهٔ GoogLeNet (۲۰۱۴)": ["GoogLeNet"],
    "(CNN و RNN)": ["CNN", "RNN"],
    "CNN‌ها و CNNها": ["CNN", "CNN"],
    # Persian numbers need it only with a sign, a percent or an operator
    "مقدار −۰٫۲۵ و -۵": ["−۰٫۲۵", "-۵"],
    "دقت ۹۷٫۰٪ است": ["۹۷٫۰٪"],
    "اندازهٔ ۴۹۸×۱۶ و ۳ × ۳": ["۴۹۸×۱۶", "۳ × ۳"],
    "پس n = ۱۲ است": ["n = ۱۲"],
    "عدد ۱٬۲۳۴٫۵ و ۱۲:۳۰": [],
    "صفحه‌های ۳-۵": [],
    "هیچ لاتینی نیست.": [],
    # Markdown's placeholders are not text
    "یک \x02wzxhzdk:0\x03 و C++": ["C++"],
    "زبان C\x0243\x03\x0243\x03 است": ["C\x0243\x03\x0243\x03"],
}


@pytest.mark.parametrize("text", CASES)
def test_runs(text: str):
    assert [text[start:end] for start, end in find_runs(text)] == CASES[text]


@given(st.text("aZ09 .,()[]+-%#×=۳٫٪،سع\n", max_size=60))
def test_runs_are_in_order_and_hold_no_persian_letter(text: str):
    last = 0
    for start, end in find_runs(text):
        assert last <= start < end
        last = end
        assert not any(
            unicodedata.bidirectional(character) == "AL"
            for character in text[start:end]
        )


@given(st.text("aZ09 .,()[]+-%#×=۳٫٪،سع\n", max_size=60))
def test_every_latin_letter_is_in_a_run(text: str):
    covered = {i for start, end in find_runs(text) for i in range(start, end)}
    for place, character in enumerate(text):
        if unicodedata.bidirectional(character) == "L":
            assert place in covered


@pytest.mark.parametrize(
    "text", ["a" * 20000, "(a " * 4000, "a.(" * 4000, "[(1," * 3000]
)
def test_long_input_ends(text: str):
    assert list(find_runs(text)) is not None


def test_isolated_text_changes_only_by_isolates():
    text = "زبان C++ است"
    assert isolate_runs(text) == "زبان \u2066C++\u2069 است"


@pytest.fixture
def project(tmp_path) -> Project:
    return Project(tmp_path)


def bdis(html: str) -> list[str]:
    return [text_of(item) for item in parse(html).iter("bdi")]


def test_prose_headings_tables_lists_and_links_are_reached(project: Project):
    text = (
        "# عنوان C++\n\nمتن **پررنگ model.fit()** و [پیوند F#](x.md) است.\n\n"
        "| سر 97.0% |\n|---|\n| خانه (498, 16) |\n\n- فقره 498×16\n\n> نقل C#\n"
    )
    html = project.render(text, "fa")
    expected = ["C++", "model.fit()", "F#", "97.0%", "(498, 16)", "498×16", "C#"]
    assert bdis(html) == expected
    assert all(item.get("dir") == "ltr" for item in parse(html).iter("bdi"))


def test_english_words_say_that_they_are_english(project: Project):
    """Names and numbers are the same in every language."""
    text = "همگشت (convolution)، نقطهٔ زینی (saddle point) با Adam، 97.0% و x = 1."
    marked = {
        text_of(item): item.get("lang")
        for item in parse(project.render(text, "fa")).iter("bdi")
    }
    assert marked.pop("convolution") == marked.pop("saddle point") == "en"
    assert marked == {"Adam": None, "97.0%": None, "x = 1": None}


def test_code_and_formulas_are_left_alone(project: Project):
    text = "`model.fit()` و $x$\n\n    C++ = 1\n\n```python\nC++\n```\n"
    html = project.render(text, "fa")
    tree = parse(html)
    assert ["arithmatex" in item.get("class") for item in tree.iter("bdi")] == [True]
    for code in tree.iter("code"):
        assert code.find(".//bdi") is None


def test_text_is_the_same_without_the_isolates(project: Project):
    text = "زبان C++ و `x` و *F#* و [97.0%](a.md) در (498, 16)."
    html = project.render(text, "fa")
    assert text_of(parse(html)) == "زبان C++ و x و F# و 97.0% در (498, 16)."


def test_english_pages_have_none(project: Project):
    assert bdis(project.render("C++ and 97.0% and (498, 16)", "en")) == []


def test_contents_keep_ids_and_show_the_text(project: Project):
    md = new_markdown(project.root, "fa")
    html = md.convert(
        "## زبان C++ {#lang}\n\n## ساده {#plain}\n\n## فرمول $3\\times3$\n"
    )
    names = {item["id"]: item["name"] for item in md.toc_tokens}
    assert names["lang"] == "زبان \u2066C++\u2069"
    assert names["plain"] == "ساده"
    assert "فرمول \u20663×3\u2069" in names.values()
    assert [item.get("id") for item in parse(html).iter("h2")][:2] == ["lang", "plain"]
    assert by_class(parse(html), "arithmatex")
    assert "data-toc-label" not in html


def test_formula_in_an_english_heading_is_named_once(project: Project):
    md = new_markdown(project.root, "en")
    md.convert("## Size $3\\times3$ {#size}\n")
    assert md.toc_tokens[0]["name"] == "Size 3×3"


# Writes where each character stands, from left to right, in place of the page.
VISUAL = """<script>
const lines = [...document.querySelectorAll("p")].map(p => {
  const walker = document.createTreeWalker(p, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    for (let i = 0; i < node.length; i++) {
      const range = document.createRange();
      range.setStart(node, i); range.setEnd(node, i + 1);
      const box = range.getBoundingClientRect();
      if (box.width) found.push([box.left + box.width / 2, node.data[i]]);
    }
  }
  return found.sort((a, b) => a[0] - b[0]).map(item => item[1]).join("");
});
document.body.textContent = JSON.stringify(lines);
</script>"""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SHOWN = [
    "C++",
    "F#",
    "model.fit()",
    "97.0%",
    "(498, 16)",
    "498×16",
    "x = -0.25",
    "GoogLeNet (2014)",
    "f(g(x))",
    "[0, 1)",
    "A → B",
    "−۰٫۲۵",
    "۹۷٫۰٪",
    "۴۹۸×۱۶",
    "n = ۱۲",
]


def shown(html: str, folder: Path) -> list[str]:
    """Return each paragraph of a page as Chromium shows it, from left to right."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        reason = f"no browser is on the PATH: install one of {', '.join(BROWSERS)}"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    page = folder / "page.html"
    page.write_text(
        f'<!doctype html><html dir="rtl" lang="fa"><meta charset="utf-8">'
        f'<body style="width:80em">{html}{VISUAL}</body></html>',
        encoding="utf-8",
    )
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]
    profile = f"--user-data-dir={folder / 'profile'}"
    done = subprocess.run(
        [browser, *flags, profile, page.as_uri()],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        check=True,
    )
    body = done.stdout[done.stdout.index("<body") :].partition(">")[2]
    return json.loads(body.partition("</body>")[0])


@pytest.mark.browser
def test_runs_stand_from_left_to_right_in_a_browser(project: Project, tmp_path):
    text = "\n\n".join(f"پیش از {run} پس از." for run in SHOWN)
    lines = shown(project.render(text, "fa"), tmp_path)
    for run, line in zip(SHOWN, lines, strict=True):
        assert run in line, f"{run} is shown as {line}"


@pytest.mark.browser
def test_without_isolates_the_browser_shows_the_wrong_order(tmp_path):
    assert "C++" not in shown("<p>پیش از C++ پس از.</p>", tmp_path)[0]
