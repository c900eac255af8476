# ---
# jupyter:
#   hamgasht:
#     needs: [q7_inception_cifar10/train_small]
#     data: [cifar10.npz]
#     smoke: {NUM_IMAGES: 20}
#     limit: 300
#     tolerances: {difference: 0.001, default: 0.1}
# ---
# %% [markdown]
# # The small network for the page
# Keeps the network of `train_small.py` in whole numbers of 16 bits, as a
# browser loads it, with one test image of each class to try it on.

# %% Imports
import re
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np

# %% Settings tags=["parameters"]
NUM_IMAGES = 1000

# %% Test images
file = "artefacts/train_small/small_inception.keras"  # by train_small.py
network = keras.models.load_model(file)
data = np.load("data/cifar10.npz")
images = data["x_test"][:NUM_IMAGES]
truth = data["y_test"][:NUM_IMAGES].ravel()
shown = np.unique(truth, return_index=True)[1]  # the first of each class
p = network.predict(images / np.float32(255), verbose=0)


# %% Whole numbers of 16 bits
def quantise(kernel):
    """Return a kernel in whole steps, and the step of each filter.

    An error of rounding is carried on to the filter's next weight, so that
    the errors of a filter do not add up.
    """
    flat = kernel.reshape(-1, kernel.shape[-1]).astype("float64")
    norm, largest = np.sqrt(np.mean(flat**2, 0)), np.abs(flat).max(0)
    step = np.maximum(norm / 3400, largest / 32000).astype("float32")
    sums = np.round(np.cumsum(flat / step, axis=0))
    whole = np.diff(sums, axis=0, prepend=0).astype("int16")
    return whole.reshape(kernel.shape), step


rounded = keras.models.clone_model(network)
weights = {}
for layer in rounded.layers:
    new = []
    for n, w in enumerate(network.get_layer(layer.name).get_weights()):
        key = f"{layer.name}/{n}"
        weights[key] = w
        if w.ndim > 1:
            weights[key], weights[f"{key}/step"] = quantise(w)
            w = weights[key] * weights[f"{key}/step"]
        new.append(w)
    layer.set_weights(new)
p_rounded = rounded.predict(images / np.float32(255), verbose=0)
difference = float(np.abs(p_rounded - p).max())
changed = int((p_rounded.argmax(axis=1) != p.argmax(axis=1)).sum())
print(f"largest difference of a probability: {difference:.5f}")
print(f"other decisions on {len(images)} images: {changed}")

# %% Through the layers tags=["raster"]
names = [x.name for x in network.layers if x.name.startswith("concatenate")]
modules = [network.get_layer(name).output for name in names]
maps = keras.Model(network.input, modules)
fig, axes = plt.subplots(len(names), 9, figsize=(7, 3.2))
one = images[shown[:1]] / np.float32(255)
for row, made in zip(axes, maps(one), strict=True):
    row[0].imshow(one[0])
    made = keras.ops.convert_to_numpy(made)[0]
    for number, ax in enumerate(row):
        ax.set_axis_off()
        if number:  # two of each branch
            part = (number - 1) * made.shape[-1] // 8
            ax.imshow(made[..., part], cmap="viridis")
plt.show()

# %% A file for the page tags=["hide"]
kept = Path("artefacts/in_the_page")
kept.mkdir(parents=True, exist_ok=True)
# Keras names shared objects by their addresses: the file is to be the same.
config = re.sub(r', "shared_object_id": \d+', "", rounded.to_json())
np.savez_compressed(
    kept / "network-cifar.npz",
    config=np.frombuffer(config.encode(), "uint8"),
    images=images[shown],
    truth=truth[shown].astype("uint8"),
    **weights,
)

# %% Values tags=["values"]
{
    "images": len(images),
    "difference": difference,
    "changed": changed,
    "shown": len(shown),
}
