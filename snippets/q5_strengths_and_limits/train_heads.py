# ---
# jupyter:
#   hamgasht:
#     limit: 3600
#     smoke: {NUM_SEEDS: 1, NUM_EPOCHS: 2}
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # Trained in the middle, tested elsewhere
# Five networks learn digits that stand in the middle of the image, and are
# tested on digits that stand elsewhere. What comes after the convolutions
# decides, and what comes before a stride. Leaves its results as files.

# %% Imports
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy
from sklearn.datasets import load_digits

# %% Settings tags=["parameters"]
NUM_SEEDS = 5
NUM_EPOCHS = 30

# %% Digits in the middle
x, y = load_digits(return_X_y=True)
x = (x.reshape(-1, 8, 8, 1) / 16).astype("float32")
x = np.pad(x, ((0, 0), (12, 12), (12, 12), (0, 0)))  # 32x32
order = np.random.default_rng(0).permutation(len(x))
train, test = order[:1437], order[1437:]


# %% Five networks
def network(*body):
    return keras.Sequential(
        [keras.Input((32, 32, 1)), *body, layers.Dense(10)]
    )


def conv(filters):
    return layers.Conv2D(filters, 3, activation="relu")


def blurred_pooling():
    """Return max-pooling of 2x2 with a blur before the subsampling."""
    taps = np.array([1, 4, 6, 4, 1]) / 16
    kernel = np.outer(taps, taps)[..., np.newaxis, np.newaxis]
    blur = layers.DepthwiseConv2D(
        5,
        strides=2,
        use_bias=False,
        depthwise_initializer=lambda shape, dtype: np.broadcast_to(
            kernel, shape
        ).astype(dtype),
        trainable=False,
    )
    return layers.MaxPooling2D(2, strides=1), layers.ZeroPadding2D(4), blur


NETWORKS = {
    "Dense alone": lambda: network(
        layers.Flatten(), layers.Dense(32, activation="relu")
    ),
    "pooling, Flatten": lambda: network(
        conv(8),
        layers.MaxPooling2D(),
        conv(16),
        layers.MaxPooling2D(),
        layers.Flatten(),
    ),
    "pooling, global average": lambda: network(
        conv(8),
        layers.MaxPooling2D(),
        conv(32),
        conv(32),
        layers.GlobalAveragePooling2D(),
    ),
    "blurred pooling, global average": lambda: network(
        conv(8),
        *blurred_pooling(),
        conv(32),
        conv(32),
        layers.GlobalAveragePooling2D(),
    ),
    "no stride, global average": lambda: network(
        conv(8), conv(16), conv(32), layers.GlobalAveragePooling2D()
    ),
}


# %% Training and testing
def trained(build, seed):
    """Return a network after training on digits in the middle."""
    keras.utils.set_random_seed(seed)
    model = build()
    updates = NUM_EPOCHS * -(-len(train) // 32)
    model.compile(
        keras.optimizers.Adam(
            keras.optimizers.schedules.CosineDecay(0.005, updates)
        ),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    model.fit(x[train], y[train], epochs=NUM_EPOCHS, verbose=0)
    return model


def answers(model, shift):
    """Return the logits for test digits `shift` pixels to the right."""
    return convert_to_numpy(model(np.roll(x[test], shift, axis=2)))


rows, sizes = [], {}
for seed in range(NUM_SEEDS):
    for name, build in NETWORKS.items():
        model = trained(build, seed)
        sizes[name] = model.count_params()
        middle = answers(model, 0)
        for shift in range(10):
            logits = answers(model, shift)
            right = int((logits.argmax(axis=1) == y[test]).sum())
            gap = np.abs(logits - middle).max() / np.abs(middle).max()
            rows.append((name, seed, shift, right, len(test), float(gap)))
results = pd.DataFrame(
    rows, columns=["network", "seed", "shift", "right", "images", "gap"]
)

# %% Files for the figures tags=["hide"]
folder = Path("artefacts/train_heads")
folder.mkdir(parents=True, exist_ok=True)
results.round(7).to_csv(folder / "results.csv", index=False)

# %% Values tags=["values"]
rate = results.assign(accuracy=results["right"] / results["images"])
rate = rate.set_index(["network", "shift", "seed"])["accuracy"].unstack()
still = results[
    (results["network"] == "no stride, global average")
    & (results["shift"] <= 4)
]
short = {
    "Dense alone": "dense",
    "pooling, Flatten": "flatten",
    "pooling, global average": "pooled",
    "blurred pooling, global average": "blurred",
    "no stride, global average": "still",
}
values = {
    "num_seeds": NUM_SEEDS,
    "num_epochs": NUM_EPOCHS,
    "num_test": len(test),
    "still_unmoved": int(bool(still["gap"].max() < 1e-4)),
}
for name, key in short.items():
    values[f"{key}_parameters"] = sizes[name]
    for shift in (0, 1, 2, 3, 4, 8):
        found = rate.loc[name, shift]
        values |= {
            f"{key}_shift{shift}": round(float(found.mean()), 4),
            f"{key}_shift{shift}_low": round(float(found.min()), 4),
            f"{key}_shift{shift}_high": round(float(found.max()), 4),
        }
    even, odd = rate.loc[name].loc[[0, 2, 4]], rate.loc[name].loc[[1, 3]]
    zigzag = 100 * (even.mean() - odd.mean())  # points, one for each seed
    values |= {
        f"{key}_zigzag": round(float(zigzag.mean()), 2),
        f"{key}_zigzag_low": round(float(zigzag.min()), 2),
        f"{key}_zigzag_high": round(float(zigzag.max()), 2),
    }
values
