# ---
# jupyter:
#   hamgasht:
#     needs: [q6_one_by_one_filters/train_bottleneck]
#     data: [cifar10.npz]
#     tolerances: {default: 0.5}
# ---
# %% [markdown]
# # Feature maps beside the image, and beside each other
# The first two layers of a trained network (run `train_bottleneck.py` first,
# in the same folder): a 3×3 convolution, then a 1×1 convolution that narrows
# 48 channels to 12.

# %% Imports
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy

# %% Images and trained layers
images = np.load("data/cifar10.npz")["x_test"][:500].astype("float32") / 255
kept = np.load(Path("artefacts/train_bottleneck/first_layers.npz"))
net = keras.Sequential(
    [
        keras.Input((32, 32, 3)),
        layers.Conv2D(48, 3, strides=2, padding="same", activation="relu"),
        layers.Conv2D(12, 1, activation="relu"),
    ]
)
net.set_weights(
    [kept[f"{part}_{n}"] for n in (1, 2) for part in ("kernel", "bias")]
)
after_3 = convert_to_numpy(net.layers[0](images))
after_1 = convert_to_numpy(net(images, training=False))
inside = np.s_[:, :15, :15]  # places whose 3×3 window lies in the image

# %% Size, depth, values
arrays = {"image": images, "after 3×3": after_3, "after 1×1": after_1}
seen = pd.DataFrame(
    [
        (
            name,
            "×".join(map(str, array.shape[1:3])),
            array.shape[3],
            round(float(array.min()), 2),
            round(float(array.max()), 2),
            round(100 * float((array == 0).mean()), 1),
        )
        for name, array in arrays.items()
    ],
    columns=[
        "array",
        "height and width",
        "depth",
        "smallest value",
        "largest value",
        "zeros (%)",
    ],
)
seen

# %% Maps tags=["raster"]
fig, axes = plt.subplots(3, 9, figsize=(7, 2.4), layout="constrained")
fig.get_layout_engine().set(w_pad=0.02, h_pad=0.02)
strongest_3 = np.argsort(-after_3[inside].std(axis=(0, 1, 2)))[:4]
strongest_1 = np.argsort(-after_1[inside].std(axis=(0, 1, 2)))[:4]
for line, i in zip(axes, (1, 3, 7), strict=True):
    line[0].imshow(images[i])
    maps = [after_3[inside][i, ..., c] for c in strongest_3]
    maps += [after_1[inside][i, ..., c] for c in strongest_1]
    for ax, one_map in zip(line[1:], maps, strict=True):
        ax.imshow(one_map, cmap="cividis")
    for ax in line:
        ax.set_axis_off()
plt.show()

# %% One value by hand
i, row, column, channel = 1, 5, 7, int(strongest_1[0])
below = after_3[i, row, column]  # 48 numbers at one place
w, b = kept["kernel_2"][0, 0, :, channel], kept["bias_2"][channel]
by_hand = max(0.0, float(below @ w + b))
by_layer = float(after_1[i, row, column, channel])
print("numbers read:", len(below))
print("by hand and by the layer, equal:", abs(by_hand - by_layer) < 1e-4)


# %% What a map stands for
def alike(one, other):
    """Return the correlation of two maps over all images and places."""
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


grey = images @ np.array([0.299, 0.587, 0.114], "float32")
middle = np.s_[:, 1:30:2, 1:30:2]  # the middle of each 3×3 window
quantities = {
    "brightness": grey[middle],
    "red minus blue": (images[..., 0] - images[..., 2])[middle],
    "edge, left to right": np.abs(
        grey[:, 1:30:2, 2:31:2] - grey[:, 1:30:2, 0:29:2]
    ),
    "edge, top to bottom": np.abs(
        grey[:, 2:31:2, 1:30:2] - grey[:, 0:29:2, 1:30:2]
    ),
}
meaning = pd.DataFrame({"map": np.arange(1, 13)})
for name, quantity in quantities.items():
    meaning[name] = [
        round(alike(after_1[inside][..., c], quantity), 2)
        if after_1[inside][..., c].std()
        else 0.0
        for c in range(12)
    ]
meaning

# %% Alike or not
flat = after_1[inside].reshape(-1, 12)
alive = flat.std(axis=0) > 0
between = np.corrcoef(flat[:, alive].T)
apart = between[np.triu_indices(len(between), 1)]
typical = float(np.median(np.abs(apart)))
print(f"{len(apart)} pairs of maps")
print(f"median correlation, without its sign: {typical:.2f}")

# %% Values tags=["values"]
best = meaning.set_index("map").abs()
{
    "images": len(images),
    "depth_3": after_3.shape[3],
    "depth_1": after_1.shape[3],
    "largest_3": float(seen["largest value"][1]),
    "largest_1": float(seen["largest value"][2]),
    "zeros_3": float(seen["zeros (%)"][1]) / 100,
    "zeros_1": float(seen["zeros (%)"][2]) / 100,
    "same_by_hand": int(abs(by_hand - by_layer) < 1e-4),
    "typical": typical,
    "pairs": len(apart),
    "brightness": float(best["brightness"].max()),
    "colour": float(best["red minus blue"].max()),
    "sideways": float(best["edge, left to right"].max()),
    "downwards": float(best["edge, top to bottom"].max()),
}
