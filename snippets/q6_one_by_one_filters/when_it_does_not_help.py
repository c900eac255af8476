# ---
# jupyter:
#   hamgasht:
#     data: [cifar10.npz]
#     tolerances: {default: 0.01}
# ---
# %% [markdown]
# # When a 1×1 convolution does not help
# What needs neighbours, what needs an order of pixels, and where narrowing
# costs more than it saves.

# %% Imports
import math
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy

# %% Images
file = Path("data/cifar10.npz")
if not file.exists():
    file.parent.mkdir(exist_ok=True)
    (x, y), (x_test, y_test) = keras.datasets.cifar10.load_data()
    np.savez(file, x_train=x, y_train=y, x_test=x_test, y_test=y_test)
images = np.load(file)["x_test"][:100].astype("float64") / 255

# %% Three targets
windows = np.lib.stride_tricks.sliding_window_view(images, (3, 3), (1, 2))
# images, rows, columns, colours, 3, 3
grey = np.einsum("nijcab,c->nijab", windows, [0.299, 0.587, 0.114])
targets = {
    "greyness of the pixel": grey[..., 1, 1],
    "mean of 3×3 pixels": grey.mean(axis=(-1, -2)),
    "edge: right minus left": grey[..., 1, 2] - grey[..., 1, 0],
}


# %% The best layer for each
def explained(inputs, target):
    """Return the share of the variance that the best weights explain."""
    inputs = np.column_stack([inputs, np.ones(len(inputs))])
    best = np.linalg.lstsq(inputs, target, rcond=None)[0]
    return 1 - (inputs @ best - target).var() / target.var()


pixel = windows[..., 1, 1].reshape(-1, 3)
window = windows.reshape(-1, 27)
neighbours = pd.DataFrame(
    [
        (
            name,
            round(100 * explained(pixel, target.ravel()), 1),
            round(100 * explained(window, target.ravel()), 1),
        )
        for name, target in targets.items()
    ],
    columns=["target", "best 1×1 (%)", "best 3×3 (%)"],
)
neighbours

# %% Pixels in another order
rng = np.random.default_rng(0)


def whole(shape, low, high):
    return rng.integers(low, high, shape).astype("float32")


def answers(k, x):
    """Two k×k layers with whole weights, then the mean over all places."""
    net = keras.Sequential(
        [
            layers.Conv2D(8, k, padding="same", activation="relu"),
            layers.Conv2D(4, k, padding="same", activation="relu"),
            layers.GlobalAveragePooling2D(),
        ]
    )
    net.build(x.shape)
    rng = np.random.default_rng(1)
    net.set_weights(
        [
            rng.integers(-2, 3, w.shape).astype("float32")
            for w in net.get_weights()
        ]
    )
    return convert_to_numpy(net(x))


x = whole((1, 16, 16, 3), 0, 10)
order = rng.permutation(256)
shuffled = x.reshape(1, 256, 3)[:, order].reshape(x.shape)
changes = {}
for k in (1, 3):
    change = np.abs(answers(k, x) - answers(k, shuffled)).max()
    changes[k] = float(change)
    print(f"{k}×{k}: the answer changes by at most {change}")


# %% Where narrowing pays
def weights(k, c_in, c_out, middle=None):
    """Weights of one k×k layer, or of a 1×1 layer to `middle` before it."""
    if middle is None:
        return k * k * c_in * c_out
    return c_in * middle + k * k * middle * c_out


def widest_that_saves(k, c_in, c_out):
    """Return how many middle channels still have fewer weights."""
    limit = k * k * c_in * c_out / (c_in + k * k * c_out)
    return math.ceil(limit) - 1


cases = [(3, 256, 256), (5, 192, 32), (3, 32, 32), (3, 3, 32), (1, 256, 256)]
limits = []
for k, c_in, c_out in cases:
    middle = widest_that_saves(k, c_in, c_out)
    limits.append(
        (
            f"{k}×{k}, {c_in} → {c_out}",
            weights(k, c_in, c_out),
            middle,
            weights(k, c_in, c_out, middle),
            weights(k, c_in, c_out, middle + 1),
        )
    )
limits = pd.DataFrame(
    limits,
    columns=[
        "layer",
        "weights",
        "widest middle that saves",
        "weights with it",
        "with one channel more",
    ],
)
limits

# %% Values tags=["values"]
{
    "images": len(images),
    "grey_1": float(neighbours.iloc[0, 1]) / 100,
    "mean_1": round(float(neighbours.iloc[1, 1]) / 100, 3),
    "edge_1": float(neighbours.iloc[2, 1]) / 100,
    "edge_3": float(neighbours.iloc[2, 2]) / 100,
    "shuffled_1": changes[1],
    "shuffled_3": round(changes[3], 3),
    "widest_256": int(limits.iloc[0, 2]),
    "widest_32": int(limits.iloc[2, 2]),
    "widest_rgb": int(limits.iloc[3, 2]),
    "widest_1": int(limits.iloc[4, 2]),
}
