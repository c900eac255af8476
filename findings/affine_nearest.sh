#!/usr/bin/env bash
# Half a pixel, rounded two ways.
#
# Versions: keras 3.15.1, jax 0.10.2, torch 2.13.0, numpy 2.4.6
# Guess: a shift by half a pixel takes the left or the right neighbour for
#   all.
# Behaviour: TensorFlow and JAX take the right one, PyTorch rounds halves to
#   even: a pixel lost, one doubled. map_coordinates of order 0 splits
#   otherwise: JAX against the other two.
# Why: keras/src/backend/torch/image.py, affine_transform and
#   _nearest_indices_and_weights: torch.round rounds halves to even;
#   jax/_src/scipy/ndimage.py: _round_half_away_from_zero.
# For a reader: labels and masks turned by nearest neighbour differ by backend
#   at exact halves, which rotations by 90 degrees of even images hit
#   everywhere.
# Seen:
#   jax        affine [1 2 3 4 5 6 7 0], map_coordinates at .5, 1.5, 2.5, 3.5: [1 2 3 4]
#   torch      affine [0 2 2 4 4 6 6 0], map_coordinates at .5, 1.5, 2.5, 3.5: [0 2 2 4]
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

row = np.tile(np.arange(8, dtype="float32"), (3, 1))[..., None]
move = np.array([1, 0, 0.5, 0, 1, 0, 0, 0], "float32")
moved = ops.convert_to_numpy(ops.image.affine_transform(row, move, interpolation="nearest"))[1, :, 0]
places = np.array([[0.5, 1.5, 2.5, 3.5]], "float32")
taken = ops.convert_to_numpy(ops.image.map_coordinates(row[0, :, 0], places, order=0))
print(f"{backend:10} affine {moved.astype(int)}, map_coordinates at .5, 1.5, 2.5, 3.5: {taken.astype(int)}")
if backend == "torch":
    assert moved[:7].tolist() == [0, 2, 2, 4, 4, 6, 6]
else:
    assert moved[:7].tolist() == [1, 2, 3, 4, 5, 6, 7]
assert taken.tolist() == ([1, 2, 3, 4] if backend == "jax" else [0, 2, 2, 4])
PYTHON

export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES="" JAX_PLATFORMS=cpu
for backend in jax torch; do
  KERAS_BACKEND=$backend "$python" "$work/show.py" 2>"$work/log" || { cat "$work/log"; exit 1; }
done
