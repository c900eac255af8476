# ---
# jupyter:
#   hamgasht:
#     limit: 400
#     smoke: {NUM_SEEDS: 2, NUM_EPOCHS: 1}
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # A learning rate range test
# One short run in which the rate grows at every step tells which rates are
# worth a training; then some of them are trained.

# %% Imports
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.datasets import load_digits

# %% Settings tags=["parameters"]
NUM_SEEDS = 5
NUM_EPOCHS = 10

# %% Data
pixels, y = load_digits(return_X_y=True)  # 8x8 images of digits, 0 to 16
x = pixels / 16
order = np.random.default_rng(0).permutation(len(x))
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


def batches(samples, size, rng):
    """Yield batches without end, in a new order each epoch."""
    while True:
        shuffled = rng.permutation(samples)
        for start in range(0, len(samples), size):
            yield shuffled[start : start + size]


def accuracy(network, samples):
    _, log_p = forward(network, x[samples])
    return float((log_p.argmax(axis=1) == y[samples]).mean())


def loss(network, samples):
    _, log_p = forward(network, x[samples])
    return float(-log_p[np.arange(len(samples)), y[samples]].mean())


# %% Range test
RATES = np.geomspace(0.001, 10, 200)  # one step each


def range_test(seed):
    """Return the loss of each batch while the rate grows."""
    network, rng = new_network(seed), np.random.default_rng(seed)
    losses = []
    for lr, batch in zip(RATES, batches(train, 32, rng), strict=False):
        losses.append(loss(network, batch))
        grads = gradients(network, x[batch], y[batch])
        network = [w - lr * g for w, g in zip(network, grads, strict=True)]
    return losses


losses = np.array([range_test(seed) for seed in range(NUM_SEEDS)])
window = np.ones(15) / 15  # a batch's loss jumps: average over its neighbours
smooth = np.array([np.convolve(run, window, "valid") for run in losses])
middle = RATES[7:-7]

# %% Loss against rate
fig, ax = plt.subplots(figsize=(7, 3.2))
ax.plot(middle[::6], smooth.T[::6], "C0", linewidth=1)
ax.set(xscale="log", xlabel="rate", ylabel="loss", ylim=(0, 4))
ax.minorticks_off()
plt.show()

# %% Which rate
lowest = middle[smooth.argmin(axis=1)]  # for each seed
chosen = float(np.median(lowest)) / 3


def trained(lr, seed):
    """Return the accuracy on test images after some epochs at a rate."""
    network, rng = new_network(seed), np.random.default_rng(seed)
    steps = range(NUM_EPOCHS * -(-len(train) // 32))
    for _, batch in zip(steps, batches(train, 32, rng), strict=False):
        grads = gradients(network, x[batch], y[batch])
        network = [w - lr * g for w, g in zip(network, grads, strict=True)]
    return accuracy(network, test)


scores = {
    factor: [trained(factor * chosen, seed) for seed in range(NUM_SEEDS)]
    for factor in (0.1, 1, 10)
}
table = pd.DataFrame(
    [
        (
            round(factor * chosen, 3),
            *np.round([np.median(s), min(s), max(s)], 3),
        )
        for factor, s in scores.items()
    ],
    columns=["rate", "median", "least", "most"],
)
table

# %% Values tags=["values"]
{
    "num_seeds": NUM_SEEDS,
    "num_epochs": NUM_EPOCHS,
    "lowest_least": float(lowest.min()),
    "lowest_most": float(lowest.max()),
    "chosen": round(chosen, 3),
    "score": float(np.median(scores[1])),
    "score_least": min(scores[1]),
    "score_most": max(scores[1]),
    "low_most": max(scores[0.1]),
    "high_most": max(scores[10]),
    "high": round(10 * chosen, 2),
}
