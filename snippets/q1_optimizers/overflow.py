# %% [markdown]
# # From divergence to inf and NaN
# A rate at which the error doubles with every step, in float32: when the
# loss overflows, when the weight does, and when it is no number any more.

# %% Imports
import math

import numpy as np

# %% Doubling until nothing is left
CURVATURE, LR = np.float32(10), np.float32(0.3)  # factor 1 - 0.3 * 10 = -2
w = np.float32(1)
events = {}
with np.errstate(over="ignore", invalid="ignore"):  # we ask for it
    for step in range(1, 200):
        w = w - LR * (CURVATURE * w)
        loss = CURVATURE * w**2 / 2
        if np.isinf(loss):
            events.setdefault("loss is inf", step)
        if np.isinf(w):
            events.setdefault("weight is inf", step)
        if np.isnan(w):
            events.setdefault("weight is nan", step)
for name, step in events.items():
    print(f"step {step}: {name}")
print("at the end:", w, loss)

# %% By theory
LARGEST = float(np.finfo(np.float32).max)  # a little below 2^128
loss_inf = math.ceil(math.log2(LARGEST / 10) / 2)  # 10 w^2 overflows
weight_inf = math.ceil(math.log2(LARGEST / 10)) + 1  # 10 w did, one before
print(f"loss is inf at step {loss_inf}")
print(f"weight is inf at step {weight_inf}")
print(f"weight is nan at step {weight_inf + 1}")  # inf - inf

# %% Values tags=["values"]
{
    "loss_inf": events["loss is inf"],
    "weight_inf": events["weight is inf"],
    "weight_nan": events["weight is nan"],
    "loss_inf_theory": loss_inf,
    "weight_inf_theory": weight_inf,
}
