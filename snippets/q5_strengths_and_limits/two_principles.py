# %% [markdown]
# # From two principles to a convolution
# A linear map of images that treats all places alike is a convolution;
# that far pixels do not matter makes its kernel small. All weights and
# pixels are whole numbers, so that equal means equal.

# %% Imports
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy

# %% A full linear map
SIZE = 6
rng = np.random.default_rng(0)
full = rng.integers(-9, 10, (SIZE, SIZE, SIZE, SIZE))
image = rng.integers(0, 10, (SIZE, SIZE))
SHIFTS = [(down, right) for down in range(SIZE) for right in range(SIZE)]


def output(weights, x):
    """Return the map: each place (i, j) from each pixel (k, l)."""
    return np.einsum("ijkl,kl->ij", weights, x)


def shift(x, by):
    """Return x moved; what leaves on one side comes in on the other."""
    return np.roll(x, by, axis=(0, 1))


# %% First principle, all places are alike
averaged = sum(  # 36 times the average, which keeps whole numbers whole
    np.roll(full, (*by, *by), axis=(0, 1, 2, 3)) for by in SHIFTS
)
kernel = averaged[0, 0]  # what the first place sees; all others see the same
layer = layers.Conv2D(1, SIZE, use_bias=False)
layer.build((None, 2 * SIZE - 1, 2 * SIZE - 1, 1))
layer.set_weights([kernel[..., np.newaxis, np.newaxis].astype("float32")])
around = np.pad(image, (0, SIZE - 1), mode="wrap").astype("float32")
by_layer = convert_to_numpy(layer(around[np.newaxis, ..., np.newaxis]))
difference = np.abs(by_layer[0, ..., 0] - output(averaged, image)).max()
print("largest difference to a convolution:", difference)

# %% Second principle, far pixels do not matter
near = np.array([1, 1, 0, 0, 0, 1])  # offsets 0, 1 and, around, -1
small = kernel * np.outer(near, near)
local = np.array([shift(small, by) for by in SHIFTS]).reshape(full.shape)


# %% What each principle takes away
def shift_error(weights):
    """Return the largest error of a shift, relative to the map."""
    gaps = [
        np.linalg.norm(
            output(weights, shift(image, by))
            - shift(output(weights, image), by)
        )
        for by in SHIFTS
    ]
    return float(max(gaps) / np.linalg.norm(output(weights, image)))


maps = {
    "full linear map": (full, full.size),
    "all places alike": (averaged, kernel.size),
    "and neighbours only": (local, int(near.sum()) ** 2),
}
table = pd.DataFrame(
    [(name, free, shift_error(w)) for name, (w, free) in maps.items()],
    columns=["linear map", "free weights", "error of a shift"],
).round(2)
table

# %% Three matrices
fig, axes = plt.subplots(1, 3, figsize=(7, 2.7))
for ax, (name, (weights, _)) in zip(axes, maps.items(), strict=True):
    matrix = weights.reshape(SIZE**2, SIZE**2)
    largest = np.abs(matrix).max()
    shown = np.ma.masked_equal(matrix, 0)
    ax.imshow(shown, cmap="PuOr", vmin=-largest, vmax=largest)
    ax.set(xticks=[], yticks=[])
    ax.grid(visible=False)
    ax.set_title(name, fontsize=9)
plt.show()

# %% Values tags=["values"]
{
    "size": SIZE,
    "difference": float(difference),
    "full_weights": int(table.iloc[0, 1]),
    "alike_weights": int(table.iloc[1, 1]),
    "local_weights": int(table.iloc[2, 1]),
    "full_error": float(table.iloc[0, 2]),
    "alike_error": float(table.iloc[1, 2]),
    "local_error": float(table.iloc[2, 2]),
}
