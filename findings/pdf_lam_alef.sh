#!/usr/bin/env bash
# Peace becomes safe: a Persian word read back from a PDF.
#
# Versions: matplotlib 3.11.2, pypdf 7.1.1, pdftotext of poppler-utils 22.12.0
#   (Debian 12)
# Guess: Persian text that a PDF shows correctly is found and copied as it was
#   written.
# Behaviour: Matplotlib 3.11 shapes and orders the line correctly. pdftotext
#   turns the two letters of the ligature round: salaam (peace) is read as
#   saalem (healthy). pypdf keeps the letters and reads the words in the order
#   of the paper, last word first.
# Why: in the file the ligature is one glyph, and its ToUnicode entry is
#   <06440627>, lam before alef, as written; poppler/TextOutputDev.cc,
#   TextPage::addChar, cuts such a glyph into uLen boxes and lays its letters
#   from left to right; a right-to-left run is then read from right to left,
#   alef first. (Xpdf's version of that function tests for right-to-left
#   ligatures.)
# For a reader: do not take Persian text out of a PDF for search or for tests
#   without looking at words with lam and alef.
# Seen:
#   pdftotext version 22.12.0
#   written:   سلام دنیا
#   pdftotext: سالم دنیا
#   pypdf:     دنیا سلام
#
# FINDINGS_PYTHON: a Python that already has these versions; without it they are
# installed into a temporary folder.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages=(matplotlib==3.11.2 pypdf==7.1.1)
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

command -v pdftotext >/dev/null || {
  echo "pdftotext is missing. Fix: apt-get install poppler-utils"
  exit 1
}
pdftotext -v 2>&1 | sed -n 1p

cat >"$work/show.py" <<'PYTHON'
import subprocess

import matplotlib
from pypdf import PdfReader

matplotlib.use("Agg")
import matplotlib.pyplot as plt

text = "\u0633\u0644\u0627\u0645 \u062f\u0646\u06cc\u0627"  # salaam donyaa
figure = plt.figure()
figure.text(0.2, 0.5, text)
plt.rcParams["pdf.fonttype"] = 42
figure.savefig("text.pdf")
by_pypdf = PdfReader("text.pdf").pages[0].extract_text().strip()
by_poppler = subprocess.run(["pdftotext", "text.pdf", "-"], capture_output=True, text=True, check=True).stdout
by_poppler = "".join(c for c in by_poppler if c not in "\u202a\u202b\u202c\f\n").strip()
print("written:  ", text)
print("pdftotext:", by_poppler)
print("pypdf:    ", by_pypdf)
saalem = "\u0633\u0627\u0644\u0645"
assert by_poppler == saalem + " \u062f\u0646\u06cc\u0627"
assert by_pypdf == " ".join(reversed(text.split()))
PYTHON

cd "$work"
"$python" show.py 2>"$work/log" || { cat "$work/log"; exit 1; }
