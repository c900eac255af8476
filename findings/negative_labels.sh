#!/usr/bin/env bash
# Label -1: last class or no class.
#
# Versions: keras 3.15.1, jax 0.10.2, numpy 2.4.6
# Guess: a label of -1 (often "ignore") is refused, or marks nothing.
# Behaviour: to_categorical of a NumPy array or list marks the last class; of
#   a JAX array it marks none, as ops.one_hot does.
# Why: keras/src/utils/numerical_utils.py, to_categorical: NumPy indexing,
#   categorical[arange, x] = 1, where -1 is the last column; a tensor of the
#   backend goes to backend.nn.one_hot.
# For a reader: unlabelled images become examples of the last class, without a
#   word.
# Seen:
#   to_categorical, array:  [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
#   to_categorical, tensor: [[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
#   one_hot:                [[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
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

labels = [0, -1]
array = keras.utils.to_categorical(np.array(labels), 3)
tensor = np.array(keras.utils.to_categorical(ops.convert_to_tensor(labels), 3))
hot = np.array(ops.one_hot(np.array(labels), 3))
print("to_categorical, array: ", array.tolist())
print("to_categorical, tensor:", tensor.tolist())
print("one_hot:               ", hot.tolist())
assert array[1].tolist() == [0, 0, 1]
assert tensor[1].tolist() == hot[1].tolist() == [0, 0, 0]
PYTHON

export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES="" JAX_PLATFORMS=cpu
KERAS_BACKEND=jax "$python" "$work/show.py" 2>"$work/log" || { cat "$work/log"; exit 1; }
