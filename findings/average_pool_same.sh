#!/usr/bin/env bash
# Average pooling with `same`: PyTorch counts the edge twice.
#
# Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0, numpy
#   2.4.6
# Guess: a Keras layer without weights gives the same numbers on each backend;
#   padding does not count.
# Behaviour: with a window of 3, a stride of 2 and an even side, the PyTorch
#   backend repeats the last row and column and counts them.
# Why: keras/src/backend/torch/nn.py, _apply_same_padding: where left and
#   right padding differ, tnn.pad(mode="replicate") and no count_include_pad;
#   where they are alike, padding is handed to PyTorch, which leaves it out.
# For a reader: a network with such a layer, saved on one backend, answers
#   otherwise on another; pick sides for which padding is symmetric, or
#   `valid`.
# Seen:
#   tensorflow [ 5.   6.5 11.  12.5]
#   jax        [ 5.   6.5 11.  12.5]
#   torch      [ 5.     6.667 11.667 13.333]
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

image = np.arange(16, dtype="float32").reshape(1, 4, 4, 1)
layer = keras.layers.AveragePooling2D(3, strides=2, padding="same")
pooled = ops.convert_to_numpy(layer(image)).ravel()
print(f"{backend:10} {pooled.round(3)}")
if backend == "torch":
    # the repeated edge: the last window holds 10, 11, 11, 14, 15, 15, 14, 15, 15
    assert np.allclose(pooled, [5, 20 / 3, 35 / 3, 40 / 3])
else:
    assert np.allclose(pooled, [5, 6.5, 11, 12.5])
PYTHON

export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES="" JAX_PLATFORMS=cpu
for backend in tensorflow jax torch; do
  KERAS_BACKEND=$backend "$python" "$work/show.py" 2>"$work/log" || { cat "$work/log"; exit 1; }
done
