#!/usr/bin/env bash
# Two layers with one answer and two gradients.
#
# Versions: keras 3.15.1, jax 0.10.2, numpy 2.4.6
# Guess: MaxPooling2D as large as the image is GlobalMaxPooling2D.
# Behaviour: answers are alike; for a map of zeros (after ReLU: most of them)
#   the gradient is 1/16 for each pixel in one and 1 for the upper left pixel
#   in the other, on all backends.
# Why: keras/src/layers/pooling/base_global_pooling.py and
#   global_max_pooling2d.py call ops.max, a reduction, which shares among
#   ties; MaxPooling2D calls the backends' max_pool, which remembers one
#   place.
# For a reader: heat maps and training by gradients differ between networks
#   that compute the same.
# Seen:
#   jax        global: [0.0625 0.0625 0.0625]..., window of 4: [1. 0. 0.]...
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


def gradient(function, values):
    x = np.asarray(values, "float32")
    if backend == "tensorflow":
        import tensorflow as tf

        x = tf.Variable(x)
        with tf.GradientTape() as tape:
            y = function(x)
        return tape.gradient(y, x).numpy().tolist()
    if backend == "jax":
        import jax

        return jax.grad(lambda x: ops.sum(function(x)))(x).tolist()
    import torch

    x = torch.tensor(x, requires_grad=True)
    function(x).sum().backward()
    return x.grad.numpy().tolist()


image = np.zeros((1, 4, 4, 1))
shared = np.ravel(gradient(keras.layers.GlobalMaxPooling2D(), image))
first = np.ravel(gradient(keras.layers.MaxPooling2D(4), image))
print(f"{backend:10} global: {shared[:3]}..., window of 4: {first[:3]}...")
assert (shared == 1 / 16).all() and first[0] == 1 and (first[1:] == 0).all()
PYTHON

export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES="" JAX_PLATFORMS=cpu
KERAS_BACKEND=jax "$python" "$work/show.py" 2>"$work/log" || { cat "$work/log"; exit 1; }
