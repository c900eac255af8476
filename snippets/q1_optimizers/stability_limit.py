# ---
# jupyter:
#   hamgasht:
#     tolerances: {default: 1.0e-6}
# ---
# %% [markdown]
# # The stability limit of gradient descent
# On a quadratic, one rule decides all: a step multiplies each direction by
# 1 minus rate times curvature. Found by sweep, met by theory.

# %% Imports
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd


# %% One direction
def descend(gradient, w, lr, num_steps):
    """Return all points that gradient descent visits, the start first."""
    path = [w]
    for _ in range(num_steps):
        w = w - lr * gradient(w)
        path.append(w)
    return np.array(path)


def slope(w):
    """Return the derivative of L = w^2 / 2, whose curvature is 1."""
    return w


rates = [0.1, 1.0, 1.5, 2.0, 2.2]
paths = {lr: descend(slope, 1.0, lr, num_steps=20) for lr in rates}
pd.DataFrame(
    [(lr, 1 - lr, *path[[1, 2, 3, 20]]) for lr, path in paths.items()],
    columns=["rate", "factor", "step 1", "step 2", "step 3", "step 20"],
).round(4)

# %% Five rates on a parabola
fig, axes = plt.subplots(1, 5, figsize=(7, 2.4), sharey=True)
grid = np.linspace(-2.5, 2.5, 19)
for ax, (lr, path) in zip(axes, paths.items(), strict=True):
    shown = path[:6]
    ax.plot(grid, grid**2 / 2, "C7", linewidth=1)
    ax.plot(shown, shown**2 / 2, "C0o-", linewidth=1, markersize=4)
    ax.plot(shown[0], shown[0] ** 2 / 2, "C1o", markersize=6)
    ax.set(xlim=(-2.6, 2.6), ylim=(-0.15, 3.2), xticks=[0], yticks=[0])
    ax.grid(visible=False)
    ax.set_title(f"rate {lr}", fontsize=10)
    ax.set_xlabel("$w$")
axes[0].set_ylabel("loss")
plt.show()

# %% Two curvatures
CURVATURES = np.array([1.0, 10.0])  # eigenvalues of the Hessian
start = np.array([-4.0, 1.0])
limit = 2 / CURVATURES.max()


def gradient(w):
    return CURVATURES * w


def loss(path):
    return 0.5 * (CURVATURES * path**2).sum(axis=-1)


# %% Sweep
sweep = np.linspace(0.005, 0.22, 44)
final = [loss(descend(gradient, start, lr, 100))[-1] for lr in sweep]
fig, ax = plt.subplots(figsize=(7, 3.4))
ax.plot(sweep, final, "C0")
ax.axhline(loss(start), color="C7", linestyle=":", label="at the start")
ax.axvline(limit, color="C1", linestyle="--", label="2 / largest curvature")
ax.set(xlabel="rate", ylabel="loss after 100 steps", yscale="log")
ax.set_ylim(1e-18, 1e12)
ax.minorticks_off()
ax.legend(loc="upper center")
plt.show()


# %% Limit by bisection
def still_falls(hessian, lr, num_steps=2000):
    """Return whether the loss falls over the second half of the steps."""
    w = np.ones(len(hessian))
    losses = []
    for _ in range(num_steps):
        w = w - lr * hessian @ w
        losses.append(w @ hessian @ w)
        if losses[-1] > 1e100:
            return False
    return losses[-1] < losses[num_steps // 2] or losses[-1] < 1e-200


def find_limit(hessian, low=0.0, high=4.0):
    """Return the largest rate that converges, found by halving."""
    for _ in range(20):
        middle = (low + high) / 2
        if still_falls(hessian, middle):
            low = middle
        else:
            high = middle
    return low


# %% Five random quadratics
rng = np.random.default_rng(0)
rows = []
for size in (2, 3, 5, 10, 20):
    a = rng.normal(size=(size, size))
    hessian = a @ a.T / size + np.eye(size)
    largest = np.linalg.eigvalsh(hessian).max()
    rows.append((size, largest, 2 / largest, find_limit(hessian)))
limits = pd.DataFrame(
    rows,
    columns=[
        "parameters",
        "largest curvature",
        "limit by theory",
        "limit by sweep",
    ],
).round(4)
limits

# %% How direct the way is
rows = []
for lr in (0.01, 0.09, 0.18, 0.195):
    path = descend(gradient, start, lr, 2000)
    steps = np.diff(path, axis=0)
    length = np.sqrt((steps**2).sum(axis=1)).sum()
    turns = int((np.sign(path[1:21, 1]) != np.sign(path[:20, 1])).sum())
    rows.append((lr, length / np.sqrt(start @ start), turns))
ways = pd.DataFrame(
    rows, columns=["rate", "length of the way / distance", "changes of side"]
).round(3)
cosine = (
    gradient(start)
    @ start
    / np.sqrt((gradient(start) @ gradient(start)) * (start @ start))
)
angle = float(np.degrees(np.arccos(cosine)))
print(f"angle between first step and minimum: {angle:.1f} degrees")
ways

# %% Values tags=["values"]
best = sweep[int(np.argmin(final))]
{
    "limit": float(limit),
    "swept_limit": float(sweep[np.array(final) < loss(start)].max()),
    "best_rate": round(float(best), 4),
    "best_by_theory": round(float(2 / CURVATURES.sum()), 4),
    "best_loss": float(min(final)),
    "largest_gap": float(
        (limits["limit by theory"] - limits["limit by sweep"]).abs().max()
    ),
    "quadratics": len(limits),
    "diverged_20": float(paths[2.2][20]),
    "angle": round(angle, 1),
    "shortest_way": float(ways.iloc[0, 1]),
    "longest_way": float(ways.iloc[-1, 1]),
    "turns": int(ways.iloc[-1, 2]),
}
