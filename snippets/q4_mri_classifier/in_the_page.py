# ---
# jupyter:
#   hamgasht:
#     needs: [q4_mri_classifier/train_folds, q4_mri_classifier/grad_cam]
#     data: [br35h]
#     limit: 600
#     tolerances: {difference: 0.001, default: 0.1}
# ---
# %% [markdown]
# # The network for the page
# Keeps the network of `grad_cam.py` in whole numbers of 16 bits, as a
# browser loads it, with the held out images of the heat maps to try it on.

# %% Imports
import re
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from PIL import Image

# %% Held out images
file = "artefacts/grad_cam/small_mri.keras"  # left by grad_cam.py
network = keras.models.load_model(file)
seen = pd.read_csv("artefacts/train_folds/predictions-0.csv")
seen = seen[seen["fold"] == seen["fold"].min()]


def load(row):
    """Return one grey image, stretched to a square."""
    name = "no" if row.label else "yes"
    image = Image.open(Path("data/br35h") / name / row.file).convert("L")
    return np.asarray(image.resize((64, 64), Image.Resampling.BILINEAR))


images = np.array([load(row) for row in seen.itertuples()])[..., None]
truth = seen["label"].to_numpy()
p_no = network.predict(images, verbose=0)[:, 0]
kinds = [(truth == t) & ((p_no > 0.5) == s) for t in (0, 1) for s in (0, 1)]
shown = np.concatenate([np.flatnonzero(kind)[:3] for kind in kinds])


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
p_rounded = rounded.predict(images, verbose=0)[:, 0]
difference = float(np.abs(p_rounded - p_no).max())
changed = int(((p_rounded > 0.5) != (p_no > 0.5)).sum())
print(f"largest difference of a probability: {difference:.5f}")
print(f"other decisions on {len(images)} images: {changed}")

# %% Through the layers tags=["raster"]
convolved = [x for x in network.layers if x.name.startswith("activation")]
maps = keras.Model(network.input, [layer.output for layer in convolved])
fig, axes = plt.subplots(len(convolved), 9, figsize=(7, 3.2))
for row, made in zip(axes, maps(images[shown[:1]]), strict=True):
    row[0].imshow(images[shown[0], ..., 0], cmap="gray")
    made = keras.ops.convert_to_numpy(made)[0]
    for number, ax in enumerate(row):
        ax.set_axis_off()
        if number:
            ax.imshow(made[..., number - 1], cmap="viridis")
plt.show()

# %% A file for the page tags=["hide"]
kept = Path("artefacts/in_the_page")
kept.mkdir(parents=True, exist_ok=True)
# Keras names shared objects by their addresses: the file is to be the same.
config = re.sub(r', "shared_object_id": \d+', "", rounded.to_json())
np.savez_compressed(
    kept / "network-mri.npz",
    config=np.frombuffer(config.encode(), "uint8"),
    images=images[shown],
    truth=truth[shown].astype("uint8"),
    **weights,
)

# %% Values tags=["values"]
{
    "images": len(images),
    "shown": len(shown),
    "difference": difference,
    "changed": changed,
    "p_first": float(p_rounded[shown[0]]),
}
