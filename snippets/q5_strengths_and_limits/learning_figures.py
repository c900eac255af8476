# ---
# jupyter:
#   hamgasht:
#     needs:
#       - q5_strengths_and_limits/train_heads
#       - q5_strengths_and_limits/train_sequences
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # Position and memory: the figures
# Draws what `train_heads.py` and `train_sequences.py` left in `artefacts`:
# run those files first, in the same folder.

# %% Imports
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

# %% Results
folder = Path("artefacts")  # written by the two files
heads = pd.read_csv(folder / "train_heads/results.csv")
memory = pd.read_csv(folder / "train_sequences/results.csv")


def mean_accuracy(results, by, total):
    """Return the accuracy (%) of each network, averaged over its seeds."""
    rate = 100 * results["right"] / results[total]
    return results.assign(rate=rate).groupby(["network", by])["rate"].mean()


# %% Digits away from the middle
accuracy = mean_accuracy(heads, "shift", "images")
fig, ax = plt.subplots()
for name, style in zip(
    heads["network"].unique(), ("C7^:", "C1s--", "C2v-.", "C0o-"), strict=True
):
    curve = accuracy[name]
    ax.plot(curve.index, curve, style, label=name)
ax.set(xlabel="shift (pixels)", ylabel="accuracy (%)", ylim=(0, 104))
ax.legend(loc="lower left", bbox_to_anchor=(0.48, 0.22), fontsize=9)
plt.show()

# %% Accuracy against delay
accuracy = mean_accuracy(memory, "delay", "sequences")
fig, ax = plt.subplots()
for name, style in zip(
    memory["network"].unique(), ("C1s", "C0o"), strict=True
):
    curve = accuracy[name]
    ax.plot(curve.index, curve, f"{style}-", markersize=3, label=name)
for field in (7, 64):
    ax.axvline(field - 0.5, color="C7", linestyle=":", linewidth=1.2)
ax.set(xlabel="steps since the mark", ylabel="accuracy (%)", ylim=(35, 104))
ax.legend(loc="center right", bbox_to_anchor=(0.66, 0.62))
plt.show()
