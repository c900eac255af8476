# ---
# jupyter:
#   hamgasht:
#     tolerances: {default: 0.001}
# ---
# %% [markdown]
# # Answers to the exercises of chapter 7
# Each answer in one cell or two; none needs the images.

# %% Imports
import math

import keras
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy


# %% Sizes by hand
def output_size(n, k, p=0, s=1):
    return (n - k + 2 * p) // s + 1


cases = [(32, 5, 2, 2), (33, 3, 0, 2), (28, 3, 1, 1), (224, 7, 3, 2)]
sizes = pd.DataFrame(
    [
        (
            *case,
            (case[0] - case[1] + 2 * case[2]) / case[3] + 1,
            output_size(*case),
        )
        for case in cases
    ],
    columns=[
        "input size n",
        "kernel size k",
        "padding p",
        "stride s",
        "without the floor",
        "output size m",
    ],
)
sizes


# %% Two small windows for a large one
def chain(*windows):
    """Return convolutions of 64 filters over 64 channels."""
    net = keras.Sequential([keras.Input((16, 16, 64))])
    for window in windows:
        net.add(layers.Conv2D(64, window, use_bias=False))
    return net


chains = {
    "5×5": [(5, 5)],
    "3×3, 3×3": [(3, 3), (3, 3)],
    "1×5, 5×1": [(1, 5), (5, 1)],
}
rows = []
for name, windows in chains.items():
    net = chain(*windows)
    seen = 16 - net.output_shape[1] + 1  # what one output covers
    rows.append((name, seen, net.count_params(), len(windows)))
factored = pd.DataFrame(
    rows, columns=["windows", "field", "weights", "layers"]
)
factored["of 5×5 (%)"] = 100 * factored["weights"] / factored["weights"][0]
factored


# %% Global average pooling instead of Flatten
def head(kind):
    """Return the question's last layers over its maps of 16×16×256."""
    return keras.Sequential(
        [keras.Input((16, 16, 256)), kind(), layers.Dense(10)]
    )


flat = head(layers.Flatten).count_params()
pooled = head(layers.GlobalAveragePooling2D).count_params()
body = 1361066 - flat
print("with Flatten:               ", body + flat)
print("with global average pooling:", body + pooled)

# %% Steps until the averages are right
steps = {
    momentum: math.ceil(math.log(0.01) / math.log(momentum))
    for momentum in (0.99, 0.9)
}
for momentum, n in steps.items():
    print(f"momentum {momentum}: {n} steps,", end=" ")
    print(f"{momentum ** (n - 1):.4f} left before, {momentum**n:.4f} after")

# %% Batch normalisation folded into a convolution
rng = np.random.default_rng(0)
x = rng.normal(size=(2, 12, 12, 4)).astype("float32")
conv = layers.Conv2D(6, 3)
norm = layers.BatchNormalization()
norm(conv(x), training=True)  # makes the weights
norm.gamma.assign(rng.uniform(0.5, 2, 6))
norm.beta.assign(rng.normal(size=6))
norm.moving_mean.assign(rng.normal(size=6))
norm.moving_variance.assign(rng.uniform(0.5, 2, 6))
both = convert_to_numpy(norm(conv(x), training=False))

kernel, bias = conv.get_weights()
gamma, beta, mean, variance = norm.get_weights()
factor = gamma / np.sqrt(variance + norm.epsilon)
conv.set_weights([kernel * factor, (bias - mean) * factor + beta])
fold_difference = np.abs(convert_to_numpy(conv(x)) - both).max()
print(f"same to five decimals: {fold_difference < 1e-5}")

# %% Dropout before batch normalisation
keras.utils.set_random_seed(0)
z = rng.normal(size=(200000, 1)).astype("float32")  # mean 0, variance 1
rows = []
for rate in (0.1, 0.25, 0.5):
    dropped = convert_to_numpy(layers.Dropout(rate)(z, training=True))
    rows.append((rate, 1 / (1 - rate), float(dropped.var()), 1.0))
shift = pd.DataFrame(
    rows, columns=["rate", "by theory", "in training", "at inference"]
)
shift.round(2)

# %% How many images apart
n = 10000
half = 1.96 * math.sqrt(0.75 * 0.25 / n)
spread = math.sqrt(2 * 0.75 * 0.25 * n)  # of two independent scores
print(f"half width of the 95 % interval: {half:.4f}")
print(f"standard deviation of a difference: {spread:.0f} images")
apart = pd.DataFrame(
    [
        (epoch, score, round((0.757 - score) * n))
        for epoch, score in ((6, 0.747), (7, 0.753), (8, 0.741))
    ],
    columns=["epoch", "accuracy", "images behind epoch 5"],
)
apart["in standard deviations"] = (
    apart["images behind epoch 5"] / spread
).round(1)
apart

# %% A layer that saves nothing
channels = [8, 16, 24, 30, 31, 32, 48]
direct = [3 * 3 * 32 * 64] * len(channels)
narrowed = [32 * r + 3 * 3 * r * 64 for r in channels]
saving = pd.DataFrame(
    {
        "filters of the 1×1": channels,
        "weights, without 1×1": direct,
        "weights, with 1×1": narrowed,
    }
)
saving


# %% Three ways to halve a map
def halving(*tail):
    """Return the question's third convolution, on maps of 32×32×64."""
    return keras.Sequential([keras.Input((32, 32, 64)), *tail])


def conv32(stride=1):
    return layers.Conv2D(32, 3, strides=stride, padding="same")


ways = {
    "pooling": halving(conv32(), layers.MaxPooling2D()),
    "stride 2 in the convolution": halving(conv32(2)),
    "one more, with stride 2": halving(conv32(), conv32(2)),
}
rows = []
for name, net in ways.items():
    work = sum(
        9 * layer.input.shape[-1] * int(np.prod(layer.output.shape[1:]))
        for layer in net.layers
        if isinstance(layer, layers.Conv2D)
    )
    rows.append((name, net.count_params(), work))
halved = pd.DataFrame(rows, columns=["way", "parameters", "multiply-adds"])
halved

# %% Values tags=["values"]
{
    "size_0": int(sizes["output size m"][0]),
    "size_1": int(sizes["output size m"][1]),
    "size_2": int(sizes["output size m"][2]),
    "size_3": int(sizes["output size m"][3]),
    "weights_5": int(factored["weights"][0]),
    "weights_33": int(factored["weights"][1]),
    "weights_15": int(factored["weights"][2]),
    "share_33": float(factored["of 5×5 (%)"][1] / 100),
    "share_15": float(factored["of 5×5 (%)"][2] / 100),
    "with_flatten": body + flat,
    "with_pooling": body + pooled,
    "steps_99": steps[0.99],
    "steps_90": steps[0.9],
    "variance_half": float(shift["in training"][2]),
    "half_width": half,
    "apart_7": int(apart["images behind epoch 5"][1]),
    "apart_8": int(apart["images behind epoch 5"][2]),
    "deviations_8": float(apart["in standard deviations"][2]),
    "spread": spread,
    "saves_30": int(direct[3] - narrowed[3]),
    "saves_31": int(direct[4] - narrowed[4]),
    "saves_32": int(direct[5] - narrowed[5]),
    "halved_more": int(halved["parameters"][2] - halved["parameters"][0]),
    "halved_share": float(
        halved["multiply-adds"][1] / halved["multiply-adds"][0]
    ),
    "halved_extra": float(
        halved["multiply-adds"][2] / halved["multiply-adds"][0] - 1
    ),
}
