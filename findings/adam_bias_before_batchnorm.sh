#!/usr/bin/env bash
# A bias that changes nothing, and moves all the same.
#
# Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0, numpy
#   2.4.6
# Guess: a convolution's bias in front of batch normalisation, which subtracts
#   it again, has a gradient of 0 and stays where it is.
# Behaviour: with SGD it does. With Adam it moves in the first step already,
#   more than a hundred thousand times as far, in a direction that differs
#   between backends: two trainings from the same weights part there first.
# Why: the gradient is not 0 but rounding (1e-8 and less), and keras/src/optimizers/
#   adam.py, update_step, divides it by its own size plus an epsilon of 1e-7.
# For a reader: weights of two runs, or two backends, cannot be compared number
#   by number; write use_bias=False in front of a batch normalisation.
# Seen (biases after one step with a rate of .01):
#   tensorflow SGD 5e-12 -1e-10 -1e-10 2e-10, Adam 1e-06 -3e-05 -4e-05 8e-05
#   jax        SGD -3e-10 6e-11 -2e-11 -9e-12, Adam -1e-04 2e-05 -6e-06 -3e-06
#   torch      SGD -4e-11 -9e-12 -9e-12 -2e-11, Adam -1e-05 -3e-06 -3e-06 -6e-06
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
from keras import layers, ops

backend = keras.backend.backend()
rng = np.random.default_rng(0)
x = rng.normal(size=(64, 8, 8, 1)).astype("float32")
y = rng.integers(0, 4, 64)
kernel = rng.normal(size=(3, 3, 1, 8)).astype("float32")
dense = rng.normal(size=(8, 4)).astype("float32")
moved = {}
for name, rule in (("SGD", keras.optimizers.SGD), ("Adam", keras.optimizers.Adam)):
    conv, last = layers.Conv2D(8, 3), layers.Dense(4)
    norm, pool = layers.BatchNormalization(), layers.GlobalMaxPooling2D()
    model = keras.Sequential([keras.Input((8, 8, 1)), conv, norm, pool, last])
    conv.set_weights([kernel, np.zeros(8, "float32")])
    last.set_weights([dense, np.zeros(4, "float32")])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=rule(0.01), loss=loss)
    model.train_on_batch(x, y)
    moved[name] = ops.convert_to_numpy(conv.bias)
line = {name: [f"{b:.0e}" for b in bias[:4]] for name, bias in moved.items()}
print(f"{backend:10} bias after one step of .01: {line}")
assert abs(moved["SGD"]).max() < 1e-9
assert abs(moved["Adam"]).max() > 1e5 * abs(moved["SGD"]).max()
PYTHON

export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES="" JAX_PLATFORMS=cpu
for backend in tensorflow jax torch; do
  KERAS_BACKEND=$backend "$python" "$work/show.py" 2>"$work/log" || { cat "$work/log"; exit 1; }
done
