# ---
# jupyter:
#   hamgasht:
#     tolerances: {default: 1.0e-6}
# ---
# %% [markdown]
# # A convex problem on which Adam fails
# The example of Reddi, Kale and Kumar (2018): a straight line, whose rare
# large gradients point one way and whose frequent small ones the other.

# %% Imports
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

# %% Problem
C = 3.0


def gradient(t):
    """Return the slope of loss number t, which is a straight line in x."""
    return C if t % 3 == 1 else -1.0  # 3, -1, -1, 3, -1, -1, ...


print("three slopes together:", sum(gradient(t) for t in (1, 2, 3)))


# %% Three rules
def run(rule, beta2=1 / (1 + C**2), num_steps=6000, lr=0.5):
    """Return x after each step, kept between -1 and 1; start at 0."""
    x, v, largest, xs = 0.0, 0.0, 0.0, []
    for t in range(1, num_steps + 1):
        g = gradient(t)
        v = beta2 * v + (1 - beta2) * g**2
        largest = max(largest, v)
        divisor = {"SGD": 1.0, "Adam": v, "AMSGrad": largest}[rule] ** 0.5
        x = x - lr / t**0.5 * g / divisor
        x = min(max(x, -1.0), 1.0)
        xs.append(x)
    return np.array(xs)


xs = {rule: run(rule) for rule in ("SGD", "Adam", "AMSGrad")}

# %% Where they go
fig, ax = plt.subplots(figsize=(7, 3.4))
shown = np.unique(np.geomspace(1, 6000, 90).astype(int)) - 1
for (rule, x), style in zip(xs.items(), ("C2--", "C1", "C0-."), strict=True):
    ax.plot(shown + 1, x[shown], style, label=rule)
ax.set(xscale="log", xlabel="step", ylabel="$x$", ylim=(-1.08, 1.08))
ax.minorticks_off()
ax.legend(loc="center right")
plt.show()


# %% Regret
def mean_regret(x):
    """Return the mean loss beyond that of always standing at x = -1."""
    before = np.append(0.0, x[:-1])  # loss t is paid before step t
    slopes = np.array([gradient(t) for t in range(1, len(x) + 1)])
    return float((slopes * (before + 1)).mean())


regret = pd.DataFrame(
    [
        (rule, round(float(x[-300:].mean()), 3), round(mean_regret(x), 3))
        for rule, x in xs.items()
    ],
    columns=["rule", "x at the end", "mean regret"],
)
regret

# %% A longer memory
rows = []
for beta2 in (0.1, 0.5, 0.9, 0.99, 0.999):
    x = run("Adam", beta2, num_steps=60_000)
    rows.append((beta2, round(float(x[-300:].mean()), 3)))
memory = pd.DataFrame(rows, columns=["beta 2", "x at the end"])
memory

# %% Values tags=["values"]
values = {
    f"{rule.lower()}_{key}": float(regret.iloc[row, column])
    for row, rule in enumerate(xs)
    for key, column in (("end", 1), ("regret", 2))
}
values | {
    "long_memory_end": float(memory.iloc[-1, 1]),
    "short_memory_end": float(memory.iloc[0, 1]),
    "adam_cycle": round(float(sum(gradient(t) for t in (1, 2, 3))), 6),
}
