#!/usr/bin/env bash
# 7 // 0 is -2.
#
# Versions: keras 3.15.1, jax 0.10.2, numpy 2.4.6
# Guess: division of integers by zero raises an error, as in Python, or gives
#   0 with a warning, as in NumPy.
# Behaviour: TensorFlow and PyTorch raise an error; JAX goes on with a
#   quotient of -2 and a remainder of 0.
# Why: jax.lax.div is documented to give an implementation-defined value, -1
#   on a CPU, and jax.lax.rem the dividend; jax/_src/numpy/ufuncs.py,
#   floor_divide, then takes one off where lax.sign of both differ and a
#   remainder is left, and the sign of 0 differs from that of 7.
# For a reader: counts, strides and batch numbers that divide by zero give
#   plausible numbers; compare the divisor with 0 first.
# Seen:
#   jax        7 // 0 and 7 % 0: (-2, 0)
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

try:
    seven, zero = ops.convert_to_tensor([7]), ops.convert_to_tensor([0])
    seen = int(ops.floor_divide(seven, zero)[0]), int(ops.mod(seven, zero)[0])
except Exception as error:
    seen = type(error).__name__
print(f"{backend:10} 7 // 0 and 7 % 0: {seen}")
assert seen == (-2, 0) if backend == "jax" else isinstance(seen, str)
PYTHON

export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES="" JAX_PLATFORMS=cpu
KERAS_BACKEND=jax "$python" "$work/show.py" 2>"$work/log" || { cat "$work/log"; exit 1; }
