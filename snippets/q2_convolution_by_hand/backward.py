# %% [markdown]
# # Backward pass, term by term
# The gradient of the loss with respect to the output, the filter and the
# input, each entry with the sum that it is.

# %% Imports
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

# %% Data
X = np.array([[3.0, 4.0, 5.0], [2.0, 1.0, -3.0], [4.0, -2.0, 0.0]])
F = np.array([[2.0, 0.0], [-3.0, 1.0]])

# %% Gradient of the output
dO = np.full((2, 2), 1 / 4)  # each output is a quarter of L
dO

# %% Gradient of the filter
dF = np.zeros((2, 2))
for i in range(2):
    for j in range(2):
        dF += dO[i, j] * X[i : i + 2, j : j + 2]
dF

# %% Filter entry by entry
rows = []
for u in range(2):
    for v in range(2):
        seen = X[u : u + 2, v : v + 2]  # all inputs that F[u, v] met
        total = " + ".join(f"({x:g})" for x in seen.flat)
        rows.append((f"F{u + 1}{v + 1}", f"¼·[{total}]", dF[u, v]))
pd.DataFrame(rows, columns=["entry", "sum of products", "gradient"])

# %% Gradient of the input
dX = np.zeros((3, 3))
for i in range(2):
    for j in range(2):
        dX[i : i + 2, j : j + 2] += dO[i, j] * F
dX

# %% Input entry by entry
rows = []
for r in range(3):
    for c in range(3):
        met = [
            F[r - i, c - j]
            for i in range(2)
            for j in range(2)
            if 0 <= r - i < 2 and 0 <= c - j < 2
        ]
        total = " + ".join(f"({f:g})" for f in met)
        rows.append((f"X{r + 1}{c + 1}", len(met), f"¼·[{total}]", dX[r, c]))
pd.DataFrame(
    rows, columns=["entry", "outputs fed", "sum of products", "gradient"]
)

# %% How many outputs each input feeds
fed = np.zeros((3, 3))
for i in range(2):
    for j in range(2):
        fed[i : i + 2, j : j + 2] += 1
fig, axes = plt.subplots(1, 2, figsize=(7, 3.6))
panels = (
    (fed, "outputs that each input feeds", "Blues", 0, 6),
    (dX, "gradient of each input", "RdBu_r", -1.5, 1.5),
)
for ax, (matrix, title, colours, low, high) in zip(axes, panels, strict=True):
    ax.imshow(matrix, cmap=colours, vmin=low, vmax=high)
    for (row, column), number in np.ndenumerate(matrix):
        ax.text(
            column,
            row,
            f"{number:g}",
            ha="center",
            va="center",
            fontsize=13,
            color="black",
        )
    ax.set_title(title)
    ax.grid(False)
    ax.set(xticks=[], yticks=[])

# %% Sums
print(
    "sum of dF:",
    dF.sum(),
    "  sum of the patches / 4:",
    sum(X[i : i + 2, j : j + 2].sum() for i in range(2) for j in range(2))
    / 4,
)
print("sum of dX:", dX.sum(), "  sum of F:", float(F.sum()))

# %% Values tags=["values"]
{
    "do": dO[0, 0],
    "df11": dF[0, 0],
    "df12": dF[0, 1],
    "df21": dF[1, 0],
    "df22": dF[1, 1],
    "dx11": dX[0, 0],
    "dx12": dX[0, 1],
    "dx13": dX[0, 2],
    "dx21": dX[1, 0],
    "dx22": dX[1, 1],
    "dx23": dX[1, 2],
    "dx31": dX[2, 0],
    "dx32": dX[2, 1],
    "dx33": dX[2, 2],
    "fed_corner": int(fed[0, 0]),
    "fed_centre": int(fed[1, 1]),
    "sum_dx": dX.sum(),
}
