# ---
# jupyter:
#   hamgasht:
#     limit: 3600
#     smoke: {NUM_SEEDS: 1, NUM_EPOCHS: 2}
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # Two exercises on strides, by training
# What does the accuracy over shifts look like with a total stride of 4?
# And does the network lose its zigzag when training shows it both an even
# and an odd place?

# %% Imports
import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy
from sklearn.datasets import load_digits

# %% Settings tags=["parameters"]
NUM_SEEDS = 3
NUM_EPOCHS = 30

# %% Digits in the middle
x, y = load_digits(return_X_y=True)
x = (x.reshape(-1, 8, 8, 1) / 16).astype("float32")
x = np.pad(x, ((0, 0), (12, 12), (12, 12), (0, 0)))  # 32x32
order = np.random.default_rng(0).permutation(len(x))
train, test = order[:1437], order[1437:]


# %% Train and test
def network(*body):
    return keras.Sequential(
        [keras.Input((32, 32, 1)), *body, layers.Dense(10)]
    )


def conv(filters):
    return layers.Conv2D(filters, 3, activation="relu")


def accuracies(model, images):
    """Train a network; return its accuracy (%) at shifts 0 to 8."""
    updates = NUM_EPOCHS * -(-len(train) // 32)
    model.compile(
        keras.optimizers.Adam(
            keras.optimizers.schedules.CosineDecay(0.005, updates)
        ),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    model.fit(images, y[train], epochs=NUM_EPOCHS, verbose=0)
    return [
        100 * float((answer.argmax(axis=1) == y[test]).mean())
        for answer in (
            convert_to_numpy(model(np.roll(x[test], shift, axis=2)))
            for shift in range(9)
        )
    ]


# %% Total stride of four
by_four = []
for seed in range(NUM_SEEDS):
    keras.utils.set_random_seed(seed)
    model = network(
        conv(8),
        layers.MaxPooling2D(),
        conv(32),
        layers.MaxPooling2D(),
        layers.GlobalAveragePooling2D(),
    )
    by_four.append(accuracies(model, x[train]))
by_four = np.array(by_four)

# %% Accuracy by shift
fig, ax = plt.subplots(figsize=(7, 3))
ax.plot(by_four.T, "C0-", linewidth=0.6, alpha=0.5)
ax.plot(by_four.mean(axis=0), "C0o-")
ax.set(xlabel="shift (pixels)", ylabel="accuracy (%)")
plt.show()

# %% Even and odd places in training
by_kind = {"always in the middle": [], "half of them one pixel off": []}
for seed in range(NUM_SEEDS):
    moved = np.random.default_rng(seed).random(len(train)) < 0.5
    off = x[train].copy()
    off[moved] = np.roll(off[moved], 1, axis=2)
    for kind, images in zip(by_kind, (x[train], off), strict=True):
        keras.utils.set_random_seed(seed)
        model = network(
            conv(8),
            layers.MaxPooling2D(),
            conv(32),
            conv(32),
            layers.GlobalAveragePooling2D(),
        )
        by_kind[kind].append(accuracies(model, images))

# %% Even minus odd shifts
rows, zigzags = [], {}
for kind, found in by_kind.items():
    found = np.array(found)
    zigzag = found[:, [0, 2, 4]].mean(axis=1) - found[:, [1, 3]].mean(axis=1)
    zigzags[kind] = zigzag
    spread = f"({zigzag.min():.1f} to {zigzag.max():.1f})"
    rows.append((kind, f"{zigzag.mean():.1f} {spread}"))
table = pd.DataFrame(
    rows, columns=["digits in training", "even minus odd shifts (points)"]
)
table

# %% Values tags=["values"]
exact, between = by_four[:, [0, 4]].mean(), by_four[:, [1, 2, 3]].mean()
{
    "num_seeds": NUM_SEEDS,
    "four_exact": round(exact / 100, 4),
    "four_between": round(between / 100, 4),
    "four_lowest_exact": round(by_four[:, [0, 4]].min() / 100, 4),
    "four_highest_between": round(by_four[:, [1, 2, 3]].max() / 100, 4),
    "middle": round(float(zigzags["always in the middle"].mean()), 2),
    "off": round(float(zigzags["half of them one pixel off"].mean()), 2),
}
