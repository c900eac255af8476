# ---
# jupyter:
#   hamgasht:
#     data: [cifar10.npz]
#     tolerances: {default: 1.0e-3}
# ---
# %% [markdown]
# # A 1×1 convolution mixes the colours of a photograph
# Five layers with weights set by hand, on six images of CIFAR-10. None of
# them looks at a neighbour.

# %% Imports
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy

# %% Images
file = Path("data/cifar10.npz")
if not file.exists():
    file.parent.mkdir(exist_ok=True)
    (x, y), (x_test, y_test) = keras.datasets.cifar10.load_data()
    np.savez(file, x_train=x, y_train=y, x_test=x_test, y_test=y_test)
images = np.load(file)["x_test"].astype("float32")
shown = images[[0, 1, 3, 4, 7, 8]]

# %% Weights by hand
# One row for each channel read (red, green, blue), one column for each
# channel written.
mixtures = {
    "grey": [[0.299], [0.587], [0.114]],
    "red minus green": [[1], [-1], [0]],
    "red and blue swapped": [[0, 0, 1], [0, 1, 0], [1, 0, 0]],
    "sepia": [
        [0.393, 0.349, 0.272],
        [0.769, 0.686, 0.534],
        [0.189, 0.168, 0.131],
    ],
}


def one_by_one(weights):
    """Return a 1×1 layer with these weights and no bias."""
    weights = np.array(weights, "float32")
    layer = layers.Conv2D(weights.shape[1], 1, use_bias=False)
    layer.build((None, None, None, 3))
    layer.set_weights([weights[np.newaxis, np.newaxis]])
    return layer


mixed = {
    name: convert_to_numpy(one_by_one(w)(shown))
    for name, w in mixtures.items()
}

# %% Mixed colours tags=["raster"]
fig, axes = plt.subplots(5, 6, figsize=(5.8, 4.8), layout="constrained")
fig.get_layout_engine().set(w_pad=0.04, h_pad=0.04)
rows = [shown, *mixed.values()]
for line, row in zip(axes, rows, strict=True):
    for ax, image in zip(line, row, strict=True):
        ax.set_axis_off()
        if image.shape[-1] == 3:
            ax.imshow(image.clip(0, 255).astype("uint8"))
        else:
            low = -100 if row is mixed["red minus green"] else 0
            high = 100 if low else 255
            ax.imshow(image[..., 0], cmap="gray", vmin=low, vmax=high)
plt.show()

# %% What goes in and what comes out
sizes = pd.DataFrame(
    [
        (
            name,
            "×".join(map(str, shown.shape[1:])),
            "×".join(map(str, result.shape[1:])),
            np.size(mixtures[name]),
        )
        for name, result in mixed.items()
    ],
    columns=["mixture", "input", "output", "weights"],
)
sizes

# %% What can be undone
wide = np.array([[1, 0, 0, 1], [0, 1, 0, 1], [0, 0, 1, 1]])  # + their sum
back = np.linalg.pinv(wide)  # four channels to three
some = images[:200]
widened = convert_to_numpy(one_by_one(wide)(some))
restored = np.rint(widened @ back)
undone = bool(np.array_equal(restored, some))
print("widened to", widened.shape[-1], "channels and back: equal", undone)

colours = len(np.unique(some.reshape(-1, 3), axis=0))
greys = np.rint(some @ np.array(mixtures["grey"], "float32"))
num_greys = len(np.unique(greys))
print(f"{colours} colours in {len(some)} images, {num_greys} greys")

# %% Values tags=["values"]
{
    "images": len(some),
    "undone": int(undone),
    "colours": colours,
    "greys": num_greys,
    "grey_weights": np.size(mixtures["grey"]),
    "sepia_weights": np.size(mixtures["sepia"]),
}
