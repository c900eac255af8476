#!/usr/bin/env bash
# A font without a space loses the non-joiner.
#
# Versions: uharfbuzz 0.57.0, fonttools 4.68.0, matplotlib 3.11.2
# Guess: a font cut down to the letters of a text, non-joiner included, shapes
#   that text as the whole font does.
# Behaviour: in a subset that holds U+200C but not U+0020 the non-joiner is
#   taken out of the glyphs: three glyphs for four characters, and the letter
#   behind it gets its cluster. With the space kept it is there, with no
#   width.
# Why: HarfBuzz, src/hb-ot-shape.cc, hb_ot_hide_default_ignorables: invisible
#   characters are replaced by the glyph of the space; where the font has
#   none, hb_ot_layout_delete_glyphs_inplace deletes them.
# For a reader: a text engine that hides clusters of zero-width characters
#   (WebKit) loses a letter behind each non-joiner; keep the space in each
#   subset of an Arabic-script font.
# Seen:
#   HarfBuzz 15.0.0
#   clusters of a subset without space: [0, 1, 2, 4, 5]
#   clusters of a subset with space:    [0, 1, 2, 3, 4, 5]
#
# FINDINGS_PYTHON: a Python that already has these versions; without it they are
# installed into a temporary folder.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages=(uharfbuzz==0.57.0 fonttools==4.68.0 matplotlib==3.11.2)
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
import matplotlib
import uharfbuzz
from fontTools.subset import Subsetter
from fontTools.ttLib import TTFont

word = "\u0645\u06cc\u200c\u0634\u0648\u062f"  # mi, non-joiner, shavad
path = matplotlib.get_data_path() + "/fonts/ttf/DejaVuSans.ttf"


def clusters(letters):
    font, subsetter = TTFont(path), Subsetter()
    subsetter.populate(text=letters)
    subsetter.subset(font)
    font.save("subset.ttf")
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path("subset.ttf"))
    buffer = uharfbuzz.Buffer()
    buffer.add_str(word)
    buffer.guess_segment_properties()
    uharfbuzz.shape(uharfbuzz.Font(face), buffer)
    return sorted(glyph.cluster for glyph in buffer.glyph_infos)


without, with_space = clusters(word), clusters(word + " ")
print("HarfBuzz", uharfbuzz.version_string())
print("clusters of a subset without space:", without)
print("clusters of a subset with space:   ", with_space)
assert with_space == [0, 1, 2, 3, 4, 5]
assert without == [0, 1, 2, 4, 5]
PYTHON

cd "$work"
"$python" show.py 2>"$work/log" || { cat "$work/log"; exit 1; }
