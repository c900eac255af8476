# %% [markdown]
# # Few parameters, much work
# A convolution against a Dense layer with the same output; the convolution
# written as a matrix; and where a large network spends its parameters, its
# multiply-adds and its memory.

# %% Imports
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy


# %% By formula
def conv_counts(side, c_in, c_out, k=3):
    """Return parameters and multiply-adds of a convolution, no padding."""
    places = (side - k + 1) ** 2
    return k * k * c_in * c_out + c_out, places * k * k * c_in * c_out


def dense_counts(side, c_in, c_out, k=3):
    """Return the same of a Dense layer with as many inputs and outputs."""
    n_in, n_out = side**2 * c_in, (side - k + 1) ** 2 * c_out
    return n_in * n_out + n_out, n_in * n_out


# %% By Keras, on a small image
conv = layers.Conv2D(4, 3)
dense = layers.Dense(10 * 10 * 4)
conv.build((None, 12, 12, 1))
dense.build((None, 12 * 12 * 1))
print("convolution:", conv.count_params(), "and", conv_counts(12, 1, 4)[0])
print("Dense:", dense.count_params(), "and", dense_counts(12, 1, 4)[0])

# %% Same output, two layers
pair = pd.DataFrame(
    [
        ("convolution", *conv_counts(32, 3, 16)),
        ("Dense", *dense_counts(32, 3, 16)),
    ],
    columns=["layer", "parameters", "multiply-adds"],
)
pair["uses of each weight"] = [30 * 30, 1]
pair

# %% The convolution as a matrix
kernel = np.arange(1, 10, dtype="float32").reshape(3, 3, 1, 1)
layer = layers.Conv2D(1, 3, use_bias=False)
layer.build((None, 6, 6, 1))
layer.set_weights([kernel])
impulses = np.eye(36, dtype="float32").reshape(36, 6, 6, 1)
matrix = convert_to_numpy(layer(impulses)).reshape(36, 16)

x = np.random.default_rng(0).integers(0, 10, (5, 6, 6, 1)).astype("float32")
by_matrix = x.reshape(5, 36) @ matrix
by_layer = convert_to_numpy(layer(x)).reshape(5, 16)
matrix_difference = float(np.abs(by_matrix - by_layer).max())
print("largest difference:", matrix_difference)

# %% The matrix
fig, ax = plt.subplots(figsize=(7, 3.6))
shown = np.ma.masked_equal(matrix.T, 0)
ax.imshow(shown, cmap="viridis", vmin=-2, vmax=9)
ax.set(xlabel="input", ylabel="output", xticks=[0, 12, 24, 35])
ax.set_yticks([0, 5, 10, 15])
ax.grid(visible=False)
plt.show()

# %% What the matrix holds
print("entries:", matrix.size)
print("zeros:", int((matrix == 0).sum()))
print("different weights:", len(np.unique(matrix[matrix != 0])))

# %% Larger images
sides = [8, 16, 32, 64, 128, 256]
fig, ax = plt.subplots(figsize=(7, 3.6))
for name, counts, style in (
    ("convolution", conv_counts, ("C0o-", "C2^-")),
    ("Dense", dense_counts, ("C1s-", "C3--")),  # one line over the other
):
    for index, what in enumerate(("parameters", "multiply-adds")):
        found = [counts(side, 3, 16)[index] for side in sides]
        ax.plot(sides, found, style[index], label=f"{name}, {what}")
ax.set(
    xscale="log",
    yscale="log",
    xlabel="side of the image (pixels)",
    ylabel="parameters or multiply-adds",
)
ax.set_xticks(sides, [str(side) for side in sides])
ax.minorticks_off()
ax.legend(fontsize=9)
plt.show()

# %% A large network
blocks = [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]  # VGG-16
side, channels, rows = 224, 3, []
for number, (depth, filters) in enumerate(blocks, 1):
    parameters = work = values = 0
    for _ in range(depth):  # 3x3, padded to keep the size
        parameters += 9 * channels * filters + filters
        work += side**2 * 9 * channels * filters
        values += side**2 * filters
        channels = filters
    side //= 2  # max-pooling
    values += side**2 * filters
    rows.append((f"block {number}", parameters, work, values))
features = side**2 * channels
for number, units in enumerate((4096, 4096, 1000), 1):
    parameters, work = features * units + units, features * units
    rows.append((f"Dense {number}", parameters, work, units))
    features = units
vgg = pd.DataFrame(
    rows, columns=["part", "parameters", "multiply-adds", "values kept"]
)
vgg

# %% Totals
totals = vgg.iloc[:, 1:].sum()
conv_part, dense_part = vgg.iloc[:5, 1:].sum(), vgg.iloc[5:, 1:].sum()
MB = 4 / 1e6  # four bytes a number
shares = pd.DataFrame(
    {
        "convolutions": 100 * conv_part / totals,
        "Dense": 100 * dense_part / totals,
    }
).round(1)
shares.insert(0, "share (%)", shares.index)
shares = shares.reset_index(drop=True)
shares

# %% Values tags=["values"]
conv_parameters, conv_work = conv_counts(32, 3, 16)
dense_parameters, dense_work = dense_counts(32, 3, 16)
{
    "conv_parameters": conv_parameters,
    "dense_parameters": dense_parameters,
    "times_parameters": dense_parameters / conv_parameters,
    "conv_work": conv_work,
    "dense_work": dense_work,
    "times_work": dense_work / conv_work,
    "conv_uses": 30 * 30,
    "matrix_difference": matrix_difference,
    "matrix_entries": matrix.size,
    "matrix_zeros": int((matrix == 0).sum()),
    "matrix_zero_share": float((matrix == 0).mean()),
    "matrix_weights": len(np.unique(matrix[matrix != 0])),
    "vgg_parameters": int(totals["parameters"]),
    "vgg_work": int(totals["multiply-adds"]),
    "vgg_work_billions": float(totals["multiply-adds"] / 1e9),
    "vgg_conv_parameters": float(
        conv_part["parameters"] / totals["parameters"]
    ),
    "vgg_dense_parameters": float(
        dense_part["parameters"] / totals["parameters"]
    ),
    "vgg_conv_work": float(
        conv_part["multiply-adds"] / totals["multiply-adds"]
    ),
    "vgg_values": int(totals["values kept"]),
    "vgg_weights_mb": float(totals["parameters"] * MB),
    "vgg_values_mb": float(totals["values kept"] * MB),
    "vgg_batch_gb": float(32 * totals["values kept"] * MB / 1e3),
}
