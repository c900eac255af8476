# ---
# jupyter:
#   hamgasht:
#     needs: [q5_strengths_and_limits/train_robustness]
#     limit: 600
#     tolerances: {default: 0.05}
# ---
# %% [markdown]
# # The digit networks for the page
# Keeps both networks of `train_robustness.py` (seed 0) as a browser loads
# them, with one test digit of each class.

# %% Imports
import re
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers
from scipy import ndimage
from sklearn.datasets import load_digits

# %% Digits in a frame
x, y = load_digits(return_X_y=True)  # as train_robustness.py makes them
x = ndimage.zoom(x.reshape(-1, 8, 8) / 16, (1, 2, 2), order=1)
x = np.pad(x, ((0, 0), (4, 4), (4, 4))).astype("float32")
test = np.random.default_rng(0).permutation(len(x))[1437:]
x, y = np.round(x[test] * 255).astype("uint8"), y[test]  # as an image file
shown = np.unique(y, return_index=True)[1]  # the first of each class


# %% Networks
def load_network(name):
    """Return a trained network that answers with probabilities."""
    model = keras.Sequential(
        [
            keras.Input((24, 24)),
            layers.Reshape((24, 24, 1)),
            layers.Conv2D(16, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )
    model.load_weights(f"artefacts/train_robustness/{name}.weights.h5")
    model.add(layers.Softmax())
    return model


networks = {name: load_network(name) for name in ("plain", "augmented")}

# %% Digits in their places
right = {}
for name, network in networks.items():
    said = network.predict(x / np.float32(255), verbose=0).argmax(axis=1)
    right[name] = float((said == y).mean())
print({name: round(share, 3) for name, share in right.items()})

# %% Through the layers tags=["raster"]
network = networks["augmented"]
convolved = [x for x in network.layers if isinstance(x, layers.Conv2D)]
maps = keras.Model(network.inputs[0], [layer.output for layer in convolved])
fig, axes = plt.subplots(len(convolved), 9, figsize=(7, 1.7))
one = x[shown[3:4]] / np.float32(255)
for row, made in zip(axes, maps(one), strict=True):
    row[0].imshow(one[0], cmap="gray")
    made = keras.ops.convert_to_numpy(made)[0]
    for number, ax in enumerate(row):
        ax.set_axis_off()
        if number:
            ax.imshow(made[..., number - 1], cmap="viridis")
plt.show()

# %% Files for the page tags=["hide"]
kept = Path("artefacts/in_the_page")
kept.mkdir(parents=True, exist_ok=True)
for name, network in networks.items():
    # Keras names shared objects by their addresses: the file is to be equal.
    config = re.sub(r', "shared_object_id": \d+', "", network.to_json())
    weights = {
        f"{layer.name}/{n}": w
        for layer in network.layers
        for n, w in enumerate(layer.get_weights())
    }
    np.savez_compressed(
        kept / f"network-digits-{name}.npz",
        config=np.frombuffer(config.encode(), "uint8"),
        images=x[shown][..., None],
        truth=y[shown].astype("uint8"),
        **weights,
    )

# %% Values tags=["values"]
{
    "images": len(x),
    "shown": len(shown),
    "plain_right": right["plain"],
    "augmented_right": right["augmented"],
}
