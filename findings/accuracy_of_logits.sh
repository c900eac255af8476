#!/usr/bin/env bash
# `accuracy` does not know of from_logits.
#
# Versions: keras 3.15.1, jax 0.10.2, numpy 2.4.6
# Guess: compile() is told that outputs are logits, so "accuracy" cuts them at
#   0.
# Behaviour: the metric cuts logits at .5: a network that is right on all four
#   images scores .25.
# Why: keras/src/trainers/compile_utils.py, get_metric, chooses
#   BinaryAccuracy(name=...) by shapes alone, with its threshold of .5
#   (keras/src/metrics/accuracy_metrics.py).
# For a reader: with logits give BinaryAccuracy(threshold=0). For several
#   classes nothing is lost, as argmax of logits is that of probabilities.
# Seen:
#   {'accuracy': 0.25, 'at_0': 1.0, 'loss': 0.495}
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

model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Identity()])
model.compile(
    loss=keras.losses.BinaryCrossentropy(from_logits=True),
    metrics=["accuracy", keras.metrics.BinaryAccuracy(threshold=0, name="at_0")],
)
logits = np.array([[0.2], [0.3], [0.4], [-1.0]])
seen = model.evaluate(logits, np.array([1, 1, 1, 0]), verbose=0, return_dict=True)
print({name: round(value, 3) for name, value in seen.items()})
assert seen["accuracy"] == 0.25 and seen["at_0"] == 1
PYTHON

export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES="" JAX_PLATFORMS=cpu
KERAS_BACKEND=jax "$python" "$work/show.py" 2>"$work/log" || { cat "$work/log"; exit 1; }
