# ---
# jupyter:
#   hamgasht:
#     needs:
#       - q4_mri_classifier/twins
#       - q4_mri_classifier/train_folds
#       - q4_mri_classifier/train_original_folds
#     tolerances: {default: 0.05}
# ---
# %% [markdown]
# # Which differences are evidence
# Compares steps on the same folds, in pairs. Reads what `twins.py`,
# `train_folds.py` and `train_original_folds.py` left in `artefacts`: run
# these files first, in the same folder.

# %% Imports
import math
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy import stats

# %% Right answers
folder = Path("artefacts")
groups = pd.read_csv(folder / "twins/groups.csv")
steps = pd.read_csv(folder / "train_folds/steps.csv", index_col=0).index
files = {
    name: folder / f"train_folds/predictions-{number}.csv"
    for number, name in enumerate(steps)
}
files["original, 256×256"] = folder / "train_original_folds/predictions.csv"
image = ["label", "file"]
right = groups.set_index(image)[["group", "fold"]]
for name, file in files.items():
    seen = pd.read_csv(file).set_index(image)["p_no"]
    says_no = seen > 0.5
    healthy = seen.index.get_level_values("label") == 1
    right[name] = (says_no == healthy).astype(float)
scores = right.groupby("fold")[list(files)].mean()


# %% A paired comparison
def compare(one, other):
    """Return a difference over folds, its 95 % interval and its p-value.

    Training sets of five folds share three quarters of their images. So the
    variance of the mean is not s²/5 but s²(1/5 + 1/4), with the share of
    test to training images added (Nadeau and Bengio 2003).
    """
    difference = (scores[one] - scores[other]).dropna()
    folds = len(difference)
    if folds == 1:  # nothing to tell a spread from
        return (*[difference.mean()] * 3, 1.0)
    error = difference.std() * math.sqrt(1 / folds + 1 / (folds - 1))
    half = stats.t.ppf(0.975, folds - 1) * error
    mean = difference.mean()
    p = 2 * stats.t.sf(abs(mean) / error, folds - 1)
    return mean, mean - half, mean + half, p


# %% Over groups
def over_groups(one, other, draws=2000):
    """Return the 95 % interval of a difference if other groups were drawn.

    The trained networks stay as they are: this says nothing of how they
    would differ if they were trained again.
    """
    rng = np.random.default_rng(0)
    difference = (right[one] - right[other]).dropna()
    parts = difference.groupby(right["group"]).agg(["sum", "size"])
    drawn = rng.integers(0, len(parts), (draws, len(parts)))
    sums = parts.to_numpy()[drawn].sum(axis=1)
    return np.quantile(sums[:, 0] / sums[:, 1], [0.025, 0.975])


# %% Paired comparisons
averaged = "averaged weights, decaying rate"
kept, cropped = "aspect ratio kept", "cropped to a square, augmentation"
pairs = [
    ("augmentation", "original, 256×256"),
    ("augmentation", "original layers, 64×64, rescaled"),
    ("augmentation", averaged),
    ("augmentation", "augmentation, group normalisation"),
    ("augmentation", f"{kept}, augmentation"),
    ("augmentation", cropped),
    (averaged, "dropout"),
    (kept, averaged),
    ("global average pooling", "original layers, 64×64, rescaled"),
    ("group normalisation", "global average pooling"),
]
found = pd.DataFrame(
    [(*pair, *compare(*pair), *over_groups(*pair)) for pair in pairs],
    columns=["step", "against", "ahead", "from", "to", "p", "low", "high"],
)
points = (100 * found[["ahead", "from", "to", "low", "high"]]).round(1)
pd.DataFrame(
    {
        "row": range(1, len(found) + 1),
        "step": found["step"],
        "against": found["against"],
        "ahead by (points)": points["ahead"],
        "from": points["from"],
        "to": points["to"],
        "p": found["p"].round(2),
    }
)

# %% Ahead by
fig, ax = plt.subplots(figsize=(7, 4))
places = np.arange(len(points))[::-1]
for place, (one, other) in zip(places, pairs, strict=True):
    each = 100 * (scores[one] - scores[other])
    ax.plot(each, [place - 0.22] * len(each), "C7|", markersize=7)
for shift, low, high, colour, marker, label in (
    (0, "from", "to", "C0", "o", "trained and tested anew"),
    (0.2, "low", "high", "C1", "s", "the same networks, other groups"),
):
    ax.hlines(places + shift, points[low], points[high], colour)
    ax.plot(
        points["ahead"],
        places + shift,
        colour + marker,
        markersize=4,
        label=label,
    )
ax.axvline(0, color="C7", linewidth=1)
ax.set_yticks(places, [str(number + 1) for number in range(len(pairs))])
ax.set(xlabel="ahead by (percentage points)", ylabel="row of the table")
ax.legend(loc="upper left", bbox_to_anchor=(0, -0.14), ncols=2)
plt.show()

# %% Values tags=["values"]
ordered = np.sort(found["p"])
holm = ordered * np.arange(len(ordered), 0, -1)  # Holm's correction
{
    "comparisons": len(found),
    "under_5": int((found["p"] < 0.05).sum()),
    "smallest_p": float(ordered[0]),
    "smallest_holm": float(min(holm[0], 1)),
    "beyond_groups": int(((found["low"] > 0) | (found["high"] < 0)).sum()),
    **{
        f"{name}_{row + 1}": float(points[name][row])
        for row in range(len(points))
        for name in ("ahead", "from", "to", "low", "high")
    },
}
