#!/usr/bin/env bash
# EarlyStopping after a first epoch of NaN.
#
# Versions: keras 3.15.1, jax 0.10.2, numpy 2.4.6
# Guess: any number is better than NaN, so the second epoch (loss .5) becomes
#   the best.
# Behaviour: NaN stays the best for ever, training stops after `patience`
#   epochs although the loss falls in each, and restore_best_weights brings
#   back the weights of the NaN epoch. ReduceLROnPlateau cuts the learning
#   rate all the while.
# Why: keras/src/callbacks/monitor_callback.py, _is_improvement: the first
#   value always counts; afterwards ops.less(current, NaN) is false.
# For a reader: a validation loss that overflows in epoch 0 only (mixed
#   precision, a hot learning rate) ends a good training; warm up with
#   start_from_epoch.
# Seen:
#   losses [nan, 0.5, 0.4, 0.3] best nan weights of epoch 0
#   learning rate 1e-05
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


class Losses(keras.callbacks.Callback):
    """Write a given validation loss and mark the weights with the epoch."""

    def on_epoch_end(self, epoch, logs=None):
        logs["val_loss"] = [np.nan, 0.5, 0.4, 0.3, 0.2, 0.1][epoch]
        self.model.layers[0].kernel.assign([[float(epoch)]])


model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
stop = keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True)
rate = keras.callbacks.ReduceLROnPlateau(patience=1)
ones = np.ones((2, 1))
history = model.fit(ones, ones, epochs=6, callbacks=[Losses(), stop, rate], verbose=0)
losses = history.history["val_loss"]
kept = float(np.array(model.layers[0].kernel)[0, 0])
print("losses", losses, "best", stop.best, "weights of epoch", int(kept))
print("learning rate", f"{float(model.optimizer.learning_rate):.0e}")
assert len(losses) == 4 and np.isnan(stop.best) and kept == 0
assert float(model.optimizer.learning_rate) < 1e-3
PYTHON

export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES="" JAX_PLATFORMS=cpu
KERAS_BACKEND=jax "$python" "$work/show.py" 2>"$work/log" || { cat "$work/log"; exit 1; }
