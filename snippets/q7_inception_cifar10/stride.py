# %% [markdown]
# # Stride: size, cost and field of view
# The size formula in two dimensions against Keras, what a larger stride
# saves, what it lets the next layer see, and stride against pooling.

# %% Imports
import itertools
import math

import keras
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy


# %% Formula
def output_size(n, k, p=0, s=1):
    """Return how many places a window of size k has along n elements."""
    return math.floor((n - k + 2 * p) / s) + 1


# %% Keras for one setting
def keras_output_size(n, k, p=0, s=1):
    """Return height and width that a real convolution in Keras gives."""
    x = np.pad(
        np.ones((1, n, n, 1), "float32"), ((0, 0), (p, p), (p, p), (0, 0))
    )
    kernel = np.ones((k, k, 1, 1), "float32")
    return keras.ops.conv(x, kernel, strides=s, padding="valid").shape[1:3]


# %% Grid
heads = ["input size n", "kernel size k", "padding p", "stride s"]
rows = []
for n, k, p, s in itertools.product(
    (5, 8, 32, 256), (1, 2, 3, 5), (0, 1, 2), (1, 2, 3, 4)
):
    height, width = keras_output_size(n, k, p, s)
    rows.append((n, k, p, s, output_size(n, k, p, s), height, width))
grid = pd.DataFrame(rows, columns=[*heads, "formula", "height", "width"])
differing = int((grid["formula"] != grid["height"]).sum())
differing += int((grid["formula"] != grid["width"]).sum())
print(f"{len(grid)} settings compared, {differing} differ")

# %% Some rows of the grid
wanted = [
    (256, 3, 0, 1),
    (256, 3, 0, 2),
    (256, 3, 1, 1),
    (256, 3, 1, 2),
    (32, 3, 1, 1),
    (32, 2, 0, 2),
    (32, 5, 2, 3),
    (5, 2, 0, 2),
]
chosen = grid.set_index(heads).loc[wanted].reset_index()
chosen


# %% One subtracted too much
def original_size(n, k, p, s):
    """Return what the original's formula gives, rounded up as it does."""
    return math.ceil((n - k + 2 * p + 1 - 1) / s)


strides = [1, 2, 3, 4, 11]
too_small = pd.DataFrame(
    {
        "stride s": strides,
        "Keras": [keras_output_size(256, 3, s=s)[0] for s in strides],
        "formula": [output_size(256, 3, s=s) for s in strides],
        "original's formula": [original_size(256, 3, 0, s) for s in strides],
    }
)
too_small


# %% What a stride saves
def multiply_adds(layer, x):
    """Count products: with ones everywhere, each product adds 1."""
    kernel, bias = layer.get_weights()
    layer.set_weights([np.ones_like(kernel), np.zeros_like(bias)])
    return int(convert_to_numpy(layer(np.ones_like(x))).sum(dtype="float64"))


x = np.ones((1, 256, 256, 3), "float32")
rows = []
for s in (1, 2, 3, 4):
    layer = layers.Conv2D(8, 3, strides=s)
    o = layer(x)
    rows.append(
        (s, o.shape[1], multiply_adds(layer, x), layer.count_params())
    )
costs = pd.DataFrame(
    rows, columns=["stride s", "output size m", "multiply-adds", "parameters"]
)
costs["share of stride 1 (%)"] = (
    100 * costs["multiply-adds"] / costs["multiply-adds"][0]
).round(1)
costs


# %% Receptive field
def receptive_field(windows):
    """Return how many columns the middle output sees, by trying each one.

    A convolution of ones over an image with one bright column answers only
    where it sees that column.
    """
    net = keras.Sequential([keras.Input((41, 41, 1))])
    for k, s in windows:
        ones = {"use_bias": False, "kernel_initializer": "ones"}
        net.add(layers.Conv2D(1, k, strides=s, **ones))
    columns = np.eye(41, dtype="float32")
    images = np.repeat(columns[:, None, :, None], 41, axis=1)
    o = convert_to_numpy(net(images))[..., 0]
    middle = o.shape[1] // 2
    return int((o[:, middle, middle] > 0).sum())


# %% What each layer sees
seen = pd.DataFrame(
    [
        (
            s,
            receptive_field([(3, s)]),
            receptive_field([(3, s), (3, 1)]),
            receptive_field([(3, s), (3, 1), (3, 1)]),
        )
        for s in (1, 2, 3)
    ],
    columns=["stride of the first layer", "layer 1", "layer 2", "layer 3"],
)
seen

# %% A stride skips
rng = np.random.default_rng(0)
image = rng.integers(0, 10, (1, 256, 256, 3)).astype("float32")
every, second = layers.Conv2D(8, 3), layers.Conv2D(8, 3, strides=2)
every.build(image.shape)
second.build(image.shape)
kernel = rng.integers(-3, 4, (3, 3, 3, 8)).astype("float32")
every.set_weights([kernel, np.zeros(8)])
second.set_weights([kernel, np.zeros(8)])
kept = convert_to_numpy(every(image))[:, ::2, ::2]
skipped = convert_to_numpy(second(image))
print("stride 1, every second output kept:", kept.shape[1:])
print("stride 2:                          ", skipped.shape[1:])
skip_difference = float(np.abs(kept - skipped).max())
print("largest difference:", skip_difference)

# %% Stride against pooling
ways = {
    "convolution, stride 2": [layers.Conv2D(64, 3, strides=2)],
    "convolution, then max pooling": [
        layers.Conv2D(64, 3),
        layers.MaxPooling2D(2),
    ],
    "convolution, then average pooling": [
        layers.Conv2D(64, 3),
        layers.AveragePooling2D(2),
    ],
}
rows = []
for name, steps in ways.items():
    net = keras.Sequential([keras.Input((256, 256, 3)), *steps])
    size = net.output_shape[1]
    conv = net.layers[0].output.shape[1]
    work = conv**2 * 3 * 3 * 3 * 64
    rows.append((name, size, net.count_params(), round(work / 1e6, 1)))
halved = pd.DataFrame(
    rows,
    columns=[
        "way",
        "output size m",
        "parameters",
        "multiply-adds, millions",
    ],
)
halved

# %% Values tags=["values"]
{
    "settings": len(grid),
    "differing": differing,
    "size_256": output_size(256, 3),
    "size_256_s2": output_size(256, 3, s=2),
    "original_256": int(too_small["original's formula"][0]),
    "original_256_s2": int(too_small["original's formula"][1]),
    "work_s1": int(costs["multiply-adds"][0]),
    "work_s2": int(costs["multiply-adds"][1]),
    "share_s2": float(costs["multiply-adds"][1] / costs["multiply-adds"][0]),
    "share_s4": float(costs["multiply-adds"][3] / costs["multiply-adds"][0]),
    "field_1": int(seen["layer 1"][1]),
    "field_2_s1": int(seen["layer 2"][0]),
    "field_2_s2": int(seen["layer 2"][1]),
    "field_3_s1": int(seen["layer 3"][0]),
    "field_3_s2": int(seen["layer 3"][1]),
    "skip_difference": skip_difference,
    "work_pooling": float(halved["multiply-adds, millions"][1]),
    "work_stride": float(halved["multiply-adds, millions"][0]),
}
