# %% [markdown]
# # How much of the input one output sees
# The receptive field layer by layer, by a formula and by impulses, and how
# unevenly its elements count.

# %% Imports
import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from keras import layers

# %% Field and jump
LAYERS = (  # name, window size k, stride s
    ("Conv1D", 3, 1),
    ("MaxPooling1D", 2, 2),
    ("Conv1D", 5, 1),
    ("MaxPooling1D", 2, 2),
    ("Conv1D", 5, 1),
    ("MaxPooling1D", 2, 2),
)
field, jump = 1, 1
rows = []
for name, k, s in LAYERS:
    field += (k - 1) * jump  # the window reaches k - 1 jumps further
    jump *= s
    rows.append((name, k, s, field, jump))
fields = pd.DataFrame(
    rows,
    columns=["layer", "kernel size k", "stride s", "receptive field", "jump"],
)
fields

# %% By impulses
ones = keras.Sequential([keras.Input((500, 1))])
for k in (3, 5, 5):
    ones.add(layers.Conv1D(1, k, use_bias=False, kernel_initializer="ones"))
    ones.add(layers.AveragePooling1D(2))  # reaches as far as max-pooling
impulses = np.eye(500, dtype="float32")[..., np.newaxis]
o = keras.ops.convert_to_numpy(ones(impulses))[..., 0]
reached = [int((o[:, place] > 0).sum()) for place in (0, 20, 58)]
print("first, middle and last output see", reached, "elements")

# %% What one output sees
share = o[o[:, 0] > 0, 0]
share = 100 * share / share.sum()  # in per cent
fig, (top, bottom) = plt.subplots(2, 1, height_ratios=[2, 1], sharex=True)
centres = np.arange(float(field))  # of the input's elements
top.plot(centres, np.zeros(field), "C7o", markersize=3)
labels = ["input"]
for height, (name, k, s) in enumerate(LAYERS, 1):
    windows = np.lib.stride_tricks.sliding_window_view(centres, k)[::s]
    for window in (windows[0], windows[-1]):
        middle = window.mean()
        for x in (window[0], window[-1]):
            top.plot([middle, x], [height, height - 1], "C0-", linewidth=0.7)
    centres = windows.mean(axis=1)
    colour = "C0o" if name == "Conv1D" else "C1s"
    top.plot(centres, np.full(len(centres), height), colour, markersize=3)
    labels.append(f"{name}, {k}")
top.set_yticks(range(len(labels)), labels)
top.grid(visible=False)
bottom.bar(np.arange(field), share, color="C0")
bottom.set(xlabel="element of the input", ylabel="weight (%)")
plt.show()

# %% Values tags=["values"]
{
    "field": field,
    "jump": jump,
    "reached": reached[1],
    "middle_half": float(share[field // 4 : -(field // 4)].sum() / 100),
    "edge": float(share[0]),
    "centre": float(share.max()),
}
