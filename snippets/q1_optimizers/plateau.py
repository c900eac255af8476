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
rows = []
for lr in (0.1, 1.0, 10.0):
    w, losses, steepest = START, [loss(START)], 0.0
    while losses[-1] > TARGET:
        g = gradient(w)
        steepest = max(steepest, abs(g))
        w -= lr * g
        losses.append(loss(w))
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

# %% Values tags=["values"]
{
    "first_gradient": round(abs(gradient(START)), 6),
    "largest_gradient": round(float(waits["largest gradient"].max()), 4),
    "steps_0_1": int(waits.iloc[0, -1]),
    "steps_1": int(waits.iloc[1, -1]),
    "steps_10": int(waits.iloc[2, -1]),
}
