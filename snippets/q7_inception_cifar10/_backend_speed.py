"""Trains a network for some steps on one backend, each time it is asked to.

``python _backend_speed.py NETWORK`` reads a number of steps from each line of
its input and answers with a line of JSON: the seconds that passed, and those
that its threads computed. ``deterministic`` as a second argument asks
TensorFlow for operations that repeat to the last bit.
"""

import json
import sys
import time

BATCH = 16
LOSSES = {
    "mri": "binary_crossentropy",
    "inception": "categorical_crossentropy",
}


def build(name):
    """Return the question's network of chapter 4 or 7."""
    import keras
    from keras import layers

    def conv(x, filters, size, padding="same"):
        layer = layers.Conv2D(filters, size, padding=padding)
        return layers.ReLU()(layer(x))

    if name == "mri":
        x = image = keras.Input((256, 256, 1))
        for filters in (16, 32, 64):
            x = layers.MaxPooling2D()(conv(x, filters, 3, "valid"))
        x = layers.Dense(64, activation="relu")(layers.Flatten()(x))
        return keras.Model(image, layers.Dense(1, activation="sigmoid")(x))
    x = image = keras.Input((32, 32, 3))
    for filters in (32, 64, 32):
        x = conv(x, filters, 3)
    x = layers.MaxPooling2D()(x)
    branches = [conv(x, 64, 1)]
    branches += [conv(conv(x, 32, 1), 64, size) for size in (3, 5)]
    pooled = layers.MaxPooling2D(3, strides=1, padding="same")(x)
    x = layers.Concatenate()([*branches, conv(pooled, 64, 1)])
    for filters in (128, 256):
        x = layers.BatchNormalization()(conv(x, filters, 3))
        x = layers.Dropout(0.5)(x)
    x = layers.Dense(10, activation="softmax")(layers.Flatten()(x))
    return keras.Model(image, x)


def version():
    """Return the version of the library that Keras computes with."""
    import keras

    match keras.backend.backend():
        case "jax":
            import jax as library
        case "torch":
            import torch as library
        case _:
            import tensorflow as library
    return library.__version__.partition("+")[0]


def main(name, deterministic=""):
    """Answer one line for each line of the input."""
    import keras
    import numpy as np

    keras.utils.set_random_seed(0)
    if deterministic:
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()
    model = build(name)
    model.compile(optimizer="adam", loss=LOSSES[name])
    rng = np.random.default_rng(0)
    x = rng.random((BATCH, *model.input_shape[1:]), "float32")
    classes = model.output_shape[1]
    y = np.eye(classes, dtype="float32")[np.arange(BATCH) % classes]
    for _ in range(2):
        model.train_on_batch(x, y)  # compiles
    about = {"version": version(), "parameters": model.count_params()}
    print(json.dumps(about), flush=True)
    for line in sys.stdin:
        count = int(line)
        start = time.perf_counter(), time.process_time()
        losses = [float(model.train_on_batch(x, y)) for _ in range(count)]
        end = time.perf_counter(), time.process_time()
        wall, cpu = ((b - a) / count for a, b in zip(start, end, strict=True))
        found = {"wall": wall, "cpu": cpu, "loss": losses[-1]}
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
