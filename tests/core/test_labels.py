"""Numbers and labels, against Unicode's and Babel's rules."""

import datetime
import subprocess
import sys
import unicodedata

import pytest
from babel import Locale
from babel.dates import get_month_names
from hypothesis import given
from hypothesis import strategies as st

from hamgasht.core.errors import HamgashtError
from hamgasht.core.labels import Catalogue, has_words
from hamgasht.core.numbers import (
    FormatError,
    digits_fa,
    format_date,
    format_tex,
    format_value,
    plain_places,
)

SYMBOLS = Locale("fa").number_symbols["arabext"]
DECIMAL, GROUP = SYMBOLS["decimal"], SYMBOLS["group"]
PERCENT = SYMBOLS["percentSign"]
NUMBERS = st.floats(-1e9, 1e9, allow_nan=False)


def latin(text: str) -> str:
    """Return Persian numerals in ASCII, by Unicode's own tables."""
    text = text.replace(DECIMAL, ".").replace(GROUP, ",").replace("−", "-")
    text = text.replace(PERCENT, "%")
    return "".join(
        str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c
        for c in text
    )


@given(st.integers(-(10**18), 10**18))
def test_integers_are_grouped(number: int):
    assert latin(format_value(number, "plain", "fa")) == f"{number:,}"
    assert format_value(number, None, "en").replace("−", "-") == f"{number:,}"


@given(NUMBERS, st.integers(0, 9))
def test_decimals_are_rounded_to_their_places(number: float, places: int):
    text = latin(format_value(number, f"decimal{places}", "fa")).replace(",", "")
    assert abs(float(text) - number) <= 0.5 * 10**-places + abs(number) * 1e-15
    assert len(text.partition(".")[2]) == places
    english = format_value(number, f"decimal{places}", "en").replace("−", "-")
    assert english.replace(",", "") == text


@given(st.floats(0, 1), st.integers(0, 9))
def test_percent(number: float, places: int):
    text = latin(format_value(number, f"percent{places}", "fa"))
    assert text.endswith("%")
    assert abs(float(text[:-1]) / 100 - number) <= 0.51 * 10 ** -(places + 2)


def test_percent_has_one_place_unless_told():
    assert format_value(0.97, "percent", "en") == "97.0%"
    assert format_value(0.97, "percent", "fa") == "۹۷٫۰٪"
    assert format_value(0.97, "percent0", "fa") == "۹۷٪"


@given(NUMBERS.filter(lambda x: x == 0 or abs(x) > 1e-30))
def test_plain_is_right_to_six_digits(number: float):
    text = format_value(number, "plain", "fa")
    mantissa, _, power = text.partition("×۱۰")
    superscripts = "".join(
        "-" if c == "⁻" else str(unicodedata.digit(c)) for c in power
    )
    found = float(latin(mantissa).replace(",", "")) * 10.0 ** int(superscripts or 0)
    assert found == pytest.approx(number, rel=5.1e-6, abs=0)
    digits = latin(mantissa).lstrip("-0.,").replace(",", "").replace(".", "")
    assert len(digits) <= 6 or number == round(number) or abs(number) >= 1e5


@pytest.mark.parametrize(
    ("number", "spec", "english", "persian"),
    [
        (0.5, None, "0.5", "۰٫۵"),
        (3.0, None, "3", "۳"),
        (1234.5, None, "1,234.5", "۱٬۲۳۴٫۵"),
        (-0.25, None, "−0.25", "−۰٫۲۵"),
        (1e-7, None, "1×10⁻⁷", "۱×۱۰⁻⁷"),
        (1.5e-7, "scientific2", "1.50×10⁻⁷", "۱٫۵۰×۱۰⁻⁷"),
        (12345.0, "scientific0", "1×10⁴", "۱×۱۰⁴"),
        (2.7, "integer", "3", "۳"),
        (-0.001, "decimal1", "0.0", "۰٫۰"),
        (352, "decimal1", "352.0", "۳۵۲٫۰"),
    ],
)
def test_formats(number: float, spec: str | None, english: str, persian: str):
    assert format_value(number, spec, "en") == english
    assert format_value(number, spec, "fa") == persian


@pytest.mark.parametrize(
    "spec", ["percents", "decimal", "scientific", "decimal10", "%.2f", "Percent", ""]
)
def test_unknown_formats_are_refused(spec: str):
    if spec:
        with pytest.raises(FormatError):
            format_value(1.0, spec, "en")
    else:
        assert format_value(1.0, spec, "en") == "1"


