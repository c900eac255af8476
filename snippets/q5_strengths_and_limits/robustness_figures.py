# ---
# jupyter:
#   hamgasht:
#     needs: [q5_strengths_and_limits/train_robustness]
#     tolerances: {default: 5}
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
from scipy import stats

# %% Results
folder = Path("artefacts/train_robustness")  # from train_robustness.py
results = pd.read_csv(folder / "results.csv")
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
grouped = results.groupby(["kind", "training", "amount"])["accuracy"]
mean, least, most = grouped.mean(), grouped.min(), grouped.max()
fig, axes = plt.subplots(3, 2, figsize=(7, 7), sharey=True)
for ax, kind in zip(axes.flat, kinds, strict=True):
    for training, style in styles.items():
        curve = mean[kind, training]
        ax.plot(curve.index, curve, style, ms=3, label=training)
        low, high = least[kind, training], most[kind, training]
        ax.fill_between(curve.index, low, high, color=style[:2], alpha=0.3)
    if kind in seen:
        ax.axvspan(*seen[kind], color="C7", alpha=0.12, linewidth=0)
    ax.axhline(10, color="C7", linestyle=":", linewidth=1.5)  # chance
    ax.set(xlabel=units[kind], ylim=(0, 104))
axes[0, 1].set_xticks([-90, -45, 0, 45, 90])
for ax in axes[:, 0]:
    ax.set_ylabel("accuracy (%)")
axes[0, 0].legend(fontsize=8, loc="lower center")
plt.show()


# %% What augmentation changes
def compare(kind, amount):
    """Return both accuracies and their difference with a 95% interval."""
    part = results[results["kind"] == kind]
    nearest = part["amount"].iloc[(part["amount"] - amount).abs().argmin()]
    part = part[part["amount"] == nearest]
    wide = part.pivot(index="seed", columns="training", values="accuracy")
    gap = wide["with augmentation"] - wide["as they are"]
    half = stats.t.ppf(0.975, len(gap) - 1) * gap.std() / len(gap) ** 0.5
    return (
        *(kind, nearest, wide["as they are"].mean()),
        *(wide["with augmentation"].mean(), gap.mean()),
        *(gap.mean() - half, gap.mean() + half),
    )


POINTS = {
    "none": ("shift", 0),
    "shift3": ("shift", 3),
    "shift6": ("shift", 6),
    "turn22": ("rotation", 22.5),
    "turn45": ("rotation", 45),
    "turn90": ("rotation", 90),
    "small": ("scale", 0.4),
    "large": ("scale", 1.6),
    "noise_seen": ("noise", 0.2),
    "noise": ("noise", 0.4),
    "blur": ("blur", 1),
    "blur2": ("blur", 2),
    "bright": ("brightness", 0.4),
    "dark": ("brightness", -0.4),
}
compared = pd.DataFrame(
    [compare(*point) for point in POINTS.values()],
    columns=[
        *("change", "amount", "as they are", "with augmentation"),
        *("ahead by", "from", "to"),
    ],
).round(1)
compared = compared.fillna(0)  # a single seed has no interval
compared

# %% At a quarter turn
turned = results[(results["kind"] == "rotation") & (results["amount"] == 90)]
quarter = pd.DataFrame(
    {
        "training": turned["training"],
        "seed": turned["seed"],
        "most frequent answer": turned["often"],
        "given to": turned["times"],
        "mean probability": turned["confidence"].round(3),
        "right answers": turned["right"],
    }
)
quarter

# %% Values tags=["values"]
values = {}
n = int(results["images"].iloc[0])
for key, row in zip(POINTS, compared.to_dict("records"), strict=True):
    values |= {
        f"plain_{key}": round(row["as they are"] / 100, 4),
        f"augmented_{key}": round(row["with augmentation"] / 100, 4),
        f"gain_{key}": row["ahead by"],
        f"from_{key}": row["from"],
        f"to_{key}": row["to"],
    }
constant = quarter[quarter["training"] == "as they are"]
other = quarter[quarter["training"] == "with augmentation"]
sure = results[(results["kind"] == "shift") & (results["amount"] == 0)]
sure = sure.groupby("training")["confidence"].mean()
fives = stats.binomtest(n // 2, n).proportion_ci(method="wilson")
plain = results[results["training"] == "as they are"]


def same_answer(kind, amount):
    """Return for each seed how often the answer is the constant one."""
    part = plain[(plain["kind"] == kind) & (plain["amount"] == amount)]
    answer = constant["most frequent answer"].iloc[0]
    return part["times"].where(part["often"] == answer, 0)


right = same_answer("rotation", -90)
scale40, scale55 = same_answer("scale", 0.4), same_answer("scale", 0.55)
values | {
    "plain_clean": values["plain_none"],
    "augmented_clean": values["augmented_none"],
    "images": n,
    "chance": 0.1,
    "constant_answer": int(constant["most frequent answer"].iloc[0]),
    "constant_least": int(constant["given to"].min()),
    "constant_seeds": int((constant["given to"] == n).sum()),
    "constant_right": int(constant["right answers"].iloc[0]),
    "constant_sure": round(float(constant["mean probability"].min()), 4),
    "right_least": int(right.min()),
    "right_most": int(right.max()),
    "scale40_seeds": int((scale40 == n).sum()),
    "scale40_least": int(scale40.min()),
    "scale55_seeds": int((scale55 == n).sum()),
    "scale55_least": int(scale55.min()),
    "clean_sure": round(float(sure["as they are"]), 4),
    "augmented_often_least": int(other["given to"].min()),
    "augmented_often_most": int(other["given to"].max()),
    "augmented_sure": round(float(other["mean probability"].mean()), 4),
    "half_width": round(100 * (fives.high - fives.low) / 2, 1),
}
