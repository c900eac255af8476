#!/usr/bin/env bash
# A network that answers NaN is 90 % right.
#
# Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0, numpy
#   2.4.6
# Guess: a metric of NaN predictions is NaN, or zero.
# Behaviour: accuracy is the share of class 0. Top-5 accuracy is 0 on
#   TensorFlow and PyTorch and 1 (perfect) on JAX.
# Why: keras/src/metrics/accuracy_metrics.py takes argmax, which gives an
#   index for NaN, too; keras/src/backend/jax/math.py, in_top_k, replaces the
#   label's NaN by -inf and then counts predictions that are greater: none is,
#   for they are NaN, so the rank is 1.
# For a reader: a training that broke does not show in the accuracy of
#   unbalanced data; look at the loss, or use TerminateOnNaN.
# Seen:
#   tensorflow accuracy 0.90, top-5 accuracy 0.00
#   jax        accuracy 0.90, top-5 accuracy 1.00
#   torch      accuracy 0.90, top-5 accuracy 0.00
#
# FINDINGS_PYTHON: a Python that already has these versions; without it they are
# installed into a temporary folder.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages=(keras==3.15.1 tensorflow==2.21.0 jax==0.10.2 torch==2.13.0 numpy==2.4.6)
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

labels = np.array([0] * 90 + [1] * 10)
answers = np.full((100, 10), np.nan, "float32")
accuracy = keras.metrics.SparseCategoricalAccuracy()
accuracy.update_state(labels, answers)
top5 = keras.metrics.SparseTopKCategoricalAccuracy(5)
top5.update_state(labels, answers)
accuracy, top5 = float(accuracy.result()), float(top5.result())
print(f"{backend:10} accuracy {accuracy:.2f}, top-5 accuracy {top5:.2f}")
assert abs(accuracy - 0.9) < 1e-6
assert top5 == (1 if backend == "jax" else 0)
PYTHON

export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES="" JAX_PLATFORMS=cpu
for backend in tensorflow jax torch; do
  KERAS_BACKEND=$backend "$python" "$work/show.py" 2>"$work/log" || { cat "$work/log"; exit 1; }
done
