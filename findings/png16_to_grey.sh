#!/usr/bin/env bash
# A 16-bit image that turns white.
#
# Versions: pillow 13.0.0, numpy 2.4.6
# Guess: an image of 16 bits made one of 8 bits keeps its picture: 65535
#   becomes 255.
# Behaviour: all above 255 is white, so a medical image of 12 or 16 bits turns
#   into a white field with a few specks; no warning.
# Why: Pillow's src/libImaging/Convert.c, I16L_L: 255 if the upper byte is not
#   zero, else the lower byte.
# For a reader: scale first (array / 257), and look at one image after
#   loading.
# Seen:
#   mode I;16 pixels [    0   200   300  4095 40000 65535] as L [  0 200 255 255 255 255]
#
# FINDINGS_PYTHON: a Python that already has these versions; without it they are
# installed into a temporary folder.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages=(pillow==13.0.0 numpy==2.4.6)
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
import numpy as np
from PIL import Image

pixels = np.array([[0, 200, 300, 4095, 40000, 65535]], "uint16")
Image.fromarray(pixels).save("image.png")
image = Image.open("image.png")
grey = np.asarray(image.convert("L"))
print("mode", image.mode, "pixels", np.asarray(image)[0], "as L", grey[0])
assert image.mode == "I;16" and grey[0].tolist() == [0, 200, 255, 255, 255, 255]
PYTHON

cd "$work"
"$python" show.py 2>"$work/log" || { cat "$work/log"; exit 1; }
