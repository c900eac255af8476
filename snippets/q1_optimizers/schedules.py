# ---
# jupyter:
#   hamgasht:
#     limit: 400
#     smoke: {NUM_SEEDS: 2, NUM_STEPS: 30}
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # Schedules: constant, cosine, and cosine after a warm-up
# The same number of steps of plain SGD, at five peak rates: the loss at the
# end, and the accuracy on images that were not trained on.

# %% Imports
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.datasets import load_digits

# %% Settings tags=["parameters"]
NUM_SEEDS = 10
NUM_STEPS = 450

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


# %% Schedules
def cosine(t, num_steps, warm=0):
    """Rise for some warm steps, then fall along half a cosine."""
    if t < warm:
        return t / warm
    return 0.5 * (1 + np.cos(np.pi * (t - warm) / (num_steps - warm)))


SCHEDULES = {
    "constant": lambda t, num_steps: 1.0,
    "cosine": cosine,
    "short warm-up": lambda t, num_steps: cosine(
        t, num_steps, num_steps // 10
    ),
    "long warm-up": lambda t, num_steps: cosine(t, num_steps, num_steps // 3),
}

# %% Training tags=["hide"]
RATES = (0.1, 0.3, 0.6, 1.0, 1.5)


def trained(schedule, peak, seed):
    network, rng = new_network(seed), np.random.default_rng(seed)
    for t, batch in zip(
        range(NUM_STEPS), batches(train, 32, rng), strict=False
    ):
        grads = gradients(network, x[batch], y[batch])
        lr = peak * schedule(t, NUM_STEPS)
        network = [w - lr * g for w, g in zip(network, grads, strict=True)]
    return network


rows = []
for name, schedule in SCHEDULES.items():
    for peak in RATES:
        for seed in range(NUM_SEEDS):
            network = trained(schedule, peak, seed)
            end = loss(network, train)
            rows.append((name, peak, seed, end, accuracy(network, test)))
results = pd.DataFrame(
    rows, columns=["schedule", "rate", "seed", "loss", "accuracy"]
)

# %% Four schedules
fig, axes = plt.subplots(1, 2, figsize=(7, 3.4))
styles = dict(zip(SCHEDULES, ("C1--", "C2-.", "C4:", "C0"), strict=True))
steps = np.arange(0, NUM_STEPS + 1, 15)
for name, style in styles.items():
    shape = [SCHEDULES[name](t, NUM_STEPS) for t in steps]
    axes[0].plot(steps, shape, style, label=name)
    runs = results[results["schedule"] == name].groupby("rate")["loss"]
    found = runs.agg(["median", "min", "max"])
    axes[1].fill_between(
        found.index, found["min"], found["max"], color=style[:2], alpha=0.2
    )
    axes[1].plot(found.index, found["median"], style)
axes[0].set(xlabel="step", ylabel="rate / peak rate")
axes[1].set(xscale="log", yscale="log", xlabel="peak rate", ylabel="loss")
axes[1].set_xticks(RATES, [str(lr) for lr in RATES])
axes[1].minorticks_off()
fig.legend(
    *axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=4
)
plt.show()


# %% Test accuracy
def told(values, form=".3f"):
    """Return the median with the least and the most, as text."""
    return (
        f"{np.median(values):{form}} "
        f"({np.min(values):{form}} to {np.max(values):{form}})"
    )


table = pd.DataFrame({"peak rate": RATES})
for name in SCHEDULES:
    found = results[results["schedule"] == name].groupby("rate")["accuracy"]
    table[name] = [told(found.get_group(lr)) for lr in RATES]
table

# %% Values tags=["values"]
values = {
    "num_seeds": NUM_SEEDS,
    "num_steps": NUM_STEPS,
    "low": RATES[0],
    "middle": RATES[2],
    "high": RATES[3],
}
words = ("constant", "cosine", "short", "long")
for word, name in zip(words, SCHEDULES, strict=True):
    runs = results[results["schedule"] == name].groupby("rate")
    for place in ("low", "middle", "high"):
        at = runs.get_group(values[place])
        for what in ("loss", "accuracy"):
            values |= {
                f"{word}_{place}_{what}": float(at[what].median()),
                f"{word}_{place}_{what}_least": float(at[what].min()),
                f"{word}_{place}_{what}_most": float(at[what].max()),
            }
ends = results[results["rate"] == values["high"]].set_index("seed")
ends = {n: ends[ends["schedule"] == n]["loss"] for n in SCHEDULES}
values["long_won"] = int((ends["long warm-up"] < ends["cosine"]).sum())
values["short_won"] = int((ends["short warm-up"] < ends["cosine"]).sum())
values
