# ---
# jupyter:
#   hamgasht:
#     device: gpu
#     limit: 1800
#     smoke: {NUM_STEPS: 2, BATCH: 8, COMPILER: false}
#     tolerances: {default: 10}
# ---
# %% [markdown]
# # Seconds a step: precision, compiler, determinism
# The question's network with shorter numbers, with the compiler XLA, and
# with operations that give the same bits every time; beside them, the loop
# of the question's own solution. On other machines other settings win: run
# this file on yours.

# %% Imports
import time

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from keras import layers

# %% Settings tags=["parameters"]
NUM_STEPS = 24
BATCH = 64
COMPILER = True  # False leaves XLA out

# %% Images
rng = np.random.default_rng(0)
x = rng.random((NUM_STEPS * BATCH, 32, 32, 3), "float32")  # time only
y = keras.utils.to_categorical(rng.integers(0, 10, len(x)), 10)
batches = tf.data.Dataset.from_tensor_slices((x, y)).batch(BATCH)
options = tf.data.Options()
options.autotune.enabled = False  # its thread ends up to a minute too late
batches = batches.prefetch(4).with_options(options)

# Two ways to hand them to `fit`; the second is that of the solution.
prefetched = {"x": batches, "shuffle": False}
arrays = {"x": x, "y": y, "batch_size": BATCH}


# %% Network
def conv(x, filters, size):
    return layers.Conv2D(filters, size, padding="same", activation="relu")(x)


def inception(x):
    one = conv(x, 64, 1)
    three = conv(conv(x, 32, 1), 64, 3)
    five = conv(conv(x, 32, 1), 64, 5)
    pooled = layers.MaxPooling2D(3, strides=1, padding="same")(x)
    pooled = conv(pooled, 64, 1)
    return layers.Concatenate()([one, three, five, pooled])


def network():
    image = keras.Input((32, 32, 3))
    x = image
    for filters in (32, 64, 32):
        x = conv(x, filters, 3)
    x = layers.MaxPooling2D()(x)
    x = inception(x)
    for filters in (128, 256):
        x = conv(x, filters, 3)
        x = layers.BatchNormalization()(x)
        x = layers.Dropout(0.5)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(10, activation="softmax", dtype="float32")(x)
    return keras.Model(image, x)


# %% Clock
class Clock(keras.callbacks.Callback):
    """Notes when each step ends."""

    def on_train_begin(self, logs=None):
        self.ends = []

    def on_train_batch_end(self, batch, logs=None):
        self.ends.append(time.perf_counter())


# %% One measurement
def seconds_a_step(precision, compiled, images=prefetched):
    """Return the seconds a step of a warm epoch."""
    keras.config.set_dtype_policy(precision)
    keras.utils.set_random_seed(0)
    model = network()
    model.compile(
        optimizer="adam",
        loss="categorical_crossentropy",
        jit_compile=compiled,
    )
    clock = Clock()
    model.fit(**images, verbose=0)  # traces and compiles
    model.fit(**images, callbacks=[clock], verbose=0)
    seconds = (clock.ends[-1] - clock.ends[0]) / (len(clock.ends) - 1)
    keras.config.set_dtype_policy("float32")
    return seconds


# %% Measure tags=["progress"]
settings = {
    "float32, arrays": ("float32", False, arrays),
    "float32": ("float32", False),
    "float32, XLA": ("float32", COMPILER),
    "mixed_bfloat16": ("mixed_bfloat16", False),
    "mixed_bfloat16, XLA": ("mixed_bfloat16", COMPILER),
}
seconds = {}
for name, setting in settings.items():
    print(name)
    seconds[name] = seconds_a_step(*setting)

# %% Deterministic operations tags=["progress"]
tf.config.experimental.enable_op_determinism()  # from here on
seconds["float32, deterministic"] = seconds_a_step("float32", False)

# %% Seconds a step
table = pd.DataFrame(seconds.items(), columns=["setting", "seconds a step"])
table["against float32"] = table["seconds a step"] / seconds["float32"]
table.round(2)

# %% Values tags=["values"]
{
    "steps": NUM_STEPS,
    "batch": BATCH,
    "seconds_float32": seconds["float32"],
    "against_arrays": seconds["mixed_bfloat16"] / seconds["float32, arrays"],
    "bfloat16": seconds["mixed_bfloat16"] / seconds["float32"],
    "xla": seconds["float32, XLA"] / seconds["float32"],
    "bfloat16_xla": seconds["mixed_bfloat16, XLA"] / seconds["float32"],
    "deterministic": seconds["float32, deterministic"] / seconds["float32"],
}
