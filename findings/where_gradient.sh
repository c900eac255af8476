#!/usr/bin/env bash
# A gradient that is NaN on two backends of three.
#
# Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0, numpy
#   2.4.6
# Guess: either where() protects the gradient of the branch not taken, or it
#   does not, on all backends.
# Behaviour: the gradient of where(x > 0, sqrt(x), 0) at 0 is 0 on TensorFlow,
#   NaN on JAX and PyTorch. Without where(), the gradient of sqrt at 0 is
#   infinite on all.
# Why: the branch not taken gets a gradient of 0, times infinity is NaN.
#   TensorFlow tests for it: tensorflow/core/kernels/cwise_ops_gradients.h,
#   scalar_sqrt_gradient_op returns 0 for an incoming 0.
# For a reader: code that trains on TensorFlow may turn to NaN on the first
#   step elsewhere; guard inside: sqrt(where(x > 0, x, 1)).
# Seen:
#   tensorflow where(x > 0, sqrt(x), 0) at 0 and 4: 0.0, 0.25; sqrt at 0: inf
#   jax        where(x > 0, sqrt(x), 0) at 0 and 4: nan, 0.25; sqrt at 0: inf
#   torch      where(x > 0, sqrt(x), 0) at 0 and 4: nan, 0.25; sqrt at 0: inf
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


guarded = gradient(lambda x: ops.where(x > 0, ops.sqrt(x), 0.0), [0.0] * 16 + [4.0])
bare = gradient(ops.sqrt, [0.0])
print(f"{backend:10} where(x > 0, sqrt(x), 0) at 0 and 4: {guarded[0]}, {guarded[-1]}; sqrt at 0: {bare[0]}")
assert guarded[-1] == 0.25 and np.isinf(bare[0])
assert (guarded[0] == 0) if backend == "tensorflow" else np.isnan(guarded[0])
PYTHON

export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES="" JAX_PLATFORMS=cpu
for backend in tensorflow jax torch; do
  KERAS_BACKEND=$backend "$python" "$work/show.py" 2>"$work/log" || { cat "$work/log"; exit 1; }
done
