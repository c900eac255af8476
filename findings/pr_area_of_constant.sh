#!/usr/bin/env bash
# The area under a curve of one point.
#
# Versions: scikit-learn 1.9.1, numpy 2.4.6
# Guess: auc(recall, precision) and average_precision_score measure the same
#   area; of a classifier without knowledge it is the share of positives.
# Behaviour: auc gives .55, better than many real networks on such data;
#   average precision gives .1.
# Why: sklearn/metrics/_ranking.py, precision_recall_curve, adds the point
#   (recall 0, precision 1); auc draws a straight line to it from (1, .1).
# For a reader: a network with tied scores (rounded, saturated, a tree) is
#   praised by the trapezoid; use average_precision_score.
# Seen:
#   precision [0.1 1. ] recall [1. 0.]
#   auc 0.55, average precision 0.10
#
# FINDINGS_PYTHON: a Python that already has these versions; without it they are
# installed into a temporary folder.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages=(scikit-learn==1.9.1 numpy==2.4.6)
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
from sklearn.metrics import auc, average_precision_score, precision_recall_curve

labels = np.array([0] * 90 + [1] * 10)
scores = np.full(100, 0.3)
precision, recall, _ = precision_recall_curve(labels, scores)
area, average = auc(recall, precision), average_precision_score(labels, scores)
print("precision", precision, "recall", recall)
print(f"auc {area:.2f}, average precision {average:.2f}")
assert abs(area - 0.55) < 1e-9 and abs(average - 0.1) < 1e-9
PYTHON

cd "$work"
"$python" show.py 2>"$work/log" || { cat "$work/log"; exit 1; }
