#!/usr/bin/env bash
# A count that stops at 256.
#
# Versions: keras 3.15.1, tensorflow 2.21.0, numpy 2.4.6
# Guess: cumsum and sum of the same numbers end alike, and on all backends.
# Behaviour: on TensorFlow cumsum of 5000 ones ends at 256 in bfloat16 and at
#   2048 in float16; the sum is 4992 (the nearest bfloat16) and 5000.
# Why: keras/src/backend/tensorflow/numpy.py, cumsum, calls tf.math.cumsum in
#   the dtype given: 256 + 1 rounds to 256. sum has the same dtype, but the
#   error stays small: it does not stop.
# For a reader: under mixed_bfloat16 positions, masks and weights made by
#   cumsum are wrong past 256; cast to float32 or int32 first.
# Seen:
#   tensorflow last of cumsum, sum: {'bfloat16': [256.0, 4992.0], 'float16': [2048.0, 5000.0]}
#
# FINDINGS_PYTHON: a Python that already has these versions; without it they are
# installed into a temporary folder.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages=(keras==3.15.1 tensorflow==2.21.0 numpy==2.4.6)
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

seen = {}
for dtype in ("bfloat16", "float16"):
    ones = ops.ones(5000, dtype=dtype)
    seen[dtype] = [float(ops.cast(x, "float32")) for x in (ops.cumsum(ones)[-1], ops.sum(ones))]
print(f"{backend:10} last of cumsum, sum: {seen}")
assert seen["bfloat16"][1] == 4992 and seen["float16"][1] == 5000
if backend == "tensorflow":
    assert seen["bfloat16"][0] == 256 and seen["float16"][0] == 2048
else:
    assert seen["bfloat16"][0] > 4900 and seen["float16"][0] > 4900
PYTHON

export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES="" JAX_PLATFORMS=cpu
KERAS_BACKEND=tensorflow "$python" "$work/show.py" 2>"$work/log" || { cat "$work/log"; exit 1; }
