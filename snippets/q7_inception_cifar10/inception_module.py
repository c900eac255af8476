# %% [markdown]
# # The inception module
# Four branches over one input, joined along the channels: built, drawn, and
# counted by formula and by Keras.

# %% Imports
from itertools import pairwise

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy


# %% Module
def conv(x, filters, size):
    return layers.Conv2D(filters, size, padding="same", activation="relu")(x)


def inception(x):
    """Return the outputs of the four branches over the same input."""
    one = conv(x, 64, 1)
    three = conv(conv(x, 32, 1), 64, 3)
    five = conv(conv(x, 32, 1), 64, 5)
    pooled = layers.MaxPooling2D(3, strides=1, padding="same")(x)
    pooled = conv(pooled, 64, 1)
    return one, three, five, pooled


keras.utils.set_random_seed(0)
maps = keras.Input((16, 16, 32))
branches = inception(maps)
joined = layers.Concatenate()(branches)
module = keras.Model(maps, joined)
for branch in branches:
    print("branch:", branch.shape[1:])
print("joined:", joined.shape[1:])


# %% The drawn module
def box(ax, x, y, text, colour="C0"):
    """Draw a text in a box."""
    frame = {"boxstyle": "round,pad=0.35", "fc": "none", "ec": colour}
    place = {"ha": "center", "va": "center", "fontsize": 12}
    ax.text(x, y, text, bbox=frame, **place)


def arrow(ax, start, end):
    """Draw an arrow from below one box to above another."""
    (x, y, half), (to_x, to_y, to_half) = start, end
    style = {"arrowstyle": "->", "color": "C7"}
    ax.annotate("", (to_x, to_y + to_half), (x, y - half), arrowprops=style)


fig, ax = plt.subplots(figsize=(5.6, 4.6))
drawn = {  # place from left to right: boxes from top to bottom
    0: ["1×1\n64"],
    1: ["1×1\n32", "3×3\n64"],
    2: ["1×1\n32", "5×5\n64"],
    3: ["max pooling\n3×3", "1×1\n64"],
}
box(ax, 1.5, 3, "input 16×16×32", "C7")
box(ax, 1.5, 0, "concatenation 16×16×256", "C7")
for x, texts in drawn.items():
    heights = [2, 1] if len(texts) == 2 else [1.5]
    boxes = [
        (x, y, 0.24)  # of two lines
        for y in heights
    ]
    stations = [(1.5, 3, 0.16), *boxes, (1.5, 0, 0.16)]
    for start, end in pairwise(stations):
        arrow(ax, start, end)
    for y, text in zip(heights, texts, strict=True):
        pool = text.startswith("max")
        box(ax, x, y, text, "C1" if pool else "C0")
ax.set(xlim=(-0.5, 3.65), ylim=(-0.4, 3.4))
ax.set_axis_off()
plt.show()


# %% Side by side
keras.utils.set_random_seed(0)
x = np.random.default_rng(0).normal(size=(2, 16, 16, 32)).astype("float32")
parts = keras.Model(maps, branches)(x)
by_hand = np.concatenate([convert_to_numpy(part) for part in parts], axis=-1)
whole = convert_to_numpy(module(x))
join_difference = float(np.abs(by_hand - whole).max())
print("largest difference:", join_difference)

# %% The pooling branch
kept = layers.MaxPooling2D(3, strides=1, padding="same")(x)
shrunk = layers.MaxPooling2D(3)(x)  # its stride is 3 unless you say so
print("stride 1, same:", kept.shape[1:])
print("stride left out:", shrunk.shape[1:])


# %% Parameters by hand
def conv_parameters(k, c_in, c_out):
    return k * k * c_in * c_out + c_out


convolutions = [
    ("1×1, 64", 1, 32, 64),
    ("1×1, 32, before 3×3", 1, 32, 32),
    ("3×3, 64", 3, 32, 64),
    ("1×1, 32, before 5×5", 1, 32, 32),
    ("5×5, 64", 5, 32, 64),
    ("1×1, 64, after pooling", 1, 32, 64),
]
stored = {}
for layer in module.layers:
    if isinstance(layer, layers.Conv2D):
        k, _, c_in, c_out = layer.kernel.shape
        stored[k, c_in, c_out] = layer.count_params()
rows = []
for name, k, c_in, c_out in convolutions:
    work = 16 * 16 * k * k * c_in * c_out
    count = conv_parameters(k, c_in, c_out)
    rows.append((name, count, stored[k, c_in, c_out], work))
table = pd.DataFrame(
    rows, columns=["layer", "by hand", "Keras", "multiply-adds"]
)
table

# %% Total
print("by hand:", table["by hand"].sum())
print("Keras:  ", module.count_params())

# %% Values tags=["values"]
five = table.iloc[3:5]
{
    "parameters": module.count_params(),
    "by_hand": int(table["by hand"].sum()),
    "multiply_adds": int(table["multiply-adds"].sum()),
    "channels": int(joined.shape[-1]),
    "join_difference": join_difference,
    "pool_size": int(kept.shape[1]),
    "pool_size_default": int(shrunk.shape[1]),
    "five_share": float(five["by hand"].sum() / table["by hand"].sum()),
}
