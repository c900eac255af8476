# %% [markdown]
# # Two 1×1 layers are a small network on each pixel
# Without an activation function two 1×1 layers are one. With ReLU between
# them they compute what no single layer can.

# %% Imports
import keras
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy

# %% Without an activation function
rng = np.random.default_rng(0)
x = rng.integers(-9, 10, (4, 8, 8, 16)).astype("float32")
w1, w2 = (
    rng.integers(-2, 3, s).astype("float32") for s in ((16, 6), (6, 10))
)


def one_by_one(w, b, activation=None):
    """Return a 1×1 layer with these weights."""
    layer = layers.Conv2D(w.shape[1], 1, activation=activation)
    layer.build((None, None, None, w.shape[0]))
    layer.set_weights([np.asarray(w, "float32")[None, None], np.asarray(b)])
    return layer


two = keras.Sequential([one_by_one(w1, [0] * 6), one_by_one(w2, [0] * 10)])
one = one_by_one(w1 @ w2, [0] * 10)
linear_difference = float(np.abs(convert_to_numpy(two(x) - one(x))).max())
print("largest difference:", linear_difference)

# %% With ReLU
# |a - b| = ReLU(a - b) + ReLU(b - a), for the two channels a, b of a pixel
contrast = keras.Sequential(
    [
        one_by_one(np.array([[1, -1], [-1, 1]]), [0, 0], "relu"),
        one_by_one(np.array([[1], [1]]), [0]),
    ]
)
# exclusive or of two bits: ReLU(a + b) - 2 ReLU(a + b - 1)
either = keras.Sequential(
    [
        one_by_one(np.array([[1, 1], [1, 1]]), [0, -1], "relu"),
        one_by_one(np.array([[1], [-2]]), [0]),
    ]
)

# %% What it computes
bits = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
image = bits.reshape(1, 2, 2, 2).astype("float32")  # four pixels
# The best that one 1×1 layer can do: least squares, with a bias.
wanted = (bits[:, 0] != bits[:, 1]).astype(float)
inputs = np.column_stack([bits, np.ones(4)])
best = inputs @ np.linalg.lstsq(inputs, wanted, rcond=None)[0]
table = pd.DataFrame(
    {
        "channel 1": bits[:, 0],
        "channel 2": bits[:, 1],
        "exclusive or": wanted.astype(int),
        "two layers": convert_to_numpy(either(image)).ravel().astype(int),
        "one layer at its best": best.round(6),
    }
)
table

# %% On random numbers
pair = rng.integers(-99, 100, (4, 8, 8, 2)).astype("float32")
found = convert_to_numpy(contrast(pair))[..., 0]
contrast_difference = float(
    np.abs(found - np.abs(pair[..., 0] - pair[..., 1])).max()
)
print("largest difference from |a - b|:", contrast_difference)

# %% Values tags=["values"]
{
    "linear_difference": linear_difference,
    "two_right": int((table["two layers"] == table["exclusive or"]).sum()),
    "one_layer": float(table["one layer at its best"].iloc[0]),
    "contrast_difference": contrast_difference,
    "parameters": either.count_params(),
}
