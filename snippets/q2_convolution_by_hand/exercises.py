# ---
# jupyter:
#   hamgasht:
#     tolerances: {default: 1.0e-9}
# ---
# %% [markdown]
# # Answers to the exercises of chapter 2
# Each answer in one cell, computed from the same input as the question.

# %% Imports
import numpy as np

# %% Data
X = np.array([[3.0, 4.0, 5.0], [2.0, 1.0, -3.0], [4.0, -2.0, 0.0]])
F = np.array([[2.0, 0.0], [-3.0, 1.0]])


def correlate(X, F):
    """Return the cross-correlation: the filter as it is, stride 1."""
    k, l = F.shape
    return np.array(
        [
            [
                np.sum(F * X[i : i + k, j : j + l])
                for j in range(X.shape[1] - l + 1)
            ]
            for i in range(X.shape[0] - k + 1)
        ]
    )


def gradients(dO, X, F):
    """Return dL/dF and dL/dX for a given dL/dO."""
    dF, dX = np.zeros(F.shape), np.zeros(X.shape)
    k, l = F.shape
    for (i, j), d in np.ndenumerate(dO):
        dF += d * X[i : i + k, j : j + l]
        dX[i : i + k, j : j + l] += d * F
    return dF, dX


# %% Another filter
G = np.array([[1.0, 0.0], [0.0, -1.0]])
O_G = correlate(X, G)
O_G

# %% Another filter backward
dF_G, dX_G = gradients(np.full((2, 2), 1 / 4), X, G)
dX_G

# %% Sum instead of mean
dF_sum, dX_sum = gradients(np.ones((2, 2)), X, F)
dF_sum

# %% Largest output only
O = correlate(X, F)
dO_max = (O == O.max()).astype(float)  # only the largest one counts
dF_max, dX_max = gradients(dO_max, X, F)
dF_max

# %% Largest output only, input
dX_max

# %% One step of descent
learning_rate = 0.1
dF, dX = gradients(np.full((2, 2), 1 / 4), X, F)
before = O.mean()
after = correlate(X, F - learning_rate * dF).mean()
foreseen = before - learning_rate * np.sum(dF**2)
print(f"before {before}, after {after:.6f}, foreseen {foreseen:.6f}")

# %% Bias
db = np.full((2, 2), 1 / 4).sum()  # every output holds b once
with_bias = (correlate(X, F) + 0.5).mean()
print("dL/db =", db, "  L with b = 0.5:", with_bias)

# %% Padded input
O_padded = correlate(np.pad(X, 1), F)
O_padded

# %% Padded input backward
dO_padded = np.full(O_padded.shape, 1 / O_padded.size)
dF_padded, dX_padded = gradients(dO_padded, np.pad(X, 1), F)
dX_padded[1:-1, 1:-1]

# %% As a matrix
rows = []
for i in range(2):
    for j in range(2):
        row = np.zeros((3, 3))
        row[i : i + 2, j : j + 2] = F
        rows.append(row.ravel())
M = np.array(rows)
M

# %% Transposed
by_matrix = (M.T @ np.full(4, 1 / 4)).reshape(3, 3)
print("O equal:", bool(np.allclose(M @ X.ravel(), O.ravel())))
print("dX equal:", bool(np.allclose(by_matrix, dX)))

# %% Training a layer that flips
rng = np.random.default_rng(0)
images = rng.normal(size=(32, 6, 6))
targets = [correlate(image, F) for image in images]
W = np.zeros((2, 2))
for _ in range(100):
    dW = np.zeros((2, 2))
    for image, target in zip(images, targets, strict=True):
        turned = W[::-1, ::-1]  # this layer computes image * W
        dO = 2 * (correlate(image, turned) - target) / target.size
        d_turned, _ = gradients(dO, image, turned)
        dW += d_turned[::-1, ::-1] / len(images)
    W -= 0.2 * dW
W.round(3) + 0.0  # no -0

# %% Values tags=["values"]
{
    "another_mean": O_G.mean(),
    "another_dx22": dX_G[1, 1],
    "sum_df11": dF_sum[0, 0],
    "max_df12": dF_max[0, 1],
    "max_zeros": int((dX_max == 0).sum()),
    "before": before,
    "after": after,
    "foreseen": foreseen,
    "squares": np.sum(dF**2),
    "db": db,
    "with_bias": with_bias,
    "padded_mean": O_padded.mean(),
    "padded_dx22": dX_padded[2, 2],
    "from_turned": float(f"{np.abs(W - F[::-1, ::-1]).max():.0e}"),
    "matrix_zeros": int((M == 0).sum()),
}
