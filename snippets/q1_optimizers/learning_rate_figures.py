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


def draw(ax, column, seeds=False):
    """Draw a column over the epochs: its mean and, thin, each seed."""
    for lr in rates:
        runs = histories[histories["rate"] == lr].pivot(
            index="epoch", columns="seed", values=column
        )
        if seeds:
            few = runs.iloc[::2]  # half the epochs: a lighter page
            ax.plot(few.index, few, styles[lr][:2], linewidth=0.6, alpha=0.5)
        label = f"rate {lr:g}"
        ax.plot(runs.index, runs.mean(axis=1), styles[lr], label=label)


# %% Loss curves
fig, ax = plt.subplots()
draw(ax, "loss", seeds=True)
ax.axhline(np.log(10), color="C7", linewidth=0.8)
ax.set(yscale="log", xlabel="epoch", ylabel="training loss")
ax.minorticks_off()
ax.legend(ncols=3, loc="upper center", bbox_to_anchor=(0.5, 1.22))
plt.show()

# %% Norms
fig, axes = plt.subplots(1, 2, figsize=(7, 3.4))
draw(axes[0], "gradient")
draw(axes[1], "weights")
axes[0].set(yscale="log", xlabel="epoch", ylabel="length of the gradient")
axes[1].set(yscale="log", xlabel="epoch", ylabel="length of the weights")
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
last = histories[histories["epoch"] == histories["epoch"].max()]
means = last.groupby("rate")[
    ["loss", "accuracy", "val_accuracy", "gradient", "dead"]
].mean()
table = pd.DataFrame(
    {
        "rate": means.index,
        "loss": means["loss"].round(3),
        "training accuracy": means["accuracy"].round(3),
        "test accuracy": means["val_accuracy"].round(3),
        "length of the gradient": means["gradient"].round(3),
        "length of a step": (means.index * means["gradient"]).round(5),
        "share of dead units": means["dead"].round(3),
    }
)
table.reset_index(drop=True)

# %% Values tags=["values"]
gap = means["accuracy"] - means["val_accuracy"]
words = dict(zip(rates, ("0001", "001", "01", "1", "10"), strict=True))
values = {"largest_gap": float(gap.max()), "gap_10": float(gap[10.0])}
for lr, word in words.items():
    values |= {
        f"rate_{word}": float(lr),
        f"loss_{word}": float(means["loss"][lr]),
        f"accuracy_{word}": float(means["accuracy"][lr]),
        f"test_{word}": float(means["val_accuracy"][lr]),
        f"gradient_{word}": float(means["gradient"][lr]),
        f"step_{word}": float(lr * means["gradient"][lr]),
        f"dead_{word}": float(means["dead"][lr]),
    }
weights = histories.groupby("rate")["weights"].max()
values | {
    "first_loss_10": float(
        histories[(histories["rate"] == 10) & (histories["epoch"] == 1)][
            "loss"
        ].mean()
    ),
    "weights_10": float(weights[10.0]),
    "weights_01": float(weights[0.1]),
}
