#!/usr/bin/env bash
# Max-pooling of NaN: TensorFlow drops it, JAX and PyTorch keep it.
#
# Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0, numpy
#   2.4.6
# Guess: NaN spreads: one NaN pixel makes its pooled value NaN, as `ops.max`
#   does.
# Behaviour: the pooling layer on TensorFlow gives the largest of the other
#   numbers, a window of NaN gives the lowest float32; argmax passes over NaN,
#   too. `ops.max` of the same numbers is NaN everywhere.
# Why: tensorflow/core/kernels/pooling_ops_common.h, SpatialMaxPool: the
#   output starts at NumTraits::lowest() and takes cwiseMax, in which a
#   comparison with NaN is false.
# For a reader: a check for NaN on the output of a network can pass while a
#   layer below is full of NaN, and only on one backend.
# Seen:
#   tensorflow pooled [5.0, 7.0, 13.0, -3.4e+38], max nan, argmax of (1, nan, 2) 2
#   jax        pooled [nan, 7.0, 13.0, nan], max nan, argmax of (1, nan, 2) 1
#   torch      pooled [nan, 7.0, 13.0, nan], max nan, argmax of (1, nan, 2) 1
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

image = np.arange(16, dtype="float32").reshape(1, 4, 4, 1)
image[0, 0, 0, 0] = np.nan
image[0, 2:, 2:, 0] = np.nan
pooled = ops.convert_to_numpy(keras.layers.MaxPooling2D(2)(image)).ravel()
largest = float(ops.max(image))
where = int(ops.argmax(np.array([1, np.nan, 2], "float32")))
print(f"{backend:10} pooled {[float(f'{x:.3g}') for x in pooled]}, max {largest}, argmax of (1, nan, 2) {where}")
assert np.isnan(largest)
if backend == "tensorflow":
    assert pooled[0] == 5 and pooled[3] < -3e38 and where == 2
else:
    assert np.isnan(pooled[[0, 3]]).all() and where == 1
PYTHON

export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES="" JAX_PLATFORMS=cpu
for backend in tensorflow jax torch; do
  KERAS_BACKEND=$backend "$python" "$work/show.py" 2>"$work/log" || { cat "$work/log"; exit 1; }
done
