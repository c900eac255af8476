# ---
# jupyter:
#   hamgasht:
#     tolerances: {default: 0.01}
# ---
# %% [markdown]
# # Answers to the exercises
# Each cell answers one exercise of the chapter by a run.

# %% Imports
import keras
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

# %% Parameters by hand
conv = layers.Conv2D(32, 5, padding="same")
conv.build((None, 64, 64, 3))
inputs, outputs = 64 * 64 * 3, 64 * 64 * 32
dense_parameters = inputs * outputs + outputs
print("convolution:", conv.count_params())
print("Dense:", f"{dense_parameters:,}")


# %% Padding that wraps around
def around(x, kernel, stride=1, mode="wrap"):
    """Return the map of one 3x3 filter, with a border of one pixel."""
    x = np.pad(x, 1, mode=mode).astype("float32")
    layer = layers.Conv2D(1, 3, strides=stride, use_bias=False)
    layer.build((None, *x.shape, 1))
    layer.set_weights([kernel[..., np.newaxis, np.newaxis]])
    return convert_to_numpy(layer(x[np.newaxis, ..., np.newaxis]))[0, ..., 0]


rng = np.random.default_rng(0)
image = rng.integers(0, 10, (32, 32))
kernels = rng.integers(-2, 3, (3, 3, 3)).astype("float32")
rows = []
for mode in ("constant", "wrap"):  # zeros, or the opposite edge
    error = 0.0
    for right in range(1, 32):
        moved = np.roll(image, right, axis=1)
        wanted = np.roll(around(image, kernels[0], mode=mode), right, axis=1)
        gap = np.abs(around(moved, kernels[0], mode=mode) - wanted)
        error = max(error, float(gap.max()))
    name = "zeros" if mode == "constant" else "the opposite edge"
    rows.append((name, error))
wrapping = pd.DataFrame(rows, columns=["padding with", "largest error"])
wrapping


# %% Three strides
def three_layers(x):
    for kernel in kernels:
        x = np.maximum(around(x, kernel, stride=2), 0)
    return x


def is_exact(down, right):
    """Return whether the output moves by a whole number of places."""
    moved = three_layers(np.roll(image, (down, right), axis=(0, 1)))
    return any(
        np.array_equal(moved, np.roll(start, (i, j), axis=(0, 1)))
        for i in range(4)
        for j in range(4)
    )


start = three_layers(image)
exact = [(i, j) for i in range(16) for j in range(16) if is_exact(i, j)]
print("exact shifts:", exact)
print("of", 16 * 16)

# %% Four quarter turns
maps = rng.integers(-3, 4, (3, 3, 1, 8)).astype("float32")
filters = layers.Conv2D(8, 3, activation="relu", use_bias=False)
filters.build((None, 12, 12, 1))
filters.set_weights([maps])
picture = rng.integers(0, 10, (1, 12, 12, 1)).astype("float32")


def plain(x):
    """Return the sum of each of the eight maps."""
    return convert_to_numpy(filters(x)).sum(axis=(1, 2))[0]


def turned(x):
    """Return the sum of the plain answers to x in four positions."""
    return sum(plain(np.rot90(x, turns, axes=(1, 2))) for turns in range(4))


turn = np.rot90(picture, axes=(1, 2))
plain_change = float(np.abs(plain(turn) - plain(picture)).max())
turned_change = float(np.abs(turned(turn) - turned(picture)).max())
print("change of the plain answer:", plain_change)
print("change of the sum over four turns:", turned_change)

# %% Centring first
x, y = load_digits(return_X_y=True)
x = np.pad(x.reshape(-1, 8, 8) / 16, ((0, 0), (4, 4), (4, 4)))  # 16x16
order = np.random.default_rng(0).permutation(len(x))
train, test = order[:1437], order[1437:]


