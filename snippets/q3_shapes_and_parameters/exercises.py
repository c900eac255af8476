# ---
# jupyter:
#   hamgasht:
#     tolerances: {default: 0.0002}
# ---
# %% [markdown]
# # Answers to the exercises
# Each cell answers one exercise of the chapter by a run.

# %% Imports
import keras
import numpy as np
import pandas as pd
from keras import layers


# %% Sizes by hand
def output_size(n, k, p=0, s=1, d=1):
    return (n + 2 * p - d * (k - 1) - 1) // s + 1


cases = [(100, 7, 3, 2, 1), (100, 3, 0, 1, 4), (101, 2, 0, 2, 1)]
by_hand = pd.DataFrame(
    [(*case, output_size(*case)) for case in cases],
    columns=[
        "input size n",
        "kernel size k",
        "padding p",
        "stride s",
        "dilation d",
        "output size m",
    ],
)
by_hand


# %% Same padding
def shapes_and_parameters(padding):
    """Return the question's network with this padding, as a table."""
    net = keras.Sequential([keras.Input((500, 7))])
    for filters, k in ((16, 3), (32, 5), (64, 5)):
        net.add(layers.Conv1D(filters, k, padding=padding))
        net.add(layers.MaxPooling1D(2))
    net.add(layers.Flatten())
    net.add(layers.Dense(128))
    net.add(layers.Dense(5))
    shapes = [
        "×".join(map(str, layer.output.shape[1:])) for layer in net.layers
    ]
    return net, shapes


same, same_shapes = shapes_and_parameters("same")
valid, valid_shapes = shapes_and_parameters("valid")
padded = pd.DataFrame(
    {
        "layer": [type(layer).__name__ for layer in same.layers],
        "valid": valid_shapes,
        "same": same_shapes,
        "parameters, valid": [lay.count_params() for lay in valid.layers],
        "parameters, same": [lay.count_params() for lay in same.layers],
    }
)
padded


# %% Nothing dropped
def dropped(n):
    """Return how many elements the three pooling layers leave over."""
    left_over = 0
    for k in (3, 5, 5):
        n = output_size(n, k)
        left_over += n % 2
        n //= 2
    return left_over


no_loss = [n for n in range(490, 540) if dropped(n) == 0]
print("lengths from 490 to 539:", no_loss)


# %% Three changes
def field_of(*windows):
    """Return the receptive field of windows (k, stride, dilation)."""
    size, jump = 1, 1
    for k, s, d in windows:
        size += d * (k - 1) * jump
        jump *= s
    return size


def question(first=3, last_dilation=1, *more):
    """Return the field of the question's network, with a change."""
    pool = (2, 2, 1)
    convolutions = (first, 1, 1), (5, 1, 1), (5, 1, last_dilation)
    windows = [w for conv in convolutions for w in (conv, pool)]
    return field_of(*windows, *more)


changes = pd.DataFrame(
    [
        ("as it is", question()),
        ("first kernel of 7", question(first=7)),
        ("one more pooling", question(3, 1, (2, 2, 1))),
        ("dilation 2 in the last", question(last_dilation=2)),
    ],
    columns=["change", "receptive field"],
)
changes


# %% Padding that keeps the length
def same_padding(k, d, n=20):
    """Return how many zeros Keras puts before and after n elements."""
    layer = layers.Conv1D(1, k, dilation_rate=d, padding="same")
    layer.build((1, n, 1))
    counts = []
    for entry in (0, k - 1):
        kernel = np.zeros((k, 1, 1), "float32")
        kernel[entry] = 1
        layer.set_weights([kernel, np.zeros(1, "float32")])
        o = keras.ops.convert_to_numpy(layer(np.ones((1, n, 1), "float32")))
        counts.append(int((o == 0).sum()))
    return counts


windows = [(3, 1), (5, 1), (3, 4), (2, 1), (4, 1), (4, 2), (4, 3)]
keeping = pd.DataFrame(
    [(k, d, d * (k - 1) / 2, *same_padding(k, d)) for k, d in windows],
    columns=["kernel size k", "dilation d", "padding p", "before", "after"],
)
keeping


