# ---
# jupyter:
#   hamgasht:
#     limit: 200
#     tolerances: {default: 0.0002}
# ---
# %% [markdown]
# # Answers to the exercises
# Each cell answers one exercise of the chapter by a run.

# %% Imports
import math

import numpy as np
import pandas as pd

# %% Five rates by hand
rows = []
for lr in (0.1, 0.25, 0.4, 0.5, 0.6):
    w, visited = 1.0, []
    for _ in range(3):
        w -= lr * 4 * w  # L = 2 w^2 has the derivative 4 w
        visited.append(w)
    rows.append((lr, 1 - 4 * lr, *visited))
by_hand = pd.DataFrame(
    rows, columns=["rate", "factor", "step 1", "step 2", "step 3"]
).round(4)
by_hand

# %% Two steps of Adam by hand
m = v = 0.0
rows = []
for t, g in enumerate((0.5, -0.5), 1):
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.999**t)
    rows.append((t, m, v, m_hat, v_hat, -0.1 * m_hat / math.sqrt(v_hat)))
adam_by_hand = pd.DataFrame(
    rows,
    columns=["step", "m", "v", "m corrected", "v corrected", "change"],
).round(5)
adam_by_hand


# %% Closer to the ridge
def adam_steps(y, eps, lr=0.01):
    """Return Adam's steps on z = x^2 - y^2 until |y| > 1."""
    m = v = 0.0
    for t in range(1, 100_000):
        g = -2 * y
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        rate = lr * math.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        y -= rate * m / (math.sqrt(v) + eps)
        if abs(y) > 1:
            return t
    return None


closer = pd.DataFrame(
    [
        (
            y,
            math.ceil(math.log(1 / y) / math.log(1.02)),
            adam_steps(y, eps=1e-7),
            adam_steps(y, eps=1e-20),
        )
        for y in (1e-3, 1e-6, 1e-9, 1e-12)
    ],
    columns=[
        "distance from the ridge",
        "gradient descent",
        "Adam, epsilon of Keras",
        "Adam, tiny epsilon",
    ],
)
closer


# %% A narrow valley
def steps_in_valley(kappa, lr, beta):
    """Return the steps of momentum until the error is a millionth."""
    curvature = np.array([1.0, kappa])
    w, m = np.ones(2), np.zeros(2)
    for step in range(1, 100_000):
        m = beta * m + curvature * w
        w = w - lr * m
        if np.abs(w).max() < 1e-6:
            return step
    return None


rows = []
for kappa in (10, 100, 1000):
    root = math.sqrt(kappa)
    best_beta = ((root - 1) / (root + 1)) ** 2
    best_lr = 4 / (1 + root) ** 2
    rows.append(
        (
            kappa,
            math.ceil(math.log(1e-6) / math.log((kappa - 1) / (kappa + 1))),
            steps_in_valley(kappa, 2 / (1 + kappa), 0.0),
            steps_in_valley(kappa, best_lr, best_beta),
        )
    )
valley = pd.DataFrame(
    rows,
    columns=[
        "condition number",
        "gradient descent, by theory",
        "gradient descent, run",
        "momentum, run",
    ],
)
valley


# %% A turned valley
def adam_in_valley(angle, lr=0.01, kappa=1000.0):
    """Return Adam's steps until the loss is a millionth of its start."""
    c, s = math.cos(angle), math.sin(angle)
    turn = np.array([[c, -s], [s, c]])
    hessian = turn @ np.diag([1.0, kappa]) @ turn.T
    w, m, v = turn @ np.ones(2), np.zeros(2), np.zeros(2)
    first = w @ hessian @ w
    for t in range(1, 100_000):
        g = hessian @ w
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        rate = lr * math.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        w = w - rate * m / (np.sqrt(v) + 1e-7)
        if w @ hessian @ w < 1e-6 * first:
            return t
    return None


turned = pd.DataFrame(
    [
        (degrees, adam_in_valley(math.radians(degrees)))
        for degrees in (0, 5, 15, 45)
    ],
    columns=["turned by (degrees)", "steps of Adam"],
)
turned

# %% Drawn without replacement
rng = np.random.default_rng(0)
population = rng.normal(size=100)
rows = []
for size in (10, 50, 90, 100):
    means = [
        population[rng.permutation(100)[:size]].mean() for _ in range(20_000)
    ]
    theory = population.std() / math.sqrt(size)
    theory *= math.sqrt((100 - size) / 99)
    error = np.array(means) - population.mean()
    rows.append((size, math.sqrt((error**2).mean()), theory))
without = pd.DataFrame(
    rows, columns=["batch size", "measured", "by theory"]
).round(4)
without


# %% The experiment of the paper
def experiment(amsgrad, num_steps=200_000, beta1=0.9, beta2=0.99):
    """Return the mean of the last thousand points; the best is -1."""
    x = m = v = largest = 0.0
    last = []
    for t in range(1, num_steps + 1):
        g = 1010.0 if t % 101 == 1 else -10.0
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        largest = max(largest, v) if amsgrad else v
        x -= 0.5 / math.sqrt(t) * m / math.sqrt(largest)
        x = min(max(x, -1.0), 1.0)
        last.append(x)
    return float(np.mean(last[-1010:]))


paper = pd.DataFrame(
    [
        ("Adam", round(experiment(amsgrad=False), 2)),
        ("AMSGrad", round(experiment(amsgrad=True), 2)),
    ],
    columns=["rule", "x at the end"],
)
paper

# %% A floor of noise
rng = np.random.default_rng(0)
rows = []
for lr in (0.4, 0.2, 0.1, 0.05):
    w = np.full(4000, 3.0)  # 4000 runs at once on L = w^2 / 2
    for _ in range(400):
        w = w - lr * (w + rng.normal(size=w.shape))
    rows.append((f"constant, {lr}", float((w**2).mean()), lr / (2 - lr)))
w = np.full(4000, 3.0)
for t in range(1, 401):
    w = w - (w + rng.normal(size=w.shape)) / (t + 1)
theory = 400 / 401**2 + (3 / 401) ** 2  # w is a mean by now
rows.append(("falling", float((w**2).mean()), theory))
noise_floor = pd.DataFrame(
    rows, columns=["rate", "mean square of w", "by theory"]
).round(4)
noise_floor

# %% Values tags=["values"]
{
    "adam_change_1": float(adam_by_hand["change"][0]),
    "adam_change_2": float(adam_by_hand["change"][1]),
    "gd_1e12": int(closer.iloc[3, 1]),
    "adam_1e12": int(closer.iloc[3, 2]),
    "adam_1e6": int(closer.iloc[1, 2]),
    "adam_1e12_small": int(closer.iloc[3, 3]),
    "valley_gd": int(valley.iloc[2, 2]),
    "valley_momentum": int(valley.iloc[2, 3]),
    "straight": int(turned.iloc[0, 1]),
    "turned_45": int(turned.iloc[3, 1]),
    "paper_adam": float(paper.iloc[0, 1]),
    "paper_amsgrad": float(paper.iloc[1, 1]),
    "floor_04": float(noise_floor.iloc[0, 1]),
    "floor_decay": float(noise_floor.iloc[4, 1]),
}
