# ---
# jupyter:
#   hamgasht:
#     tolerances: {default: 1.0e-9}
# ---
# %% [markdown]
# # A backward pass for any size, stride and padding
# Forward and backward pass of a layer with batch, channels and biases, in
# NumPy, held against TensorFlow's tape.

# %% Imports
import numpy as np
import pandas as pd
import tensorflow as tf


# %% Forward
def conv2d_forward(X, W, b, stride=1, padding=0):
    """Return the output O, shape (batch, rows, columns, out).

    X has shape (batch, height, width, in), W (k, l, in, out), b (out,).
    What stands beyond the last whole step of the filter is never read.
    """
    X = np.pad(X, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    k, l, _, out = W.shape
    rows = (X.shape[1] - k) // stride + 1
    columns = (X.shape[2] - l) // stride + 1
    O = np.zeros((len(X), rows, columns, out))
    for i in range(rows):
        for j in range(columns):
            r, c = i * stride, j * stride
            patch = X[:, r : r + k, c : c + l]
            O[:, i, j] = np.tensordot(patch, W, axes=3) + b
    return O


# %% Backward
def conv2d_backward(dO, X, W, stride=1, padding=0):
    """Return dL/dX, dL/dW and dL/db, given dL/dO of the forward pass."""
    padded = np.pad(
        X, ((0, 0), (padding, padding), (padding, padding), (0, 0))
    )
    dX, dW = np.zeros(padded.shape), np.zeros(W.shape)
    k, l = W.shape[:2]
    for i in range(dO.shape[1]):
        for j in range(dO.shape[2]):
            r, c = i * stride, j * stride
            patch, d = padded[:, r : r + k, c : c + l], dO[:, i, j]
            dW += np.tensordot(patch, d, axes=(0, 0))
            dX[:, r : r + k, c : c + l] += np.tensordot(d, W, axes=(1, 3))
    height, width = X.shape[1:3]
    dX = dX[:, padding : padding + height, padding : padding + width]
    return dX, dW, dO.sum(axis=(0, 1, 2))


# %% The question as a special case
X = np.array([[3.0, 4.0, 5.0], [2.0, 1.0, -3.0], [4.0, -2.0, 0.0]])
F = np.array([[2.0, 0.0], [-3.0, 1.0]])
dX, dW, db = conv2d_backward(
    np.full((1, 2, 2, 1), 1 / 4), X[None, :, :, None], F[:, :, None, None]
)
question_dX, question_dW = dX[0, :, :, 0], dW[:, :, 0, 0]
question_dX


# %% Against the tape
def tape_gradients(dO, X, W, b, stride, padding):
    """Return the same three gradients by TensorFlow's tape."""
    x, w, b = tf.constant(X), tf.constant(W), tf.constant(b)
    pads = [[0, 0], [padding, padding], [padding, padding], [0, 0]]
    with tf.GradientTape() as tape:
        tape.watch([x, w, b])
        o = tf.nn.conv2d(tf.pad(x, pads), w, stride, "VALID") + b
    return [g.numpy() for g in tape.gradient(o, [x, w, b], dO)]


# %% Many sizes
rng = np.random.default_rng(0)
rows = []
for height, width, k, l, stride, padding in (
    (3, 3, 2, 2, 1, 0),
    (7, 7, 3, 3, 1, 1),
    (8, 6, 3, 2, 2, 0),
    (9, 9, 5, 5, 2, 2),
    (10, 7, 3, 3, 3, 1),
    (6, 11, 1, 1, 2, 0),
):
    X = rng.normal(size=(2, height, width, 3))
    W = rng.normal(size=(k, l, 3, 4))
    b = rng.normal(size=4)
    O = conv2d_forward(X, W, b, stride, padding)
    dO = rng.normal(size=O.shape)
    ours = conv2d_backward(dO, X, W, stride, padding)
    theirs = tape_gradients(dO, X, W, b, stride, padding)
    worst = max(
        np.abs(one - other).max()
        for one, other in zip(ours, theirs, strict=True)
    )
    rows.append(
        (
            f"{height}×{width}",
            f"{k}×{l}",
            stride,
            padding,
            f"{O.shape[1]}×{O.shape[2]}",
            bool(worst < 1e-12),
        )
    )
sizes = pd.DataFrame(
    rows,
    columns=[
        "input",
        "filter",
        "stride",
        "padding",
        "output",
        "equal to the tape",
    ],
)
sizes

# %% Inputs that are never read
X = np.ones((1, 6, 6, 1))
W = np.ones((3, 3, 1, 1))
unread, _, _ = conv2d_backward(np.ones((1, 2, 2, 1)), X, W, stride=2)
unread[0, :, :, 0]

# %% Values tags=["values"]
{
    "sizes": len(sizes),
    "equal": int(sizes["equal to the tape"].sum()),
    "dx21": question_dX[1, 0],
    "df11": question_dW[0, 0],
    "db": db[0],
    "unread": int((unread == 0).sum()),
    "most_read": unread.max(),
}