# %% A convolution in space and one in time
def parameters_3d(c_in, c_out, k=3):
    return k**3 * c_in * c_out


def parameters_2_plus_1d(c_in, c_middle, c_out, k=3):
    return k**2 * c_in * c_middle + k * c_middle * c_out


pairs = []
for c_in, c_out in ((3, 64), (64, 64), (64, 128)):
    full = parameters_3d(c_in, c_out)
    c_middle = full // (9 * c_in + 3 * c_out)
    split = parameters_2_plus_1d(c_in, c_middle, c_out)
    pairs.append((c_in, c_out, c_middle, full, split))
factored = pd.DataFrame(
    pairs,
    columns=[
        "channels in",
        "channels out",
        "channels between",
        "weights, 3D",
        "weights, (2+1)D",
    ],
)
factored


# %% Conv3D in NumPy
def conv3d_numpy(x, weights, bias):
    """Return what Conv3D gives, without padding and with stride 1."""
    windows = np.lib.stride_tricks.sliding_window_view(
        x, weights.shape[:3], axis=(1, 2, 3)
    )
    return np.einsum("bthwcijk,ijkco->bthwo", windows, weights) + bias


rng = np.random.default_rng(0)
x = rng.integers(-4, 5, (2, 6, 7, 8, 3)).astype("float32")
layer = layers.Conv3D(5, (2, 3, 4))
layer.build(x.shape)
weights = rng.integers(-4, 5, layer.kernel.shape).astype("float32")
bias = rng.integers(-4, 5, 5).astype("float32")
layer.set_weights([weights, bias])
ours = conv3d_numpy(x, weights, bias)
theirs = keras.ops.convert_to_numpy(layer(x))
numpy_difference = float(np.abs(ours - theirs).max())
print("shape:", ours.shape)
print("largest difference from Keras:", numpy_difference)


# %% Equivariant in time
def flash(onset, frames=12):
    """Return a clip that is dark but for 4 bright frames from onset on."""
    clip = np.zeros((1, frames, 8, 8, 1), "float32")
    clip[:, onset : onset + 4] = 1
    return clip


keras.utils.set_random_seed(0)
plain = keras.Sequential(
    [
        keras.Input((12, 8, 8, 1)),
        layers.Conv3D(8, 3, activation="relu"),
        layers.Conv3D(16, 3, activation="relu"),
        layers.GlobalAveragePooling3D(),
        layers.Dense(1),
    ]
)
roomy = keras.Sequential(
    [
        keras.Input((12, 8, 8, 1)),
        layers.ZeroPadding3D((4, 0, 0)),  # 4 dark frames at both ends
        *plain.layers,  # the same layers and weights
    ]
)
answers = pd.DataFrame(
    [
        (
            onset,
            *(
                round(
                    float(
                        keras.ops.convert_to_numpy(net(flash(onset)))[0, 0]
                    ),
                    4,
                )
                for net in (plain, roomy)
            ),
        )
        for onset in range(2, 7)
    ],
    columns=["first bright frame", "as it is", "with dark frames"],
)
answers

# %% Values tags=["values"]
{
    "hand_1": int(by_hand["output size m"][0]),
    "hand_2": int(by_hand["output size m"][1]),
    "hand_3": int(by_hand["output size m"][2]),
    "same_total": same.count_params(),
    "valid_total": valid.count_params(),
    "same_flatten": same.layers[6].output.shape[1],
    "no_loss_500": min(n for n in no_loss if n >= 500),
    "field": question(),
    "field_first": question(first=7),
    "field_pooling": question(3, 1, (2, 2, 1)),
    "field_dilation": question(last_dilation=2),
    "uneven": int((keeping["before"] != keeping["after"]).sum()),
    "middle_64": int(factored["channels between"][1]),
    "weights_3d_64": int(factored["weights, 3D"][1]),
    "weights_2_plus_1d_64": int(factored["weights, (2+1)D"][1]),
    "numpy_difference": numpy_difference,
    "spread_plain": float(np.ptp(answers["as it is"])),
    "spread_roomy": float(np.ptp(answers["with dark frames"])),
}
