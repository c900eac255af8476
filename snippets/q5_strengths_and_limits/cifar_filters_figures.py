# ---
# jupyter:
#   hamgasht:
#     needs: [q5_strengths_and_limits/train_cifar_filters]
#     tolerances: {default: 0.15}
# ---
# %% [markdown]
# # What the layers of a network learn: the figures
# Draws what `train_cifar_filters.py` left in
# `artefacts/train_cifar_filters`: run that file first, in the same folder.

# %% Imports
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

# %% Results
folder = Path("artefacts/train_cifar_filters")
seen = np.load(folder / "seen.npz")
probes = pd.read_csv(folder / "probes.csv")


# %% Filters before and after training tags=["raster"]
def mosaic(images, columns, gap=1):
    """Return images side by side in rows, with white gaps."""
    height, width, channels = images[0].shape
    rows = -(-len(images) // columns)
    sheet = np.ones(
        (rows * (height + gap) - gap, columns * (width + gap) - gap, channels)
    )
    for i, image in enumerate(images):
        top, left = (
            (i // columns) * (height + gap),
            (i % columns) * (width + gap),
        )
        sheet[top : top + height, left : left + width] = image
    return sheet


def as_colours(kernels):
    """Return one image for each filter, grey where its weights are 0."""
    filters = np.moveaxis(kernels.astype("float32"), -1, 0)
    largest = np.abs(filters).max(axis=(1, 2, 3), keepdims=True)
    return 0.5 + 0.5 * filters / largest


fig, axes = plt.subplots(2, 1, figsize=(7, 2.7))
for ax, name in zip(axes, ("before", "after"), strict=True):
    ax.imshow(mosaic(as_colours(seen[name]), 12))
    ax.set_axis_off()
plt.show()

# %% Feature maps of one image tags=["raster"]
fig, axes = plt.subplots(3, 9, figsize=(7, 2.4))
for ax in axes.flat:
    ax.set_axis_off()
axes[0, 0].imshow(seen["image"])
for row, name in zip(axes, ("maps1", "maps2", "maps3"), strict=True):
    maps = seen[name].astype("float32")
    for ax, unit in zip(row[1:], range(8), strict=True):
        ax.imshow(maps[..., unit], cmap="gray", vmin=0)
plt.show()

# %% What excites single units tags=["raster"]
fig, axes = plt.subplots(1, 3, figsize=(7, 2.4))
for ax, (name, zoom) in zip(
    axes, {"patches1": 3, "patches2": 2, "patches3": 1}.items(), strict=True
):
    large = np.repeat(np.repeat(seen[name], zoom, axis=1), zoom, axis=2)
    ax.imshow(mosaic(large / 255, 6, gap=2))
    ax.set_axis_off()
plt.show()


# %% Linear probes in numbers
def spread(found):
    """Return the mean over seeds, and the lowest and highest, as text."""
    if len(found) == 1:
        return f"{found.iloc[0]:.1f}"
    return f"{found.mean():.1f} ({found.min():.1f} to {found.max():.1f})"


rows = [
    (*key, spread(100 * found["untrained"]), spread(100 * found["trained"]))
    for key, found in probes.groupby(["features of", "numbers"], sort=False)
]
table = pd.DataFrame(
    rows,
    columns=[
        "features of",
        "numbers",
        "accuracy (%), untrained",
        "accuracy (%), trained",
    ],
)
table

# %% Values tags=["values"]
maps = seen["maps3"].astype("float32")
{
    "filters": seen["after"].shape[-1],
    "zeros_1": float((seen["maps1"] == 0).mean()),
    "zeros_3": float((maps == 0).mean()),
    "patch_1": seen["patches1"].shape[1],
    "patch_2": seen["patches2"].shape[1],
    "patch_3": seen["patches3"].shape[1],
}
