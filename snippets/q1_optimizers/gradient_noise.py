# ---
# jupyter:
#   hamgasht:
#     limit: 200
#     smoke: {NUM_BATCHES: 60}
#     tolerances: {default: 0.02}
# ---
# %% [markdown]
# # Noise of a batch's gradient
# The gradient of a batch is a mean over a few samples. How far it lies from
# the gradient over all samples, for eleven batch sizes, at two moments.

# %% Imports
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.datasets import load_digits

# %% Settings tags=["parameters"]
NUM_BATCHES = 600

# %% Data
x, y = load_digits(return_X_y=True)  # 8x8 images of digits, 0 to 16
order = np.random.default_rng(0).permutation(len(x))
train = order[:1437]
x, y = x[train] / 16, y[train]


# %% Network
def new_network(seed):
    """Return weights and biases of a network 64 - 32 - 10."""
    rng = np.random.default_rng(seed)
    w1 = rng.normal(0, np.sqrt(2 / 64), (64, 32))
    w2 = rng.normal(0, np.sqrt(2 / 32), (32, 10))
    return [w1, np.zeros(32), w2, np.zeros(10)]


def forward(network, x):
    """Return the hidden layer and the logarithm of the probabilities."""
    w1, b1, w2, b2 = network
    hidden = np.maximum(x @ w1 + b1, 0)
    logits = hidden @ w2 + b2
    logits -= logits.max(axis=1, keepdims=True)
    return hidden, logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))


def gradients(network, x, y):
    """Return the gradient of the mean cross-entropy, array by array."""
    hidden, log_p = forward(network, x)
    d_logits = np.exp(log_p)
    d_logits[np.arange(len(y)), y] -= 1
    d_logits /= len(y)
    d_hidden = d_logits @ network[2].T * (hidden > 0)
    return [
        x.T @ d_hidden,
        d_hidden.sum(axis=0),
        hidden.T @ d_logits,
        d_logits.sum(axis=0),
    ]


# %% One gradient a sample
def flat(arrays):
    return np.concatenate([array.ravel() for array in arrays])


def gradient_of_each(network):
    """Return a matrix with the gradient of one sample in each row."""
    return np.array(
        [
            flat(gradients(network, x[i : i + 1], y[i : i + 1]))
            for i in range(len(x))
        ]
    )


def noise(each, size, replace, rng):
    """Return the root mean square distance from the full gradient."""
    share = np.zeros((NUM_BATCHES, len(each)))  # of each sample in a batch
    for row in share:
        drawn = rng.choice(len(each), size, replace=replace)
        np.add.at(row, drawn, 1 / size)
    errors = share @ each - each.mean(axis=0)
    return float(np.sqrt((errors**2).sum(axis=1).mean()))


# %% Two moments
network = new_network(seed=0)
moments = {"at the start": gradient_of_each(network)}
for _ in range(100):
    full = gradients(network, x, y)
    network = [w - 0.5 * g for w, g in zip(network, full, strict=True)]
moments["after 100 steps"] = gradient_of_each(network)

# %% Measuring
sizes = [2**i for i in range(11)] + [1437]
rng = np.random.default_rng(1)
rows = []
for moment, each in moments.items():
    for size in sizes:
        again, once = (noise(each, size, way, rng) for way in (True, False))
        rows.append((moment, size, again, once))
measured = pd.DataFrame(
    rows, columns=["moment", "batch size", "again", "once"]
)

# %% Slopes
rows = []
for moment, each in moments.items():
    table = measured[measured["moment"] == moment]
    slope = np.polyfit(
        np.log(table["batch size"]), np.log(table["again"]), 1
    )[0]
    signal = float(np.sqrt((each.mean(axis=0) ** 2).sum()))
    one = float(np.sqrt(((each - each.mean(axis=0)) ** 2).sum(axis=1).mean()))
    rows.append((moment, slope, signal, one, (one / signal) ** 2))
slopes = pd.DataFrame(
    rows,
    columns=[
        "moment",
        "slope",
        "norm of the full gradient",
        "noise of one sample",
        "batch size at which noise equals gradient",
    ],
).round(3)
slopes.iloc[:, -1] = slopes.iloc[:, -1].round(1)
slopes

# %% Noise against batch size
fig, ax = plt.subplots(figsize=(7, 4))
size = np.geomspace(1, 1437, 30)
for (moment, each), colour in zip(moments.items(), ("C0", "C1"), strict=True):
    table = measured[measured["moment"] == moment]
    spread = np.sqrt(((each - each.mean(axis=0)) ** 2).sum(axis=1).mean())
    left = np.sqrt((1437 - size) / 1436)
    ax.plot(size, spread / np.sqrt(size), colour, linewidth=1)
    ax.plot(size[:-1], (spread / np.sqrt(size) * left)[:-1], colour + ":")
    label = f"with replacement, {moment}"
    ax.plot(table["batch size"], table["again"], colour + "o", label=label)
    once = table[table["batch size"] < 1437]
    label = f"without, {moment}"
    style = {"markerfacecolor": "none", "label": label}
    ax.plot(once["batch size"], once["once"], colour + "s", **style)
ax.set(xscale="log", yscale="log", xlabel="batch size")
ax.set_ylabel("noise of the gradient")
ax.minorticks_off()
ax.legend(fontsize=9)
plt.show()

# %% Values tags=["values"]
whole = measured[measured["batch size"] == 1437]
{
    "samples": len(x),
    "parameters": moments["at the start"].shape[1],
    "num_batches": NUM_BATCHES,
    "slope_start": float(slopes["slope"][0]),
    "slope_later": float(slopes["slope"][1]),
    "equal_start": round(float(slopes.iloc[0, 4]), 1),
    "equal_later": round(float(slopes.iloc[1, 4])),
    "whole_without": round(float(whole["once"].max()), 9),
}
