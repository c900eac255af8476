# ---
# jupyter:
#   hamgasht:
#     limit: 300
#     smoke: {NUM_SEEDS: 1, MAX_EPOCHS: 20}
#     tolerances: {default: 0.05}
# ---
# %% [markdown]
# # Batch, mini-batch and stochastic descent on the same data
# One small network, three batch sizes: the loss that each update sees, the
# loss over all samples, and what it takes to reach a target.

# %% Imports
import itertools
import math
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import load_digits

# %% Settings tags=["parameters"]
NUM_SEEDS = 5
MAX_EPOCHS = 200

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


def loss_and_gradients(network, x, y):
    """Return the mean cross-entropy and its gradient, array by array."""
    w1, b1, w2, b2 = network
    hidden = np.maximum(x @ w1 + b1, 0)
    logits = hidden @ w2 + b2
    logits -= logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    rows = np.arange(len(y))
    d_logits = np.exp(log_p)
    d_logits[rows, y] -= 1
    d_logits /= len(y)
    d_hidden = d_logits @ w2.T * (hidden > 0)
    loss = -log_p[rows, y].mean()
    return loss, [
        x.T @ d_hidden,
        d_hidden.sum(axis=0),
        hidden.T @ d_logits,
        d_logits.sum(axis=0),
    ]


# %% Descent
def updates(size, lr, seed, order_seed=0):
    """Train without end; for each update yield its loss and the network."""
    network = new_network(seed)
    rng = np.random.default_rng(order_seed)
    while True:
        shuffled = rng.permutation(len(x))  # a new order in each epoch
        for start in range(0, len(x), size):
            batch = shuffled[start : start + size]
            loss, grads = loss_and_gradients(network, x[batch], y[batch])
            network = [
                w - lr * g for w, g in zip(network, grads, strict=True)
            ]
            yield loss, network


def loss_over_all(network):
    return loss_and_gradients(network, x, y)[0]


# %% Jagged and smooth
NUM_UPDATES, LR = 300, 0.1
EDGE = 1.5  # near the limit of stability


def curves_of(seed):
    """Return four curves that start alike: weights and order by the seed."""
    curves = {"update": np.arange(1, NUM_UPDATES + 1)}
    batch = itertools.islice(updates(len(x), LR, seed, seed), NUM_UPDATES)
    curves["batch"] = [loss for loss, _ in batch]
    seen, over_all = [], []
    for loss, network in itertools.islice(
        updates(32, LR, seed, seed), NUM_UPDATES
    ):
        seen.append(loss)
        over_all.append(loss_over_all(network))
    curves["mini-batch, its own samples"] = seen
    curves["mini-batch, all samples"] = over_all
    batch = itertools.islice(updates(len(x), EDGE, seed, seed), NUM_UPDATES)
    curves["batch, rate 1.5"] = [loss for loss, _ in batch]
    return pd.DataFrame(curves)


runs = [curves_of(seed) for seed in range(NUM_SEEDS)]
curves = runs[0]  # the one that is drawn


# %% How often a curve rises
def spread(values):
    """Return the median with the least and the most, as text."""
    middle, least, most = np.median(values), min(values), max(values)
    return f"{middle:.3f} ({least:.3f} to {most:.3f})"


steps = {
    name: [np.diff(run[name]) for run in runs] for name in curves.columns[1:]
}
rises = {name: [(d > 0).mean() for d in of] for name, of in steps.items()}
change = {name: [np.abs(d).mean() for d in of] for name, of in steps.items()}
jagged = pd.DataFrame(
    [(name, spread(rises[name]), spread(change[name])) for name in steps],
    columns=["curve", "fraction of rises", "mean change"],
)
jagged

# %% The same again with another order
again = []
for size in (len(x), 32):
    runs = []
    for order_seed in (1, 2):  # the weights start alike
        run = updates(size, LR, 0, order_seed)
        runs.append([loss for loss, _ in itertools.islice(run, 3)])
    again.append((size, *np.abs(np.subtract(*runs)).round(4)))
orders = pd.DataFrame(
    again, columns=["batch size", "update 1", "update 2", "update 3"]
)
orders

# %% To the target
TARGET = 0.1


def to_target(size, lr, seed, max_epochs):
    """Return the updates until the loss over all samples is at the target."""
    an_epoch = -(-len(x) // size)
    every = max(1, an_epoch // 10)  # how often the loss is looked at
    track = []
    for count, (_, network) in enumerate(updates(size, lr, seed, seed), 1):
        if count % every == 0:
            track.append((count, loss_over_all(network)))
            if track[-1][1] <= TARGET:
                return count, track
        if count >= max_epochs * an_epoch:
            return None, track


# %% A rate for each size
LIMITS = {1: MAX_EPOCHS // 20, 32: MAX_EPOCHS // 10, len(x): MAX_EPOCHS}
rates, rows = {}, []
for size, max_epochs in LIMITS.items():
    counts = {
        lr: to_target(size, lr, 0, max_epochs)[0] or math.inf
        for lr in (0.03, 0.1, 0.3, 1.0, 3.0)
    }
    rates[size] = min(counts, key=counts.get)
    shown = (n if n < math.inf else math.nan for n in counts.values())
    rows.append((size, *shown))
names = [f"rate {lr}" for lr in counts]
trials = pd.DataFrame(rows, columns=["batch size", *names])
trials

# %% Five seeds tags=["hide"]
tracks, rows = [], []
for size, max_epochs in LIMITS.items():
    for seed in range(NUM_SEEDS):
        count, track = to_target(size, rates[size], seed, max_epochs)
        count = count or max_epochs * -(-len(x) // size)
        rows.append((size, rates[size], seed, count, count * size / len(x)))
        track = pd.DataFrame(track, columns=["update", "loss"])
        tracks.append(track.assign(size=size, seed=seed))
reached = pd.DataFrame(
    rows, columns=["size", "rate", "seed", "updates", "epochs"]
)

# %% Files for the figures tags=["hide"]
folder = Path("artefacts/train_batch_sizes")
folder.mkdir(parents=True, exist_ok=True)
curves.round(5).to_csv(folder / "curves.csv", index=False)
pd.concat(tracks).round(5).to_csv(folder / "tracks.csv", index=False)
reached.round(4).to_csv(folder / "reached.csv", index=False)

# %% Values tags=["values"]
own, over_all = "mini-batch, its own samples", "mini-batch, all samples"
values = {}
for key, numbers in {
    "batch_rises": rises["batch"],
    "own_rises": rises[own],
    "all_rises": rises[over_all],
    "edge_rises": rises["batch, rate 1.5"],
    "own_change": change[own],
    "all_change": change[over_all],
}.items():
    values[key] = round(float(np.median(numbers)), 4)
    values[f"{key}_least"] = round(float(min(numbers)), 4)
    values[f"{key}_most"] = round(float(max(numbers)), 4)
values | {
    "samples": len(x),
    "num_seeds": NUM_SEEDS,
    "num_updates": NUM_UPDATES,
    "target": TARGET,
    "rate": LR,
    "edge_rate": EDGE,
    "batch_other_order": float(orders.iloc[0, 1:].max()),
    "mini_other_order": float(orders.iloc[1, 1:].min()),
    "rate_1": rates[1],
    "rate_32": rates[32],
    "rate_batch": rates[len(x)],
}
