# %% [markdown]
# # Forward pass, term by term
# A 2×2 filter slides over a 3×3 input; the mean of the four sums is the
# loss.

# %% Imports
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

# %% Data
X = np.array([[3.0, 4.0, 5.0], [2.0, 1.0, -3.0], [4.0, -2.0, 0.0]])
F = np.array([[2.0, 0.0], [-3.0, 1.0]])

# %% Sliding
O = np.zeros((2, 2))
for i in range(2):
    for j in range(2):
        patch = X[i : i + 2, j : j + 2]  # the part under the filter
        O[i, j] = np.sum(F * patch)  # multiply, then add up
O

# %% Term by term
rows = []
for i in range(2):
    for j in range(2):
        patch = X[i : i + 2, j : j + 2]
        terms = [
            f"({f:g})({x:g})" for f, x in zip(F.flat, patch.flat, strict=True)
        ]
        rows.append((f"O{i + 1}{j + 1}", " + ".join(terms), int(O[i, j])))
pd.DataFrame(rows, columns=["output", "sum of products", "value"])

# %% Where the filter stands
fig, axes = plt.subplots(2, 2, figsize=(7, 7))
for (i, j), ax in np.ndenumerate(axes):
    ax.set_xlim(-0.55, 2.55)
    ax.set_ylim(2.55, -0.55)
    ax.set_aspect("equal")
    ax.axis("off")
    for (row, column), x in np.ndenumerate(X):
        ax.add_patch(
            plt.Rectangle(
                (column - 0.5, row - 0.5),
                1,
                1,
                facecolor="none",
                edgecolor="C7",
                linewidth=1,
            )
        )
        ax.text(
            column,
            row - 0.08,
            f"{x:g}",
            ha="center",
            va="center",
            fontsize=16,
        )
    ax.add_patch(
        plt.Rectangle(
            (j - 0.5, i - 0.5),
            2,
            2,
            facecolor="C0",
            edgecolor="C0",
            alpha=0.25,
            linewidth=0,
        )
    )
    for (u, v), f in np.ndenumerate(F):
        ax.text(
            j + v,
            i + u + 0.3,
            f"×({f:g})",
            ha="center",
            va="center",
            fontsize=12,
            color="C1",
        )
    ax.set_title(f"sum: {int(O[i, j])}")

# %% Mean
L = O.mean()
print(
    f"L = ({O[0, 0]:.0f} + {O[0, 1]:.0f} + ({O[1, 0]:.0f}) "
    f"+ {O[1, 1]:.0f}) / {O.size} = {L}"
)

# %% Values tags=["values"]
{
    "o11": int(O[0, 0]),
    "o12": int(O[0, 1]),
    "o21": int(O[1, 0]),
    "o22": int(O[1, 1]),
    "mean": L,
}
