# ---
# jupyter:
#   hamgasht:
#     tolerances: {default: 0.3}
# ---
# %% [markdown]
# # Checking a gradient in practice
# A layer with many weights is checked in a few of them; and what happens
# at the kinks of |x|, max, ReLU and max-pooling.

# %% Imports
import numpy as np
import pandas as pd
import tensorflow as tf


# %% Relative error
def relative_error(one, other):
    """Return |a - b| / max(|a|, |b|), with the norm of vectors for |.|."""
    norms = np.linalg.norm(one), np.linalg.norm(other)
    return float(np.linalg.norm(one - other) / max(norms))


def check(loss, array, gradient, h, num=10, seed=0):
    """Return the relative error of a gradient in a few random entries."""
    rng = np.random.default_rng(seed)
    places = rng.choice(array.size, num, replace=False)
    slopes = []
    for place in places:
        step = np.zeros(array.size, array.dtype)
        step[place] = h
        step = step.reshape(array.shape)
        change = loss(array + step) - loss(array - step)
        slopes.append(float(change) / (2 * h))
    return relative_error(np.array(slopes), gradient.flat[places])


# %% A layer with many weights
rng = np.random.default_rng(0)
images = rng.normal(size=(4, 12, 12, 3))
weights = rng.normal(size=(3, 3, 3, 16))


def loss(w):
    """Return a loss of a layer with tanh, in the precision of w."""
    x = tf.cast(images, w.dtype)
    return tf.reduce_mean(tf.tanh(tf.nn.conv2d(x, w, 1, "VALID") / 5) ** 2)


def gradient_of(w):
    """Return the gradient of the loss, from the tape."""
    w = tf.constant(w)
    with tf.GradientTape() as tape:
        tape.watch(w)
        value = loss(w)
    return tape.gradient(value, w).numpy()


# %% Ten entries of many
right = gradient_of(weights)
turned = right[::-1, ::-1]  # a mistake: the filter is turned
in_32 = weights.astype("float32")
cases = (
    ("right, float64", weights, right, 1e-5),
    ("turned by mistake, float64", weights, turned, 1e-5),
    ("right, float32", in_32, gradient_of(in_32), 1e-5),
    ("right, float32", in_32, gradient_of(in_32), 1e-2),
)
checks = pd.DataFrame(
    [
        (name, h, float(f"{check(loss, w, g, h):.0e}"))
        for name, w, g, h in cases
    ],
    columns=["gradient", "step h", "relative error"],
)
checks


# %% At a kink
def slope(function, at, h=1e-5):
    """Return the central difference of a function in its first entry."""
    step = np.zeros_like(at)
    step.flat[0] = h
    return float((function(at + step) - function(at - step)) / (2 * h))


def by_tape(function, at):
    """Return the derivative in the first entry, from the tape."""
    x = tf.constant(at)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    return float(tape.gradient(y, x).numpy().flat[0])


def max_pool(x):
    """Return the largest of four values, by max-pooling."""
    four = tf.reshape(x, (1, 2, 2, 1))
    return tf.reduce_sum(tf.nn.max_pool2d(four, 2, 2, "VALID"))


zero, equal = np.zeros(1), np.ones(4)  # four equal values
kinks = pd.DataFrame(
    [
        (name, by_tape(function, at), round(slope(function, at), 6))
        for name, function, at in (
            ("|x| at 0", lambda x: tf.reduce_sum(abs(x)), zero),
            ("ReLU at 0", lambda x: tf.reduce_sum(tf.nn.relu(x)), zero),
            (
                "maximum of x and 0 at 0",
                lambda x: tf.reduce_sum(tf.maximum(x, 0.0)),
                zero,
            ),
            ("maximum of four equal", tf.reduce_max, equal),
            ("max-pooling of four equal", max_pool, equal),
        )
    ],
    columns=["function", "tape", "central difference"],
)
kinks

# %% Beside a kink
h = 1e-5
beside = pd.DataFrame(
    [
        (name, round(slope(lambda x: tf.nn.relu(x)[0], np.array([x])), 4))
        for name, x in (("h / 4", h / 4), ("h / 2", h / 2), ("2 h", 2 * h))
    ],
    columns=["distance from the kink", "central difference"],
)
beside

# %% Values tags=["values"]
worst = checks["relative error"]
tape = dict(zip(kinks["function"], kinks["tape"], strict=True))
{
    "weights": weights.size,
    "right": float(worst[0]),
    "turned": float(worst[1]),
    "float32_small_step": float(worst[2]),
    "float32_large_step": float(worst[3]),
    "abs": tape["|x| at 0"],
    "relu": tape["ReLU at 0"],
    "maximum": tape["maximum of x and 0 at 0"],
    "reduce_max": tape["maximum of four equal"],
    "max_pool": tape["max-pooling of four equal"],
    "beside_quarter": float(beside["central difference"][0]),
    "beside_double": float(beside["central difference"][2]),
}
