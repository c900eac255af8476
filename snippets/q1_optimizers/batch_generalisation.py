# ---
# jupyter:
#   hamgasht:
#     limit: 400
#     smoke: {NUM_SEEDS: 2, NUM_EPOCHS: 2}
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # Batch size and generalisation
# One network, few samples, four batch sizes, three ways to choose rate and
# length of the training: accuracy on images that were not trained on.

# %% Imports
import numpy as np
import pandas as pd
from sklearn.datasets import load_digits

# %% Settings tags=["parameters"]
NUM_SEEDS = 5
NUM_EPOCHS = 30

# %% Data
pixels, y = load_digits(return_X_y=True)  # 8x8 images of digits, 0 to 16
x = pixels / 16
order = np.random.default_rng(0).permutation(len(x))
train, test = order[:300], order[300:]


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


# %% Three recipes
SIZES, RATE = (4, 20, 100, 300), 0.05


def recipes(size):
    """Return rate and number of updates of each recipe, by its name."""
    smallest = SIZES[0]
    epochs = NUM_EPOCHS * len(train)
    return {
        "same rate, same epochs": (RATE, epochs // size),
        "rate in proportion": (RATE * size / smallest, epochs // size),
        "same rate, same updates": (RATE, epochs // smallest),
    }


# %% Training tags=["hide"]
def trained(size, lr, num_updates, seed):
    network, rng = new_network(seed), np.random.default_rng(seed)
    for _, batch in zip(
        range(num_updates), batches(train, size, rng), strict=False
    ):
        grads = gradients(network, x[batch], y[batch])
        network = [w - lr * g for w, g in zip(network, grads, strict=True)]
    return network


rows = []
for size in SIZES:
    for name, (lr, num_updates) in recipes(size).items():
        for seed in range(NUM_SEEDS):
            network = trained(size, lr, num_updates, seed)
            scores = (accuracy(network, part) for part in (train, test))
            rows.append((size, name, seed, lr, num_updates, *scores))
results = pd.DataFrame(
    rows,
    columns=["size", "recipe", "seed", "rate", "updates", "train", "test"],
)


# %% Accuracy by recipe
def told(values, form=".3f"):
    """Return the median with the least and the most, as text."""
    return (
        f"{np.median(values):{form}} "
        f"({np.min(values):{form}} to {np.max(values):{form}})"
    )


rows = []
for name, size in ((name, size) for name in recipes(1) for size in SIZES):
    runs = results[(results["recipe"] == name) & (results["size"] == size)]
    lr, num_updates = runs[["rate", "updates"]].iloc[0]
    scores = [told(runs[part]) for part in ("train", "test")]
    rows.append((name, size, round(lr, 4), int(num_updates), *scores))
table = pd.DataFrame(
    rows,
    columns=[
        "recipe",
        "batch size",
        "rate",
        "updates",
        "training accuracy",
        "test accuracy",
    ],
)
table

# %% Values tags=["values"]
values = {
    "num_seeds": NUM_SEEDS,
    "num_epochs": NUM_EPOCHS,
    "num_train": len(train),
    "num_test": len(test),
    "smallest": SIZES[0],
    "updates": NUM_EPOCHS * len(train) // SIZES[0],
}
words = ("same", "scaled", "updates")
for size in SIZES:
    for word, name in zip(words, recipes(size), strict=True):
        chosen = (results["size"] == size) & (results["recipe"] == name)
        runs = results[chosen]
        values |= {
            f"{word}_{size}": float(runs["test"].median()),
            f"{word}_{size}_least": float(runs["test"].min()),
            f"{word}_{size}_most": float(runs["test"].max()),
            f"{word}_{size}_train": float(runs["train"].median()),
            f"{word}_{size}_rate": round(float(runs["rate"].iloc[0]), 4),
        }
values
