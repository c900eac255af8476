# ---
# jupyter:
#   hamgasht:
#     limit: 900
#     smoke: {NUM_SEEDS: 1, NUM_UPDATES: 40}
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # Sharpness along the way
# Batch descent at four rates: after each update the loss, and now and then
# the largest eigenvalue of the Hessian, which the rate's limit 2 / rate is
# for. Products with the Hessian are exact; the matrix is never built.

# %% Imports
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse.linalg import LinearOperator, eigsh
from sklearn.datasets import load_digits

# %% Settings tags=["parameters"]
NUM_SEEDS = 5
NUM_UPDATES = 600

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


def forward(network, x, y):
    """Return loss, hidden layer, probabilities and d loss / d logits."""
    w1, b1, w2, b2 = network
    hidden = np.maximum(x @ w1 + b1, 0)
    logits = hidden @ w2 + b2
    logits -= logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    p, rows = np.exp(log_p), np.arange(len(y))
    d = p.copy()
    d[rows, y] -= 1
    return -log_p[rows, y].mean(), hidden, p, d / len(y)


def gradients(network, x, y):
    """Return the loss and its gradient, array by array."""
    loss, hidden, _, d = forward(network, x, y)
    d_hidden = d @ network[2].T * (hidden > 0)
    return loss, [
        x.T @ d_hidden,
        d_hidden.sum(axis=0),
        hidden.T @ d,
        d.sum(axis=0),
    ]


# %% Hessian times vector
def hessian(network, x, y):
    """Return a function that multiplies the Hessian by a direction.

    The direction holds a change of each array; the product is the change of
    the gradient along it, by the chain rule (Pearlmutter's trick).
    """
    _, hidden, p, d = forward(network, x, y)
    w2, on = network[2], hidden > 0

    def product(direction):
        v1, c1, v2, c2 = direction
        r_hidden = on * (x @ v1 + c1)
        r_logits = r_hidden @ w2 + hidden @ v2 + c2
        mean = (p * r_logits).sum(axis=1, keepdims=True)
        r_d = p * (r_logits - mean) / len(y)
        r_back = on * (r_d @ w2.T + d @ v2.T)
        return [
            x.T @ r_back,
            r_back.sum(axis=0),
            r_hidden.T @ d + hidden.T @ r_d,
            r_d.sum(axis=0),
        ]

    return product


# %% Largest eigenvalue
def flat(arrays):
    return np.concatenate([array.ravel() for array in arrays])


def split(vector, like):
    """Cut a vector into arrays of the shapes of others."""
    ends = np.cumsum([array.size for array in like])[:-1]
    parts = np.split(vector.ravel(), ends)
    return [p.reshape(a.shape) for p, a in zip(parts, like, strict=True)]


def sharpness(network, x, y, start):
    """Return the largest eigenvalue and its vector, by Lanczos' method."""
    product = hessian(network, x, y)
    size = sum(array.size for array in network)
    operator = LinearOperator(
        (size, size),
        matvec=lambda v: flat(product(split(v, network))),
        dtype=float,
    )
    values, vectors = eigsh(operator, k=1, which="LA", v0=start, tol=1e-3)
    return float(values[0]), vectors[:, 0]


# %% Batch descent at four rates
RATES = (0.1, 0.5, 1.0, 1.5)
MEASURED = {*range(16), *range(20, 100, 10), *range(100, 5000, 25)}


def descend(lr, seed, x, y, num_updates):
    """Return a row for each update; sharpness where it was measured."""
    network, rows = new_network(seed), []
    vector = np.ones(sum(array.size for array in network))
    for update in range(num_updates + 1):
        loss, grads = gradients(network, x, y)
        sharp = np.nan
        if update in MEASURED:
            sharp, vector = sharpness(network, x, y, vector)
        rows.append((lr, seed, update, loss, sharp))
        network = [w - lr * g for w, g in zip(network, grads, strict=True)]
    return rows


rows = [
    row
    for lr in RATES
    for seed in range(NUM_SEEDS)
    for row in descend(lr, seed, x, y, NUM_UPDATES)
]
runs = pd.DataFrame(
    rows, columns=["rate", "seed", "update", "loss", "sharpness"]
)


# %% The same samples in other orders
def losses(lr, order_seed):
    """Return the losses of one batch descent, its samples shuffled."""
    shuffled = np.random.default_rng(order_seed).permutation(len(x))
    network, found = new_network(0), []
    for _ in range(min(NUM_UPDATES, 300)):
        loss, grads = gradients(network, x[shuffled], y[shuffled])
        found.append(loss)
        network = [w - lr * g for w, g in zip(network, grads, strict=True)]
    return found


NUM_ORDERS = 5
orders = {
    lr: np.array([losses(lr, seed) for seed in range(NUM_ORDERS)])
    for lr in (0.1, 1.5)
}
apart = pd.DataFrame(
    {f"{lr}": np.ptp(found, axis=0) for lr, found in orders.items()}
)
apart.insert(0, "update", apart.index + 1)

# %% Files for the figures tags=["hide"]
folder = Path("artefacts/train_sharpness")
folder.mkdir(parents=True, exist_ok=True)
runs.round(5).to_csv(folder / "runs.csv", index=False)
apart.to_csv(folder / "apart.csv", index=False, float_format="%.3g")

# %% Values tags=["values"]
{
    "num_seeds": NUM_SEEDS,
    "num_updates": NUM_UPDATES,
    "num_orders": NUM_ORDERS,
    "parameters": sum(w.size for w in new_network(0)),
}
