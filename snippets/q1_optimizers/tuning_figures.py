# ---
# jupyter:
#   hamgasht:
#     needs: [q1_optimizers/train_tuning]
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # Which learning rates work: the figure
# Draws what `train_tuning.py` left in its folder of artefacts: run that file
# first, in the same folder.

# %% Imports
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

# %% Results
results = pd.read_csv(Path("artefacts/train_tuning") / "results.csv")
names = {"sgd": "SGD", "momentum": "momentum", "adam": "Adam"}
results["pixels"] = (results["scale"] == 1).map({True: 16, False: 1})

# %% Accuracy against rate
fig, axes = plt.subplots(1, 2, figsize=(7, 3.4), sharey=True)
styles = {"sgd": "C2--", "momentum": "C1-.", "adam": "C0"}
for ax, top in zip(axes, (1, 16), strict=True):
    for rule, name in names.items():
        runs = results[(results["rule"] == rule) & (results["pixels"] == top)]
        means = runs.groupby("rate")["accuracy"].mean()
        ax.plot(means.index, means, styles[rule], label=name)
    ax.axhline(0.9, color="C7", linewidth=0.8)
    ax.axvline(0.001, color="C7", linestyle=":", linewidth=1)
    ax.set(xscale="log", xlabel="rate", title=f"pixels from 0 to {top}")
    ax.set_xticks([1e-5, 1e-3, 1e-1, 1e1])
    ax.minorticks_off()
axes[0].set(ylabel="test accuracy", ylim=(0, 1.03))
fig.legend(
    *axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3
)
plt.show()

# %% Rates that reach 90 percent
rows = []
for rule, name in names.items():
    good = []
    for top in (1, 16):
        runs = results[(results["rule"] == rule) & (results["pixels"] == top)]
        means = runs.groupby("rate")["accuracy"].mean()
        good.append({lr for lr in means.index if means[lr] >= 0.9})
    both = sorted(good[0] & good[1])
    ranges = [f"{min(g):g} to {max(g):g}" if g else "-" for g in good]
    rows.append((name, *ranges, len(good[0]), len(good[1]), len(both)))
table = pd.DataFrame(
    rows,
    columns=[
        "rule",
        "rates, pixels to 1",
        "rates, pixels to 16",
        "how many, to 1",
        "how many, to 16",
        "in both",
    ],
)
table

# %% Values tags=["values"]
default = results[results["rate"] == 0.001].groupby(["rule", "pixels"])
at_default = default["accuracy"].mean()
low = results[results["rate"] == 0.01].groupby(["rule", "pixels"])
{
    "adam_default_1": float(at_default["adam", 1]),
    "adam_default_16": float(at_default["adam", 16]),
    "sgd_at_01_1": float(low["accuracy"].mean()["sgd", 1]),
    "sgd_at_01_16": float(low["accuracy"].mean()["sgd", 16]),
    "sgd_both": int(table["in both"][0]),
    "momentum_both": int(table["in both"][1]),
    "adam_both": int(table["in both"][2]),
    "sgd_1": int(table.iloc[0, 3]),
    "adam_1": int(table.iloc[2, 3]),
    "sgd_16": int(table.iloc[0, 4]),
    "adam_16": int(table.iloc[2, 4]),
}
