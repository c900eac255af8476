# ---
# jupyter:
#   hamgasht:
#     needs:
#       - q4_mri_classifier/train_norm
#       - q4_mri_classifier/train_folds
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # The same weights, two statistics: figure and table
# Draws what `train_norm.py` and `train_folds.py` left in `artefacts`: run
# these files first, in the same folder.

# %% Imports
import math
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from scipy import stats

# %% Scores
folder = Path("artefacts")
norm = pd.read_csv(folder / "train_norm/history.csv")
history = pd.read_csv(folder / "train_folds/history.csv")
group = history[history["step"] == "group normalisation"]
ends = norm[norm["epoch"] == norm["epoch"].max()].set_index("fold")
last = group[group["epoch"] == group["epoch"].max()].set_index("fold")
ends["group"] = last["val_accuracy"]
ends = ends.reset_index()

# %% The same weights, scored three times
fig, ax = plt.subplots()
for column, style, label in (
    ("running", "C1s--", "running averages, momentum 0.99"),
    ("shorter", "C2^-.", "running averages, momentum 0.9"),
    ("anew", "C0o-", "statistics computed anew"),
):
    runs = norm.pivot(index="epoch", columns="fold", values=column)
    ax.plot(runs.index, runs, style[:2] + "-", linewidth=0.7, alpha=0.5)
    ax.plot(runs.index, runs.mean(axis=1), style, label=label)
ax.set(xlabel="epoch", ylabel="validation accuracy", ylim=(0.4, 1.02))
ax.legend(loc="upper left", bbox_to_anchor=(0, -0.16))
plt.show()

# %% At the end
pd.DataFrame(
    {
        "fold": ends["fold"],
        "running averages, momentum 0.99": ends["running"].round(3),
        "running averages, momentum 0.9": ends["shorter"].round(3),
        "statistics computed anew": ends["anew"].round(3),
        "group normalisation": ends["group"].round(3),
    }
)


# %% A corrected interval tags=["hide"]
def corrected(ahead):
    """Return a mean over folds with its interval, by Nadeau and Bengio."""
    folds, mean = len(ahead), float(ahead.mean())
    if folds == 1:
        return mean, mean, mean
    error = ahead.std() * math.sqrt(1 / folds + 1 / (folds - 1))
    half = float(stats.t.ppf(0.975, folds - 1) * error)
    return mean, mean - half, mean + half


# %% Values tags=["values"]
columns = ["running", "shorter", "anew"]
jumps = norm.groupby("fold")[columns].diff().abs().fillna(0)
jumps = jumps[norm["epoch"] > norm["epoch"].max() // 4]  # later ones
means = norm.groupby("fold")[columns].mean()  # over all epochs
gap = 100 * (means["anew"] - means["running"])
_, gap_low, gap_high = corrected(gap)
ahead, ahead_low, ahead_high = corrected(100 * (ends["group"] - ends["anew"]))
{
    **{f"{name}_end": float(ends[name].mean()) for name in columns},
    **{f"{name}_low": float(ends[name].min()) for name in columns},
    **{f"{name}_high": float(ends[name].max()) for name in columns},
    **{f"{name}_mean": float(means[name].mean()) for name in columns},
    **{f"{name}_jump": float(100 * jumps[name].mean()) for name in columns},
    **{f"{name}_largest": float(100 * jumps[name].max()) for name in columns},
    **{f"{name}_chance": int((norm[name] < 0.51).sum()) for name in columns},
    "scored": len(norm),
    "folds_higher": int((gap > 0).sum()),
    "gap_least": float(gap.min()),
    "gap_most": float(gap.max()),
    "gap_low": gap_low,
    "gap_high": gap_high,
    "group_end": float(ends["group"].mean()),
    "ahead": ahead,
    "ahead_low": ahead_low,
    "ahead_high": ahead_high,
}
