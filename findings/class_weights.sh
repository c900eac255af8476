#!/usr/bin/env bash
# Class weights: two meanings.
#
# Versions: keras 3.15.1, torch 2.13.0, numpy 2.4.6, scikit-learn 1.9.1
# Guess: a weighted mean is divided by the sum of weights.
# Behaviour: Keras divides by the number of images, PyTorch's
#   CrossEntropyLoss(weight=) and scikit-learn's log_loss by the sum of the
#   weights in the batch.
# Why: keras/src/losses/loss.py, reduce_values: sum_over_batch_size divides by
#   the number of values ("mean_with_sample_weight" divides by weights).
# For a reader: weights of mean 9 are a learning rate nine times as large in
#   Keras; in PyTorch a batch with one class only is not weighted at all. A
#   network moved from one to the other needs other rates.
# Seen:
#   Keras 1.275, PyTorch 0.348, scikit-learn 0.348
#
# FINDINGS_PYTHON: a Python that already has these versions; without it they are
# installed into a temporary folder.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages=(keras==3.15.1 torch==2.13.0 numpy==2.4.6 scikit-learn==1.9.1)
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
import torch
from sklearn.metrics import log_loss

answers = np.array([[0.9, 0.1], [0.6, 0.4], [0.3, 0.7]], "float32")
labels = np.array([0, 0, 1])
weights = np.array([1, 9], "float32")
per_image = weights[labels]
by_images = float(keras.losses.SparseCategoricalCrossentropy()(labels, answers, sample_weight=per_image))
by_weights = float(torch.nn.CrossEntropyLoss(weight=torch.tensor(weights))(torch.tensor(np.log(answers)), torch.tensor(labels)))
learn = log_loss(labels, answers.astype("float64"), sample_weight=per_image)
print(f"Keras {by_images:.3f}, PyTorch {by_weights:.3f}, scikit-learn {learn:.3f}")
assert abs(by_images * 3 / per_image.sum() - by_weights) < 1e-5
assert abs(by_weights - learn) < 1e-5 and by_images > 3 * by_weights
PYTHON

export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES="" JAX_PLATFORMS=cpu
KERAS_BACKEND=torch "$python" "$work/show.py" 2>"$work/log" || { cat "$work/log"; exit 1; }
