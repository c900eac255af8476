# ---
# jupyter:
#   hamgasht:
#     limit: 200
#     tolerances: {default: 1.0e-6}
# ---
# %% [markdown]
# # Leaving a saddle point
# On z = x² − y² from a point a millionth beside the ridge: how many steps
# five rules need, and what they do when they start on the ridge itself.

# %% Imports
import math

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

# %% Surface
HESSIAN = np.array([[2.0, 0.0], [0.0, -2.0]])  # of z = x^2 - y^2


def gradient(w):
    x, y = w
    return np.array([2 * x, -2 * y])


print("gradient at (0, 0):", gradient((0, 0)))
print("eigenvalues of the Hessian:", np.linalg.eigvalsh(HESSIAN))


# %% Rules
class GradientDescent:
    def __init__(self, lr):
        self.lr = lr

    def step(self, w, g):
        return w - self.lr * g


class NoisyDescent(GradientDescent):
    def __init__(self, lr, sigma=0.01, seed=0):
        super().__init__(lr)
        self.sigma, self.rng = sigma, np.random.default_rng(seed)

    def step(self, w, g):
        return w - self.lr * (g + self.rng.normal(0, self.sigma, g.shape))


class Momentum:
    def __init__(self, lr, beta=0.9):
        self.lr, self.beta, self.m = lr, beta, 0.0

    def step(self, w, g):
        self.m = self.beta * self.m + g
        return w - self.lr * self.m


class RMSprop:
    def __init__(self, lr, rho=0.9, eps=1e-7):
        self.lr, self.rho, self.eps, self.v = lr, rho, eps, 0.0

    def step(self, w, g):
        self.v = self.rho * self.v + (1 - self.rho) * g**2
        return w - self.lr * g / np.sqrt(self.v + self.eps)


class Adam:
    def __init__(self, lr, beta1=0.9, beta2=0.999, eps=1e-7):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.m = self.v = 0.0
        self.t = 0

    def step(self, w, g):
        self.t += 1
        self.m = self.beta1 * self.m + (1 - self.beta1) * g
        self.v = self.beta2 * self.v + (1 - self.beta2) * g**2
        rate = self.lr * math.sqrt(1 - self.beta2**self.t)
        rate /= 1 - self.beta1**self.t
        return w - rate * self.m / (np.sqrt(self.v) + self.eps)


# %% Steps to escape
RULES = {
    "gradient descent": GradientDescent,
    "with noise": NoisyDescent,
    "momentum": Momentum,
    "RMSprop": RMSprop,
    "Adam": Adam,
}


def escape(rule, start, max_steps=10_000):
    """Return the points up to the first with |y| > 1 (or the last one)."""
    w = np.array(start)
    path = [w]
    while abs(w[1]) <= 1 and len(path) <= max_steps:
        w = rule.step(w, gradient(w))
        path.append(w)
    return np.array(path)


START = (1.0, 1e-6)
NUM_RUNS = 21  # seeds of the noise
rates = (0.1, 0.01, 0.001)
paths = {
    (name, lr): escape(rule(lr), START)
    for name, rule in RULES.items()
    for lr in rates
}
counts = {key: len(path) - 1 for key, path in paths.items()}
noisy = {
    lr: [
        len(escape(NoisyDescent(lr, seed=seed), START)) - 1
        for seed in range(NUM_RUNS)
    ]
    for lr in rates
}
for lr in rates:  # one run with noise says little: the median of all
    counts["with noise", lr] = int(np.median(noisy[lr]))
steps = pd.DataFrame(
    [(name, *(counts[name, lr] for lr in rates)) for name in RULES],
    columns=["rule", *(f"rate {lr}" for lr in rates)],
)
steps

# %% Gradient descent by theory
for lr in rates:
    count = math.ceil(math.log(1e6) / math.log(1 + 2 * lr))
    print(f"rate {lr}: {count} steps")

