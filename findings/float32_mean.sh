#!/usr/bin/env bash
# The mean of a .1 image is .07.
#
# Versions: numpy 2.4.6
# Guess: NumPy sums in pairs, so a float32 mean is right to six digits.
# Behaviour: the mean per channel of 30 images of 1000 by 1000 by 3 is .0699,
#   and their deviation .023 rather than 0. Of the same numbers the mean over
#   everything, or with channels first, is right.
# Why: pairwise summation works along the fast axis only (numpy.sum, Notes:
#   "Pairwise summation ... only when summing along the fast axis in memory");
#   with channels last each channel is one running float32 sum, which at 2^21
#   has a spacing of .25.
# For a reader: means and deviations for normalising a data set of images are
#   wrong, and more so the larger it is: give dtype="float64".
# Seen:
#   mean per channel           [0.0699 0.0699 0.0699]
#   deviation per channel      [0.0234 0.0234 0.0234]
#   mean of everything         0.1
#   per channel, dtype float64 [0.1 0.1 0.1]
#   channels first             [0.1 0.1 0.1]
#
# FINDINGS_PYTHON: a Python that already has these versions; without it they are
# installed into a temporary folder.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages=(numpy==2.4.6)
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

images = np.full((30, 1000, 1000, 3), 0.1, "float32")
channels = images.mean(axis=(0, 1, 2))
deviation = images.std(axis=(0, 1, 2))
print("mean per channel          ", channels.round(4))
print("deviation per channel     ", deviation.round(4))
print("mean of everything        ", images.mean().round(4))
print("per channel, dtype float64", images.mean(axis=(0, 1, 2), dtype="float64").round(4))
first = np.ascontiguousarray(np.moveaxis(images, -1, 0))
print("channels first            ", first.mean(axis=(1, 2, 3)).round(4))
assert (channels < 0.08).all() and (deviation > 0.01).all()
assert abs(images.mean() - 0.1) < 1e-6
assert (abs(first.mean(axis=(1, 2, 3)) - 0.1) < 1e-6).all()
PYTHON

cd "$work"
"$python" show.py 2>"$work/log" || { cat "$work/log"; exit 1; }
