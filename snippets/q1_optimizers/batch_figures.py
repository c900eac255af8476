# ---
# jupyter:
#   hamgasht:
#     needs: [q1_optimizers/train_batch_sizes]
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # Batch, mini-batch and stochastic descent: the figures
# Draws what `train_batch_sizes.py` left in its folder of artefacts: run that
# file first, in the same folder.

# %% Imports
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

# %% Results
folder = Path("artefacts/train_batch_sizes")
curves = pd.read_csv(folder / "curves.csv")
tracks = pd.read_csv(folder / "tracks.csv")
reached = pd.read_csv(folder / "reached.csv")
samples = int(tracks["size"].max())
names = {1: "stochastic", 32: "mini-batch", samples: "batch"}

# %% The two curves of the question
fig, axes = plt.subplots(1, 2, figsize=(7, 3.2), sharey=True)
for ax, name in zip(
    axes, ("batch", "mini-batch, its own samples"), strict=True
):
    ax.plot(curves["update"], curves[name], "C0", linewidth=1)
    ax.set(xlabel="update", ylim=(0, 2.7))
axes[0].set(ylabel="loss", title="A")
axes[1].set(title="B")
plt.show()

# %% Where the jags come from
fig, ax = plt.subplots(figsize=(7, 3.6))
own, over_all = "mini-batch, its own samples", "mini-batch, all samples"
ax.plot(curves["update"], curves[own], "C5", linewidth=0.9, label=own)
ax.plot(curves["update"], curves[over_all], "C1", label=over_all)
ax.plot(curves["update"], curves["batch"], "C7--", label="batch")
ax.set(xlabel="update", ylabel="loss", ylim=(0, 2.7))
ax.legend()
plt.show()

# %% A batch descent that is jagged
fig, ax = plt.subplots(figsize=(7, 3.0))
edge = "batch, rate 1.5"
ax.plot(curves["update"], curves[edge], "C1", linewidth=1, label=edge)
ax.plot(curves["update"], curves["batch"], "C7--", label="batch, rate 0.1")
ax.set(xlabel="update", ylabel="loss")
ax.legend()
plt.show()

# %% Against updates and against samples
fig, axes = plt.subplots(1, 2, figsize=(7, 3.4), sharey=True)
styles = {1: "C2-.", 32: "C0", samples: "C1--"}
for size, name in names.items():
    for seed in tracks["seed"].unique():
        track = tracks[(tracks["size"] == size) & (tracks["seed"] == seed)]
        picked = np.geomspace(1, len(track), 50).astype(int) - 1
        track = track.iloc[np.unique(picked)]
        look = {"linewidth": 1.8 if seed == 0 else 0.6}
        look |= {"label": name} if seed == 0 else {"alpha": 0.6}
        axes[0].plot(track["update"], track["loss"], styles[size], **look)
        seen = track["update"] * size
        axes[1].plot(seen, track["loss"], styles[size], **look)
for ax, label in zip(axes, ("updates", "samples"), strict=True):
    ax.axhline(0.1, color="C7", linewidth=0.8)
    ax.set(xscale="log", yscale="log", xlabel=label, ylim=(0.07, 4))
axes[0].set_ylabel("loss over all samples")
axes[0].legend()
plt.show()

# %% To the target
PRODUCTS = 2 * 64 * 32 + 3 * 32 * 10  # multiply-adds a sample, both passes
medians = reached.groupby("size")[["rate", "updates"]].median()
spread = reached.groupby("size")["updates"].agg(["min", "max"])
seen = medians["updates"] * medians.index
table = pd.DataFrame(
    {
        "descent": [names[size] for size in medians.index],
        "batch size": medians.index,
        "rate": medians["rate"],
        "updates": medians["updates"].astype(int),
        "fewest": spread["min"].astype(int),
        "most": spread["max"].astype(int),
        "samples": seen.astype(int),
        "activations kept": medians.index * (64 + 32 + 10),
        "multiply-adds, millions": (seen * PRODUCTS / 1e6).round(1),
    }
).reset_index(drop=True)
table

# %% Values tags=["values"]
updates, used = table["updates"], table["samples"]
{
    "updates_1": int(updates[0]),
    "updates_32": int(updates[1]),
    "updates_batch": int(updates[2]),
    "samples_1": int(used[0]),
    "samples_32": int(used[1]),
    "samples_batch": int(used[2]),
    "more_samples": round(float(used[2] / used[1]), 1),
    "more_updates": round(float(updates[0] / updates[1]), 1),
    "an_epoch_1": samples,
    "an_epoch_32": -(-samples // 32),
    "products": PRODUCTS,
    "kept_1": int(table["activations kept"][0]),
    "kept_32": int(table["activations kept"][1]),
    "kept_batch": int(table["activations kept"][2]),
}
