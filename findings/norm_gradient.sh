#!/usr/bin/env bash
# The norm of a zero vector: NaN or nothing.
#
# Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0, numpy
#   2.4.6
# Guess: the gradient of the norm at the zero vector is the same on each
#   backend.
# Behaviour: TensorFlow and JAX give NaN, PyTorch 0; the same holds for the
#   standard deviation of equal numbers.
# Why: keras/src/backend/tensorflow/linalg.py, norm, is written as sqrt(sum(x
#   * x)): infinity times 0. keras/src/backend/torch/linalg.py calls
#   torch.linalg.norm, whose gradient at 0 is the subgradient 0.
# For a reader: a loss with a norm or deviation (contrastive, style, gradient
#   penalty) that trains on PyTorch gives NaN elsewhere at the first black
#   image; add an epsilon under the root.
# Seen:
#   tensorflow norm of zeros: [nan, nan], std of equal numbers: [nan, nan]
#   jax        norm of zeros: [nan, nan], std of equal numbers: [nan, nan]
#   torch      norm of zeros: [0.0, 0.0], std of equal numbers: [0.0, 0.0]
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


norm = gradient(ops.norm, [0.0, 0.0])
deviation = gradient(ops.std, [3.0, 3.0])
print(f"{backend:10} norm of zeros: {norm}, std of equal numbers: {deviation}")
for values in (norm, deviation):
    assert values == [0, 0] if backend == "torch" else np.isnan(values).all()
PYTHON

export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES="" JAX_PLATFORMS=cpu
for backend in tensorflow jax torch; do
  KERAS_BACKEND=$backend "$python" "$work/show.py" 2>"$work/log" || { cat "$work/log"; exit 1; }
done
