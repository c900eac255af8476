# ---
# jupyter:
#   hamgasht:
#     limit: 600
#     smoke: {NUM_SEEDS: 1, NUM_EPOCHS: 4}
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # Trained in the middle, tested elsewhere
# Four networks learn digits that stand in the middle of the image, and are
# tested on digits that stand elsewhere. What comes after the convolutions
# decides. Leaves its results as files.

# %% Imports
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy
from sklearn.datasets import load_digits

# %% Settings tags=["parameters"]
NUM_SEEDS = 2
NUM_EPOCHS = 20

# %% Digits in the middle
x, y = load_digits(return_X_y=True)
x = (x.reshape(-1, 8, 8, 1) / 16).astype("float32")
x = np.pad(x, ((0, 0), (10, 10), (10, 10), (0, 0)))  # 28x28
order = np.random.default_rng(0).permutation(len(x))
train, test = order[:1437], order[1437:]


# %% Four networks
def network(*body):
    return keras.Sequential(
        [keras.Input((28, 28, 1)), *body, layers.Dense(10)]
    )


def conv(filters):
    return layers.Conv2D(filters, 3, activation="relu")


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
    "no stride, global average": lambda: network(
        conv(8), conv(16), conv(32), layers.GlobalAveragePooling2D()
    ),
}

# %% Training and testing
SHIFTS = range(10)
rows, changes = [], []
for seed in range(NUM_SEEDS):
    for name, build in NETWORKS.items():
        keras.utils.set_random_seed(seed)
        model = build()
        model.compile(
            optimizer=keras.optimizers.Adam(0.01),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        )
        for epoch in range(NUM_EPOCHS):
            if epoch == NUM_EPOCHS * 3 // 4:
                model.optimizer.learning_rate = 0.001
            model.fit(x[train], y[train], batch_size=64, verbose=0)
        middle = convert_to_numpy(model(x[test]))
        for shift in SHIFTS:
            logits = convert_to_numpy(model(np.roll(x[test], shift, axis=2)))
            right = int((logits.argmax(axis=1) == y[test]).sum())
            gap = np.abs(logits - middle).max() / np.abs(middle).max()
            size = model.count_params()
            rows.append((name, seed, shift, right, len(test), float(gap)))
            changes.append((name, size))
results = pd.DataFrame(
    rows, columns=["network", "seed", "shift", "right", "images", "gap"]
)
sizes = dict(changes)

# %% Files for the figures tags=["hide"]
folder = Path("artefacts/train_heads")
folder.mkdir(parents=True, exist_ok=True)
results.round(7).to_csv(folder / "results.csv", index=False)

# %% Values tags=["values"]
mean = results.assign(accuracy=results["right"] / results["images"])
mean = mean.groupby(["network", "shift"])["accuracy"].mean()
still = results[
    (results["network"] == "no stride, global average")
    & (results["shift"] <= 4)
]
short = {
    "Dense alone": "dense",
    "pooling, Flatten": "flatten",
    "pooling, global average": "pooled",
    "no stride, global average": "still",
}
values = {
    "num_seeds": NUM_SEEDS,
    "num_epochs": NUM_EPOCHS,
    "num_test": len(test),
    "still_unmoved": int(bool(still["gap"].max() < 1e-4)),
}
for name, key in short.items():
    values |= {
        f"{key}_middle": round(float(mean[name, 0]), 4),
        f"{key}_shift1": round(float(mean[name, 1]), 4),
        f"{key}_shift2": round(float(mean[name, 2]), 4),
        f"{key}_shift4": round(float(mean[name, 4]), 4),
        f"{key}_shift8": round(float(mean[name, 8]), 4),
        f"{key}_parameters": sizes[name],
    }
values
