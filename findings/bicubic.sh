#!/usr/bin/env bash
# Two curves by the name of bicubic.
#
# Versions: keras 3.15.1, tensorflow 2.21.0, jax 0.10.2, torch 2.13.0, numpy
#   2.4.6
# Guess: bicubic is one formula; backends differ by rounding.
# Behaviour: a line with one bright pixel, made twice as long, differs by .035
#   of full scale, and undershoots half as much again on PyTorch.
# Why: keras/src/backend/torch/image.py, resize, hands bicubic to
#   torch.nn.functional.interpolate, whose cubic has a = -0.75; TensorFlow's
#   and JAX's has a = -0.5 (Keys), with weights made to sum to one again at
#   the edge. The weights at a quarter of a pixel, seen below, are those of
#   the two formulas.
# For a reader: images made larger or smaller with bicubic on one backend are
#   not those of another; prepare data once, with one library.
# Seen:
#   tensorflow [-0.0234 -0.0703  0.2266  0.8672  0.8672]
#   jax        [-0.0234 -0.0703  0.2266  0.8672  0.8672]
#   torch      [-0.0352 -0.1055  0.2617  0.8789  0.8789]
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

line = np.zeros((1, 1, 9, 1), "float32")
line[0, 0, 4, 0] = 1
wide = ops.convert_to_numpy(ops.image.resize(line, (1, 18), interpolation="bicubic")).ravel()
print(f"{backend:10} {wide[5:10].round(4)}")


def weight(distance, a):
    """Keys' cubic at a distance in pixels."""
    if distance <= 1:
        return (a + 2) * distance**3 - (a + 3) * distance**2 + 1
    return a * distance**3 - 5 * a * distance**2 + 8 * a * distance - 4 * a


a = -0.75 if backend == "torch" else -0.5
assert np.allclose(wide[5:9], [weight(d, a) for d in (1.75, 1.25, 0.75, 0.25)], atol=1e-5)
PYTHON

export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES="" JAX_PLATFORMS=cpu
for backend in tensorflow jax torch; do
  KERAS_BACKEND=$backend "$python" "$work/show.py" 2>"$work/log" || { cat "$work/log"; exit 1; }
done
