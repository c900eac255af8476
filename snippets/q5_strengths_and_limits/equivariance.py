# ---
# jupyter:
#   hamgasht:
#     limit: 600
# ---
# %% [markdown]
# # What a convolution commutes with
# Shift the image and the feature map shifts along, exactly. Strides break
# it, pooling changes it, and turning or enlarging the image never had it.
# All weights and pixels are whole numbers, so that equal means equal.

# %% Imports
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy
from sklearn.datasets import load_digits


# %% One filter
def feature_map(image, kernel, stride=1):
    """Return the map of one filter: no padding, no bias.

    image: (height, width) or (height, width, channels)
    """
    image = np.asarray(image, "float32").reshape(*image.shape[:2], -1)
    kernel = np.asarray(kernel, "float32").reshape(3, 3, -1)
    layer = layers.Conv2D(1, 3, strides=stride, use_bias=False)
    layer.build((None, *image.shape))
    layer.set_weights([kernel[..., np.newaxis]])
    return convert_to_numpy(layer(image[np.newaxis]))[0, ..., 0]


def shift(x, down, right):
    """Return x moved; what leaves on one side comes in on the other."""
    return np.roll(x, (down, right), axis=(0, 1))


# %% A digit and its edges
digits = load_digits().images  # 8x8, whole numbers from 0 to 16
images = np.pad(digits, ((0, 0), (8, 8), (8, 8)))  # in a dark frame
edges = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])

# %% Shift first or filter first
image = images[3]
moved = shift(image, 3, 5)
one, other = feature_map(image, edges), feature_map(moved, edges)
difference = np.abs(other - shift(one, 3, 5))
fig, axes = plt.subplots(1, 5, figsize=(7, 1.75))
panels = {
    "image": (image, "gray", 0, 16),
    "its map": (one, "PuOr", -64, 64),
    "image, moved": (moved, "gray", 0, 16),
    "map of that": (other, "PuOr", -64, 64),
    "difference": (difference, "gray", 0, 64),
}
for ax, (name, (x, cmap, low, high)) in zip(
    axes, panels.items(), strict=True
):
    ax.imshow(x, cmap=cmap, vmin=low, vmax=high)
    ax.set_axis_off()
    ax.set_title(name, fontsize=9)
plt.show()

# %% Error inside and at the border
rng = np.random.default_rng(0)
inside, border = [], []
for _ in range(50):
    x = rng.integers(0, 17, (32, 32))  # no dark frame
    kernel = rng.integers(-3, 4, (3, 3))
    down, right = rng.integers(1, 9, 2)
    before = shift(feature_map(x, kernel), down, right)
    after = feature_map(shift(x, down, right), kernel)
    error = np.abs(after - before)
    inside.append(error[down:, right:].max())
    error[down:, right:] = 0
    border.append(error.max())
print(f"largest error inside: {max(inside):.0f}")
print(f"largest error at the border: {max(border):.0f}")


# %% Error of a shift
def shift_error(before, after, reach):
    """Return how far `after` is from `before`, shifted as fits best."""
    ways = [
        np.linalg.norm(after - shift(before, 0, right))
        for right in range(reach + 1)
    ]
    return float(min(ways) / np.linalg.norm(before))


def strided(image, strides):
    """Return the map after one layer with ReLU for each stride."""
    for stride in strides:
        image = np.pad(image, 1)  # keeps the size, or halves it
        image = np.maximum(feature_map(image, edges, stride), 0)
    return image


chosen = images[:20]  # two of each class
stacks = {1: (1,), 2: (2,), 4: (2, 2)}
shifts = range(8)
errors = {}
for total, strides in stacks.items():
    before = [strided(x, strides) for x in chosen]
    errors[total] = [
        np.mean(
            [
                shift_error(b, strided(shift(x, 0, right), strides), right)
                for x, b in zip(chosen, before, strict=True)
            ]
        )
        for right in shifts
    ]

# %% Strides break it
fig, ax = plt.subplots()
styles = ("C0o-", "C1s--", "C2^:")
for (total, error), style in zip(errors.items(), styles, strict=True):
    ax.plot(shifts, error, style, label=f"total stride {total}")
ax.set(xlabel="shift (pixels)", ylabel="error of the shifted map")
ax.legend(bbox_to_anchor=(0.5, 1), loc="lower center", ncols=3)
plt.show()

