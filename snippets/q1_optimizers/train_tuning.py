# ---
# jupyter:
#   hamgasht:
#     limit: 400
#     smoke: {NUM_SEEDS: 1, NUM_EPOCHS: 1}
#     tolerances: {default: 0.05}
# ---
# %% [markdown]
# # Which learning rates work
# Three rules, thirteen rates, pixels from 0 to 1 and from 0 to 16: accuracy
# on images that were not trained on.

# %% Imports
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import load_digits

# %% Settings tags=["parameters"]
NUM_SEEDS = 10
NUM_EPOCHS = 10

# %% Data
pixels, y = load_digits(return_X_y=True)  # 8x8 images of digits, 0 to 16
order = np.random.default_rng(0).permutation(len(pixels))
train, test = order[:1437], order[1437:]


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
    logits = logits - logits.max(axis=1, keepdims=True)
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


# %% Rules
def sgd(lr, g, state, t):
    return -lr * g


def momentum(lr, g, state, t):
    state["m"] = 0.9 * state.get("m", 0.0) + g
    return -lr * state["m"]


def adam(lr, g, state, t):
    state["m"] = 0.9 * state.get("m", 0.0) + 0.1 * g
    state["v"] = 0.999 * state.get("v", 0.0) + 0.001 * g**2
    rate = lr * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t)
    return -rate * state["m"] / (np.sqrt(state["v"]) + 1e-7)


# %% Training tags=["hide"]
def accuracy_after(rule, lr, scale, seed):
    """Train a network and return its accuracy on the test images."""
    x = pixels * scale
    network, rng, t = new_network(seed), np.random.default_rng(seed), 0
    states = [{} for _ in network]
    for _ in range(NUM_EPOCHS):
        shuffled = rng.permutation(train)
        for start in range(0, len(train), 32):
            batch = shuffled[start : start + 32]
            grads = gradients(network, x[batch], y[batch])
            t += 1
            network = [
                w + rule(lr, g, state, t)
                for w, g, state in zip(network, grads, states, strict=True)
            ]
            if max(np.abs(w).max() for w in network) > 1e50:
                return 0.0  # it has diverged
    _, log_p = forward(network, x[test])
    return float((log_p.argmax(axis=1) == y[test]).mean())


RATES = [round(m * 10.0**e, 6) for e in range(-5, 1) for m in (1, 3)] + [10.0]
rows = [
    (rule.__name__, scale, lr, seed, accuracy_after(rule, lr, scale, seed))
    for rule in (sgd, momentum, adam)
    for scale in (1 / 16, 1)
    for lr in RATES
    for seed in range(NUM_SEEDS)
]
results = pd.DataFrame(
    rows, columns=["rule", "scale", "rate", "seed", "accuracy"]
)

# %% Files for the figure tags=["hide"]
folder = Path("artefacts/train_tuning")
folder.mkdir(parents=True, exist_ok=True)
results.round(5).to_csv(folder / "results.csv", index=False)

# %% Values tags=["values"]
{
    "num_seeds": NUM_SEEDS,
    "num_epochs": NUM_EPOCHS,
    "num_test": len(test),
    "rates": len(RATES),
    "trainings": len(results),
    "best": float(results["accuracy"].max()),
}
