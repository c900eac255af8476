# ---
# jupyter:
#   hamgasht:
#     limit: 400
#     smoke: {NUM_SEEDS: 2, NUM_STEPS: 40}
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # Gradient clipping
# The run that went to inf and NaN, with its gradient clipped; then a network
# that is to name a number from raw pixels, at a rate that is too high.

# %% Imports
import numpy as np
import pandas as pd
from sklearn.datasets import load_digits

# %% Settings tags=["parameters"]
NUM_SEEDS = 10
NUM_STEPS = 450


# %% Clipping
def clip(gradients, limit):
    """Scale all arrays together so that their norm is at most a limit."""
    norm = np.sqrt(sum((g.astype("float64") ** 2).sum() for g in gradients))
    if norm <= limit:
        return gradients
    return [(g * (limit / norm)).astype(g.dtype) for g in gradients]


# %% The overflow again
w = np.ones(1, "float32")
visited = []
for _ in range(200):  # curvature 10, rate 0.3: a factor of -2
    (g,) = clip([10 * w], limit=1.0)
    w = w - np.float32(0.3) * g
    visited.append(float(w[0]))
print("first steps:", np.round(visited[:6], 2))
print("largest of the last hundred:", round(max(np.abs(visited[100:])), 2))

# %% Data
pixels, digits = load_digits(return_X_y=True)
x = pixels.astype("float32")  # raw, from 0 to 16: someone forgot
y = digits.astype("float32")[:, None]  # the number itself is the target
order = np.random.default_rng(0).permutation(len(x))
train, test = order[:1437], order[1437:]


# %% Network tags=["hide"]
def new_network(seed):
    """Return weights and biases of a network 64 - 32 - 1."""
    rng = np.random.default_rng(seed)
    w1 = rng.normal(0, np.sqrt(2 / 64), (64, 32))
    w2 = rng.normal(0, np.sqrt(2 / 32), (32, 1))
    arrays = (w1, np.zeros(32), w2, np.zeros(1))
    return [array.astype("float32") for array in arrays]


def forward(network, x):
    w1, b1, w2, b2 = network
    hidden = np.maximum(x @ w1 + b1, 0)
    return hidden, hidden @ w2 + b2


def gradients(network, x, y):
    """Return the gradient of the mean squared error, array by array."""
    hidden, output = forward(network, x)
    d = 2 * (output - y) / len(y)
    d_hidden = d @ network[2].T * (hidden > 0)
    return [
        x.T @ d_hidden,
        d_hidden.sum(axis=0),
        hidden.T @ d,
        d.sum(axis=0),
    ]


# %% Training tags=["hide"]
def trained(lr, limit, seed):
    """Return the error on test images, and the longest gradient seen."""
    network, rng = new_network(seed), np.random.default_rng(seed)
    longest = 0.0
    with np.errstate(over="ignore", invalid="ignore"):  # we ask for it
        for _ in range(NUM_STEPS):
            batch = rng.choice(train, 32, replace=False)
            grads = gradients(network, x[batch], y[batch])
            square = sum((g.astype("float64") ** 2).sum() for g in grads)
            longest = max(longest, float(np.sqrt(square)))
            grads = clip(grads, limit)
            network = [
                w - np.float32(lr) * g
                for w, g in zip(network, grads, strict=True)
            ]
        _, output = forward(network, x[test])
    error = np.sqrt(((output - y[test]).astype("float64") ** 2).mean())
    return float(error), longest


RATES, LIMIT = (0.001, 0.01, 0.1), 1.0
results = pd.DataFrame(
    [
        (lr, limit, seed, *trained(lr, limit, seed))
        for lr in RATES
        for limit in (np.inf, LIMIT)
        for seed in range(NUM_SEEDS)
    ],
    columns=["rate", "limit", "seed", "error", "longest"],
)


# %% With and without clipping
def told(values, form):
    """Return the median with the least and the most, as text."""
    return (
        f"{np.median(values):{form}} "
        f"({np.min(values):{form}} to {np.max(values):{form}})"
    )


rows = []
for (lr, limit), runs in results.groupby(["rate", "limit"], sort=False):
    name = "clipped" if limit == LIMIT else "not clipped"
    longest = f"{runs['longest'].median():.0e}"
    kept = runs["error"].dropna()
    lost = len(runs) - len(kept)
    rows.append((lr, name, longest, lost, told(kept, ".2f")))
table = pd.DataFrame(
    rows,
    columns=[
        "rate",
        "gradient",
        "longest gradient",
        "runs lost to NaN",
        "test error of the others",
    ],
)
table

# %% Values tags=["values"]
values = {
    "num_seeds": NUM_SEEDS,
    "num_steps": NUM_STEPS,
    "limit": LIMIT,
    "bounded": round(max(np.abs(visited[100:])), 4),
    "mean_error": float(y[test].astype("float64").std()),
    "high": RATES[-1],
    "low": RATES[0],
}
for place in ("low", "high"):
    for word, limit in (("free", np.inf), ("clipped", LIMIT)):
        chosen = (results["rate"] == values[place]) & (
            results["limit"] == limit
        )
        errors = results[chosen]["error"]
        values |= {
            f"{word}_{place}": float(errors.median()),
            f"{word}_{place}_least": float(errors.min()),
            f"{word}_{place}_most": float(errors.max()),
            f"{word}_{place}_lost": int(errors.isna().sum()),
            f"{word}_{place}_longest": float(
                results[chosen]["longest"].median()
            ),
        }
values
