# ---
# jupyter:
#   hamgasht:
#     needs: [q5_strengths_and_limits/train_sequences]
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # Memory: the figure
# Draws what `train_sequences.py` left in `artefacts/train_sequences`: run
# that file first, in the same folder.

# %% Imports
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

# %% Results
memory = pd.read_csv(Path("artefacts/train_sequences/results.csv"))
memory["rate"] = 100 * memory["right"] / memory["sequences"]

# %% Accuracy against delay
accuracy = memory.groupby(["network", "delay"])["rate"].mean()
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

# %% Values tags=["values"]
reach = memory["network"].map({"neighbouring taps": 7, "dilated": 64})
memory["inside"] = memory["delay"] < reach
beyond = memory[(memory["network"] == "dilated") & ~memory["inside"]]
guesses = beyond.groupby("seed")["rate"].mean() / 100
{
    "inside_least": float(memory.loc[memory["inside"], "rate"].min()) / 100,
    "outside_least": round(float(guesses.min()), 4),
    "outside_most": round(float(guesses.max()), 4),
}
