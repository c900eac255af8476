#!/usr/bin/env bash
# Which of equal numbers are the top three? On PyTorch not the first.
#
# Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0, numpy
#   2.4.6
# Guess: of equal numbers ops.top_k takes the first ones, as a stable sort
#   does.
# Behaviour: TensorFlow and JAX take places 0, 1, 2; PyTorch takes others,
#   which change with the length. ops.argsort is stable on all three.
# Why: keras/src/backend/torch/math.py, top_k, calls torch.topk, which promises
#   no order among ties; tf.math.top_k promises the lower index first.
# For a reader: what is kept by top_k (beams, hard examples, pruned weights,
#   boxes) differs between backends wherever scores tie, as after ReLU or in
#   bfloat16; add the index as a second key, or use argsort.
# Seen:
#   tensorflow top_k [0 1 2], argsort [0 1 2]
#   jax        top_k [0 1 2], argsort [0 1 2]
#   torch      top_k [28 26 27], argsort [0 1 2]
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

x = np.ones(40, "float32")
top = ops.convert_to_numpy(ops.top_k(x, 3)[1])
first = ops.convert_to_numpy(ops.argsort(-x))[:3]
print(f"{backend:10} top_k {top}, argsort {first}")
assert first.tolist() == [0, 1, 2]
assert (top.tolist() == [0, 1, 2]) == (backend != "torch")
PYTHON

export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES="" JAX_PLATFORMS=cpu
for backend in tensorflow jax torch; do
  KERAS_BACKEND=$backend "$python" "$work/show.py" 2>"$work/log" || { cat "$work/log"; exit 1; }
done
