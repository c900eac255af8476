# ---
# jupyter:
#   hamgasht:
#     needs:
#       - q4_mri_classifier/twins
#       - q4_mri_classifier/train_splits
#       - q4_mri_classifier/train_folds
#       - q4_mri_classifier/train_original_folds
#     tolerances: {default: 0.05}
# ---
# %% [markdown]
# # Honest scores: tables and figures
# Draws what `twins.py`, `train_splits.py`, `train_original_folds.py` and
# `train_folds.py` left in `artefacts`: run these files first, in the same
# folder.

# %% Imports
import math
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy import stats
from sklearn.metrics import roc_auc_score, roc_curve

# %% Results
folder = Path("artefacts")
splits = pd.read_csv(folder / "train_splits/history.csv")
shares = pd.read_csv(folder / "train_splits/shares.csv")
seconds = pd.read_csv(folder / "train_folds/seconds.csv", index_col="step")
sizes = pd.read_csv(folder / "train_folds/steps.csv", index_col=0)
steps = list(sizes.index)
predictions = {
    name: pd.read_csv(folder / f"train_folds/predictions-{number}.csv")
    for number, name in enumerate(steps)
}
first = "original, 256×256"
predictions = {
    first: pd.read_csv(folder / "train_original_folds/predictions.csv"),
    **predictions,
}

# %% Three splits, one network
names = {
    "random": "random split",
    "upright": "grouped, upright copies",
    "grouped": "grouped, mirrored copies included",
}
fig, ax = plt.subplots()
for split, style in zip(names, ("C1s--", "C2^-.", "C0o-"), strict=True):
    runs = splits[splits["split"] == split].pivot(
        index="epoch", columns="seed", values="val_accuracy"
    )
    ax.plot(runs.index, runs, style[:2] + "-", linewidth=0.8, alpha=0.5)
    ax.plot(runs.index, runs.mean(axis=1), style, label=names[split])
ax.set(xlabel="epoch", ylabel="validation accuracy", ylim=(0.5, 1.02))
ax.legend(loc="lower right")
plt.show()

# %% All splits in numbers
last = splits[splits["epoch"] == splits["epoch"].max()]
ends = last.merge(shares, on=["split", "seed"])
pd.DataFrame(
    {
        "split": ends["split"].map(names),
        "seed": ends["seed"],
        "held out with a twin in training (%)": (
            100 * ends["with_twin"]
        ).round(1),
        "training accuracy": ends["accuracy"].round(3),
        "validation accuracy": ends["val_accuracy"].round(3),
    }
)


# %% Interval over folds
def over_folds(right, fold):
    """Return the mean of the folds' scores and its 95 % interval.

    Training sets of five folds share three quarters of their images, so the
    folds are not independent either: Nadeau and Bengio (2003) add the share
    of test to training images, 1/4, to the 1/5 of five independent scores.
    """
    scores = right.groupby(fold).mean()
    folds, mean = len(scores), scores.mean()
    if folds == 1:
        return mean, mean, mean
    error = scores.std() * math.sqrt(1 / folds + 1 / (folds - 1))
    half = stats.t.ppf(0.975, folds - 1) * error
    return mean, max(mean - half, 0), min(mean + half, 1)


# %% Step by step
def between(scores):
    """Return the lowest and the highest of the folds' scores."""
    return f"{scores.min():.3f} to {scores.max():.3f}"


rows, each = [], {}
for name, seen in predictions.items():
    says_no = seen["p_no"] > 0.5
    right = says_no == (seen["label"] == 1)
    each[name] = right.groupby(seen["fold"]).mean()
    mean, low, high = over_folds(right, seen["fold"])
    row = [name, mean, low, high]
    for label in (0, 1):  # tumour, no tumour
        part = right[seen["label"] == label]
        row += [part.mean(), between(part.groupby(seen["fold"]).mean())]
    rows.append(row)
columns = ["step", "accuracy", "from", "to"]
for measure in ("sensitivity", "specificity"):
    columns += [measure, f"{measure}, single folds"]
table = pd.DataFrame(rows, columns=columns)
table.round(3)

# %% Size and time of each step
pd.DataFrame(
    {
        "step": steps,
        "parameters": sizes["parameters"].to_list(),
        "seconds per epoch": seconds["seconds"].loc[steps].round(1).to_list(),
    }
)

# %% Accuracy of each step
fig, ax = plt.subplots(figsize=(7, 4.4))
places = np.arange(len(table))[::-1]
errors = [
    table["accuracy"] - table["from"],
    table["to"] - table["accuracy"],
]
ax.errorbar(table["accuracy"], places, xerr=errors, fmt="o", capsize=3)
for name, place in zip(table["step"], places, strict=True):
    scores = each[name]
    ax.plot(scores, [place - 0.22] * len(scores), "C7|", markersize=7)
ax.set_yticks(places, table["step"])
ax.set(xlabel="accuracy on held out groups")
plt.show()

# %% Chosen on four folds
by_step = pd.DataFrame(each)  # a row for each fold, a column for each step
chosen = pd.DataFrame(
    [(k, by_step.drop(index=k).mean().idxmax()) for k in by_step.index],
    columns=["fold", "best on the other four"],
)
chosen["accuracy on this fold"] = [
    by_step.loc[k, step]
    for k, step in chosen.itertuples(index=False, name=None)
]
chosen.round(3)

