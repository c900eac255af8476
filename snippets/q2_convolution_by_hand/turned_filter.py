# %% [markdown]
# # The turned filter and the zeros in between
# The gradient of the input as a full convolution, place by place; and the
# same for a stride, with zeros put between the entries of dL/dO.

# %% Imports
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

# %% Data
F = np.array([[2.0, 0.0], [-3.0, 1.0]])
dO = np.full((2, 2), 1 / 4)


# %% Full convolution with a stride
def correlate(X, F):
    """Return the cross-correlation: the filter as it is, stride 1."""
    windows = np.lib.stride_tricks.sliding_window_view(X, F.shape)
    return np.einsum("ijuv,uv->ij", windows, F)


def spread(dO, stride):
    """Return dL/dO with stride - 1 zeros between its entries."""
    rows, columns = [(size - 1) * stride + 1 for size in dO.shape]
    wide = np.zeros((rows, columns))
    wide[::stride, ::stride] = dO
    return wide


def full_convolution(A, F):
    """Return A convolved with F, which may hang over every edge."""
    k, l = F.shape
    padded = np.pad(A, ((k - 1, k - 1), (l - 1, l - 1)))
    return correlate(padded, F[::-1, ::-1])


# %% Nine places of the turned filter
def draw(ax, matrix, text="{:g}", size=11):
    """Draw a matrix as a grid; zeros are grey."""
    for (row, column), x in np.ndenumerate(matrix):
        corner = (column - 0.5, row - 0.5)
        ax.add_patch(plt.Rectangle(corner, 1, 1, fill=False, edgecolor="C7"))
        style = {"color": "C7"} if x == 0 else {}
        middle = {"ha": "center", "va": "center", "fontsize": size}
        ax.text(column, row, text.format(x), **middle, **style)
    rows, columns = matrix.shape
    ax.set(xlim=(-0.55, columns - 0.45), ylim=(rows - 0.45, -0.55))
    ax.set_aspect("equal")
    ax.axis("off")


padded = np.pad(dO, 1)
dX = full_convolution(dO, F)
turned = F[::-1, ::-1]
fig, axes = plt.subplots(3, 3, figsize=(7, 7.6))
for (r, c), ax in np.ndenumerate(axes):
    draw(ax, np.where(padded, 1, 0), "", size=9)
    for (row, column), d in np.ndenumerate(padded):
        ax.text(
            column,
            row - 0.18,
            "¼" if d else "0",
            ha="center",
            va="center",
            fontsize=11,
            color="black" if d else "C7",
        )
    corner = (c - 0.5, r - 0.5)
    ax.add_patch(
        plt.Rectangle(corner, 2, 2, facecolor="C0", alpha=0.25, linewidth=0)
    )
    for (u, v), f in np.ndenumerate(turned):
        ax.text(
            c + v,
            r + u + 0.24,
            f"×({f:g})",
            ha="center",
            va="center",
            fontsize=9,
            color="C1",
        )
    ax.set_title(f"sum: {dX[r, c]:g}")
plt.show()

# %% Stride 2
stride = 2
dO_2 = np.array([[1.0, 2.0], [3.0, 4.0]])
wide = spread(dO_2, stride)
dX_2 = full_convolution(wide, F)
x = tf.random.stateless_normal((1, 4, 4, 1), (0, 0), dtype=tf.float64)
f = tf.constant(F[:, :, None, None])
with tf.GradientTape() as tape:
    tape.watch([x, f])
    o = tf.nn.conv2d(x, f, stride, "VALID")
by_tape, dF_by_tape = tape.gradient(o, [x, f], dO_2[None, :, :, None])
by_tape = by_tape.numpy()[0, :, :, 0]
dF_by_tape = dF_by_tape.numpy()[:, :, 0, 0]
print("dX equal to the tape:", bool(np.array_equal(dX_2, by_tape)))
dF_2 = correlate(x.numpy()[0, :, :, 0], wide)
print("dF equal to the tape:", bool(np.allclose(dF_2, dF_by_tape)))
dX_2

# %% Zeros in between
panels = (
    (dO_2, r"$\partial L / \partial O$"),
    (np.pad(wide, 1), "zeros in between and around"),
    (dX_2, r"$\partial L / \partial X$"),
)
fig, axes = plt.subplots(1, 3, figsize=(7, 3), width_ratios=[3, 5, 4])
for ax, (matrix, title) in zip(axes, panels, strict=True):
    draw(ax, matrix)
    ax.set_title(title, fontsize=9)
window = {"facecolor": "C0", "alpha": 0.25, "linewidth": 0}
axes[1].add_patch(plt.Rectangle((-0.5, -0.5), 2, 2, **window))
axes[2].add_patch(plt.Rectangle((-0.5, -0.5), 1, 1, **window))
plt.show()

# %% Values tags=["values"]
{
    "dx21": dX[1, 0],
    "equal": int(np.array_equal(dX_2, by_tape)),
    "zeros": int((wide == 0).sum()),
    "entries": wide.size,
    "size": dX_2.shape[0],
    "first": dX_2[0, 0],
}
