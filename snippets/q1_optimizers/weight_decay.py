# ---
# jupyter:
#   hamgasht:
#     limit: 400
#     smoke: {NUM_SEEDS: 1, NUM_STEPS: 60}
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # Weight decay: Adam with L2, and AdamW
# One network, few samples. What each way leaves of weights that no image
# uses, and the accuracy on images that were not trained on.

# %% Imports
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.datasets import load_digits

# %% Settings tags=["parameters"]
NUM_SEEDS = 5
NUM_STEPS = 600

# %% Data
pixels, y = load_digits(return_X_y=True)  # 8x8 images of digits, 0 to 16
x = pixels / 16
order = np.random.default_rng(0).permutation(len(x))
train, test = order[:300], order[300:]  # few, so that decay can help


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


# %% Two ways to decay
def step(w, g, state, t, lr, decay, decoupled):
    """Return the weights after a step of Adam with decay."""
    if not decoupled:
        g = g + decay * w  # the gradient of L2 goes through m and v
    state["m"] = 0.9 * state.get("m", 0.0) + 0.1 * g
    state["v"] = 0.999 * state.get("v", 0.0) + 0.001 * g**2
    rate = lr * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t)
    change = -rate * state["m"] / (np.sqrt(state["v"]) + 1e-7)
    if decoupled:
        change = change - lr * decay * w  # AdamW: beside them
    return w + change


# %% Training tags=["hide"]
LR = 0.003


def trained(decay, decoupled, seed):
    network, rng = new_network(seed), np.random.default_rng(seed)
    states = [{} for _ in network]
    for t, batch in zip(
        range(1, NUM_STEPS + 1), batches(train, 32, rng), strict=False
    ):
        grads = gradients(network, x[batch], y[batch])
        network = [
            step(w, g, state, t, LR, decay, decoupled)
            for w, g, state in zip(network, grads, states, strict=True)
        ]
    return network


blank = (pixels == 0).all(axis=0)  # pixels that no image uses
DECAYS = (0.0001, 0.001, 0.01, 0.03, 0.1, 0.3, 1.0)
rows = []
for name, decoupled in (("Adam with L2", False), ("AdamW", True)):
    for decay in (0.0, *DECAYS):
        for seed in range(NUM_SEEDS):
            network = trained(decay, decoupled, seed)
            before, after = new_network(seed)[0], network[0]
            left = np.abs(after[blank]).sum() / np.abs(before[blank]).sum()
            right = accuracy(network, test)
            rows.append((name, decay, seed, left, right))
results = pd.DataFrame(
    rows, columns=["rule", "decay", "seed", "left", "accuracy"]
)

# %% What decay leaves
fig, axes = plt.subplots(1, 2, figsize=(7, 3.4))
styles = {"Adam with L2": "C1--", "AdamW": "C0"}
for name, style in styles.items():
    runs = results[(results["rule"] == name) & (results["decay"] > 0)]
    for ax, column in zip(axes, ("left", "accuracy"), strict=True):
        found = runs.groupby("decay")[column].agg(["median", "min", "max"])
        ax.fill_between(
            found.index,
            found["min"],
            found["max"],
            color=style[:2],
            alpha=0.2,
        )
        ax.plot(found.index, found["median"], style, label=name)
theory = (1 - LR * np.array(DECAYS)) ** NUM_STEPS
axes[0].plot(DECAYS, theory, "C7o", markersize=4, label="theory, AdamW")
axes[0].set(xscale="log", yscale="log", ylabel="fraction left")
axes[1].set(xscale="log", ylabel="test accuracy")
for ax in axes:
    ax.set(xlabel="weight decay")
    ax.minorticks_off()
fig.legend(
    *axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3
)
plt.show()

# %% The best of each tags=["hide"]
middle = results.groupby(["rule", "decay"])["accuracy"].median()
best = {name: middle[name].idxmax() for name in styles}

# %% Values tags=["values"]
grouped = results.groupby(["rule", "decay"])
left = grouped["left"].median()
values = {
    "num_seeds": NUM_SEEDS,
    "num_steps": NUM_STEPS,
    "rate": LR,
    "num_train": len(train),
    "num_test": len(test),
    "blank": int(blank.sum()),
    "strongest": DECAYS[-1],
    "weakest": DECAYS[0],
    "l2_left_weakest": float(left["Adam with L2", DECAYS[0]]),
    "l2_left_strongest": float(left["Adam with L2", DECAYS[-1]]),
    "adamw_left_weakest": float(left["AdamW", DECAYS[0]]),
    "adamw_left_01": float(left["AdamW", 0.1]),
    "theory_left_01": float((1 - LR * 0.1) ** NUM_STEPS),
    "adamw_left_strongest": float(left["AdamW", DECAYS[-1]]),
}
for word, name, decay in (
    ("none", "AdamW", 0.0),
    ("adamw", "AdamW", best["AdamW"]),
    ("l2", "Adam with L2", best["Adam with L2"]),
):
    found = grouped["accuracy"].get_group((name, decay))
    values |= {
        f"{word}_decay": float(decay),
        f"{word}_accuracy": float(found.median()),
        f"{word}_least": float(found.min()),
        f"{word}_most": float(found.max()),
    }
values