# %% The race
LR = 0.01
styles = ("C7", "C4:", "C2--", "C1-.", "C0")
fig, (surface, height) = plt.subplots(1, 2, figsize=(7, 3.3))
x, y = np.meshgrid(np.linspace(-0.2, 1.1, 11), np.linspace(-0.2, 1.1, 11))
levels = (-0.8, -0.3, 0, 0.3, 0.8)
surface.contour(x, y, x**2 - y**2, levels, colors="C7", linewidths=0.5)
for name, style in zip(RULES, styles, strict=True):
    path = paths[name, LR]
    away = np.abs(path[:, 1])
    shown = np.unique(np.linspace(0, len(path) - 1, 11).astype(int))
    width = 3.5 if name == "gradient descent" else 1.6  # stays visible
    look = {"label": name, "linewidth": width}
    surface.plot(*path[shown].T, style, **look)
    height.plot(shown, away[shown], style, **look)
    place = min(100, len(path) - 1)  # after a hundred steps
    surface.plot(*path[place], style[:2] + "o")
    height.plot(place, away[place], style[:2] + "o")
surface.set(xlim=(-0.2, 1.1), ylim=(-0.2, 1.1), xlabel="$x$", ylabel="$y$")
surface.set(xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
height.set(yscale="log", xlabel="step", ylabel="$|y|$")
height.set(yticks=[1e-6, 1e-4, 1e-2, 1])
height.minorticks_off()
fig.legend(
    *surface.get_legend_handles_labels(),
    loc="outside upper center",
    ncols=5,
    columnspacing=1,
    handlelength=1.6,
)
plt.show()

# %% On the ridge itself
rows = []
for name, rule in RULES.items():
    path = escape(rule(0.01), (1.0, 0.0))
    gone = abs(path[-1, 1]) > 1
    rows.append((name, "it leaves" if gone else "it stays", len(path) - 1))
ridge = pd.DataFrame(rows, columns=["rule", "escapes", "steps"])
ridge

# %% How much noise
rows = []
for sigma in (1e-6, 1e-4, 1e-2, 1.0):
    needed = [
        len(escape(NoisyDescent(0.01, sigma, seed), (1.0, 0.0))) - 1
        for seed in range(NUM_RUNS)
    ]
    rows.append((sigma, min(needed), int(np.median(needed)), max(needed)))
noise = pd.DataFrame(
    rows, columns=["noise", "fewest steps", "median", "most steps"]
)
noise


# %% A surface with a floor
def with_floor(w):
    """Return the gradient of x^2 - y^2 + y^4 / 2: minima at (0, +-1)."""
    x, y = w
    return np.array([2 * x, -2 * y + 2 * y**3])


rows = []
for name, rule in RULES.items():
    ends = []
    for side in (1, -1):
        w, moves = np.array([1.0, side * 1e-6]), rule(0.01)
        for _ in range(3000):
            w = moves.step(w, with_floor(w))
        ends.append(round(float(w[1]), 1))
    rows.append((name, *ends))
floor = pd.DataFrame(rows, columns=["rule", "y, from above", "y, from below"])
floor

# %% Values tags=["values"]
keys = ("gd", "noise", "momentum", "rmsprop", "adam")
values = {
    f"{key}_{digits}": counts[name, lr]
    for name, key in zip(RULES, keys, strict=True)
    for lr, digits in zip(rates, ("1", "01", "001"), strict=True)
}
values |= {
    "noise_01_least": min(noisy[LR]),
    "noise_01_most": max(noisy[LR]),
    "rate": LR,
    "low_rate": rates[-1],
    "sigma": NoisyDescent(LR).sigma,
    "gd_theory_01": math.ceil(math.log(1e6) / math.log(1.02)),
    "on_ridge_left": int((ridge["escapes"] == "it leaves").sum()),
    "median_small_noise": int(noise["median"].iloc[0]),
    "median_large_noise": int(noise["median"].iloc[-1]),
    "runs": NUM_RUNS,
}
values
