# ---
# jupyter:
#   hamgasht:
#     needs: [q6_one_by_one_filters/train_bottleneck]
#     tolerances: {default: 0.06}
# ---
# %% [markdown]
# # Accuracy against cost
# Draws what `train_bottleneck.py` left in `artefacts/train_bottleneck`: run
# that file first, in the same folder.

# %% Imports
import itertools
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

# %% Results
results = Path("artefacts/train_bottleneck")  # by train_bottleneck.py
scores = pd.read_csv(results / "scores.csv")
NUM_TEST = 10_000
by_network = scores.groupby("network", sort=False)
means = by_network[["parameters", "multiply_adds", "test_accuracy"]].mean()

# %% Table
spread = by_network["test_accuracy"]
table = pd.DataFrame(
    {
        "network": means.index,
        "parameters": means["parameters"].astype(int).to_numpy(),
        "multiply-adds, millions": (means["multiply_adds"] / 1e6)
        .round(2)
        .to_numpy(),
        "lower test accuracy (%)": (100 * spread.min()).round(1).to_numpy(),
        "higher test accuracy (%)": (100 * spread.max()).round(1).to_numpy(),
    }
)
table

# %% Accuracy against multiply-adds
fig, ax = plt.subplots()
markers = dict(zip(means.index, "soD^vP", strict=True))
for number, (name, runs) in enumerate(by_network):
    ax.plot(
        runs["multiply_adds"] / 1e6,
        100 * runs["test_accuracy"],
        markers[name],
        color=f"C{number}",
        markersize=8,
        alpha=0.85,
        label=name,
    )
ax.set(
    xscale="log",
    xlabel="multiply-adds for one image (millions)",
    ylabel="test accuracy (%)",
)
ax.set_xticks([0.5, 1, 2, 5], ["0.5", "1", "2", "5"])
ax.minorticks_off()
ax.legend(ncols=2, loc="lower right")
plt.show()

# %% Values tags=["values"]
short = ["plain", "half", "quarter", "eighth", "mixed", "colours"]
values = {}
for key, (_, row), (_, runs) in zip(
    short, means.iterrows(), by_network, strict=True
):
    values |= {
        f"{key}_accuracy": float(row["test_accuracy"]),
        f"{key}_spread": float(
            runs["test_accuracy"].max() - runs["test_accuracy"].min()
        ),
        f"{key}_parameters": int(row["parameters"]),
        f"{key}_work": float(row["multiply_adds"] / 1e6),
        f"{key}_work_share": float(
            row["multiply_adds"] / means["multiply_adds"].iloc[0]
        ),
    }
values["largest_spread"] = max(values[f"{key}_spread"] for key in short)
plain = values["plain_accuracy"]
values["margin"] = 1.96 * (plain * (1 - plain) / NUM_TEST) ** 0.5
values["margin_of_difference"] = 100 * 2**0.5 * values["margin"]
# What each narrowing costs, in percentage points, and a million
# multiply-adds saved.
for wider, narrower in itertools.pairwise(short[:4]):
    lost = values[f"{wider}_accuracy"] - values[f"{narrower}_accuracy"]
    saved = values[f"{wider}_work"] - values[f"{narrower}_work"]
    values[f"{narrower}_lost"] = 100 * lost
    values[f"{narrower}_price"] = 100 * lost / saved
values
