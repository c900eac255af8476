#!/usr/bin/env bash
# An empty batch poisons batch normalisation.
#
# Versions: keras 3.15.1, jax 0.10.2, numpy 2.4.6
# Guess: a batch without images changes nothing.
# Behaviour: the layer gives an empty output and no error, its moving mean and
#   variance turn NaN and stay so: every later answer is NaN.
# Why: keras/src/layers/normalization/batch_normalization.py, call:
#   moving_mean * momentum + mean * (1 - momentum), and the mean of no numbers
#   is NaN.
# For a reader: filtered or sharded data (tf.data filter, the last shard of a
#   worker) may hand over empty batches: drop them.
# Seen:
#   jax        moving mean after 10 more batches [nan nan], answer [[nan nan]]
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

layer = keras.layers.BatchNormalization()
layer(np.zeros((0, 2), "float32"), training=True)
for _ in range(10):
    layer(np.ones((8, 2), "float32"), training=True)
moving = ops.convert_to_numpy(layer.moving_mean)
answer = ops.convert_to_numpy(layer(np.ones((1, 2), "float32")))
print(f"{backend:10} moving mean after 10 more batches {moving}, answer {answer}")
assert np.isnan(moving).all() and np.isnan(answer).all()
PYTHON

export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES="" JAX_PLATFORMS=cpu
KERAS_BACKEND=jax "$python" "$work/show.py" 2>"$work/log" || { cat "$work/log"; exit 1; }
