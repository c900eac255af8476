# %% [markdown]
# # The question's network, layer by layer
# Shapes and parameters by formula and by Keras, what Flatten and batch
# normalisation add, and how much of the image each layer sees.

# %% Imports
import keras
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy


# %% Network
def conv(x, filters, size):
    return layers.Conv2D(filters, size, padding="same", activation="relu")(x)


def inception(x):
    one = conv(x, 64, 1)
    three = conv(conv(x, 32, 1), 64, 3)
    five = conv(conv(x, 32, 1), 64, 5)
    pooled = layers.MaxPooling2D(3, strides=1, padding="same")(x)
    pooled = conv(pooled, 64, 1)
    return layers.Concatenate()([one, three, five, pooled])


def network(regularised):
    """Return the question's network, with or without BN and dropout."""
    image = keras.Input((32, 32, 3))
    x = image
    for filters in (32, 64, 32):
        x = conv(x, filters, 3)
    x = layers.MaxPooling2D()(x)
    x = inception(x)
    for filters in (128, 256):
        x = conv(x, filters, 3)
        if regularised:
            x = layers.BatchNormalization()(x)
            x = layers.Dropout(0.5)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(10, activation="softmax")(x)
    return keras.Model(image, x)


with_bn, plain = network(True), network(False)

# %% By formula
by_formula = [  # name, shape of the output, parameters
    ("Conv2D, 32", (32, 32, 32), 3 * 3 * 3 * 32 + 32),
    ("Conv2D, 64", (32, 32, 64), 3 * 3 * 32 * 64 + 64),
    ("Conv2D, 32", (32, 32, 32), 3 * 3 * 64 * 32 + 32),
    ("MaxPooling2D", (16, 16, 32), 0),
    ("inception module", (16, 16, 256), 76096),
    ("Conv2D, 128", (16, 16, 128), 3 * 3 * 256 * 128 + 128),
    ("BatchNormalization", (16, 16, 128), 4 * 128),
    ("Dropout", (16, 16, 128), 0),
    ("Conv2D, 256", (16, 16, 256), 3 * 3 * 128 * 256 + 256),
    ("BatchNormalization", (16, 16, 256), 4 * 256),
    ("Dropout", (16, 16, 256), 0),
    ("Flatten", (16 * 16 * 256,), 0),
    ("Dense, 10", (10,), 16 * 16 * 256 * 10 + 10),
]

# %% By formula and by Keras
found = with_bn.layers[1:]  # the first one is the input
start = [type(layer).__name__ for layer in found].index("MaxPooling2D") + 1
end = [type(layer).__name__ for layer in found].index("Concatenate") + 1
groups = [
    *([layer] for layer in found[:start]),
    found[start:end],  # all of the module
    *([layer] for layer in found[end:]),
]


def by(shape):
    """Return a shape as text, without the batch."""
    return "×".join(str(size) for size in shape)


table = pd.DataFrame(
    [
        (
            name,
            by(shape),
            by(group[-1].output.shape[1:]),
            parameters,
            sum(layer.count_params() for layer in group),
        )
        for (name, shape, parameters), group in zip(
            by_formula, groups, strict=True
        )
    ],
    columns=[
        "layer",
        "shape by formula",
        "shape by Keras",
        "parameters by formula",
        "parameters by Keras",
    ],
)
table

# %% Totals
print("by formula:", table["parameters by formula"].sum())
print("Keras:     ", with_bn.count_params())
trained = sum(int(np.prod(w.shape)) for w in with_bn.trainable_variables)
print("trained:   ", trained)
print("without batch normalisation:", plain.count_params())

# %% What batch normalisation adds
norms = [
    layer
    for layer in with_bn.layers
    if isinstance(layer, layers.BatchNormalization)
]
added = pd.DataFrame(
    [
        (
            layer.output.shape[-1],
            layer.count_params(),
            sum(int(np.prod(w.shape)) for w in layer.trainable_variables),
        )
        for layer in norms
    ],
    columns=["channels", "parameters", "trained"],
)
added

# %% Flatten
maps = np.random.default_rng(0).normal(size=(1, 16, 16, 256))
maps = maps.astype("float32")
flatten = layers.Flatten()
row = convert_to_numpy(flatten(maps))
print("values in:", maps.size, "- values out:", row.size)
print("parameters of Flatten:", flatten.count_params())
print("same values:", np.array_equal(row.ravel(), maps.ravel()))
dense = next(la for la in plain.layers if isinstance(la, layers.Dense))
print("parameters of the Dense layer after it:", dense.count_params())


# %% Receptive field
def field(windows):
    """Return how many columns of a 48×48 image one output sees.

    All weights are one; each image has one bright column.
    """
    net = keras.Sequential([keras.Input((48, 48, 1))])
    for kind, k in windows:
        if kind == "pool":
            net.add(layers.AveragePooling2D(k))  # reaches as far as max
        else:
            ones = {"use_bias": False, "kernel_initializer": "ones"}
            net.add(layers.Conv2D(1, k, padding="same", **ones))
    columns = np.eye(48, dtype="float32")
    images = np.repeat(columns[:, None, :, None], 48, axis=1)
    o = convert_to_numpy(net(images))[..., 0]
    middle = o.shape[1] // 2
    return int((o[:, middle, middle] > 0).sum())


first = [("conv", 3)] * 3
before = [*first, ("pool", 2)]
five = [*before, ("conv", 5)]
after = [*five, ("conv", 3)]
fields = pd.DataFrame(
    [
        ("three convolutions", 1 + 3 * 2, field(first)),
        ("pooling", 7 + 1, field(before)),
        ("module, branch 1×1", 8, field(before)),
        ("module, branch 3×3", 8 + 2 * 2, field([*before, ("conv", 3)])),
        ("module, branch 5×5", 8 + 4 * 2, field(five)),
        ("convolution, 128 filters", 16 + 2 * 2, field(after)),
        (
            "convolution, 256 filters",
            20 + 2 * 2,
            field([*after, ("conv", 3)]),
        ),
    ],
    columns=["after", "field by formula", "field measured"],
)
fields

# %% Values tags=["values"]
{
    "parameters": with_bn.count_params(),
    "parameters_plain": plain.count_params(),
    "trained": trained,
    "added": int(added["parameters"].sum()),
    "added_trained": int(added["trained"].sum()),
    "by_formula": int(table["parameters by formula"].sum()),
    "differing": int(
        (table["shape by formula"] != table["shape by Keras"]).sum()
        + (
            table["parameters by formula"] != table["parameters by Keras"]
        ).sum()
    ),
    "flat_values": row.size,
    "flatten_parameters": flatten.count_params(),
    "dense": dense.count_params(),
    "dense_share": dense.count_params() / with_bn.count_params(),
    "field": int(fields["field measured"].iloc[-1]),
    "field_before_module": int(fields["field measured"][1]),
    "field_1": int(fields["field measured"][2]),
    "field_3": int(fields["field measured"][3]),
    "field_5": int(fields["field measured"][4]),
}
