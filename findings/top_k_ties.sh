#!/usr/bin/env bash
# A network that has learnt nothing: top-5 accuracy 1.
#
# Versions: keras 3.15.1, jax 0.10.2, numpy 2.4.6
# Guess: a network that answers 1/10 for each of ten classes is in the top 5
#   half the time.
# Behaviour: TopK metrics count ties as found: top-5 and even top-1 are 1.0,
#   on each backend, where accuracy is .1.
# Why: tensorflow: in_top_k counts classes that straddle the border as in
#   (docstring, tensorflow/python/ops/nn_ops.py);
#   keras/src/backend/jax/math.py counts greater predictions only;
#   keras/src/backend/torch/math.py compares with >=.
# For a reader: dead or saturated outputs (bfloat16, all-zero features) look
#   perfect by this metric; check it against chance before training.
# Seen:
#   jax        {'accuracy': 0.1, 'top-1': 1.0, 'top-5': 1.0}
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
from keras import ops

backend = keras.backend.backend()

labels = np.arange(10)
answers = np.full((10, 10), 0.1, "float32")
seen = {}
for name, metric in {
    "accuracy": keras.metrics.SparseCategoricalAccuracy(),
    "top-1": keras.metrics.SparseTopKCategoricalAccuracy(1),
    "top-5": keras.metrics.SparseTopKCategoricalAccuracy(5),
}.items():
    metric.update_state(labels, answers)
    seen[name] = round(float(metric.result()), 3)
print(f"{backend:10} {seen}")
assert seen == {"accuracy": 0.1, "top-1": 1, "top-5": 1}
PYTHON

export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES="" JAX_PLATFORMS=cpu
KERAS_BACKEND=jax "$python" "$work/show.py" 2>"$work/log" || { cat "$work/log"; exit 1; }
