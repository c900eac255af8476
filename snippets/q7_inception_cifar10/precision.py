# ---
# jupyter:
#   hamgasht:
#     device: gpu
#     limit: 1800
#     smoke: {NUM_ROUNDS: 2, NUM_STEPS: 2, BATCH: 8, COMPILER: false}
#     tolerances: {default: 10}
# ---
# %% [markdown]
# # Seconds a step: precision and compiler
# The question's network with shorter numbers and with the compiler XLA;
# beside them, the loop of the question's own solution. All take turns, so
# that what else the machine does meets them alike. On other machines other
# settings win: run this file on yours.

# %% Imports
import time

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from keras import layers

# %% Settings tags=["parameters"]
NUM_ROUNDS = 5
NUM_STEPS = 8  # a round
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


# %% One round
def warm_model(precision, compiled, images):
    """Return a model that has been trained for an epoch."""
    keras.config.set_dtype_policy(precision)
    keras.utils.set_random_seed(0)
    model = network()
    keras.config.set_dtype_policy("float32")
    model.compile(
        optimizer="adam",
        loss="categorical_crossentropy",
        jit_compile=compiled,
    )
    model.fit(**images, verbose=0)  # traces and compiles
    return model


def seconds_a_step(model, images):
    """Return the seconds a step of one more epoch."""
    clock = Clock()
    model.fit(**images, callbacks=[clock], verbose=0)
    return (clock.ends[-1] - clock.ends[0]) / (len(clock.ends) - 1)


# %% In turns tags=["progress"]
settings = {
    "float32, arrays": ("float32", False, arrays),
    "float32": ("float32", False, prefetched),
    "float32, XLA": ("float32", COMPILER, prefetched),
    "mixed_bfloat16": ("mixed_bfloat16", False, prefetched),
    "mixed_bfloat16, XLA": ("mixed_bfloat16", COMPILER, prefetched),
}
models = {name: warm_model(*setting) for name, setting in settings.items()}
rounds = []
for number in range(NUM_ROUNDS):
    print(f"round {number + 1} of {NUM_ROUNDS}")
    rounds.append(
        {
            name: seconds_a_step(model, settings[name][2])
            for name, model in models.items()
        }
    )

# %% Seconds a step
rounds = pd.DataFrame(rounds)
ratios = rounds.div(rounds["float32"], axis=0)  # within a round
table = pd.DataFrame(
    {
        "fastest (s)": rounds.min(),
        "median (s)": rounds.median(),
        "slowest (s)": rounds.max(),
        "times float32": ratios.median(),
        "from": ratios.min(),
        "to": ratios.max(),
    }
)
table.rename_axis("setting").reset_index().round(2)

# %% Values tags=["values"]
{
    "rounds": NUM_ROUNDS,
    "steps": NUM_STEPS,
    "batch": BATCH,
    "seconds_float32": rounds["float32"].median(),
    "arrays": ratios["float32, arrays"].median(),
    "bfloat16": ratios["mixed_bfloat16"].median(),
    "xla": ratios["float32, XLA"].median(),
    "xla_least": ratios["float32, XLA"].min(),
    "bfloat16_xla": ratios["mixed_bfloat16, XLA"].median(),
}
