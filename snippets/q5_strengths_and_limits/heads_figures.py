# ---
# jupyter:
#   hamgasht:
#     needs: [q5_strengths_and_limits/train_heads]
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # Trained in the middle, tested elsewhere: the figures
# Draws what `train_heads.py` left in `artefacts/train_heads`: run that file
# first, in the same folder.

# %% Imports
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

# %% Results
results = pd.read_csv(Path("artefacts/train_heads/results.csv"))
results["rate"] = 100 * results["right"] / results["images"]
rates = results.set_index(["network", "shift", "seed"])["rate"].unstack()


def draw(ax, name, style, label=None):
    """Draw the mean of all seeds, and each seed as a thin line."""
    by_seed = rates.loc[name]
    ax.plot(by_seed.index, by_seed, style[:2] + "-", linewidth=0.6, alpha=0.5)
    ax.plot(by_seed.index, by_seed.mean(axis=1), style, label=label or name)


# %% Digits away from the middle
fig, ax = plt.subplots()
for name, style in {
    "Dense alone": "C7^:",
    "pooling, Flatten": "C1s--",
    "pooling, global average": "C2v-.",
    "no stride, global average": "C0o-",
}.items():
    draw(ax, name, style)
ax.set(xlabel="shift (pixels)", ylabel="accuracy (%)", ylim=(0, 104))
ax.legend(loc="lower left", bbox_to_anchor=(0.42, 0.22), fontsize=9)
plt.show()

# %% The zigzag and a blur
fig, axes = plt.subplots(1, 2, figsize=(7, 3), sharey=True)
for ax, name, style in zip(
    axes,
    ("pooling, global average", "blurred pooling, global average"),
    ("C2v-", "C4D-"),
    strict=True,
):
    draw(ax, name, style)
    ax.set_title(name, fontsize=10)
    ax.set(xlabel="shift (pixels)", xlim=(-0.3, 6.3), ylim=(70, 100))
axes[0].set_ylabel("accuracy (%)")
plt.show()


# %% Even against odd shifts
def spread(found):
    """Return the mean over seeds, and the lowest and highest, as text."""
    found = found.round(6) + 0.0  # no -0.0
    return f"{found.mean():.1f} ({found.min():.1f} to {found.max():.1f})"


rows = []
for name in results["network"].unique():
    by_seed = rates.loc[name]
    even, odd = by_seed.loc[[0, 2, 4]].mean(), by_seed.loc[[1, 3]].mean()
    at = [spread(by_seed.loc[shift]) for shift in (0, 3, 4)]
    rows.append((name, *at, spread(even - odd)))
table = pd.DataFrame(
    rows,
    columns=[
        "network",
        "accuracy (%), shift 0",
        "accuracy (%), shift 3",
        "accuracy (%), shift 4",
        "even minus odd shifts (points)",
    ],
)
table
