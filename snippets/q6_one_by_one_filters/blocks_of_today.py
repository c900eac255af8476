# ---
# jupyter:
#   hamgasht:
#     tolerances: {default: 0, convnext: 1.0e-5}
# ---
# %% [markdown]
# # Blocks of today
# A transformer's feed-forward block and the pointwise layers of a ConvNeXt
# block, written as 1×1 convolutions with the same weights; an inverted
# residual, counted; and what a ReLU in a narrow layer loses.

# %% Imports
import math

import keras
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy

# %% A feed-forward block
rng = np.random.default_rng(0)
WIDTH, HIDDEN = 64, 256  # 512 and 2048 in the first transformer
feed_forward = keras.Sequential(
    [layers.Dense(HIDDEN, activation="relu"), layers.Dense(WIDTH)]
)
one_by_one = keras.Sequential(
    [layers.Conv2D(HIDDEN, 1, activation="relu"), layers.Conv2D(WIDTH, 1)]
)
tokens = rng.integers(-3, 4, (2, 49, WIDTH)).astype("float32")
maps = tokens.reshape(2, 7, 7, WIDTH)  # the same tokens on a grid
feed_forward.build(tokens.shape)
one_by_one.build(maps.shape)
whole = [rng.integers(-2, 3, w.shape) for w in feed_forward.get_weights()]
feed_forward.set_weights(whole)
shapes = [w.shape for w in one_by_one.get_weights()]
one_by_one.set_weights(
    [w.reshape(s) for w, s in zip(whole, shapes, strict=True)]
)
by_dense = convert_to_numpy(feed_forward(tokens))
by_conv = convert_to_numpy(one_by_one(maps)).reshape(by_dense.shape)
transformer = float(np.abs(by_dense - by_conv).max())
print("parameters:", feed_forward.count_params(), one_by_one.count_params())
print("largest value:", float(np.abs(by_dense).max()))
print("largest difference:", transformer)

# %% A ConvNeXt block
keras.utils.set_random_seed(0)
convnext = keras.applications.ConvNeXtTiny(weights=None)
name = "convnext_tiny_stage_0_block_0"
depthwise = convnext.get_layer(f"{name}_depthwise_conv")
pointwise = [convnext.get_layer(f"{name}_pointwise_conv_{n}") for n in (1, 2)]
gelu = convnext.get_layer(f"{name}_gelu")
x = rng.normal(size=(1, 14, 14, 96)).astype("float32")
inside = keras.Sequential([pointwise[0], gelu, pointwise[1]])
convolutions = keras.Sequential(
    [layers.Conv2D(384, 1), gelu, layers.Conv2D(96, 1)]
)
convolutions.build(x.shape)
for layer, dense in zip(convolutions.layers[::2], pointwise, strict=True):
    kernel, bias = dense.get_weights()
    layer.set_weights([kernel[None, None], bias])
by_keras = convert_to_numpy(inside(x))
by_conv = convert_to_numpy(convolutions(x))
difference = float(np.abs(by_keras - by_conv).max())
print("in Keras:", [type(layer).__name__ for layer in pointwise])
print("largest value:", round(float(np.abs(by_keras).max()), 3))
print("largest difference below 0.00001:", difference < 1e-5)

# %% Where the weights are
mobile = keras.applications.MobileNetV2(weights=None)
inverted = ["block_2_expand", "block_2_depthwise", "block_2_project"]
inverted = [mobile.get_layer(part) for part in inverted]
attention = layers.MultiHeadAttention(8, 64)
attention.build((1, 49, 512), (1, 49, 512))
encoder = [(512, 2048), (2048, 512)]  # its feed-forward block


def kernels(built):
    """Return how many weights layers have, biases left out."""
    return sum(math.prod(layer.kernel.shape) for layer in built)


projections = sum(
    math.prod(w.shape) for w in attention.weights if w.name == "kernel"
)
forward = sum(math.prod(shape) for shape in encoder)
weights = pd.DataFrame(
    [
        ("inverted residual", kernels(inverted), kernels(inverted[::2])),
        (
            "ConvNeXt",
            kernels([depthwise, *pointwise]),
            kernels(pointwise),
        ),
        ("transformer", projections + forward, projections + forward),
    ],
    columns=["block", "weights", "of these in 1×1 layers"],
)
weights

# %% An inverted residual
rows = [
    (
        layer.name.removeprefix("block_2_"),
        layer.input.shape[-1],
        layer.output.shape[-1],
        math.prod(layer.kernel.shape),
        math.prod(layer.output.shape[1:3]) * math.prod(layer.kernel.shape),
    )
    for layer in inverted
]
rows.append(("3×3, 144 → 144", 144, 144, 9 * 144**2, 56**2 * 9 * 144**2))
counted = pd.DataFrame(
    rows,
    columns=[
        "layer",
        "channels in",
        "channels out",
        "weights",
        "multiply-adds",
    ],
)
counted

# %% What follows the last layer
following = [
    layer.name
    for layer in mobile.layers
    if layer.name.startswith("block_2_") and "pad" not in layer.name
]
print(*following, sep="\n")


# %% What a ReLU in a narrow layer loses
def kept_by_relu(channels, points=2000):
    """Return the share of pairs of numbers that can be found again.

    A random 1×1 layer writes `channels` channels of 2, then comes a ReLU.
    Two that are not zero are two equations, and give the pair back.
    """
    weights = rng.normal(size=(points, channels, 2))  # another layer each
    pair = rng.normal(size=(points, 2, 1))
    return float((((weights @ pair) > 0).sum(axis=1) >= 2).mean())


CHANNELS = [2, 3, 4, 6, 8, 12]
lost = pd.DataFrame(
    [
        (
            n,
            round(100 * kept_by_relu(n), 1),
            round(100 * (1 - (n + 1) / 2**n), 1),
        )
        for n in CHANNELS
    ],
    columns=["channels", "found again (%)", "by theory (%)"],
)
lost

# %% Values tags=["values"]
{
    "transformer": transformer,
    "convnext": difference,
    "convnext_share": float(
        weights.iloc[1, 2] / weights.iloc[1, 1],
    ),
    "inverted_share": float(weights.iloc[0, 2] / weights.iloc[0, 1]),
    "inverted": int(weights.iloc[0, 1]),
    "inverted_work": int(counted["multiply-adds"].iloc[:3].sum()),
    "wide_times": float(counted["weights"].iloc[3] / weights.iloc[0, 1]),
    "kept_2": float(lost.iloc[0, 1]) / 100,
    "kept_12": float(lost.iloc[-1, 1]) / 100,
}
