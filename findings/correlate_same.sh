#!/usr/bin/env bash
# Correlation with a longer kernel: three backends, three answers.
#
# Versions: keras 3.15.1, tensorflow 2.21.0, torch 2.13.0, numpy 2.4.6
# Guess: ops.correlate follows numpy.correlate, as its documentation says, on
#   each backend.
# Behaviour: with the longer argument second, JAX gives what NumPy gives,
#   TensorFlow is shifted by one, PyTorch gives two numbers rather than five.
# Why: NumPy (and jax.numpy) swap the arguments and turn the result round;
#   keras/src/backend/tensorflow/numpy.py and
#   keras/src/backend/torch/numpy.py, correlate, crop a full correlation
#   without the swap, each by its own rule.
# For a reader: give the longer signal first, and compare with numpy.correlate
#   once.
# Seen:
#   tensorflow [0 1 2 3 4] with [1 2]: [ 0  2  5  8 11], NumPy [ 0  2  5  8 11]
#   tensorflow [1 2] with [0 1 2 3 4]: [ 4 11  8  5  2], NumPy [11  8  5  2  0]
#   torch      [0 1 2 3 4] with [1 2]: [ 0  2  5  8 11], NumPy [ 0  2  5  8 11]
#   torch      [1 2] with [0 1 2 3 4]: [8 5], NumPy [11  8  5  2  0]
#
# FINDINGS_PYTHON: a Python that already has these versions; without it they are
# installed into a temporary folder.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages=(keras==3.15.1 tensorflow==2.21.0 torch==2.13.0 numpy==2.4.6)
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

short, long = np.array([1.0, 2], "float32"), np.arange(5, dtype="float32")
for x, y in ((long, short), (short, long)):
    seen = ops.convert_to_numpy(ops.correlate(x, y, mode="same"))
    print(f"{backend:10} {x.astype(int)} with {y.astype(int)}: {seen.astype(int)}, NumPy {np.correlate(x, y, 'same').astype(int)}")
assert {"tensorflow": [4, 11, 8, 5, 2], "jax": [11, 8, 5, 2, 0], "torch": [8, 5]}[backend] == seen.astype(int).tolist()
PYTHON

export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES="" JAX_PLATFORMS=cpu
for backend in tensorflow torch; do
  KERAS_BACKEND=$backend "$python" "$work/show.py" 2>"$work/log" || { cat "$work/log"; exit 1; }
done
