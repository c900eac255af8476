"""Formulas: read back from the MathML, which says what they mean."""

from xml.etree import ElementTree

import pytest

from hamgasht.core.numbers import escape_text
from hamgasht.embed.prose import katex

MATHML = "{http://www.w3.org/1998/Math/MathML}"


def mathml(html: str) -> ElementTree.Element:
    """Return the ``math`` element of KaTeX's output."""
    text = html[html.index("<math") : html.index("</math>") + len("</math>")]
    return ElementTree.fromstring(text)


def test_fraction_has_its_two_parts():
    found = mathml(katex.render(r"\frac{a}{b+1}")).find(f".//{MATHML}mfrac")
    assert ["".join(part.itertext()) for part in found] == ["a", "b+1"]


def test_both_html_and_mathml_are_there():
    html = katex.render("x^2")
    assert 'class="katex-mathml"' in html
    assert 'class="katex-html" aria-hidden="true"' in html


def test_display_formulas_are_set_in_display_style():
    assert "katex-display" in katex.render(r"\sum_i i", display=True)
    assert "katex-display" not in katex.render(r"\sum_i i")
    assert mathml(katex.render("x", display=True)).get("display") == "block"


@pytest.mark.parametrize(
    ("tex", "message"),
    [
        (r"\frac{1}", "Unexpected end"),
        (r"\nosuchmacro", "Undefined control sequence"),
        ("x_", "Expected group"),
        ("۳ + ۴", "unknownSymbol"),
        ("é", "unicodeTextInMathMode"),
        (r"\href{https://a.b}{x}", "not allowed"),
        (r"\htmlClass{a}{x}", "not allowed|htmlExtension"),
        ("a % b", "comment"),
    ],
)
def test_nothing_is_guessed(tex: str, message: str):
    with pytest.raises(katex.FormulaError, match=message):
        katex.render(tex)


def test_persian_words_in_text_are_kept_whole():
    html = katex.render(r"x \text{ اگر می‌شود}")
    assert "می‌شود" in "".join(mathml(html).itertext()).replace("\xa0", " ")


def test_equal_formulas_are_typeset_once():
    before = katex.render.cache_info().hits
    assert katex.render("q_{7}") is katex.render("q_{7}")
    assert katex.render.cache_info().hits > before


@pytest.mark.parametrize("text", ["a_b", "100%", r"a\b", "{x}", "~^", "#$&"])
def test_escaped_text_comes_out_as_it_was(text: str):
    tree = mathml(katex.render(rf"\text{{{escape_text(text)}}}"))
    shown = "".join("".join(part.itertext()) for part in tree.iter(f"{MATHML}mtext"))
    assert shown.replace("˜", "~").replace("ˆ", "^") == text
