# %% [markdown]
# # Output size of a convolution and of a pooling layer
# The formula with padding, stride and dilation, held against Keras on a
# grid of settings, and two drawings that show where elements are lost.

# %% Imports
import itertools

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle


# %% Formula
def conv_output_size(n, k, p=0, s=1, d=1):
    """Return how many places a window of size k has along n elements."""
    span = d * (k - 1) + 1  # elements from its first to its last
    if n + 2 * p < span:
        raise ValueError("the window is wider than the padded input")
    return (n + 2 * p - span) // s + 1  # // rounds down: the floor


# %% Examples
print("width 3:              ", conv_output_size(500, 3))
print("width 3, padding 1:   ", conv_output_size(500, 3, p=1))
print("width 3, stride 2:    ", conv_output_size(500, 3, s=2))
print("width 3, dilation 4:  ", conv_output_size(500, 3, d=4))
print("pooling 2 of 245:     ", conv_output_size(245, 2, s=2))


# %% Keras for one setting
def keras_output_size(n, k, p=0, s=1, d=1):
    """Return the length that a real convolution in Keras gives."""
    x = np.pad(np.ones((1, n, 1), "float32"), ((0, 0), (p, p), (0, 0)))
    kernel = np.ones((k, 1, 1), "float32")
    o = keras.ops.conv(x, kernel, strides=s, padding="valid", dilation_rate=d)
    return o.shape[1]


# %% Grid
heads = [
    "input size n",
    "kernel size k",
    "padding p",
    "stride s",
    "dilation d",
]
rows = []
for n, k, p, s, d in itertools.product(
    (7, 8, 20, 245), (1, 2, 3, 5), (0, 1, 2), (1, 2, 3), (1, 2, 4)
):
    if s > 1 and d > 1:  # Keras refuses both at once
        continue
    if n + 2 * p < d * (k - 1) + 1:  # no place for the window
        continue
    setting = (n, k, p, s, d)
    sizes = conv_output_size(*setting), keras_output_size(*setting)
    rows.append(setting + sizes)
grid = pd.DataFrame(rows, columns=[*heads, "formula", "Keras"])
differing = int((grid["formula"] != grid["Keras"]).sum())
print(f"{len(grid)} settings compared, {differing} differ")

# %% Some rows of the grid
wanted = [
    (7, 3, 0, 1, 1),
    (7, 3, 1, 1, 1),
    (7, 3, 0, 2, 1),
    (8, 3, 0, 2, 1),
    (8, 3, 1, 3, 1),
    (20, 5, 0, 1, 4),
    (20, 5, 2, 2, 1),
    (245, 2, 0, 2, 1),
]
chosen = grid.set_index(heads).loc[wanted].reset_index()
chosen

# %% Padding by name
by_name = pd.DataFrame(
    [(500, 3, 1), (500, 5, 1), (245, 5, 1), (245, 5, 2)],
    columns=["input size n", "kernel size k", "stride s"],
)
for padding in ("valid", "same", "causal"):
    by_name[padding] = [
        keras.layers.Conv1D(1, k, strides=s, padding=padding)(
            np.ones((1, n, 7), "float32")
        ).shape[1]
        for n, k, s in by_name.to_numpy()[:, :3].tolist()
    ]
by_name


# %% Sliding window
def box(ax, x, y, width, text, **style):
    """Draw a box with a text in it."""
    ax.add_patch(Rectangle((x, y), width, 0.9, **style))
    middle = {"ha": "center", "va": "center", "fontsize": 9}
    ax.text(x + width / 2, y + 0.43, text, **middle)


cell = {"fill": False, "edgecolor": "C7", "linewidth": 1}
window = {"facecolor": "C0", "alpha": 0.3, "linewidth": 0}
fig, axes = plt.subplots(1, 2, figsize=(7, 3.4))
for ax, first in zip(axes, (0, 494), strict=True):
    for position in range(first, first + 6):
        box(ax, position, 4, 1, str(position), **cell)
    for row in range(3):
        start = row if first == 0 else row + 495
        box(ax, start, 2.7 - 1.15 * row, 3, f"output {start}", **window)
    ax.set(xlim=(first - 0.2, first + 6.2), ylim=(0.2, 5.1))
    ax.axis("off")
axes[0].set_title("first elements")
axes[1].set_title("last elements")
plt.show()

# %% Why 500 gives 498
starts = [i for i in range(500) if i + 3 - 1 <= 499]  # all of it inside
print(f"windows start at {starts[0]} to {starts[-1]}: {len(starts)}")

# %% Dropped element
x = np.arange(245, dtype="float32").reshape(1, 245, 1)
pooled = keras.ops.convert_to_numpy(keras.layers.MaxPooling1D(2)(x))
print("outputs:", pooled.shape[1])
print("largest input: ", int(x.max()))
print("largest output:", int(pooled.max()))

# %% Pooling leaves one over
fig, ax = plt.subplots(figsize=(7, 2))
for position in range(236, 245):
    box(ax, position, 1.6, 1, str(position), **cell)
for start in range(236, 244, 2):
    box(ax, start + 0.05, 0.4, 1.9, f"output {start // 2}", **window)
box(ax, 244, 0.4, 1, "dropped", **cell | {"edgecolor": "C1"})
ax.set(xlim=(235.8, 245.2), ylim=(0.2, 2.7))
ax.axis("off")
plt.show()

# %% Values tags=["values"]
{
    "settings": len(grid),
    "differing": differing,
    "conv_500_3": conv_output_size(500, 3),
    "conv_500_3_p1": conv_output_size(500, 3, p=1),
    "conv_500_3_s2": conv_output_size(500, 3, s=2),
    "conv_500_3_d4": conv_output_size(500, 3, d=4),
    "pool_245": conv_output_size(245, 2, s=2),
    "pool_245_without_floor": (245 - 2) / 2 + 1,
    "pool_245_keras": int(pooled.shape[1]),
    "largest_input": int(x.max()),
    "largest_output": int(pooled.max()),
    "last_start": starts[-1],
}
