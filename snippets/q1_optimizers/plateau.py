# ---
# jupyter:
#   hamgasht:
#     tolerances: {default: 1.0e-6}
# ---
# %% [markdown]
# # A plateau
# One sigmoid unit that starts far on the wrong side. The gradient there is
# small for every rate; a small rate only makes the wait longer.

# %% Imports
import math

import matplotlib.pyplot as plt
import pandas as pd


# %% Unit
def sigmoid(w):
    return 1 / (1 + math.exp(-w))


def loss(w):
    return (sigmoid(w) - 1) ** 2 / 2


def gradient(w):
    s = sigmoid(w)
    return (s - 1) * s * (1 - s)


# %% Waiting
START, TARGET = -6.0, 0.01
rows, curves = [], {}
for lr in (0.1, 1.0, 10.0):
    w, losses, steepest = START, [loss(START)], 0.0
    while losses[-1] > TARGET:
        g = gradient(w)
        steepest = max(steepest, abs(g))
        w -= lr * g
        losses.append(loss(w))
    curves[lr] = losses
    first = abs(gradient(START))
    rows.append((lr, first, lr * first, steepest, len(losses) - 1))
waits = pd.DataFrame(
    rows,
    columns=[
        "rate",
        "first gradient",
        "first step",
        "largest gradient",
        "steps to the target",
    ],
).round(5)
waits

# %% The same curve at three rates
fig, ax = plt.subplots(figsize=(7, 3.2))
for (lr, losses), style in zip(
    curves.items(), ("C0", "C2--", "C1-."), strict=True
):
    steps = sorted({round(1.05**i) for i in range(200)})
    steps = [0, *(step for step in steps if step < len(losses))]
    ax.plot(
        [step + 1 for step in steps],
        [losses[step] for step in steps],
        style,
        label=f"rate {lr:g}",
    )
ax.set(xscale="log", xlabel="step", ylabel="loss")
ax.legend()
plt.show()

# %% Values tags=["values"]
{
    "first_gradient": round(abs(gradient(START)), 6),
    "largest_gradient": round(float(waits["largest gradient"].max()), 4),
    "steps_0_1": int(waits.iloc[0, -1]),
    "steps_1": int(waits.iloc[1, -1]),
    "steps_10": int(waits.iloc[2, -1]),
}
