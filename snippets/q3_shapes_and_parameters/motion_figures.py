# ---
# jupyter:
#   hamgasht:
#     needs: [q3_shapes_and_parameters/train_motion]
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # Which network sees motion: the figures
# Draws what `train_motion.py` left in `artefacts/train_motion`: run that
# file first, in the same folder.

# %% Imports
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

# %% Results
folder = Path("artefacts/train_motion")
if not folder.exists():
    raise SystemExit("run train_motion.py first, in this folder")
history = pd.read_csv(folder / "history.csv")
accuracies = pd.read_csv(folder / "accuracies.csv")
twins = pd.read_csv(folder / "twins.csv")
examples = np.load(folder / "clips.npz")
names = list(history["network"].unique())
marks = ("C7^:", "C4v-.", "C2D-", "C1s--", "C0o-")
styles = dict(zip(names, marks, strict=True))
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
    ax.plot(runs.index, runs, styles[name][:2], linewidth=1, alpha=0.4)
    ax.plot(runs.index, runs.mean(axis=1), styles[name], label=name)
ax.set(xlabel="epoch", ylabel="accuracy on new clips", ylim=(0.4, 1.03))
ax.legend(loc="center right")
plt.show()


# %% Accuracy of every seed
accuracies["accuracy"] = accuracies["correct"] / accuracies["clips"]
at_home = accuracies[accuracies["onset"] == onset]
away = accuracies[accuracies["onset"] == accuracies["onset"].max()]


def over_seeds(runs):
    """Return the mean, the lowest and the highest accuracy by network."""
    groups = runs.groupby("network")["accuracy"]
    return groups.agg(["mean", "min", "max"]).loc[names]


seen, late = over_seeds(at_home), over_seeds(away)
accuracy = pd.DataFrame(
    {
        "network": names,
        "mean": seen["mean"].to_list(),
        "lowest": seen["min"].to_list(),
        "highest": seen["max"].to_list(),
        "mean, 4 frames later": late["mean"].to_list(),
        "lowest, 4 frames later": late["min"].to_list(),
        "highest, 4 frames later": late["max"].to_list(),
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
    runs = table.pivot(index="onset", columns="seed", values="accuracy")
    shift = runs.index - onset
    ax.plot(shift, runs, styles[name][:2], linewidth=1, alpha=0.4)
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
each_frame = inner * 9 * 1 * 8 + outer * 9 * 8 * 16
work = [
    12 * each_frame,
    12 * each_frame,
    12 * each_frame,
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
keys = ("mean", "flatten", "gru", "channels", "conv3d")
values = {"clips_a_seed": int(at_home["clips"].iloc[0])}
for row, (name, key) in enumerate(zip(names, keys, strict=True)):
    values |= {
        f"{key}_accuracy": float(seen["mean"][name]),
        f"{key}_low": float(seen["min"][name]),
        f"{key}_high": float(seen["max"][name]),
        f"{key}_late": float(late["mean"][name]),
        f"{key}_late_low": float(late["min"][name]),
        f"{key}_late_high": float(late["max"][name]),
        f"{key}_change": float(change[name]),
        f"{key}_parameters": int(size[name]),
        f"{key}_work": work[row],
    }
values
