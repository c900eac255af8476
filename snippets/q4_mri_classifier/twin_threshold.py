# ---
# jupyter:
#   hamgasht:
#     needs:
#       - q4_mri_classifier/twins
#       - q4_mri_classifier/train_folds
#       - q4_mri_classifier/train_original_folds
#     data: [br35h]
#     limit: 300
#     tolerances: {default: 0.02}
# ---
# %% [markdown]
# # Where a twin ends
# Asks how often an image and its nearest one in another fold are of one
# class, by how alike they are, and how far single linkage chains. Reads what
# `twins.py`, `train_folds.py` and `train_original_folds.py` left in
# `artefacts`: run these files first, in the same folder.

# %% Imports
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

# %% Images
THRESHOLD = 0.95  # the one that twins.py used
SIDE = (64, 64)
table = pd.read_csv("artefacts/twins/groups.csv")  # written by twins.py
label, fold, group = table[["label", "fold", "group"]].to_numpy().T
paths = [
    Path("data/br35h") / ("no" if row.label else "yes") / row.file
    for row in table.itertuples()
]
images = [Image.open(path).convert("L") for path in paths]


# %% Likeness
def normalised(x):
    """Return images as rows, without their brightness and contrast."""
    x = x.reshape(len(x), -1).astype("float32")
    x -= x.mean(axis=1, keepdims=True)
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def likeness_mirrored(images):
    """Return the highest correlation of each two images, mirrored or not."""
    small = [
        image.resize(SIDE, Image.Resampling.BILINEAR) for image in images
    ]
    x = np.array([np.asarray(image) for image in small])
    ways = [x, x[:, :, ::-1], x[:, ::-1], x[:, ::-1, ::-1]]
    first = normalised(x)
    return np.maximum.reduce([first @ normalised(way).T for way in ways])


def without_margin(image):
    """Return an image without the dark rows and columns around the head."""
    pixels = np.asarray(image)
    bright = pixels > 0.2 * pixels.max()
    rows = np.flatnonzero(bright.mean(axis=1) > 0.03)
    columns = np.flatnonzero(bright.mean(axis=0) > 0.03)
    return image.crop((columns[0], rows[0], columns[-1] + 1, rows[-1] + 1))


heads = [without_margin(image) for image in images]
alike = np.maximum(likeness_mirrored(images), likeness_mirrored(heads))

# %% Nearest in another fold
elsewhere = np.where(fold[:, None] != fold, alike, -1)
nearest = elsewhere.argmax(axis=1)
likeness = elsewhere.max(axis=1)
agrees = label[nearest] == label

# %% Agreement by likeness
edges = [-1, 0.7, 0.8, 0.84, 0.88, 0.9, 0.91, 0.92, 0.93, 0.94, THRESHOLD]
names = ["under 0.7"]
names += [f"{low} to {high}" for low, high in pairwise(edges[1:])]
band = pd.cut(likeness, edges, labels=names)
by_band = pd.Series(agrees).groupby(band, observed=True).agg(["size", "mean"])
pd.DataFrame(
    {
        "likeness": list(by_band.index),
        "images": by_band["size"].to_numpy(),
        "of the same class (%)": (100 * by_band["mean"]).round(1).to_numpy(),
    }
)

# %% What still leaks
CERTAIN = 0.92  # from here on, all agree
leaks = likeness > CERTAIN
apart = agrees[~leaks].mean()
print(f"{leaks.sum()} of {len(table)} images: {leaks.mean():.1%}")
print(f"of these, nearest of the same class: {agrees[leaks].mean():.1%}")
print(f"of the others:                       {apart:.1%}")

# %% Scores without them
folder = Path("artefacts")
steps = list(pd.read_csv(folder / "train_folds/steps.csv", index_col=0).index)
best = steps.index("augmentation")
files = {
    "original": folder / "train_original_folds/predictions.csv",
    "best small network": folder / f"train_folds/predictions-{best}.csv",
}
scores = {}
for name, file in files.items():
    seen = table[["label", "file"]].merge(pd.read_csv(file), how="left")
    right = (seen["p_no"] > 0.5) == (seen["label"] == 1)
    folds = pd.DataFrame(
        {
            "all": right.groupby(table["fold"]).mean(),
            "without": right[~leaks].groupby(table["fold"]).mean(),
        }
    )
    scores[name] = right.mean(), right[~leaks].mean(), folds
    low, high = folds.min(), folds.max()
    print(
        f"{name}: {right.mean():.3f}"
        f" ({low['all']:.3f} to {high['all']:.3f} on single folds),"
        f" without them {right[~leaks].mean():.3f}"
        f" ({low['without']:.3f} to {high['without']:.3f})"
    )

# %% Chains
within = np.triu(group[:, None] == group, 1)
pairs = alike[within]
print(f"pairs in one group: {len(pairs)}")
print(f"not twins themselves: {(pairs <= THRESHOLD).mean():.1%}")
print(f"least alike: {pairs.min():.2f}")
classes = table.groupby("group")["label"].nunique()
print(f"classes in one group, at most: {classes.max()}")

# %% Values tags=["values"]
spread = {}
for key, name in (("original", "original"), ("best", "best small network")):
    folds = scores[name][2]
    fall = folds["all"] - folds["without"]
    spread[f"{key}_without_low"] = float(folds["without"].min())
    spread[f"{key}_without_high"] = float(folds["without"].max())
    spread[f"{key}_fall_low"] = float(100 * fall.min())  # points
    spread[f"{key}_fall_high"] = float(100 * fall.max())
{
    **spread,
    "threshold": THRESHOLD,
    "certain": CERTAIN,
    "leaking": int(leaks.sum()),
    "leaking_share": float(leaks.mean()),
    "leaking_agree": float(agrees[leaks].mean()),
    "others_agree": float(apart),
    "best": float(scores["best small network"][0]),
    "best_without": float(scores["best small network"][1]),
    "original": float(scores["original"][0]),
    "original_without": float(scores["original"][1]),
    "below_agree": float(agrees[(likeness > 0.9) & ~leaks].mean()),
    "chained": float((pairs <= THRESHOLD).mean()),
    "pairs": len(pairs),
    "least_alike": float(pairs.min()),
}
