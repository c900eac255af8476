#!/usr/bin/env bash
# The loss of a wrong answer: 40 or 16.1.
#
# Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, numpy 2.4.6
# Guess: binary cross-entropy of the same probability is the same number on
#   each backend.
# Behaviour: sigmoid(-40) for a label of 1: TensorFlow says 40 with a gradient
#   of -1; JAX and PyTorch say 16.1 with a gradient of 0, so that this image
#   is never learnt.
# Why: keras/src/backend/tensorflow/nn.py, _get_logits takes the logits that
#   the activation left on its output (_keras_logits); the others clip the
#   probability at 1e-7.
# For a reader: a network with a sigmoid or softmax at its end recovers from a
#   wrong start on one backend and stays stuck on others; train on logits with
#   from_logits=True.
# Seen:
#   tensorflow loss 40.00, gradient by the logit 1
#   jax        loss 16.12, gradient by the logit 0
#
# FINDINGS_PYTHON: a Python that already has these versions; without it they are
# installed into a temporary folder.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages=(keras==3.15.1 tensorflow==2.21.0 jax==0.10.2 numpy==2.4.6)
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


def loss(logit):
    return keras.losses.binary_crossentropy(np.ones((1, 1), "float32"), keras.activations.sigmoid(logit))


value = float(ops.convert_to_numpy(loss(ops.convert_to_tensor(np.array([[-40.0]], "float32"))))[0])
slope = gradient(loss, [[-40.0]])[0][0]
print(f"{backend:10} loss {value:.2f}, gradient by the logit {abs(slope):.0f}")
if backend == "tensorflow":
    assert value == 40 and slope == -1
else:
    assert abs(value - 16.1) < 0.1 and slope == 0
PYTHON

export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES="" JAX_PLATFORMS=cpu
for backend in tensorflow jax; do
  KERAS_BACKEND=$backend "$python" "$work/show.py" 2>"$work/log" || { cat "$work/log"; exit 1; }
done
