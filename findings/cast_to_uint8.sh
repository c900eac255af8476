#!/usr/bin/env bash
# A pixel of 256: white on JAX, black elsewhere.
#
# Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0, numpy
#   2.4.6
# Guess: ops.cast to uint8 does one thing on all backends: it wraps, as NumPy
#   mostly does, or it clips.
# Behaviour: JAX clips (-1 to 0, 256 to 255); TensorFlow and PyTorch wrap
#   (-1 to 255, 256 to 0) on this processor. To int32, 3e9 and NaN become the
#   largest number and 0 on JAX, the least number on the others.
# Why: keras/src/backend/jax/core.py, cast, ends in XLA's ConvertElementType,
#   which clamps floats out of range; the others convert as C does, where such
#   a number is undefined, so that the processor decides.
# For a reader: an image a little too bright after augmentation or resizing
#   gets black dots on two backends of three; clip before you cast.
# Seen:
#   tensorflow to uint8 [255 0 44], to int32 [-2147483648 -2147483648]
#   jax        to uint8 [0 255 255], to int32 [2147483647 0]
#   torch      to uint8 [255 0 44], to int32 [-2147483648 -2147483648]
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


def cast(numbers, dtype):
    x = ops.convert_to_tensor(np.array(numbers, "float32"))
    return ops.convert_to_numpy(ops.cast(x, dtype)).tolist()


pixels = cast([-1, 256, 300.7], "uint8")
whole = cast([3e9, np.nan], "int32")
print(f"{backend:10} to uint8 {pixels}, to int32 {whole}".replace(",", ""))
if backend == "jax":
    assert (pixels, whole) == ([0, 255, 255], [2**31 - 1, 0])
else:
    assert (pixels, whole) == ([255, 0, 44], [-(2**31)] * 2)
PYTHON

export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES="" JAX_PLATFORMS=cpu
for backend in tensorflow jax torch; do
  KERAS_BACKEND=$backend "$python" "$work/show.py" 2>"$work/log" || { cat "$work/log"; exit 1; }
done
