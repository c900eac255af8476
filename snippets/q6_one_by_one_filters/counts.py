# %% [markdown]
# # Parameters and multiply-adds, by formula and by Keras
# The chapter's three calculations and the question's two networks.

# %% Imports
import keras
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy


# %% Formulas
def parameters(k, c_in, c_out):
    """Weights and biases of a k×k convolution."""
    return k * k * c_in * c_out + c_out


def multiply_adds(m, k, c_in, c_out):
    """Products that a k×k convolution sums up for an m×m output."""
    return m * m * k * k * c_in * c_out


# %% By Keras
def keras_parameters(layer_sizes, c_in):
    """Return the parameters of a chain of convolutions, as Keras counts."""
    chain = keras.Sequential([keras.Input((None, None, c_in))])
    for k, c_out in layer_sizes:
        chain.add(layers.Conv2D(c_out, k, padding="same"))
    return chain.count_params()


def keras_multiply_adds(m, k, c_in, c_out):
    """Count products: with ones everywhere, each product adds 1."""
    layer = layers.Conv2D(c_out, k, kernel_initializer="ones")
    side = m + k - 1  # so that the window has m×m places
    o = convert_to_numpy(layer(np.ones((1, side, side, c_in), "float32")))
    return int(o.sum(dtype="float64"))


# %% From 256 to 256 channels
direct = parameters(3, 256, 256)
narrow = parameters(1, 256, 64), parameters(3, 64, 256)
fewer = 1 - sum(narrow) / direct
rows = [
    ("3×3, 256 → 256", direct, keras_parameters([(3, 256)], 256)),
    ("1×1, 256 → 64", narrow[0], keras_parameters([(1, 64)], 256)),
    ("3×3, 64 → 256", narrow[1], keras_parameters([(3, 256)], 64)),
    (
        "both together",
        sum(narrow),
        keras_parameters([(1, 64), (3, 256)], 256),
    ),
]
from_256 = pd.DataFrame(
    rows, columns=["layer", "parameters by formula", "parameters by Keras"]
)
from_256

# %% How many fewer
print(f"{direct - sum(narrow)} parameters fewer than {direct}: {fewer:.1%}")

# %% A block of three layers
triple = keras_parameters([(1, 64), (3, 64), (1, 256)], 256)
triple_fewer = 1 - triple / direct
print(f"256 → 64 → 64 → 256: {triple} parameters, {triple_fewer:.1%} fewer")

# %% From 192 to 32 channels
steps = [
    ("5×5, 192 → 32", (28, 5, 192, 32)),
    ("1×1, 192 → 16", (28, 1, 192, 16)),
    ("5×5, 16 → 32", (28, 5, 16, 32)),
]
rows = [
    (name, multiply_adds(*sizes), keras_multiply_adds(*sizes))
    for name, sizes in steps
]
rows.append(("both together", *(rows[1][i] + rows[2][i] for i in (1, 2))))
from_192 = pd.DataFrame(
    rows,
    columns=["layer", "multiply-adds by formula", "multiply-adds by Keras"],
)
from_192


# %% The networks of the question
def network(k, *filters):
    """Return two convolutions with k×k windows, as the question has them."""
    style = {"padding": "same", "activation": "relu"}
    return keras.Sequential(
        [
            keras.Input((32, 32, 128)),
            *(layers.Conv2D(c_out, k, **style) for c_out in filters),
        ]
    )


ones, threes = network(1, 32, 1), network(3, 32, 32)
ones.summary()

# %% The second network
threes.summary()

# %% Fair comparison
fair = network(1, 32, 32)
rows = []
for name, k, net in (
    ("1×1: 32, 1", 1, ones),
    ("1×1: 32, 32", 1, fair),
    ("3×3: 32, 32", 3, threes),
):
    first, second = (layer.filters for layer in net.layers)
    by_formula = parameters(k, 128, first) + parameters(k, first, second)
    work = multiply_adds(32, k, 128, first)
    work += multiply_adds(32, k, first, second)
    shape = "×".join(map(str, net.output_shape[1:]))
    rows.append((name, shape, by_formula, net.count_params(), work))
compared = pd.DataFrame(
    rows,
    columns=[
        "network",
        "output",
        "parameters by formula",
        "parameters by Keras",
        "multiply-adds",
    ],
)
compared

# %% Values tags=["values"]
agree = [
    int((table.iloc[:, one] == table.iloc[:, other]).all())
    for table, one, other in (
        (from_256, 1, 2),
        (from_192, 1, 2),
        (compared, 2, 3),
    )
]
work_192 = from_192["multiply-adds by formula"].tolist()
{
    "direct": direct,
    "narrow_1": narrow[0],
    "narrow_3": narrow[1],
    "narrow": sum(narrow),
    "fewer": fewer,
    "triple": triple,
    "triple_fewer": triple_fewer,
    "work_direct": work_192[0],
    "work_1": work_192[1],
    "work_5": work_192[2],
    "work_narrow": work_192[3],
    "work_share": work_192[3] / work_192[0],
    "all_agree": int(all(agree)),
    "ones": ones.count_params(),
    "ones_first": ones.layers[0].count_params(),
    "ones_second": ones.layers[1].count_params(),
    "fair": fair.count_params(),
    "fair_second": fair.layers[1].count_params(),
    "threes": threes.count_params(),
    "threes_first": threes.layers[0].count_params(),
    "threes_second": threes.layers[1].count_params(),
    "ratio_unfair": threes.count_params() / ones.count_params(),
    "ratio": threes.count_params() / fair.count_params(),
    "fair_work": int(compared["multiply-adds"][1]),
    "threes_work": int(compared["multiply-adds"][2]),
}
