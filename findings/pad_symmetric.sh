#!/usr/bin/env bash
# Symmetric padding that repeats one pixel.
#
# Versions: keras 3.15.1, torch 2.13.0, numpy 2.4.6
# Guess: symmetric padding mirrors, edge included: 0 1 2 by two becomes 1 0 0
#   1 2 2 1, as in NumPy.
# Behaviour: the PyTorch backend gives 0 0 0 1 2 2 2.
# Why: keras/src/backend/torch/numpy.py, pad: if mode == "symmetric": mode =
#   "replicate". For a width of one they are alike, so small tests do not see
#   it.
# For a reader: borders after mirrored padding differ between backends; use
#   "reflect", or pad by one.
# Seen:
#   torch      width 1: [0 0 1 2 2], NumPy [0 0 1 2 2]
#   torch      width 2: [0 0 0 1 2 2 2], NumPy [1 0 0 1 2 2 1]
#
# FINDINGS_PYTHON: a Python that already has these versions; without it they are
# installed into a temporary folder.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages=(keras==3.15.1 torch==2.13.0 numpy==2.4.6)
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

for width in (1, 2):
    padded = ops.convert_to_numpy(ops.pad(np.arange(3), [[width, width]], mode="symmetric"))
    mirrored = np.pad(np.arange(3), width, mode="symmetric")
    print(f"{backend:10} width {width}: {padded}, NumPy {mirrored}")
    assert (padded == mirrored).all() == (backend != "torch" or width == 1)
PYTHON

export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES="" JAX_PLATFORMS=cpu
KERAS_BACKEND=torch "$python" "$work/show.py" 2>"$work/log" || { cat "$work/log"; exit 1; }
