#!/usr/bin/env bash
# A NaN in an image, and whether TensorFlow's loss shows it.
#
# Versions: tensorflow 2.21.0, keras 3.15.1, numpy 2.4.6
# Guess: NaN is handed on by convolution and ReLU, so the first loss is NaN, on
#   every processor, and a callback that watches the loss ends the training.
# Behaviour: with oneDNN's operations a compiled step joins convolution, bias and
#   ReLU in one, which writes 0 for NaN: the losses are numbers. TensorFlow takes
#   oneDNN by itself on processors with instructions for neural networks (such as
#   AVX512-VNNI), so the same program stops on one machine and goes on at another.
# Why: run eagerly, with the operations apart, NaN stays. That oneDNN is on by default
#   from TensorFlow 2.9, on such processors: blog.tensorflow.org, January 2023.
# For a reader: look at data and weights with np.isfinite; to have the same answer
#   everywhere, set TF_ENABLE_ONEDNN_OPTS, here to 0 and to 1.
# Seen:
#   0 first loss is NaN
#   1 first loss is a number
#
# FINDINGS_PYTHON: a Python that already has these versions; without it they are
# installed into a temporary folder.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages=(tensorflow==2.21.0 keras==3.15.1 numpy==2.4.6)
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
import os

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
image = keras.Input((64, 64, 1))
x = layers.ReLU()(layers.Conv2D(16, 3)(image))
x = layers.Dense(1)(layers.Flatten()(x))
model = keras.Model(image, x)
model.compile("adam", "mse")
images = np.ones((4, 64, 64, 1), "float32")
images[0, 5, 5] = np.nan
[loss] = model.fit(images, np.ones(4), verbose=0).history["loss"]
print(os.environ["TF_ENABLE_ONEDNN_OPTS"], "first loss is",
      "NaN" if np.isnan(loss) else "a number")
PYTHON

# The same instructions on every x86 processor.
export KERAS_BACKEND=tensorflow TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES=-1
export ONEDNN_MAX_CPU_ISA=AVX2
for way in 0 1; do
  TF_ENABLE_ONEDNN_OPTS=$way "$python" "$work/show.py" 2>/dev/null
done | tee "$work/seen"
diff - "$work/seen" <<'SEEN'
0 first loss is NaN
1 first loss is a number
SEEN