def centred(images):
    """Return each image with its centre of mass in the middle."""
    places = np.arange(16)
    result = []
    for one in images:
        row = (one.sum(axis=1) @ places) / one.sum()
        col = (one.sum(axis=0) @ places) / one.sum()
        by = (round(7.5 - row), round(7.5 - col))
        result.append(np.roll(one, by, axis=(0, 1)))
    return np.array(result)


rows = []
models = {}
for name, prepare in (("plain", np.asarray), ("centred", centred)):
    model = LogisticRegression(max_iter=2000)
    model.fit(prepare(x[train]).reshape(-1, 256), y[train])
    models[name] = (model, prepare)
for right in range(5):
    row = [right]
    for model, prepare in models.values():
        moved = prepare(np.roll(x[test], right, axis=2))
        said = model.predict(moved.reshape(-1, 256))
        row.append(float((said == y[test]).mean()))
    rows.append(row)
centring = pd.DataFrame(
    rows, columns=["shift (pixels)", "as it is", "centred first"]
).round(3)
centring


# %% How far dilation reaches
def field_by_impulses(num_layers):
    """Return how many inputs change the last output of the stack."""
    net = keras.Sequential([keras.Input((256, 1))])
    for level in range(num_layers):
        net.add(
            layers.Conv1D(
                1,
                2,
                dilation_rate=2**level,
                padding="causal",
                kernel_initializer="ones",
            )
        )
    impulses = np.eye(256, dtype="float32")[..., np.newaxis]
    return int((convert_to_numpy(net(impulses))[:, -1, 0] > 0).sum())


reach = pd.DataFrame(
    [(n, n + 1, 2**n, field_by_impulses(n)) for n in (1, 2, 4, 6, 8)],
    columns=[
        "layers",
        "field without dilation",
        "field with dilation",
        "field by impulses",
    ],
)
reach

# %% One second of sound
second = 16_000  # samples
needed = next(n for n in range(1, 100) if 2**n >= second)
print("layers with dilation:", needed, "field:", 2**needed)
print("layers without:", second - 1)

# %% What training keeps
small = keras.Sequential(
    [
        keras.Input((24, 24, 1)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(10),
    ]
)
values = sum(
    int(np.prod(layer.output.shape[1:]))
    for layer in small.layers
    if not isinstance(layer, layers.Flatten)  # the same numbers again
)
print("parameters:", small.count_params())
print("values for one image:", values)
print("values for a batch of 32:", 32 * values)

# %% One face among many
RATE = 1e-4  # false matches in comparing two people
rng = np.random.default_rng(0)
rows = []
for people in (1, 100, 1000, 10_000, 100_000):
    by_formula = 1 - (1 - RATE) ** people
    found = rng.binomial(people, RATE, 20_000) > 0
    rows.append((people, people * RATE, by_formula, found.mean()))
search = pd.DataFrame(
    rows,
    columns=[
        "people in the list",
        "false matches expected",
        "chance of at least one",
        "in 20,000 searches",
    ],
).round(4)
search

# %% Values tags=["values"]
{
    "conv_parameters": conv.count_params(),
    "dense_parameters": dense_parameters,
    "zeros_error": float(wrapping.iloc[0, 1]),
    "wrap_error": float(wrapping.iloc[1, 1]),
    "exact_shifts": len(exact),
    "tried_shifts": 16 * 16,
    "plain_change": plain_change,
    "turned_change": turned_change,
    "plain_middle": float(centring.iloc[0, 1]),
    "plain_shift2": float(centring.iloc[2, 1]),
    "plain_shift4": float(centring.iloc[4, 1]),
    "centred_middle": float(centring.iloc[0, 2]),
    "centred_shift4": float(centring.iloc[4, 2]),
    "field_8": int(reach.iloc[4, 3]),
    "needed": needed,
    "needed_field": 2**needed,
    "needed_plain": second - 1,
    "small_parameters": small.count_params(),
    "small_values": values,
    "batch_values": 32 * values,
    "chance_10000": float(search.iloc[3, 2]),
    "found_10000": float(search.iloc[3, 3]),
    "chance_100": float(search.iloc[1, 2]),
}
