# ---
# jupyter:
#   hamgasht:
#     needs: [q4_mri_classifier/train_original]
#     data: [br35h]
#     tolerances: {default: 0.05}
# ---
# %% [markdown]
# # The original network: curves, scores and predictions
# Draws what `train_original.py` left in `artefacts/train_original`: run that
# file first, in the same folder.

# %% Imports
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from PIL import Image

# %% Results
results = Path("artefacts/train_original")  # written by train_original.py
history = pd.read_csv(results / "history.csv")
predictions = pd.read_csv(results / "predictions.csv")
plain = history[history["api"] == "Sequential"]
functional = history[history["api"] == "Functional"]
last = history["epoch"].max()

# %% What the original recorded
original = {
    "Sequential": {"first_loss": 27.5, "accuracy": 0.970, "loss": 0.140},
    "Functional": {"first_loss": 9.0, "accuracy": 0.9767, "loss": 0.167},
}
best_epoch, best_loss, last_loss = 7, 0.1070, 0.1402  # of its Sequential run

# %% Curves
fig, (left, right) = plt.subplots(1, 2)
for ax, name in ((left, "loss"), (right, "accuracy")):
    for part, style, label in (
        ("", "C0-", "training"),
        ("val_", "C1--", "validation"),
    ):
        runs = plain.pivot(
            index="epoch", columns="seed", values=f"{part}{name}"
        )
        ax.plot(runs.index, runs, style, linewidth=0.7, alpha=0.4)
        ax.plot(runs.index, runs.mean(axis=1), style, label=label)
    ax.set(xlabel="epoch", ylabel=name)
left.plot([best_epoch, 15], [best_loss, last_loss], "C3v", label="original")
right.plot([15, 15], [0.970, 0.9767], "C3v", label="original")
left.set_yscale("log")
left.legend()
right.set(ylim=(0.6, 1.02))
plt.show()

# %% Our scores beside the original's
rows = []
for (api, seed), run in history.groupby(["api", "seed"], sort=False):
    end = run[run["epoch"] == last].iloc[0]
    top = run.loc[run["val_loss"].idxmin()]
    rows.append(
        (
            f"{api}, seed {seed}",
            run["loss"].iloc[0],
            end["accuracy"],
            end["val_accuracy"],
            end["val_loss"],
            int(top["epoch"]),
        )
    )
columns = [
    "run",
    "loss, epoch 1",
    "training accuracy",
    "validation accuracy",
    "validation loss",
    "epoch of the best validation loss",
]
for api, seen in original.items():
    number = [seen["first_loss"], np.nan, seen["accuracy"], seen["loss"]]
    best = best_epoch if api == "Sequential" else pd.NA
    rows.append((f"{api}, original", *number, best))
pd.DataFrame(rows, columns=columns).round(4).astype({columns[-1]: "Int64"})

# %% Early stopping
PATIENCE = 3
stops = []
for seed, run in plain.groupby("seed"):
    best = np.inf
    for epoch, loss in zip(run["epoch"], run["val_loss"], strict=True):
        if loss < best:
            best, kept = loss, epoch
        if epoch - kept >= PATIENCE:
            break  # as EarlyStopping(patience=PATIENCE) does
    accuracy = run.set_index("epoch")["val_accuracy"]
    stops.append((seed, epoch, kept, accuracy[kept], accuracy[last]))
stopped = pd.DataFrame(
    stops,
    columns=[
        "seed",
        "stops after epoch",
        "keeps the weights of epoch",
        "validation accuracy of these weights",
        "validation accuracy at the end",
    ],
)
stopped.round(4)

# %% Seeds against APIs
ends = plain[plain["epoch"] == last]["val_accuracy"]
same_seed = plain[plain["seed"] == functional["seed"].iloc[0]]
losses = (same_seed["val_loss"], functional["val_loss"])
largest = np.abs(losses[0].to_numpy() - losses[1].to_numpy()).max()
num_val = len(predictions)
gap = original["Functional"]["accuracy"] - original["Sequential"]["accuracy"]
print(f"same seed, other API: validation loss differs by {largest}")
print(f"same API, other seed: {np.ptp(ends):.4f} in accuracy")
print(f"the original's two runs: {gap:.4f}, {gap * num_val:.0f} images")

# %% Sixteen held out images tags=["raster"]
folder = Path("data/br35h")
shown = predictions.iloc[:16]
fig, axes = plt.subplots(4, 4, figsize=(4.2, 4.2))
for ax, (_, row) in zip(axes.flat, shown.iterrows(), strict=True):
    name = "no" if row["label"] else "yes"
    image = Image.open(folder / name / row["file"]).convert("L")
    ax.imshow(np.asarray(image.resize((160, 160))), cmap="gray")
    ax.set(xticks=[], yticks=[])
    right = (row["p_no"] > 0.5) == row["label"]
    colour, line = ("C0", "-") if right else ("C1", "--")
    for side in ax.spines.values():
        side.set(visible=True, edgecolor=colour, linestyle=line, linewidth=3)
plt.show()

# %% What it says of them
classes = np.array(["yes", "no"])
pd.DataFrame(
    {
        "image": range(1, 17),
        "class": classes[shown["label"]],
        "answer": classes[(shown["p_no"] > 0.5).astype(int)],
        "probability of the answer": np.maximum(
            shown["p_no"], 1 - shown["p_no"]
        ).round(4),
    }
)

# %% The answer cut off
p, label = predictions["p_no"], predictions["label"]
rounded = float(((p > 0.5) == label).mean())
cut = float((p.astype(int) == label).mean())  # int(0.9999) is 0
print(f"rounded at one half: {rounded:.3f} right")
# p was kept with six digits; with all of them int() does no better.
print(f"int(p):      at most {cut:.3f} right")
says_no = int((p.astype(int) == 1).sum())
print(f"int(p) says no for at most {says_no} of {len(p)}")

# %% Values tags=["values"]
end = plain[plain["epoch"] == last]
by_seed = plain.loc[plain.groupby("seed")["val_loss"].idxmin()]
{
    "val_accuracy": float(ends.mean()),
    "val_accuracy_low": float(ends.min()),
    "val_accuracy_high": float(ends.max()),
    "train_accuracy": float(end["accuracy"].mean()),
    "val_loss": float(end["val_loss"].mean()),
    "best_val_loss": float(by_seed["val_loss"].mean()),
    "first_loss_low": float(plain[plain["epoch"] == 1]["loss"].min()),
    "first_loss_high": float(plain[plain["epoch"] == 1]["loss"].max()),
    "patience": PATIENCE,
    "stopped_after": float(stopped["stops after epoch"].mean()),
    "kept_accuracy": float(
        stopped["validation accuracy of these weights"].mean()
    ),
    "api_difference": float(largest),
    "seed_spread": float(np.ptp(ends)),
    "seed_spread_images": round(float(np.ptp(ends)) * num_val),
    "first_seed_loss": float(same_seed["loss"].iloc[0]),  # of epoch 1
    "original_gap": round(gap, 4),
    "original_sequential": original["Sequential"]["accuracy"],
    "original_functional": original["Functional"]["accuracy"],
    "original_best_epoch": best_epoch,
    "original_best_loss": best_loss,
    "original_last_loss": last_loss,
    "original_gap_images": round(gap * num_val),
    "num_val": num_val,
    "rounded_right": rounded,
    "cut_right": cut,
    "shown_right": int(
        ((shown["p_no"] > 0.5).astype(int) == shown["label"]).sum()
    ),
}
