#!/usr/bin/env bash
# Installing pyarrow changes str.upper.
#
# Versions: pandas 3.1.1, pyarrow 26.0.1
# Guess: the default string type of pandas 3 is one type; its storage is a
#   matter of speed.
# Behaviour: with pyarrow installed, upper gives the capital sharp s, one
#   letter, and leaves ligatures such as fi alone; Python's own, used without
#   pyarrow, writes SS and FI.
# Why: pandas/core/arrays/_arrow_string_mixins.py, _str_upper, calls
#   pyarrow.compute.utf8_upper, which maps letter by letter; storage "python"
#   calls str.upper, with Unicode's full mapping.
# For a reader: keys made by upper() on one machine do not match those of
#   another; give the storage, or use casefold on Python strings.
# Seen:
#   pyarrow  str: ['STRAẞE', 'ﬁLTER']
#   python   str: ['STRASSE', 'FILTER']
#   default here: pyarrow
#
# FINDINGS_PYTHON: a Python that already has these versions; without it they are
# installed into a temporary folder.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages=(pandas==3.1.1 pyarrow==26.0.1)
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
import pandas as pd

words = ["stra\u00dfe", "\ufb01lter"]
default = pd.Series(words)
seen = {}
for storage in ("pyarrow", "python"):
    series = pd.Series(words, dtype=pd.StringDtype(storage, na_value=float("nan")))
    seen[storage] = series.str.upper().tolist()
    print(f"{storage:8} {series.dtype}: {seen[storage]}")
print("default here:", default.dtype.storage)
assert default.dtype.storage == "pyarrow"
assert seen["pyarrow"] == ["STRA\u1e9eE", "\ufb01LTER"]
assert seen["python"] == ["STRASSE", "FILTER"]
PYTHON

cd "$work"
"$python" show.py 2>"$work/log" || { cat "$work/log"; exit 1; }
