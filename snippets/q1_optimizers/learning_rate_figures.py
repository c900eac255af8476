# ---
# jupyter:
#   hamgasht:
#     needs: [q1_optimizers/train_learning_rates]
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # Five learning rates on one network: the figures
# Draws what `train_learning_rates.py` left in its folder of artefacts: run
# that file first, in the same folder.

# %% Imports
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

# %% Results
folder = Path("artefacts/train_learning_rates")
histories = pd.read_csv(folder / "histories.csv")
rates = sorted(histories["rate"].unique())
styles = dict(zip(rates, ("C7:", "C4-.", "C0", "C1--", "C3-."), strict=True))


def draw(ax, column, band=False):
    """Draw a column over the epochs: its median and the span of all seeds."""
    for lr in rates:
        runs = histories[histories["rate"] == lr].pivot(
            index="epoch", columns="seed", values=column
        )
        if band:
            few = runs.iloc[::2]  # half the epochs: a lighter page
            low, high = few.min(axis=1), few.max(axis=1)
            colour = styles[lr][:2]
            ax.fill_between(few.index, low, high, color=colour, alpha=0.2)
        label = f"rate {lr:g}"
        ax.plot(runs.index, runs.median(axis=1), styles[lr], label=label)


# %% Loss curves
fig, ax = plt.subplots()
draw(ax, "loss", band=True)
ax.axhline(np.log(10), color="C7", linewidth=0.8)
ax.set(yscale="log", xlabel="epoch", ylabel="training loss")
ax.minorticks_off()
ax.legend(ncols=3, loc="upper center", bbox_to_anchor=(0.5, 1.22))
plt.show()

# %% Norms
fig, axes = plt.subplots(1, 2, figsize=(7, 3.4))
draw(axes[0], "gradient")
draw(axes[1], "weights")
axes[0].set(yscale="log", xlabel="epoch", ylabel="norm of the gradient")
axes[1].set(yscale="log", xlabel="epoch", ylabel="norm of the weights")
for ax, ticks in zip(axes, ([0.2, 0.5, 1, 2], [10, 100, 1000]), strict=True):
    ax.minorticks_off()
    ax.set_yticks(ticks, [str(tick) for tick in ticks])
fig.legend(
    *axes[0].get_legend_handles_labels(),
    loc="outside upper center",
    ncols=5,
    columnspacing=1,
    handlelength=1.6,
)
plt.show()


# %% Last epoch
def told(runs, column, form):
    """Return the median over the seeds with the least and the most."""
    found = runs.groupby("rate")[column].agg(["median", "min", "max"])
    return [
        f"{middle:{form}} ({least:{form}} to {most:{form}})"
        for middle, least, most in found.to_numpy()
    ]


end = histories["epoch"].max()
last = histories[histories["epoch"] == end]
pd.DataFrame(
    {
        "rate": rates,
        "loss": told(last, "loss", ".3f"),
        "training accuracy": told(last, "accuracy", ".3f"),
        "test accuracy": told(last, "val_accuracy", ".3f"),
        "fraction of dead units": told(last, "dead", ".3f"),
    }
)

# %% Gradients and steps
LAST = 5  # a gradient jumps: each run gives the median of its last epochs
histories["step"] = histories["rate"] * histories["gradient"]
histories["ratio"] = histories["step"] / histories["weights"]
late = histories[histories["epoch"] > end - LAST]
late = late.groupby(["rate", "seed"])[["gradient", "step", "ratio"]].median()
pd.DataFrame(
    {
        "rate": rates,
        "norm of the gradient": told(late, "gradient", ".3f"),
        "norm of a step": told(late, "step", ".5f"),
        "step / weights": told(late, "ratio", ".6f"),
    }
)

# %% Values tags=["values"]
words = dict(zip(rates, ("0001", "001", "01", "1", "10"), strict=True))
others = last.set_index(["rate", "seed"]).drop(columns="gradient")
runs = others.join(late)
gradient = late["gradient"].unstack("rate")
gap = 100 * (runs["accuracy"] - runs["val_accuracy"])  # points
by_rate = gap.groupby("rate")
values = {
    "largest_gap": float(by_rate.median().max()),
    "gap_1_below": float(-by_rate.min()[1.0]),
    "gap_1_above": float(by_rate.max()[1.0]),
    "gap_others_above": float(by_rate.max().drop(1.0).max()),
    "accuracy_of_widest": float(runs["accuracy"][gap.idxmax()]),
    "smallest_gradient": float(gradient.min().min()),
    "last_epochs": LAST,
    "longer_at_0001": int((gradient[0.001] > gradient[0.1]).sum()),
}
for lr, word in words.items():
    values[f"rate_{word}"] = float(lr)
    for name, column in {
        "loss": "loss",
        "accuracy": "accuracy",
        "test": "val_accuracy",
        "gradient": "gradient",
        "step": "step",
        "ratio": "ratio",
        "dead": "dead",
    }.items():
        found = runs.loc[lr][column]
        values[f"{name}_{word}"] = float(found.median())
        values[f"{name}_{word}_least"] = float(found.min())
        values[f"{name}_{word}_most"] = float(found.max())
weights = histories.groupby(["rate", "seed"])["weights"].max()
first = histories[histories["epoch"] == 1].groupby("rate")["loss"]
values | {
    "first_loss_10": float(first.median()[10.0]),
    "weights_10": float(weights[10.0].median()),
    "weights_01": float(weights[0.1].median()),
}