def test_tex_is_latin():
    assert format_tex(-1234.5) == "-1{,}234.5"
    assert format_tex(0.97, "percent") == r"97.0\%"
    assert format_tex(1.5e-7) == r"1.5 \times 10^{-7}"


def test_plain_places():
    assert plain_places(0.125) == 3
    assert plain_places(2.0) == 0
    assert plain_places(1e-9) is None


def test_dates():
    date = datetime.date(2026, 11, 24)
    month = get_month_names("wide", locale="fa")[11]
    assert format_date(date, "fa") == f"۲۴ {month} ۲۰۲۶"
    assert format_date(date, "en") == "November 24, 2026"


@given(st.text("0123456789 abcسلام", max_size=20))
def test_digits_change_and_nothing_else(text: str):
    persian = digits_fa(text)
    assert not any(c.isascii() and c.isdigit() for c in persian)
    assert latin(persian) == text


def test_marks_inside_numbers_change_too():
    assert digits_fa("1,234.5 و 97.0% و -2 و a-1 و 3.") == (
        "۱٬۲۳۴٫۵ و ۹۷٫۰٪ و −۲ و a-۱ و ۳."
    )
    assert digits_fa("(1,2)") == "(۱,۲)"


CATALOGUE = Catalogue(
    {
        "epoch": "دوره",
        "kernel size {}": "اندازهٔ هسته {}",
        "{} of {}": "{} از {}",
        "layers {}-{}": "لایه‌های {} تا {}",
        "block ({})-{}": "قطعهٔ ({})-{}",
        "loss $L_2$ {}": "زیان $L_2$ {}",
        "top 5": "پنج برتر",
    }
)


@pytest.mark.parametrize(
    ("label", "persian"),
    [
        ("epoch", "دوره"),
        ("kernel size 3", "اندازهٔ هسته ۳"),
        ("kernel size -0.5", "اندازهٔ هسته −۰٫۵"),
        ("kernel size 1,024", "اندازهٔ هسته ۱٬۰۲۴"),
        ("3 of 10", "۳ از ۱۰"),
        ("layers 1-3", "لایه‌های ۱ تا ۳"),
        ("layers 1-−3", "لایه‌های ۱ تا −۳"),
        ("1-3", "۱-۳"),
        ("(2)-3", "(۲)-۳"),
        ("block (1)-3", "قطعهٔ (۱)-۳"),
        ("block [1]-3", None),
        ("kernel size 1-3", None),
        ("loss $L_2$ 7", "زیان $L_2$ ۷"),
        ("top 5", "پنج برتر"),
        ("0.25", "۰٫۲۵"),
        ("3×3", "۳×۳"),
        ("$10^{-3}$", "$10^{-3}$"),
        ("$x_1$ = 2", "$x_1$ = ۲"),
        ("", ""),
        ("epochs", None),
        ("kernel size", None),
        ("Conv2D", None),
        ("kernel size 3x", None),
    ],
)
def test_labels(label: str, persian: str | None):
    assert CATALOGUE.translate(label) == persian


def test_lookup_has_no_rule_for_bare_digits():
    assert CATALOGUE.lookup("(498, 16)") is None
    assert CATALOGUE.lookup("kernel size 5") == "اندازهٔ هسته ۵"


def test_words_are_letters_outside_formulas():
    assert has_words("loss $x$")
    assert not has_words("$loss$ 1e-3 (2)")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: [1]", "no text"),
        ("1: b", "no text"),
        ("- a", "no mapping"),
        ("a: 'b", "cannot be read"),
        ("'n {}': ب", "differ"),
    ],
)
def test_bad_catalogues_are_refused(tmp_path, text: str, problem: str):
    path = tmp_path / "labels.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(HamgashtError, match=problem) as caught:
        Catalogue.load(path)
    assert str(path) in str(caught.value)


def test_missing_catalogue_is_an_error(tmp_path):
    with pytest.raises(HamgashtError, match="cannot be read"):
        Catalogue.load(tmp_path / "none.yml")


def test_catalogue_is_loaded(tmp_path):
    path = tmp_path / "labels.yml"
    path.write_text("epoch: دوره\n", encoding="utf-8")
    assert Catalogue.load(path).translate("epoch") == "دوره"


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("hamgasht.core.labels", ["babel", "numpy"]),
        (
            "hamgasht.embed",
            ["numpy", "matplotlib", "pandas", "tensorflow", "keras", "py_mini_racer"],
        ),
    ],
)
def test_import_is_light(module: str, heavy: list[str]):
    code = f"import sys, {module}; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
