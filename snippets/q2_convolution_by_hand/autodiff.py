# ---
# jupyter:
#   hamgasht:
#     tolerances: {default: 1.0e-9}
# ---
# %% [markdown]
# # The same by automatic differentiation
# TensorFlow's tape, central differences and the sums by hand, side by side.

# %% Imports
import numpy as np
import pandas as pd
import tensorflow as tf

# %% Data
X = np.array([[3.0, 4.0, 5.0], [2.0, 1.0, -3.0], [4.0, -2.0, 0.0]])
F = np.array([[2.0, 0.0], [-3.0, 1.0]])

# %% Tape
x = tf.constant(X[None, :, :, None])  # batch, height, width, channels
f = tf.constant(F[:, :, None, None])  # height, width, in, out
with tf.GradientTape() as tape:
    tape.watch([x, f])
    o = tf.nn.conv2d(x, f, strides=1, padding="VALID")
    loss = tf.reduce_mean(o)
do, df, dx = tape.gradient(loss, [o, f, x])
print("loss:", loss.numpy())

# %% Tape gradient of the output
do.numpy()[0, :, :, 0]

# %% Tape gradient of the filter
df.numpy()[:, :, 0, 0]

# %% Tape gradient of the input
dx.numpy()[0, :, :, 0]


# %% By hand
def by_hand(X, F):
    """Return dL/dF and dL/dX as the sums over the four patches."""
    dF, dX = np.zeros((2, 2)), np.zeros((3, 3))
    for i in range(2):
        for j in range(2):
            dF += X[i : i + 2, j : j + 2] / 4
            dX[i : i + 2, j : j + 2] += F / 4
    return dF, dX


# %% By differences
def mean_output(X, F):
    """Return the mean of the output."""
    return np.mean(
        [
            np.sum(F * X[i : i + 2, j : j + 2])
            for i in range(2)
            for j in range(2)
        ]
    )


def by_differences(function, array, h=1e-5):
    """Return the central differences of a function in each entry."""
    if not np.issubdtype(array.dtype, np.floating):
        raise TypeError(f"give an array of floats, not of {array.dtype}")
    gradient = np.zeros(array.shape)
    for index in np.ndindex(array.shape):
        step = np.zeros(array.shape)
        step[index] = h
        gradient[index] = (
            function(array + step) - function(array - step)
        ) / (2 * h)
    return gradient


# %% All three
hand_df, hand_dx = by_hand(X, F)
differences_df = by_differences(lambda f: mean_output(X, f), F)
differences_dx = by_differences(lambda x: mean_output(x, F), X)
tape_df, tape_dx = df.numpy()[:, :, 0, 0], dx.numpy()[0, :, :, 0]
pairs = [
    (
        "sums by hand and tape",
        np.abs(hand_df - tape_df).max(),
        np.abs(hand_dx - tape_dx).max(),
    ),
    (
        "sums by hand and differences",
        np.abs(hand_df - differences_df).max(),
        np.abs(hand_dx - differences_dx).max(),
    ),
    (
        "tape and differences",
        np.abs(tape_df - differences_df).max(),
        np.abs(tape_dx - differences_dx).max(),
    ),
]
agreement = pd.DataFrame(
    pairs,
    columns=[
        "compared",
        "largest difference in dF",
        "largest difference in dX",
    ],
)
agreement

# %% Values tags=["values"]
{
    "loss": float(loss),
    "dx21": float(tape_dx[1, 0]),
    "do": float(do[0, 0, 0, 0]),
    "exact_difference": float(agreement.iloc[0, 1:].max()),
    "largest_difference": float(agreement.iloc[:, 1:].to_numpy().max()),
}
