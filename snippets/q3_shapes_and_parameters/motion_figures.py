# ---
# jupyter:
#   hamgasht:
#     needs: [q3_shapes_and_parameters/train_motion]
#     tolerances: {default: 0.03, channels_low: 0.1, channels_high: 0.1}
# ---
# %% [markdown]
# # Which network sees motion: the figures
# Draws what `train_motion.py` left in `artefacts/train_motion`: run that
# file first, in the same folder.

# %% Imports
import math
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

# %% Results
folder = Path("artefacts/train_motion")  # written by train_motion.py
history = pd.read_csv(folder / "history.csv")
accuracies = pd.read_csv(folder / "accuracies.csv")
twins = pd.read_csv(folder / "twins.csv")
examples = np.load(folder / "clips.npz")
names = list(history["network"].unique())
styles = dict(zip(names, ("C7^:", "C1s--", "C0o-"), strict=True))
onset = accuracies["onset"].min()  # where the networks were trained

# %% A clip and its reverse
clips = examples["clips"].astype("float32")[..., 0]
frames = clips.shape[1]
fig, axes = plt.subplots(2, frames, figsize=(7, 1.75))
for row, (clip, label) in enumerate(
    zip(clips, examples["labels"], strict=True)
):
    for t, ax in enumerate(axes[row]):
        ax.imshow(clip[t], cmap="gray", vmin=-0.6, vmax=1.4)
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
        if row == 0:
            ax.set_title(str(t), fontsize=9)
    side = {"rotation": 0, "ha": "right", "va": "center"}
    axes[row, 0].set_ylabel("right" if label else "left", **side)
plt.show()

# %% Learning curves
fig, ax = plt.subplots()
for name in names:
    runs = history[history["network"] == name].pivot(
        index="epoch", columns="seed", values="val_accuracy"
    )
    ax.plot(runs.index, runs, styles[name][:2], linewidth=1, alpha=0.55)
    ax.plot(runs.index, runs.mean(axis=1), styles[name], label=name)
ax.set(xlabel="epoch", ylabel="accuracy on new clips", ylim=(0.4, 1.03))
ax.legend(loc="center right")
plt.show()


# %% Wilson interval
def wilson(correct, total, z=1.96):
    """Return the 95 % confidence interval of a proportion."""
    p = correct / total
    centre = (p + z**2 / (2 * total)) / (1 + z**2 / total)
    root = math.sqrt(p * (1 - p) / total + z**2 / (4 * total**2))
    half = z * root / (1 + z**2 / total)
    return centre - half, centre + half


# %% Accuracy with its interval
at_home = accuracies[accuracies["onset"] == onset]
seen = at_home.groupby("network")[["correct", "clips"]].sum().loc[names]
limits = [wilson(*pair) for pair in seen.to_numpy()]
accuracy = pd.DataFrame(
    {
        "network": names,
        "clips": seen["clips"].to_list(),
        "accuracy": (seen["correct"] / seen["clips"]).to_list(),
        "from": [low for low, _ in limits],
        "to": [high for _, high in limits],
    }
).round(4)
accuracy

# %% The reversed clip
change = twins.groupby("network")["change"].mean().loc[names].round(4)
pd.DataFrame(
    {"network": names, "mean change of the answer": change.to_list()}
)

# %% Moved in time
fig, ax = plt.subplots()
for name in names:
    table = accuracies[accuracies["network"] == name]
    table = table.assign(rate=table["correct"] / table["clips"])
    runs = table.pivot(index="onset", columns="seed", values="rate")
    shift = runs.index - onset
    ax.plot(shift, runs, styles[name][:2], linewidth=1, alpha=0.55)
    ax.plot(shift, runs.mean(axis=1), styles[name], label=name)
ax.set(
    xlabel="motion starts later than in training by (frames)",
    ylabel="accuracy on new clips",
    ylim=(0.4, 1.03),
)
ax.set_xticks(shift)
ax.legend(loc="center left", bbox_to_anchor=(0, 0.45))
plt.show()


# %% Size and work
inner, outer = 10 * 10, 8 * 8  # places of a 3×3 window on 12×12, on 10×10
work = [
    12 * (inner * 9 * 1 * 8) + 12 * (outer * 9 * 8 * 16),  # 12 frames each
    inner * 9 * 12 * 8 + outer * 9 * 8 * 16,  # 12 frames as 12 channels
    10 * (inner * 27 * 1 * 8) + 8 * (outer * 27 * 8 * 16),  # 10, 8 in time
]
size = at_home.groupby("network")["parameters"].first().loc[names]
pd.DataFrame(
    {
        "network": names,
        "parameters": size.to_list(),
        "multiply-adds": work,
    }
)

# %% Values tags=["values"]
short = dict(zip(names, ("frames", "channels", "conv3d"), strict=True))
away = accuracies[accuracies["onset"] == accuracies["onset"].max()]
late = away.groupby("network")[["correct", "clips"]].sum()
values = {"test_clips": int(accuracy["clips"].iloc[0])}
for row, (name, key) in enumerate(short.items()):
    values |= {
        f"{key}_accuracy": float(accuracy["accuracy"].iloc[row]),
        f"{key}_low": float(accuracy["from"].iloc[row]),
        f"{key}_high": float(accuracy["to"].iloc[row]),
        f"{key}_late": late.loc[name, "correct"] / late.loc[name, "clips"],
        f"{key}_change": float(change[name]),
        f"{key}_parameters": int(size[name]),
        f"{key}_work": work[row],
    }
values
