# ---
# jupyter:
#   hamgasht:
#     limit: 600
#     smoke: {NUM_SEEDS: 1, NUM_UPDATES: 40, SIZES: [20, 100]}
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # How many labelled examples does it take?
# A convolutional and a dense network of about the same size learn digits
# from few and from many labels, until their training loss is down; then the
# convolutional one once more, with the pixels of every image in the same
# shuffled order. A support vector machine on the raw pixels is the baseline.
# Leaves its results as a file.

# %% Imports
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy
from sklearn.datasets import load_digits
from sklearn.svm import SVC

# %% Settings tags=["parameters"]
NUM_SEEDS = 5
NUM_UPDATES = 2000  # enough for the training loss to be down
SIZES = [20, 50, 100, 200, 500, 1200]

# %% Data
x, y = load_digits(return_X_y=True)
x = (x / 16).astype("float32")  # 64 pixels of an 8x8 image
shuffled = x[:, np.random.default_rng(1).permutation(64)]
order = np.random.default_rng(0).permutation(len(x))
train, test = order[:1437], order[1437:]


# %% Two networks
def convolutional():
    return keras.Sequential(
        [
            keras.Input((64,)),
            layers.Reshape((8, 8, 1)),
            layers.Conv2D(16, 3, activation="relu"),
            layers.Conv2D(24, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )


def dense():
    return keras.Sequential(
        [
            keras.Input((64,)),
            layers.Dense(64, activation="relu"),
            layers.Dense(10),
        ]
    )


# %% Few labels
def labelled(size, rng):
    """Return `size` training images, equally many of each class."""
    each = [rng.permutation(train[y[train] == c]) for c in range(10)]
    return np.concatenate([of_class[: size // 10] for of_class in each])


# %% Training
RUNS = {
    "convolutional": (convolutional, x),
    "dense": (dense, x),
    "convolutional, pixels shuffled": (convolutional, shuffled),
}
BATCH = 20
loss_function = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
rows, sizes = [], {}
for seed in range(NUM_SEEDS):
    for size in SIZES:
        rng = np.random.default_rng(seed)
        chosen = labelled(size, rng)
        # The same number of updates, however few the images.
        again = rng.integers(0, len(chosen), NUM_UPDATES * BATCH)
        for name, (build, images) in RUNS.items():
            keras.utils.set_random_seed(seed)
            model = build()
            model.compile(
                optimizer=keras.optimizers.Adam(0.003),
                loss=loss_function,
                steps_per_execution=50,
            )
            model.fit(
                images[chosen[again]],
                y[chosen[again]],
                batch_size=BATCH,
                epochs=1,
                shuffle=False,
                verbose=0,
            )
            loss = float(loss_function(y[chosen], model(images[chosen])))
            logits = convert_to_numpy(model(images[test]))
            right = int((logits.argmax(axis=1) == y[test]).sum())
            rows.append((name, seed, len(chosen), right, len(test), loss))
            sizes[name] = model.count_params()

        # The classical baseline, on the same labels.
        machine = SVC(C=10).fit(x[chosen], y[chosen])
        right = int((machine.predict(x[test]) == y[test]).sum())
        rows.append(("SVM on pixels", seed, len(chosen), right, len(test), 0))
results = pd.DataFrame(
    rows, columns=["network", "seed", "labels", "right", "images", "loss"]
)

# %% Files for the figures tags=["hide"]
folder = Path("artefacts/train_data_hunger")
folder.mkdir(parents=True, exist_ok=True)
results.round(5).to_csv(folder / "results.csv", index=False)

# %% Values tags=["values"]
mean = results.assign(accuracy=results["right"] / results["images"])
mean = mean.groupby(["network", "labels"])["accuracy"].mean()
fewest, most = min(SIZES), results["labels"].max()
names = (*RUNS, "SVM on pixels")
short = dict(zip(names, ("conv", "dense", "shuffled", "svm"), strict=True))
values = {
    "num_seeds": NUM_SEEDS,
    "num_updates": NUM_UPDATES,
    "num_test": len(test),
    "fewest": fewest,
    "most": int(most),
    "conv_parameters": sizes["convolutional"],
    "dense_parameters": sizes["dense"],
    "largest_loss": round(float(results["loss"].max()), 4),
}
for name, key in short.items():
    values |= {
        f"{key}_fewest": round(float(mean[name, fewest]), 4),
        f"{key}_100": round(float(mean[name, 100]), 4),
        f"{key}_most": round(float(mean[name, most]), 4),
    }
values
