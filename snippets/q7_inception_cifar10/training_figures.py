# ---
# jupyter:
#   hamgasht:
#     needs: [q7_inception_cifar10/train_inception]
#     tolerances: {default: 0.1, pairs: 500}
# ---
# %% [markdown]
# # Both networks: curves, the original's log, and confusions
# Draws what `train_inception.py` left in `artefacts/train_inception`: run
# that file first, in the same folder.

# %% Imports
import math
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

# %% Results
results = Path("artefacts/train_inception")  # left by train_inception.py
history = pd.read_csv(results / "history.csv")
seconds = pd.read_csv(results / "seconds.csv", index_col="network")
predicted = pd.read_csv(results / "predicted.csv")
runs = {
    name: run.set_index("epoch")
    for name, run in history.groupby("network", sort=False)
}
last = int(history["epoch"].max())

# %% What the original recorded
original_val = [0.628, 0.687, 0.726, 0.741, 0.757, 0.747, 0.753, 0.741]
original_val = pd.Series(original_val, index=range(1, 9))
original_train = pd.Series({1: 0.509, 8: 0.911})  # only these are known

# %% Curves
styles = {"dropout and BN": "C0", "plain": "C1"}
fig, ax = plt.subplots(figsize=(7, 4.6))
for name, run in runs.items():
    ax.plot(run["accuracy"], styles[name] + "-", label=f"{name}, training")
    ax.plot(
        run["val_accuracy"], styles[name] + "--", label=f"{name}, validation"
    )
ax.plot(original_train, "C2^:", label="original, training")
ax.plot(original_val, "C2v:", label="original, validation")
ax.set(xlabel="epoch", ylabel="accuracy")
ax.legend(loc="upper left", bbox_to_anchor=(0, -0.16), ncols=2)
plt.show()

# %% Best epoch and last epoch
rows = []
for name, run in runs.items():
    best = int(run["val_accuracy"].idxmax())
    top, end = run["val_accuracy"][best], run.loc[last]
    row = (name, top, best, end["val_accuracy"], end["accuracy"])
    rows.append((*row, round(seconds["seconds"][name])))
best = int(original_val.idxmax())
row = ("original", original_val[best], best)
rows.append((*row, original_val[8], original_train[8], 1500))
ends = pd.DataFrame(
    rows,
    columns=[
        "network",
        "best validation accuracy",
        "in epoch",
        "validation accuracy at the end",
        "training accuracy at the end",
        "seconds an epoch",
    ],
)
gap = (
    ends["training accuracy at the end"]
    - ends["validation accuracy at the end"]
)
ends.insert(5, "gap", gap)
ends.round(3)

# %% Distance from the log
epochs = [e for e in original_val.index if e <= last]
known = [e for e in original_train.index if e <= last]
rows = []
for name, run in runs.items():
    val = run["val_accuracy"][epochs] - original_val[epochs]
    train = run["accuracy"][known] - original_train[known]
    rows.append(
        (
            name,
            math.sqrt((val**2).mean()),
            math.sqrt((train**2).mean()),
        )
    )
distances = pd.DataFrame(
    rows,
    columns=["network", "distance of validation", "distance of training"],
)
distances.round(3)

# %% Which network made the log
nearer = distances.set_index("network").idxmin()
print("validation curve nearest to the log:", nearer.iloc[0])
print("training curve nearest to the log:  ", nearer.iloc[1])

# %% The gap
fig, ax = plt.subplots()
for name, run in runs.items():
    gap = run["accuracy"] - run["val_accuracy"]
    ax.plot(gap, styles[name] + "o-", label=name)
ax.plot(original_train - original_val[[1, 8]], "C2^:", label="original")
ax.axhline(0, color="C7", linewidth=1)
ax.set(xlabel="epoch", ylabel="training − validation accuracy")
ax.legend()
plt.show()

# %% Confusion matrix
names = ["airplane", "automobile", "bird", "cat", "deer"]
names += ["dog", "frog", "horse", "ship", "truck"]
counts = np.zeros((10, 10), int)
np.add.at(counts, (predicted["label"], predicted["dropout_and_bn"]), 1)
shares = 100 * counts / counts.sum(axis=1, keepdims=True)
fig, ax = plt.subplots(figsize=(5.6, 5.2))
ax.imshow(np.sqrt(shares), cmap="Blues", vmin=0, vmax=12)
for row in range(10):
    for column in range(10):
        share = round(shares[row, column])
        if share:
            dark = share > 45
            ink = "white" if dark else "black"
            place = {"ha": "center", "va": "center", "color": ink}
            ax.text(column, row, str(share), fontsize=9, **place)
ax.set_xticks(range(10), names, rotation=90)
ax.set_yticks(range(10), names)
ax.set(xlabel="answer", ylabel="class")
ax.grid(False)
plt.show()

# %% Most frequent confusions
off = counts + counts.T
pairs = [(off[i, j], i, j) for i in range(10) for j in range(i)]
pairs = sorted(pairs, reverse=True)[:5]
confused = pd.DataFrame(
    [(names[j], names[i], counts[j, i], counts[i, j]) for _, i, j in pairs],
    columns=[
        "one class",
        "other class",
        "first taken for second",
        "second taken for first",
    ],
)
confused

# %% Interval of an accuracy
right = (predicted["label"] == predicted["dropout_and_bn"]).mean()
half = 1.96 * math.sqrt(right * (1 - right) / len(predicted))
print(f"{right:.3f} ± {half:.3f}")

# %% Values tags=["values"]
by_class = np.diag(counts) / counts.sum(axis=1)
values = {
    "last": last,
    "half_width": half,
    "worst_class": float(by_class.min()),
    "best_class": float(by_class.max()),
    "original_first": float(original_val[1]),
    "original_best": float(original_val.max()),
    "original_best_epoch": int(original_val.idxmax()),
    "original_last": float(original_val[8]),
    "original_train": float(original_train[8]),
    "original_gap": float(original_train[8] - original_val[8]),
    "pairs": int(pairs[0][0]),
}
for short, name in (("bn", "dropout and BN"), ("plain", "plain")):
    row = distances.set_index("network").loc[name]
    values[f"{short}_distance_val"] = float(row.iloc[0])
    values[f"{short}_distance_train"] = float(row.iloc[1])
    end = runs[name].loc[last]
    values[f"{short}_gap"] = float(end["accuracy"] - end["val_accuracy"])
values
