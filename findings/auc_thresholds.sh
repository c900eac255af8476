#!/usr/bin/env bash
# A perfect ranking whose AUC is one half.
#
# Versions: keras 3.15.1, jax 0.10.2, numpy 2.4.6, scikit-learn 1.9.1
# Guess: the area under the ROC curve depends on the order of the scores only.
# Behaviour: Keras counts at 200 fixed thresholds; scores that lie between two
#   of them are one tie. For rare findings, whose scores are small, a perfect
#   network gets .5.
# Why: keras/src/metrics/confusion_metrics.py, AUC: thresholds (i + 1) /
#   (num_thresholds - 1), the first one at .005.
# For a reader: with unbalanced classes compute the AUC with scikit-learn, or
#   give thresholds of your own.
# Seen:
#   scores times 1: Keras 0.500, scikit-learn 1.000
#   scores times 100: Keras 1.000, scikit-learn 1.000
#
# FINDINGS_PYTHON: a Python that already has these versions; without it they are
# installed into a temporary folder.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages=(keras==3.15.1 jax==0.10.2 numpy==2.4.6 scikit-learn==1.9.1)
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
from sklearn.metrics import roc_auc_score

labels = np.array([0] * 900 + [1] * 100)
scores = np.linspace(0.0005, 0.0045, 1000).astype("float32")
for factor in (1, 100):
    metric = keras.metrics.AUC()
    metric.update_state(labels, scores * factor)
    keras_auc, exact = float(metric.result()), roc_auc_score(labels, scores * factor)
    print(f"scores times {factor}: Keras {keras_auc:.3f}, scikit-learn {exact:.3f}")
    assert exact == 1 and abs(keras_auc - (0.5 if factor == 1 else 1)) < 0.001
PYTHON

export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES="" JAX_PLATFORMS=cpu
KERAS_BACKEND=jax "$python" "$work/show.py" 2>"$work/log" || { cat "$work/log"; exit 1; }
