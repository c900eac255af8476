#!/usr/bin/env bash
# A label that no class has: no error on JAX.
#
# Versions: keras 3.15.1, jax 0.10.2, torch 2.13.0, numpy 2.4.6
# Guess: labels 1 to 3 for a network of three classes raise an error at the
#   first batch.
# Behaviour: TensorFlow and PyTorch raise one; on JAX the images of class 3
#   have a loss of 0: they are not trained on, and the mean loss looks better.
# Why: keras/src/backend/jax/nn.py, sparse_categorical_crossentropy: one_hot
#   gives a row of zeros for an index out of range, and the loss is minus its
#   sum with the logarithms.
# For a reader: check labels before training on JAX (min 0, max below the
#   number of outputs).
# Seen:
#   jax        losses for labels 1, 2, 3, -1 of three classes: [1.099, 1.099, 0.0, 0.0]
#   torch      losses for labels 1, 2, 3, -1 of three classes: IndexError
#
# FINDINGS_PYTHON: a Python that already has these versions; without it they are
# installed into a temporary folder.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages=(keras==3.15.1 jax==0.10.2 torch==2.13.0 numpy==2.4.6)
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

labels = np.array([1, 2, 3, -1])
answers = np.full((4, 3), 1 / 3, "float32")
try:
    losses = ops.convert_to_numpy(ops.sparse_categorical_crossentropy(labels, answers))
    seen = [round(abs(float(loss)), 3) for loss in losses]
except Exception as error:
    seen = type(error).__name__
print(f"{backend:10} losses for labels 1, 2, 3, -1 of three classes: {seen}")
if backend == "jax":
    assert np.allclose(seen, [1.099, 1.099, 0, 0])
else:
    assert isinstance(seen, str)
PYTHON

export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES="" JAX_PLATFORMS=cpu
for backend in jax torch; do
  KERAS_BACKEND=$backend "$python" "$work/show.py" 2>"$work/log" || { cat "$work/log"; exit 1; }
done
