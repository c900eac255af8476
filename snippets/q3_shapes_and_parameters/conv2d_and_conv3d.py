# %% [markdown]
# # Conv2D and Conv3D on one clip
# Where the window moves, what comes out, and what it costs: one clip of
# 24 colour frames through three layers of eight filters each.

# %% Imports
import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy
from matplotlib.patches import FancyArrowPatch, Polygon

# %% Clip
rng = np.random.default_rng(0)
clip = rng.integers(0, 10, (1, 24, 32, 32, 3)).astype("float32")
print("(batch, time, height, width, channels) =", clip.shape)


# %% Three layers
def frames_as_channels(x):
    """Return (batch, height, width, time · channels)."""
    x = np.moveaxis(x, 1, 3)  # batch, height, width, time, channels
    return x.reshape(*x.shape[:3], -1)


keras.utils.set_random_seed(0)
stacked = frames_as_channels(clip)
frame_by_frame = layers.TimeDistributed(layers.Conv2D(8, 3))
as_channels = layers.Conv2D(8, 3)
conv3d = layers.Conv3D(8, 3)
ways = {
    "Conv2D, frame by frame": (frame_by_frame, clip),
    "Conv2D, frames as channels": (as_channels, stacked),
    "Conv3D": (conv3d, clip),
}
outputs = {name: layer(x) for name, (layer, x) in ways.items()}


# %% Shapes
def by(shape):
    """Return a shape as text, without the batch."""
    return "×".join(map(str, shape))


shapes = pd.DataFrame(
    [
        (
            name,
            by(x.shape[1:]),
            by(layer.weights[0].shape),
            by(outputs[name].shape[1:]),
            layer.count_params(),
        )
        for name, (layer, x) in ways.items()
    ],
    columns=["layer", "input", "kernel", "output", "parameters"],
)
shapes


# %% What moves where
def draw_frame(ax, x, y, colour="C7", size=2.2, alpha=0.12):
    """Draw one frame as a slanted sheet."""
    corners = [
        (x, y),
        (x + 0.55, y + 0.45),
        (x + 0.55, y + 0.45 + size),
        (x, y + size),
    ]
    style = {"facecolor": colour, "edgecolor": "none", "alpha": alpha}
    ax.add_patch(Polygon(corners, **style))
    ax.add_patch(Polygon(corners, fill=False, edgecolor=colour))


def arrow(ax, start, end):
    """Draw an arrow with a head at each end."""
    style = {"arrowstyle": "<->", "mutation_scale": 11, "linewidth": 1.4}
    ax.add_patch(FancyArrowPatch(start, end, color="C1", **style))


fig, axes = plt.subplots(1, 3, figsize=(7, 3.1))
covered = {
    "Conv2D, frame by frame": [2],
    "Conv2D, frames as channels": [0, 1, 2, 3, 4],
    "Conv3D": [1, 2, 3],
}
for ax, (name, frames) in zip(axes, covered.items(), strict=True):
    for t in range(5):
        draw_frame(ax, 0.75 * t, 0)
        if t in frames:
            draw_frame(ax, 0.75 * t + 0.12, 0.85, "C0", size=0.75, alpha=0.45)
    arrow(ax, (-0.45, 0.35), (-0.45, 1.95))
    arrow(ax, (3.05, -0.28), (3.75, 0.29))
    if name == "Conv3D":
        arrow(ax, (0.3, -0.55), (2.7, -0.55))
        ax.text(1.5, -1.05, "time", ha="center", fontsize=9, color="C1")
    ax.set_title(name, fontsize=9)
    ax.set(xlim=(-0.8, 4.1), ylim=(-1.3, 3.0), aspect="equal")
    ax.axis("off")
plt.show()


# %% Counting multiply-adds
def multiply_adds(layer, x):
    """Count products: with ones everywhere, each product adds 1."""
    kernel, bias = layer.get_weights()
    layer.set_weights([np.ones_like(kernel), np.zeros_like(bias)])
    total = convert_to_numpy(layer(np.ones_like(x))).sum(dtype="float64")
    layer.set_weights([kernel, bias])
    return int(total)


costs = pd.DataFrame(
    [
        (
            name,
            int(np.prod(outputs[name].shape)),
            int(np.prod(layer.weights[0].shape[:-1])),
            multiply_adds(layer, x),
        )
        for name, (layer, x) in ways.items()
    ],
    columns=["layer", "output values", "products for each", "multiply-adds"],
)
costs


# %% One bright frame
def difference(one, other):
    """Return the distance of two outputs, value by value."""
    return np.abs(convert_to_numpy(one) - convert_to_numpy(other))


dark = np.zeros_like(clip)
bright = dark.copy()
bright[0, 10] = 1  # frame 10 of 0..23
for name in ("Conv2D, frame by frame", "Conv3D"):
    layer = ways[name][0]
    change = difference(layer(bright), layer(dark)).max(axis=(0, 2, 3, 4))
    print(f"{name}: output frames {np.flatnonzero(change).tolist()}")

