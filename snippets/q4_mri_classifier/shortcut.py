# ---
# jupyter:
#   hamgasht:
#     needs: [q4_mri_classifier/twins]
#     tolerances: {default: 0.03}
# ---
# %% [markdown]
# # A shortcut: the files' sizes
# A classifier that sees no pixel, only the width and height of each file.
# Reads what `twins.py` left in `artefacts/twins`: run that file first, in the
# same folder.

# %% Imports
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_val_score

# %% Sizes
table = pd.read_csv("artefacts/twins/groups.csv")  # written by twins.py
table["ratio"] = table["width"] / table["height"]
sizes = table.groupby(["width", "height"])["label"].agg(["size", "mean"])
sizes = sizes.sort_values("size", ascending=False).head(6).reset_index()
sizes["tumour (%)"] = (100 - 100 * sizes["mean"]).round(1)
sizes = sizes.rename(columns={"size": "images"}).drop(columns="mean")
sizes

# %% Width over height
bins = np.linspace(0.6, 1.4, 41)
fig, ax = plt.subplots()
for label, name, hatch in ((0, "tumour", ""), (1, "no tumour", "//")):
    ax.hist(
        table.loc[table["label"] == label, "ratio"].clip(0.6, 1.4),
        bins,
        alpha=0.6,
        hatch=hatch,
        label=name,
    )
ax.set(xlabel="width over height", ylabel="images")
ax.legend()
plt.show()


# %% A forest that sees no pixel
def score(columns, fold):
    """Return a forest's accuracy on each fold, from some columns alone."""
    forest = RandomForestClassifier(n_estimators=300, random_state=0)
    folds = [
        (np.flatnonzero(table[fold] != k), np.flatnonzero(table[fold] == k))
        for k in range(5)
    ]
    return cross_val_score(forest, table[columns], table["label"], cv=folds)


sizes_only = ["width", "height", "ratio"]
scores = score(sizes_only, "fold")
upright = score(sizes_only, "upright_fold")  # mirrored copies on both sides
pd.DataFrame(
    {
        "fold": range(5),
        "accuracy": scores.round(4),
        "with mirrored copies in training": upright.round(4),
    }
)

# %% The shape alone
by_ratio = score(["ratio"], "fold")
print(f"width, height and ratio:          {scores.mean():.3f}")
print(f"the ratio alone:                  {by_ratio.mean():.3f}")
print(f"with mirrored copies in training: {upright.mean():.3f}")

# %% Values tags=["values"]
square = table["ratio"].between(0.995, 1.005)
{
    "accuracy": float(scores.mean()),
    "lowest": float(scores.min()),
    "highest": float(scores.max()),
    "ratio_only": float(by_ratio.mean()),
    "upright_accuracy": float(upright.mean()),
    "square_tumour": float(square[table["label"] == 0].mean()),
    "square_healthy": float(square[table["label"] == 1].mean()),
    "commonest": int(sizes["images"][0]),
    "distinct_sizes": int(table.groupby(["width", "height"]).ngroups),
}
