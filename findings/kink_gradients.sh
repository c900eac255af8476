#!/usr/bin/env bash
# The gradient at a kink: three answers from one Keras.
#
# Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0, numpy
#   2.4.6
# Guess: the gradient at a kink is a convention, but the same on all backends,
#   and maximum(x, 0) is relu(x).
# Behaviour: abs at 0: 1 on JAX, else 0. maximum(x, 0) at 0: 1 on TensorFlow,
#   else 1/2. relu: 0 on all.
# Why: jax/_src/lax/lax.py, _abs_jvp_rule selects by x >= 0 and _balanced_eq
#   halves the gradient of max at ties; tensorflow/python/ops/math_grad.py,
#   _MaximumGrad, gives all of it to x where x >= y.
# For a reader: weights or activations that are exactly zero (initial biases,
#   dead or masked pixels) train otherwise; write relu as relu.
# Seen:
#   tensorflow {'abs': 0.0, 'maximum': 1.0, 'relu': 0.0}
#   jax        {'abs': 1.0, 'maximum': 0.5, 'relu': 0.0}
#   torch      {'abs': 0.0, 'maximum': 0.5, 'relu': 0.0}
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


at_zero = {
    "abs": gradient(ops.abs, [0.0])[0],
    "maximum": gradient(lambda x: ops.maximum(x, 0.0), [0.0])[0],
    "relu": gradient(ops.relu, [0.0])[0],
}
print(f"{backend:10} {at_zero}")
wanted = {"tensorflow": (0, 1, 0), "jax": (1, 0.5, 0), "torch": (0, 0.5, 0)}
assert tuple(at_zero.values()) == wanted[backend]
PYTHON

export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES="" JAX_PLATFORMS=cpu
for backend in tensorflow jax torch; do
  KERAS_BACKEND=$backend "$python" "$work/show.py" 2>"$work/log" || { cat "$work/log"; exit 1; }
done
