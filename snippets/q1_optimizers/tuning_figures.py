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
        found = runs.groupby("rate")["accuracy"].agg(["mean", "min", "max"])
        colour = styles[rule][:2]
        band = {"color": colour, "alpha": 0.2, "linewidth": 0}
        ax.fill_between(found.index, found["min"], found["max"], **band)
        ax.plot(found.index, found["mean"], styles[rule], label=name)
    for cut in (0.9, 0.95):
        ax.axhline(cut, color="C7", linewidth=0.8)
    ax.axvline(0.001, color="C7", linestyle=":", linewidth=1)
    ax.set(xscale="log", xlabel="rate", title=f"pixels from 0 to {top}")
    ax.set_xticks([1e-5, 1e-3, 1e-1, 1e1])
    ax.minorticks_off()
axes[0].set(ylabel="test accuracy", ylim=(0, 1.03))
fig.legend(
    *axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3
)
plt.show()

# %% Rates that reach a cut
found = results.groupby(["rule", "pixels", "rate"])["accuracy"]
found = found.agg(["mean", "min"])


def rates_at(rule, top, cut, seeds):
    """Return the rates whose mean, or least, accuracy reaches the cut."""
    scores = found.loc[(rule, top), seeds]
    return set(scores[scores >= cut].index)


rows, counts = [], {}
for cut in (0.9, 0.95):
    for rule, name in names.items():
        good = [rates_at(rule, top, cut, "mean") for top in (1, 16)]
        sure = [rates_at(rule, top, cut, "min") for top in (1, 16)]
        ranges = [f"{min(g):g} to {max(g):g}" if g else "-" for g in good]
        counts[rule, cut] = [
            len(rates)
            for both in (good, sure)
            for rates in (*both, both[0] & both[1])
        ]
        shown = [
            f"{mean} ({least})"
            for mean, least in zip(
                counts[rule, cut][:3], counts[rule, cut][3:], strict=True
            )
        ]
        rows.append((cut, name, *ranges, *shown))
table = pd.DataFrame(
    rows,
    columns=[
        "accuracy at least",
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
default = results[(results["rule"] == "adam") & (results["rate"] == 0.001)]
at_default = default.groupby("pixels")["accuracy"].agg(["mean", "min", "max"])
values = {
    f"{rule}_{word}_{cut_word}": counts[rule, cut][i]
    for rule in names
    for cut, cut_word in ((0.9, "90"), (0.95, "95"))
    for i, word in enumerate(
        ("1", "16", "both", "1_sure", "16_sure", "both_sure")
    )
}
for top in (1, 16):
    values |= {
        f"adam_default_{top}": float(at_default["mean"][top]),
        f"adam_default_{top}_least": float(at_default["min"][top]),
        f"adam_default_{top}_most": float(at_default["max"][top]),
    }
values
