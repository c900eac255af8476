# ---
# jupyter:
#   hamgasht:
#     needs: [q5_strengths_and_limits/train_robustness]
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # One small network under six changes: the figures
# Draws what `train_robustness.py` left in `artefacts/train_robustness`:
# run that file first, in the same folder.

# %% Imports
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

# %% Results
folder = Path("artefacts/train_robustness")  # from train_robustness.py
results = pd.read_csv(folder / "results.csv")
clean = pd.read_csv(folder / "clean.csv")
seen = pd.read_csv(folder / "seen.csv", index_col=0)
examples = np.load(folder / "examples.npz")
kinds = list(examples)
styles = {"as they are": "C1s--", "with augmentation": "C0o-"}

# %% What the changes look like tags=["raster"]
fig, axes = plt.subplots(len(kinds), 5, figsize=(4.2, 5))
for row, kind in zip(axes, kinds, strict=True):
    for ax, image in zip(row, examples[kind], strict=True):
        ax.imshow(image.astype("float32"), cmap="gray", vmin=0, vmax=1)
        ax.set_axis_off()
plt.show()

# %% Accuracy under each change
units = {
    "shift": "shift (pixels)",
    "rotation": "rotation (degrees)",
    "scale": "scale",
    "noise": "noise (standard deviation)",
    "blur": "blur (pixels)",
    "brightness": "added brightness",
}
results["accuracy"] = 100 * results["right"] / results["images"]
mean = results.groupby(["kind", "training", "amount"])["accuracy"].mean()
fig, axes = plt.subplots(3, 2, figsize=(7, 7), sharey=True)
for ax, kind in zip(axes.flat, kinds, strict=True):
    for training, style in styles.items():
        curve = mean[kind, training]
        ax.plot(curve.index, curve, style, label=training)
    ax.axvspan(*seen[kind], color="C7", alpha=0.12, linewidth=0)
    ax.set(xlabel=units[kind], ylim=(0, 104))
axes[0, 1].set_xticks([-90, -45, 0, 45, 90])
for ax in axes[:, 0]:
    ax.set_ylabel("accuracy (%)")
axes[0, 0].legend(fontsize=8, loc="lower center")
plt.show()

# %% Without any change
clean["accuracy"] = clean["right"] / clean["images"]
unchanged = clean.groupby("training")["accuracy"].mean()
pd.DataFrame(
    {
        "training": list(styles),
        "accuracy": [round(float(unchanged[name]), 3) for name in styles],
    }
)

# %% At the end of each range
rows = []
for kind in kinds:
    most = results.loc[results["kind"] == kind, "amount"].max()
    pair = [mean[kind, training, most] / 100 for training in styles]
    rows.append((kind, most, *pair))
ends = pd.DataFrame(rows, columns=["change", "amount", *styles]).round(3)
ends

# %% Values tags=["values"]
short = {"as they are": "plain", "with augmentation": "augmented"}


def at(kind, training, amount):
    """Return the accuracy at the tested amount nearest to this one."""
    curve = mean[kind, training]
    nearest = curve.index[np.abs(curve.index - amount).argmin()]
    return round(float(curve[nearest]) / 100, 4)


values = {}
for training, key in short.items():
    values |= {
        f"{key}_clean": round(float(unchanged[training]), 4),
        f"{key}_shift3": at("shift", training, 3),
        f"{key}_shift6": at("shift", training, 6),
        f"{key}_turn22": at("rotation", training, 22.5),
        f"{key}_turn45": at("rotation", training, 45),
        f"{key}_turn90": at("rotation", training, 90),
        f"{key}_small": at("scale", training, 0.4),
        f"{key}_large": at("scale", training, 1.6),
        f"{key}_noise_seen": at("noise", training, 0.3),
        f"{key}_noise": at("noise", training, 0.4),
        f"{key}_noise_most": at("noise", training, 0.8),
        f"{key}_blur_seen": at("blur", training, 1),
        f"{key}_blur": at("blur", training, 2),
        f"{key}_bright": at("brightness", training, 0.4),
        f"{key}_dark": at("brightness", training, -0.4),
    }
values
