#!/usr/bin/env bash
# Persian numbers without Persian digits.
#
# Versions: babel 2.18.0
# Guess: format_decimal(-1234.5, locale="fa") is Persian, as the locale's data
#   and browsers have it.
# Behaviour: it is -1,234.5. With numbering_system="default" the separators
#   turn Persian (U+066C, U+066B) and the digits stay Latin, a mixture that
#   nobody writes; the minus is ASCII's hyphen, although get_minus_sign_symbol
#   knows the locale's own (U+200E U+2212).
# Why: babel/numbers.py: numbering_system="latn" is the default of each
#   function, and parse_pattern writes the sign into the pattern, neg_prefix =
#   "-" + pos_prefix; only the exponent asks get_minus_sign_symbol. Digits are
#   those of str(Decimal); nothing in the file translates them.
# For a reader: translate digits and minus yourself (str.translate), after
#   numbering_system="default", or use ICU.
# Seen:
#   the locale's digits: arabext
#   default:             '-1,234.5'
#   numbering_system:    '-1\u066c234\u066b5'
#   the locale's minus:  '\u200e\u2212'
#
# FINDINGS_PYTHON: a Python that already has these versions; without it they are
# installed into a temporary folder.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages=(babel==2.18.0)
python=${FINDINGS_PYTHON:-$work/venv/bin/python}
if [ -z "${FINDINGS_PYTHON:-}" ]; then
  python3 -m venv "$work/venv"
  "$python" -m pip install --quiet --no-compile "${packages[@]}"
fi
"$python" - "${packages[@]}" <<'PYTHON'
import sys
from importlib.metadata import version

for name, wanted in (pin.split("==") for pin in sys.argv[1:]):
    found = version(name).split("+")[0]
    assert found == wanted, f"{name} is {found}, not {wanted}"
PYTHON

cat >"$work/show.py" <<'PYTHON'
from babel import Locale
from babel.numbers import format_decimal, get_minus_sign_symbol

latin = format_decimal(-1234.5, locale="fa")
persian = format_decimal(-1234.5, locale="fa", numbering_system="default")
minus = get_minus_sign_symbol("fa", numbering_system="default")
print("the locale's digits:", Locale("fa").default_numbering_system)
print("default:            ", ascii(latin))
print("numbering_system:   ", ascii(persian))
print("the locale's minus: ", ascii(minus))
assert Locale("fa").default_numbering_system == "arabext"
assert latin == "-1,234.5"
assert persian == "-1\u066c234\u066b5"
assert minus == "\u200e\u2212"
PYTHON

cd "$work"
"$python" show.py 2>"$work/log" || { cat "$work/log"; exit 1; }
