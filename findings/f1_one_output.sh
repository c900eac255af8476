#!/usr/bin/env bash
# F1Score for one output: every classifier alike.
#
# Versions: keras 3.15.1, jax 0.10.2, numpy 2.4.6
# Guess: F1Score of sigmoid outputs cuts at .5, as BinaryAccuracy, Precision
#   and Recall do.
# Behaviour: without a threshold each row's largest output is the positive
#   one; with one column that is every image. A perfect classifier and its
#   opposite both get .182.
# Why: keras/src/metrics/f_score_metrics.py, update_state: threshold None
#   means y_pred >= max(y_pred, axis=-1).
# For a reader: give F1Score(threshold=.5) to a binary network; a score that
#   never moves in training is the sign.
# Seen:
#   default:      perfect 0.182 always wrong 0.182
#   threshold .5: perfect 1.0 always wrong 0.0
#
# FINDINGS_PYTHON: a Python that already has these versions; without it they are
# installed into a temporary folder.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages=(keras==3.15.1 jax==0.10.2 numpy==2.4.6)
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
import keras
import numpy as np

labels = np.array([[0.0]] * 9 + [[1.0]])


def score(answers, **options):
    metric = keras.metrics.F1Score(**options)
    metric.update_state(labels, answers)
    return round(float(metric.result()[0]), 3)


right, wrong = 0.1 + 0.8 * labels, 0.9 - 0.8 * labels
print("default:      perfect", score(right), "always wrong", score(wrong))
print("threshold .5: perfect", score(right, threshold=0.5), "always wrong", score(wrong, threshold=0.5))
assert score(right) == score(wrong) == 0.182
assert score(right, threshold=0.5) == 1 and score(wrong, threshold=0.5) == 0
PYTHON

export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES="" JAX_PLATFORMS=cpu
KERAS_BACKEND=jax "$python" "$work/show.py" 2>"$work/log" || { cat "$work/log"; exit 1; }