# %% Which shifts are exact
exact = pd.DataFrame(
    [
        (
            total,
            ", ".join(
                str(s)
                for s, e in zip(shifts, error, strict=True)
                if s and e == 0
            ),
            error[1],
        )
        for total, error in errors.items()
    ],
    columns=["total stride", "exact shifts", "error of a shift by 1"],
).round(3)
exact

# %% Pooling
maps = np.array([np.maximum(feature_map(x, edges), 0) for x in images[:100]])
maps = np.pad(maps, ((0, 0), (1, 1), (1, 1)))  # 24x24 again


def pooled(x, size):
    """Return the largest value of each window; `size` is its width."""
    places = 24 // size
    return x.reshape(-1, places, size, places, size).max(axis=(2, 4))


def mean_change(before, after):
    """Return by what share a map changes, place by place."""
    gap = np.linalg.norm(after - before, axis=(1, 2))
    return float((gap / np.linalg.norm(before, axis=(1, 2))).mean())


rows = []
for size in (1, 2, 4, 8, 24):
    before = pooled(maps, size)
    changes = [
        mean_change(before, pooled(np.roll(maps, right, axis=2), size))
        for right in (1, 2, 4)
    ]
    rows.append((f"{size}×{size}", before[0].size, *changes))
pooling = pd.DataFrame(
    rows,
    columns=["window", "values", "shift by 1", "shift by 2", "shift by 4"],
).round(2)
pooling

# %% Other changes
colours = np.stack([3 * image, 2 * image, image], axis=-1)  # red, green, blue
laplace = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])


def twice(x):
    return np.kron(x, np.ones((2, 2, 1)[: x.ndim]))


changes = {  # what is done to the image, and to the map
    "shift": (lambda x: shift(x, 3, 5), lambda o: shift(o, 3, 5)),
    "quarter turn": (np.rot90, np.rot90),
    "mirror": (np.fliplr, np.fliplr),
    "twice as bright": (lambda x: 2 * x, lambda o: 2 * o),
    "twice as large": (twice, lambda o: np.pad(twice(o), 1)),
    "red and blue swapped": (lambda x: x[..., ::-1], lambda o: o),
}
rows = []
for name, (change_image, change_map) in changes.items():
    row = [name]
    for kernel in (edges, laplace):
        kernel = kernel[..., np.newaxis] * np.array([2, -1, 1])
        wanted = change_map(feature_map(colours, kernel))
        found = feature_map(change_image(colours), kernel)
        gap = np.linalg.norm(found - wanted) / np.linalg.norm(wanted)
        row.append(float(gap))
    rows.append(row)
others = pd.DataFrame(
    rows,
    columns=["change", "error, edge filter", "error, symmetric filter"],
).round(2)
others

# %% Values tags=["values"]
by_change = others.set_index("change")
by_window = pooling.set_index("window")
{
    "inside": float(max(inside)),
    "border": float(max(border)),
    "trials": len(inside),
    "figure_difference": float(difference.max()),
    "stride1_error": errors[1][1],
    "stride2_error": round(errors[2][1], 4),
    "stride4_error": round(errors[4][1], 4),
    "stride2_even": errors[2][2],
    "stride4_even": round(errors[4][2], 4),
    "stride4_four": errors[4][4],
    "pool1_change": float(by_window.loc["1×1", "shift by 1"]),
    "pool2_change": float(by_window.loc["2×2", "shift by 1"]),
    "pool8_change": float(by_window.loc["8×8", "shift by 1"]),
    "global_change": float(by_window.loc["24×24", "shift by 4"]),
    "pool8_change4": float(by_window.loc["8×8", "shift by 4"]),
    "shift_edges": float(by_change.loc["shift"].iloc[0]),
    "turn_edges": float(by_change.loc["quarter turn"].iloc[0]),
    "turn_symmetric": float(by_change.loc["quarter turn"].iloc[1]),
    "bright_edges": float(by_change.loc["twice as bright"].iloc[0]),
    "large_edges": float(by_change.loc["twice as large"].iloc[0]),
    "large_symmetric": float(by_change.loc["twice as large"].iloc[1]),
    "swap_edges": float(by_change.loc["red and blue swapped"].iloc[0]),
}