# %% The best one
whole = [
    "dropout",
    "averaged weights, decaying rate",
    "augmentation",
    "augmentation, group normalisation",
]
finished = table[table["step"].isin(whole)]
best = finished.loc[finished["accuracy"].idxmax(), "step"]
seen = predictions[best]
says_no = seen["p_no"] > 0.5
tumour = seen["label"] == 0
counts = pd.DataFrame(
    {
        "truth": ["tumour", "no tumour"],
        "says tumour": [
            int((~says_no & tumour).sum()),
            int((~says_no & ~tumour).sum()),
        ],
        "says no tumour": [
            int((says_no & tumour).sum()),
            int((says_no & ~tumour).sum()),
        ],
    }
)
counts

# %% Sensitivity and specificity
groups = pd.read_csv(folder / "twins/groups.csv")
seen = seen.merge(groups[["label", "file", "group"]], on=["label", "file"])
right = (seen["p_no"] > 0.5) == (seen["label"] == 1)
counted = right.groupby([seen["group"], seen["label"]]).agg(["sum", "size"])
counted = counted.unstack(fill_value=0).to_numpy()  # a row for each group
rng = np.random.default_rng(0)
drawn = rng.integers(0, len(counted), (2000, len(counted)))
sums = counted[drawn].sum(axis=1)  # of both classes: right ones, then all
sums = sums[(sums[:, 2:] > 0).all(axis=1)]  # a draw may lack a class
low, high = np.quantile(sums[:, :2] / sums[:, 2:], [0.025, 0.975], axis=0)
rates = pd.DataFrame(
    {
        "measure": ["sensitivity", "specificity"],
        "value": right.groupby(seen["label"]).mean().to_numpy(),
        "from": low,
        "to": high,
    }
)
rates.round(3)

# %% Fold by fold
by_fold = right.groupby([seen["fold"], seen["label"]]).mean().unstack()
areas = {first: [], best: []}
for name, found in areas.items():
    for k in by_fold.index:
        part = predictions[name]
        part = part[part["fold"] == k]
        found.append(roc_auc_score(part["label"] == 0, 1 - part["p_no"]))
pd.DataFrame(
    {
        "fold": by_fold.index,
        "sensitivity": by_fold[0].to_numpy().round(3),
        "specificity": by_fold[1].to_numpy().round(3),
        "area under the ROC curve": np.round(areas[best], 3),
        "area, original network": np.round(areas[first], 3),
    }
)

# %% ROC
fig, ax = plt.subplots(figsize=(5, 5))
for name, style, label in (
    (first, "C1--", "original"),
    (best, "C0-", "best small network"),
):
    for k, part in predictions[name].groupby("fold"):
        false, true, _ = roc_curve(part["label"] == 0, 1 - part["p_no"])
        keep = np.linspace(0, len(false) - 1, min(len(false), 60)).astype(int)
        (line,) = ax.plot(false[keep], true[keep], style, linewidth=1)
        line.set_label("" if k else label)
ax.plot([0, 1], [0, 1], "C7:", linewidth=1)
ax.set(xlabel="1 − specificity", ylabel="sensitivity", aspect="equal")
ax.legend(loc="lower right")
plt.show()

# %% A threshold for the clinic
part = predictions[best]
truth, score = part["label"] == 0, 1 - part["p_no"]
false, true, cuts = roc_curve(truth, score)
at = int(np.argmax(true >= 0.98))
print(f"threshold {cuts[at]:.3f}: sensitivity {true[at]:.3f}")
print(f"specificity there: {1 - false[at]:.3f}")

# %% Values tags=["values"]
scores = dict(zip(table["step"], table["accuracy"], strict=True))
kept = "aspect ratio kept"
augmented = "aspect ratio kept, augmentation"
cropped = "cropped to a square, augmentation"
reference = "averaged weights, decaying rate"
values = {
    "best_number": steps.index(best),
    "best_accuracy": scores[best],
    "best_parameters": int(sizes["parameters"][best]),
    "chosen_best": int((chosen["best on the other four"] == best).sum()),
    "chosen_accuracy": float(chosen["accuracy on this fold"].mean()),
    "chosen_low": float(chosen["accuracy on this fold"].min()),
    "chosen_high": float(chosen["accuracy on this fold"].max()),
    "times_smaller": 3709825 / int(sizes["parameters"][best]),
    "gain": scores[best] - scores[first],
    "original_accuracy": scores[first],
    "kept_accuracy": scores[kept],
    "stretched_accuracy": scores[reference],
    "stretched_augmented_accuracy": scores["augmentation"],
    "kept_augmented_accuracy": scores[augmented],
    "cropped_accuracy": scores[cropped],
    "group_augmented_accuracy": scores["augmentation, group normalisation"],
    "sensitivity": float(rates["value"][0]),
    "sensitivity_low": float(rates["from"][0]),
    "sensitivity_high": float(rates["to"][0]),
    "specificity": float(rates["value"][1]),
    "specificity_low": float(rates["from"][1]),
    "specificity_high": float(rates["to"][1]),
    "specificity_worst": float(by_fold[1].min()),
    "worst_fold": int(by_fold[1].idxmin()),
    "specificity_others": float(by_fold[1].nlargest(4).min()),
    "missed": int(counts["says no tumour"][0]),
    "alarms": int(counts["says tumour"][1]),
    "area_original": float(np.mean(areas[first])),
    "area_original_low": float(np.min(areas[first])),
    "area_original_high": float(np.max(areas[first])),
    "area_best": float(np.mean(areas[best])),
    "area_best_low": float(np.min(areas[best])),
    "area_best_high": float(np.max(areas[best])),
    "cut": float(cuts[at]),
    "cut_sensitivity": float(true[at]),
    "cut_specificity": float(1 - false[at]),
}
for number, name in enumerate(table["step"]):
    values[f"step_{number}"] = scores[name]
    values[f"step_{number}_low"] = float(table["from"][number])
    values[f"step_{number}_high"] = float(table["to"][number])
values
