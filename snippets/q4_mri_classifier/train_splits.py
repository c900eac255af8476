# ---
# jupyter:
#   hamgasht:
#     needs: [q4_mri_classifier/twins]
#     data: [br35h]
#     device: gpu
#     limit: 7200
#     smoke: {NUM_EPOCHS: 6, SEEDS: [0]}
#     tolerances: {default: 0.05}
# ---
# %% [markdown]
# # A random split and two grouped ones
# One small network, three ways to hold a fifth of the images out. The groups
# come from `twins.py`: run that file first, in the same folder.

# %% Imports
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from keras import layers
from PIL import Image

# %% Settings tags=["parameters"]
NUM_EPOCHS = 12
SEEDS = [0, 1, 2]

# %% Images
SIZE = 64
table = pd.read_csv("artefacts/twins/groups.csv")  # written by twins.py
folder = Path("data/br35h")  # downloaded by twins.py


def load(file, label):
    """Return one grey image, stretched to a square."""
    path = folder / ("no" if label else "yes") / file
    image = Image.open(path).convert("L")
    return np.asarray(image.resize((SIZE, SIZE), Image.Resampling.BILINEAR))


rows = zip(table["file"], table["label"], strict=True)
x = np.array([load(*row) for row in rows])[..., None]
y = table["label"].to_numpy("float32")


# %% Three ways to hold out
folds = {"upright": "upright_fold", "grouped": "fold"}


def held_out(split, seed):
    """Return which images are kept for validation."""
    if split in folds:  # whole groups, never a part of one
        return (table[folds[split]] == seed).to_numpy()
    chosen = np.random.default_rng(seed).permutation(len(x))[: len(x) // 5]
    return np.isin(np.arange(len(x)), chosen)


def with_twin(held):
    """Return the share of held out images whose group is in training too."""
    trained = set(table["group"][~held])
    return float(table["group"][held].isin(trained).mean())


# %% Network
def network():
    """Return the original's layers, for small images scaled to 0..1."""
    return keras.Sequential(
        [
            keras.Input((SIZE, SIZE, 1)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(16, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


# %% Training tags=["progress"]
pieces, shares = [], []
for split in ("random", "upright", "grouped"):
    for seed in SEEDS:
        print(f"{split}, seed {seed}")
        held = held_out(split, seed)
        shares.append((split, seed, with_twin(held)))
        keras.utils.set_random_seed(seed)
        model = network()
        model.compile(
            optimizer="adam",
            loss="binary_crossentropy",
            metrics=["accuracy"],
        )
        fit = model.fit(
            x[~held],
            y[~held],
            batch_size=64,
            epochs=NUM_EPOCHS,
            validation_data=(x[held], y[held]),
            verbose=2,
        )
        curves = pd.DataFrame(fit.history).assign(split=split, seed=seed)
        pieces.append(curves.assign(epoch=curves.index + 1))
history = pd.concat(pieces)
shares = pd.DataFrame(shares, columns=["split", "seed", "with_twin"])

# %% Files for the figures
results = Path("artefacts/train_splits")
results.mkdir(parents=True, exist_ok=True)
history.round(5).to_csv(results / "history.csv", index=False)
shares.round(5).to_csv(results / "shares.csv", index=False)

# %% Values tags=["values"]
last = history[history["epoch"] == NUM_EPOCHS]
ends = last.groupby("split")["val_accuracy"]
first = history[history["epoch"] == 1]["loss"]
shares_of = shares.groupby("split")["with_twin"]
values = {
    "num_epochs": NUM_EPOCHS,
    "num_seeds": len(SEEDS),
    "train": float(last["accuracy"].mean()),
    "first_loss": float(first.mean()),
}
for split in ("random", "upright", "grouped"):
    values[split] = float(ends.mean()[split])
    values[f"{split}_low"] = float(ends.min()[split])
    values[f"{split}_high"] = float(ends.max()[split])
    values[f"{split}_with_twin"] = float(shares_of.mean()[split])
values
