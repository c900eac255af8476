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
    few = curves[curves["update"] <= 150]
    ax.plot(few["update"], few[name], "C0", linewidth=1)
    ax.set(xlabel="update", ylim=(0, 2.7))
axes[0].set(ylabel="loss", title="A")
axes[1].set(title="B")
plt.show()

# %% Where jags come from
fig, ax = plt.subplots(figsize=(7, 3.2))
few = curves[curves["update"] <= 80]
jagged, smooth = "mini-batch, its own samples", "mini-batch, all samples"
ax.plot(few["update"], few[jagged], "C5", linewidth=1, label=jagged)
ax.plot(few["update"][::3], few[smooth][::3], "C1", label=smooth)
ax.set(xlabel="update", ylabel="loss", ylim=(0, 2.8))
ax.legend(fontsize=9)
plt.show()

# %% Against updates and against samples
fig, axes = plt.subplots(1, 2, figsize=(7, 3.4), sharey=True)
styles = {1: "C2-.", 32: "C0", samples: "C1--"}
for size, name in names.items():
    track = tracks[(tracks["size"] == size) & (tracks["seed"] == 0)]
    picked = np.geomspace(1, len(track), 30).astype(int) - 1
    track = track.iloc[np.unique(picked)]
    axes[0].plot(track["update"], track["loss"], styles[size], label=name)
    axes[1].plot(track["update"] * size, track["loss"], styles[size])
for ax, label in zip(axes, ("updates", "samples"), strict=True):
    ax.axhline(0.1, color="C7", linewidth=0.8)
    ax.set(xscale="log", yscale="log", xlabel=label, ylim=(0.07, 4))
    ax.minorticks_off()
axes[0].set_ylabel("loss over all samples")
fig.legend(
    *axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3
)
plt.show()

# %% To the target
PRODUCTS = 2 * 64 * 32 + 3 * 32 * 10  # multiply-adds a sample, both passes
medians = reached.groupby("size")[["rate", "updates"]].median()
spread = reached.groupby("size")["updates"].agg(["min", "max"])
seen = medians["updates"] * medians.index
table = pd.DataFrame(
    {
        "descent": [names[size] for size in medians.index],
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
