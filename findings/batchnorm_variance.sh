#!/usr/bin/env bash
# Batch normalisation on PyTorch: a variance below zero.
#
# Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0, numpy
#   2.4.6
# Guess: the variance of inputs of deviation 1 around 10000 is near 1, at any
#   rate not negative, as in torch.nn.BatchNorm.
# Behaviour: on the PyTorch backend `ops.moments` gives numbers that are not
#   above zero, and BatchNormalization learns them; TensorFlow, JAX and
#   `ops.var` are right.
# Why: keras/src/backend/torch/nn.py, moments: variance = E[x^2] - E[x]^2 in
#   float32, whose terms are 1e8 here with a spacing of 8.
# For a reader: scale inputs before the first batch normalisation; a raw
#   16-bit image is enough to spoil it on one backend.
# Seen:
#   tensorflow layer [0.97 0.94 1.04 1.04], ops.var [0.97 0.94 1.04 1.04]
#   jax        layer [0.97 0.94 1.04 1.04], ops.var [0.97 0.94 1.04 1.04]
#   torch      layer [  0.  -8.   0. -16.], ops.var [0.97 0.94 1.04 1.04]
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

x = np.random.default_rng(0).normal(10000, 1, (1000, 4)).astype("float32")
layer = keras.layers.BatchNormalization(momentum=0.0)
layer(x, training=True)
moving = ops.convert_to_numpy(layer.moving_variance)
variance = ops.convert_to_numpy(ops.var(x, axis=0))
print(f"{backend:10} layer {moving.round(2)}, ops.var {variance.round(2)}")
assert (abs(variance - 1) < 0.1).all()
if backend == "torch":
    assert (abs(moving - 1) > 0.9).any()
else:
    assert (abs(moving - 1) < 0.1).all()
PYTHON

export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES="" JAX_PLATFORMS=cpu
for backend in tensorflow jax torch; do
  KERAS_BACKEND=$backend "$python" "$work/show.py" 2>"$work/log" || { cat "$work/log"; exit 1; }
done