# %% Conv2D as a Conv3D of depth 1
kernel = rng.integers(-3, 4, (3, 3, 3, 8)).astype("float32")
bias = np.zeros(8, "float32")
frame_by_frame.set_weights([kernel, bias])
flat = layers.Conv3D(8, (1, 3, 3))
flat.build(clip.shape)
flat.set_weights([kernel[np.newaxis], bias])
flat_difference = float(difference(flat(clip), frame_by_frame(clip)).max())
print("largest difference:", flat_difference)

# %% Inflating a Conv2D
still = np.repeat(clip[:, :1], 24, axis=1)  # one frame, 24 times
inflated = layers.Conv3D(8, (4, 3, 3))
inflated.build(clip.shape)
inflated.set_weights([np.repeat(kernel[np.newaxis] / 4, 4, axis=0), bias])
for name, x in (("still image", still), ("clip", clip)):
    gap = difference(inflated(x), frame_by_frame(x)[:, :21]).max()
    print(f"{name}: largest difference {gap:g}")
still_difference = float(
    difference(inflated(still), frame_by_frame(still)[:, :21]).max()
)

# %% Frames as channels as one deep Conv3D
deep = layers.Conv3D(8, (24, 3, 3))  # one window holds all 24 frames
deep.build(clip.shape)
deep_kernel = rng.integers(-3, 4, (24, 3, 3, 3, 8)).astype("float32")
deep.set_weights([deep_kernel, bias])
kernel = np.moveaxis(deep_kernel, 0, 2).reshape(3, 3, 72, 8)
as_channels.set_weights([kernel, bias])
deep_output = deep(clip)
print("output of the deep Conv3D:", tuple(deep_output.shape))
deep_difference = float(
    difference(deep_output[:, 0], as_channels(stacked)).max()
)
print("largest difference:", deep_difference)

# %% Order of axes
wrong_clip = np.moveaxis(clip, 1, -1)  # time after the channels
orders = []
for x in (clip, wrong_clip):
    layer = layers.Conv3D(8, 3)
    o = layer(x)
    shape = (by(x.shape[1:]), by(layer.kernel.shape), by(o.shape[1:]))
    orders.append((*shape, layer.count_params()))
orders = pd.DataFrame(
    orders, columns=["input", "kernel", "output", "parameters"]
)
orders

# %% Channels first
layouts = []
for name, shape in (
    ("channels_last", (1, 24, 32, 32, 3)),
    ("channels_first", (1, 3, 24, 32, 32)),
):
    layer = layers.Conv3D(8, 3, data_format=name)
    layer.build(shape)
    o = layer.compute_output_shape(shape)
    layouts.append(
        (f"Keras, {name}", by(shape[1:]), by(layer.kernel.shape), by(o[1:]))
    )
for_torch = np.transpose(layer.kernel, (4, 3, 0, 1, 2))
layouts.append(("PyTorch", layouts[1][1], by(for_torch.shape), layouts[1][3]))
pd.DataFrame(layouts, columns=["layout", "input", "kernel", "output"])

# %% More frames
longer = []
for t in (8, 16, 24, 48, 96):
    flat_layer, deep_layer = layers.Conv2D(8, 3), layers.Conv3D(8, 3)
    flat_layer.build((None, 32, 32, 3 * t))
    deep_layer.build((None, t, 32, 32, 3))
    longer.append((t, flat_layer.count_params(), deep_layer.count_params()))
longer = pd.DataFrame(
    longer,
    columns=[
        "frames",
        "parameters, frames as channels",
        "parameters, Conv3D",
    ],
)
longer

# %% Values tags=["values"]
parameters = dict(zip(shapes["layer"], shapes["parameters"], strict=True))
work = dict(zip(costs["layer"], costs["multiply-adds"], strict=True))
frames, channels = "Conv2D, frame by frame", "Conv2D, frames as channels"
{
    "frames_parameters": parameters[frames],
    "channels_parameters": parameters[channels],
    "conv3d_parameters": parameters["Conv3D"],
    "frames_work": work[frames],
    "channels_work": work[channels],
    "conv3d_work": work["Conv3D"],
    "conv3d_values": int(np.prod(outputs["Conv3D"].shape)),
    "channels_values": int(np.prod(outputs[channels].shape)),
    "work_ratio": work["Conv3D"] / work[frames],
    "conv3d_output_frames": outputs["Conv3D"].shape[1],
    "still_difference": still_difference,
    "flat_difference": flat_difference,
    "deep_difference": deep_difference,
    "right_parameters": int(orders["parameters"].iloc[0]),
    "wrong_parameters": int(orders["parameters"].iloc[1]),
    "channels_parameters_96": int(longer.iloc[-1, 1]),
}
