# %% [markdown]
# # Five famous uses, counted
# A block of each network is built three times, and Keras counts: as it is,
# with only its 1×1 layers taken away, and as the ordinary block that it
# replaces.

# %% Imports
import math

import keras
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy


# %% Counting
def work_of(layer):
    """Return the products that one layer sums up for one input."""
    kind = type(layer).__name__
    if kind == "Dense":
        return math.prod(layer.kernel.shape)
    if kind in ("Conv2D", "DepthwiseConv2D"):
        return math.prod(layer.output.shape[1:3]) * math.prod(
            layer.kernel.shape
        )
    return 0


def counted(build, shape):
    """Return a model of what `build` makes of an input, and its counts."""
    x = keras.Input(shape)
    model = keras.Model(x, build(x))
    work = sum(work_of(layer) for layer in model.layers)
    return model, model.count_params(), work


def conv(x, filters, k):
    return layers.Conv2D(filters, k, padding="same", activation="relu")(x)


# %% Network in Network
def network_in_network(x):
    """Its end: a 1×1 layer to one map for each class, then their means."""
    return layers.GlobalAveragePooling2D()(conv(x, 10, 1))


def mean_and_dense(x):
    """The mean stays, and Dense stands in place of the 1×1 layer."""
    return layers.Dense(10)(layers.GlobalAveragePooling2D()(x))


def flatten_and_dense(x):
    return layers.Dense(10)(layers.Flatten()(x))


# %% GoogLeNet
def inception(x):
    """Its module 3a."""
    pooled = layers.MaxPooling2D(3, strides=1, padding="same")(x)
    return layers.Concatenate()(
        [
            conv(x, 64, 1),
            conv(conv(x, 96, 1), 128, 3),
            conv(conv(x, 16, 1), 32, 5),
            conv(pooled, 32, 1),
        ]
    )


def naive_inception(x):
    pooled = layers.MaxPooling2D(3, strides=1, padding="same")(x)
    branches = [conv(x, 64, 1), conv(x, 128, 3), conv(x, 32, 5), pooled]
    return layers.Concatenate()(branches)


# %% ResNet
def residual_bottleneck(x):
    o = conv(conv(x, 64, 1), 64, 3)
    o = layers.Conv2D(256, 1)(o)
    return layers.ReLU()(layers.Add()([x, o]))


def residual_3x3(x):
    """The 3×3 layer alone, which now has to fit the sum by itself."""
    o = layers.Conv2D(256, 3, padding="same")(x)
    return layers.ReLU()(layers.Add()([x, o]))


def residual_plain(x):
    o = layers.Conv2D(256, 3, padding="same")(conv(x, 256, 3))
    return layers.ReLU()(layers.Add()([x, o]))


# %% SqueezeNet
def fire(x):
    """Its module fire2: squeeze to 16, expand to 64 and 64."""
    squeezed = conv(x, 16, 1)
    return layers.Concatenate()(
        [conv(squeezed, 64, 1), conv(squeezed, 64, 3)]
    )


def unsqueezed_fire(x):
    """Both expanding layers read all channels."""
    return layers.Concatenate()([conv(x, 64, 1), conv(x, 64, 3)])


def plain_fire(x):
    return conv(x, 128, 3)


# %% MobileNet
def separable(x):
    """One filter for each channel, then a 1×1 layer that mixes them."""
    o = layers.DepthwiseConv2D(3, padding="same", activation="relu")(x)
    return conv(o, 512, 1)


def depthwise_alone(x):
    return layers.DepthwiseConv2D(3, padding="same", activation="relu")(x)


def plain_512(x):
    return conv(x, 512, 3)


# %% All five
blocks = {
    "Network in Network": (
        (8, 8, 192),
        [network_in_network, mean_and_dense, flatten_and_dense],
    ),
    "GoogLeNet": (
        (28, 28, 192),
        [inception, naive_inception, naive_inception],
    ),
    "ResNet": (
        (56, 56, 256),
        [residual_bottleneck, residual_3x3, residual_plain],
    ),
    "SqueezeNet": ((55, 55, 96), [fire, unsqueezed_fire, plain_fire]),
    "MobileNet": ((14, 14, 512), [separable, depthwise_alone, plain_512]),
}
rows, models = [], {}
for name, (shape, builds) in blocks.items():
    kinds = [counted(build, shape) for build in builds]
    models[name] = kinds[0][0]
    numbers = [parameters for _, parameters, _ in kinds]
    work = [round(each / 1e6, 2) for _, _, each in kinds]
    rows.append((name, "×".join(map(str, shape)), *numbers, *work))
table = pd.DataFrame(
    rows,
    columns=[
        "network",
        "input",
        "parameters with 1×1",
        "parameters without",
        "parameters, ordinary block",
        "multiply-adds with 1×1, millions",
        "multiply-adds without, millions",
        "multiply-adds, ordinary block, millions",
    ],
)
table


# %% A layer of Network in Network
def mlpconv(x):
    """Its first layer: a 5×5 convolution, then two 1×1 layers."""
    return conv(conv(conv(x, 192, 5), 160, 1), 96, 1)


_, mlp_parameters, _ = counted(mlpconv, (32, 32, 3))
_, linear_parameters, _ = counted(lambda x: conv(x, 192, 5), (32, 32, 3))
print("5×5 alone:              ", linear_parameters, "parameters")
print("with its two 1×1 layers:", mlp_parameters, "parameters")

# %% A whole MobileNet
mobile = keras.applications.MobileNet(weights=None)
names = ["1×1", "depthwise 3×3", "first convolution, 3×3", "classifier"]
kinds = {name: [0, 0] for name in names}
for layer in mobile.layers:
    if not work_of(layer):
        continue
    if isinstance(layer, layers.DepthwiseConv2D):
        kind = "depthwise 3×3"
    elif layer.name == "conv_preds":  # Keras builds it as a 1×1 layer, too
        kind = "classifier"
    elif layer.kernel.shape[:2] == (1, 1):
        kind = "1×1"
    else:
        kind = "first convolution, 3×3"
    kinds[kind][0] += math.prod(layer.kernel.shape)
    kinds[kind][1] += work_of(layer)
totals = np.sum(list(kinds.values()), axis=0)
shares = pd.DataFrame(
    [
        (kind, *(round(100 * v, 2) for v in np.array(found) / totals))
        for kind, found in kinds.items()
    ],
    columns=["layers", "weights (%)", "multiply-adds (%)"],
)
shares

# %% A residual block that adds nothing
block = models["ResNet"]
last = block.layers[-3]  # its second 1×1 layer
last.set_weights([np.zeros_like(w) for w in last.get_weights()])
rng = np.random.default_rng(0)
x = rng.random((1, 56, 56, 256)).astype("float32")
identity = float(np.abs(convert_to_numpy(block(x)) - x).max())
print("distance of output and input:", identity)

# %% Values tags=["values"]
values = {
    "mlp": mlp_parameters,
    "linear": linear_parameters,
    "pointwise_weights": float(shares["weights (%)"][0]) / 100,
    "pointwise_work": float(shares["multiply-adds (%)"][0]) / 100,
    "identity": identity,
}
short = ["nin", "googlenet", "resnet", "squeezenet", "mobilenet"]
for key, (_, row) in zip(short, table.iterrows(), strict=True):
    values |= {
        f"{key}_with": int(row.iloc[2]),
        f"{key}_without": int(row.iloc[3]),
        f"{key}_ordinary": int(row.iloc[4]),
    }
values
