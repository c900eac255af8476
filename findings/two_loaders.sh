#!/usr/bin/env bash
# One file, two images.
#
# Versions: keras 3.15.1, tensorflow 2.21.0, numpy 2.4.6, pillow 13.0.0
# Guess: loading an image folder and loading each image with load_img give the
#   same numbers, or nearly so.
# Behaviour: white lines of one pixel, one in four, vanish when 64 pixels
#   become 16 in one way, and become grey in the other. A grey JPEG differs
#   without any resizing.
# Why: keras/src/utils/image_dataset_utils.py, load_image:
#   tf.image.decode_image and tf.image.resize, whose antialias is False by
#   default; Pillow's resize averages over all pixels that shrink. TensorFlow
#   decodes JPEG by a faster, coarser DCT unless
#   dct_method="INTEGER_ACCURATE".
# For a reader: a network trained on one way is measured on the other at a
#   loss; load training and test images by the same function.
# Seen:
#   a row of 16 white lines, 64 to 16 pixels; folder: [0.] load_img: [64.]
#   JPEG, share of pixels unlike Pillow's: default 0.57, INTEGER_ACCURATE 0.00
#
# FINDINGS_PYTHON: a Python that already has these versions; without it they are
# installed into a temporary folder.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages=(keras==3.15.1 tensorflow==2.21.0 numpy==2.4.6 pillow==13.0.0)
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
import tensorflow as tf
from PIL import Image

work = os.path.dirname(os.path.abspath(__file__))
folder = os.path.join(work, "images", "a")
os.makedirs(folder)
stripes = np.zeros((64, 64), "uint8")
stripes[:, ::4] = 255
Image.fromarray(stripes).save(f"{folder}/stripes.png")


def dataset():
    options = {"labels": None, "color_mode": "grayscale", "image_size": (16, 16), "verbose": False}
    return keras.utils.image_dataset_from_directory(os.path.dirname(folder), **options)


by_folder = next(iter(dataset())).numpy()[0, 8:9, :, 0]
image = keras.utils.load_img(f"{folder}/stripes.png", color_mode="grayscale", target_size=(16, 16), interpolation="bilinear")
by_image = np.asarray(image)[8:9].astype(float)
print("a row of 16 white lines, 64 to 16 pixels; folder:", np.unique(by_folder), "load_img:", np.unique(by_image[:, 1:-1]))
noise = np.random.default_rng(0).normal(128, 40, (64, 64)).clip(0, 255).astype("uint8")
Image.fromarray(noise).save(f"{folder}/noise.jpg", quality=90)
data = tf.io.read_file(f"{folder}/noise.jpg")
pillow = np.asarray(Image.open(f"{folder}/noise.jpg")).astype(int)
fast = tf.io.decode_image(data).numpy()[..., 0].astype(int)
exact = tf.io.decode_jpeg(data, dct_method="INTEGER_ACCURATE").numpy()[..., 0].astype(int)
print(f"JPEG, share of pixels unlike Pillow's: default {(fast != pillow).mean():.2f}, INTEGER_ACCURATE {(exact != pillow).mean():.2f}")
assert (by_folder == 0).all() and (by_image > 30).all()
assert (fast != pillow).mean() > 0.1 and (exact == pillow).all()
PYTHON

export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES="" JAX_PLATFORMS=cpu
KERAS_BACKEND=tensorflow "$python" "$work/show.py" 2>"$work/log" || { cat "$work/log"; exit 1; }
