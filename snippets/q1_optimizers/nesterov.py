# ---
# jupyter:
#   hamgasht:
#     limit: 400
#     smoke: {NUM_SEEDS: 2, NUM_STEPS: 20}
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # Momentum and Nesterov's momentum
# In a narrow valley with curvatures from 1 to 100, and on the digits in
# batches of 32: what looking ahead changes.

# %% Imports
import numpy as np
import pandas as pd
from sklearn.datasets import load_digits

# %% Settings tags=["parameters"]
NUM_SEEDS = 10
NUM_STEPS = 150

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


def loss(network, samples):
    _, log_p = forward(network, x[samples])
    return float(-log_p[np.arange(len(samples)), y[samples]].mean())


# %% Two kinds of momentum
def momentum(g, m, beta=0.9):
    """Return the new sum of gradients, and the step for a rate of 1."""
    m = beta * m + g
    return m, -m


def nesterov(g, m, beta=0.9):
    m = beta * m + g
    return m, -(g + beta * m)  # as if m had already moved on


# %% In a valley
CURVATURES = np.geomspace(1, 100, 10)


def steps_to_arrive(rule, lr, limit=5000):
    """Return the steps until a millionth of the distance is left."""
    w, m = np.ones(10), np.zeros(10)
    start = np.linalg.norm(w)
    for t in range(1, limit + 1):
        m, change = rule(CURVATURES * w, m)
        w = w + lr * change
        distance = np.linalg.norm(w) / start
        if not 1e-6 < distance < 1e6:
            return t if distance < 1 else np.nan
    return np.nan


RULES = {"momentum": momentum, "Nesterov": nesterov}
valley = pd.DataFrame(
    {"rate": [0.003, 0.01, 0.013, 0.015, 0.03, 0.037, 0.039]}
)
for name, rule in RULES.items():
    valley[name] = [steps_to_arrive(rule, lr) for lr in valley["rate"]]
valley

# %% Training tags=["hide"]
RATES = (0.03, 0.1, 0.2, 0.3)


def trained(rule, lr, seed):
    network, rng = new_network(seed), np.random.default_rng(seed)
    sums = [np.zeros_like(w) for w in network]
    for _, batch in zip(
        range(NUM_STEPS), batches(train, 32, rng), strict=False
    ):
        grads = gradients(network, x[batch], y[batch])
        moved = [rule(g, m) for g, m in zip(grads, sums, strict=True)]
        sums = [m for m, _ in moved]
        network = [
            w + lr * change
            for w, (_, change) in zip(network, moved, strict=True)
        ]
    return network


losses = {
    (name, lr): [
        loss(trained(rule, lr, seed), train) for seed in range(NUM_SEEDS)
    ]
    for name, rule in RULES.items()
    for lr in RATES
}


# %% On the digits
def told(values, form=".3f"):
    """Return the median with the least and the most, as text."""
    return (
        f"{np.median(values):{form}} "
        f"({np.min(values):{form}} to {np.max(values):{form}})"
    )


digits = pd.DataFrame({"rate": RATES})
for name in RULES:
    digits[name] = [told(losses[name, lr]) for lr in RATES]
won = [
    int(np.less(losses["Nesterov", lr], losses["momentum", lr]).sum())
    for lr in RATES
]
digits["seeds with Nesterov lower"] = won
digits

# %% Values tags=["values"]
arrived = valley.set_index("rate")
{
    "num_seeds": NUM_SEEDS,
    "num_steps": NUM_STEPS,
    "valley_momentum": int(arrived["momentum"][0.01]),
    "valley_nesterov": int(arrived["Nesterov"][0.01]),
    "limit_momentum": 2 * 1.9 / 100,
    "limit_nesterov": round(2 * 1.9 / 2.8 / 100, 4),
    "rate": 0.2,
    "momentum": float(np.median(losses["momentum", 0.2])),
    "momentum_least": float(np.min(losses["momentum", 0.2])),
    "momentum_most": float(np.max(losses["momentum", 0.2])),
    "nesterov": float(np.median(losses["Nesterov", 0.2])),
    "nesterov_least": float(np.min(losses["Nesterov", 0.2])),
    "nesterov_most": float(np.max(losses["Nesterov", 0.2])),
    "won": won[2],
    "low_rate": RATES[0],
    "low_momentum": float(np.median(losses["momentum", RATES[0]])),
    "low_nesterov": float(np.median(losses["Nesterov", RATES[0]])),
}
