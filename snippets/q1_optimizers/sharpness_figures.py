# ---
# jupyter:
#   hamgasht:
#     needs: [q1_optimizers/train_sharpness]
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # Sharpness along the way: the figures
# Draws what `train_sharpness.py` left in its folder of artefacts: run that
# file first, in the same folder.

# %% Imports
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

# %% Results
folder = Path("artefacts/train_sharpness")
runs = pd.read_csv(folder / "runs.csv")
apart = pd.read_csv(folder / "apart.csv")
runs["times the limit"] = runs["sharpness"] * runs["rate"] / 2
rates = sorted(runs["rate"].unique())
styles = dict(zip(rates, ("C7:", "C4-.", "C0", "C3--"), strict=True))

# %% Sharpness and its limit
fig, axes = plt.subplots(1, 2, figsize=(7, 3.6))
for lr in rates:
    run = runs[(runs["rate"] == lr) & (runs["seed"] == 0)].dropna()
    label = f"rate {lr:g}"
    for ax, column in zip(axes, ("times the limit", "loss"), strict=True):
        ax.plot(run["update"] + 1, run[column], styles[lr], label=label)
axes[0].axhline(1, color="C7", linewidth=0.8)
axes[0].set_ylabel("sharpness / limit")
axes[1].set_ylabel("loss")
for ax in axes:
    ax.set(xscale="log", yscale="log", xlabel="update")
    ax.minorticks_off()
axes[0].set_yticks([0.2, 0.5, 1, 2, 5], ["0.2", "0.5", "1", "2", "5"])
fig.legend(
    *axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=4
)
plt.show()


# %% Early and late
def told(values, form):
    """Return the median with the least and the most, as text."""
    return (
        f"{np.median(values):{form}} "
        f"({np.min(values):{form}} to {np.max(values):{form}})"
    )


last = int(runs["update"].max())
EARLY, LATE = (1, min(20, last)), (last // 2, last)


def during(lr, span):
    """Return a frame for each seed with what happens in a span."""
    chosen = runs[(runs["rate"] == lr) & runs["update"].between(*span)]
    return [run for _, run in chosen.groupby("seed")]


def rises(run):
    return float((np.diff(run["loss"]) > 0).mean())


rows, found = [], {}
for lr in rates:
    start = [run["sharpness"].iloc[0] for run in during(lr, (0, 0))]
    early = [run["times the limit"].max() for run in during(lr, EARLY)]
    late = [run["times the limit"].median() for run in during(lr, LATE)]
    often = [[rises(run) for run in during(lr, at)] for at in (EARLY, LATE)]
    found[lr] = {"start": start, "early": early, "late": late}
    found[lr] |= {"rises_early": often[0], "rises_late": often[1]}
    told_often = [told(shares, ".2f") for shares in often]
    rows.append((lr, told(early, ".2f"), told(late, ".2f"), *told_often))
pd.DataFrame(
    rows,
    columns=[
        "rate",
        "sharpness / limit, highest early",
        "sharpness / limit, late",
        "fraction of rises, early",
        "fraction of rises, late",
    ],
)

# %% Rounding that grows
grown = apart[apart["update"].isin([1, 10, 50, 100, 150, 200, 300])]
grown = grown.set_index("update").map("{:.0e}".format).reset_index()
grown.columns = ["update", *(f"rate {lr}" for lr in grown.columns[1:])]
grown

# %% Values tags=["values"]
words = {0.1: "01", 0.5: "05", 1.0: "1", 1.5: "15"}
values = {
    "early_first": EARLY[0],
    "early_last": EARLY[1],
    "late_first": LATE[0],
    "late_last": LATE[1],
    "start_least": float(min(found[rates[0]]["start"])),
    "start_most": float(max(found[rates[0]]["start"])),
    "still_15": sum(share > 0 for share in found[1.5]["rises_late"]),
    "still_1": sum(share > 0 for share in found[1.0]["rises_late"]),
    "apart_low": float(apart["0.1"].max()),
    "apart_high_10": float(apart["1.5"].iloc[min(9, len(apart) - 1)]),
    "apart_high": float(apart["1.5"].max()),
}
for lr, word in words.items():
    values |= {f"rate_{word}": lr, f"limit_{word}": round(2 / lr, 3)}
    for name, numbers in found[lr].items():
        values |= {
            f"{name}_{word}": float(np.median(numbers)),
            f"{name}_{word}_least": float(np.min(numbers)),
            f"{name}_{word}_most": float(np.max(numbers)),
        }
middle = [run["times the limit"].max() for run in during(0.5, (20, 100))]
values | {
    "middle_05": float(np.median(middle)),
    "middle_05_least": float(np.min(middle)),
    "middle_05_most": float(np.max(middle)),
}
