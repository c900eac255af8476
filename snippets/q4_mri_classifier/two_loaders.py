# ---
# jupyter:
#   hamgasht:
#     needs:
#       - q4_mri_classifier/twins
#       - q4_mri_classifier/grad_cam
#     data: [br35h]
#     limit: 600
#     tolerances: {default: 0.02}
# ---
# %% [markdown]
# # Two loaders, two images
# The published network on files that it has not seen, read in several ways.
# The network comes from `grad_cam.py`, the folds from `twins.py`: run these
# files first, in the same folder.

# %% Imports
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import tensorflow as tf
from PIL import Image

# %% Network and files
network = keras.models.load_model("artefacts/grad_cam/small_mri.keras")
folder = Path("data/br35h")
table = pd.read_csv("artefacts/twins/groups.csv")
seen = table[table["fold"] == 0]  # the fold that it has not seen
paths = [
    folder / ("no" if row.label else "yes") / row.file
    for row in seen.itertuples()
]
label = seen["label"].to_numpy()


# %% As in training
def tumour(path):
    """Return the probability that a slice in a file shows a tumour."""
    image = Image.open(path).convert("L")
    image = image.resize((64, 64), Image.Resampling.BILINEAR)
    pixels = np.asarray(image)[None, ..., None]  # a batch of one, one channel
    return 1 - float(network(pixels)[0, 0])


print(f"{paths[0].name}: {tumour(paths[0]):.3f}")

# %% Four ways to read
pillow = [Image.open(path).convert("L") for path in paths]
data = keras.utils.image_dataset_from_directory(
    folder,
    class_names=["yes", "no"],
    color_mode="grayscale",
    image_size=(64, 64),
    batch_size=None,
    shuffle=False,
)
place = {Path(path): row for row, path in enumerate(data.file_paths)}
loaded = np.array([image for image, _ in data.as_numpy_iterator()])
smooth = keras.layers.Resizing(64, 64, antialias=True)
ways = {
    "Pillow, bilinear": [
        np.asarray(image.resize((64, 64), Image.Resampling.BILINEAR))
        for image in pillow
    ],
    "image_dataset_from_directory": loaded[
        [place[path] for path in paths], ..., 0
    ],
    "load_img": [
        np.asarray(
            keras.utils.load_img(
                path, color_mode="grayscale", target_size=(64, 64)
            )
        )
        for path in paths
    ],
    "Resizing, antialias=True": [
        keras.ops.convert_to_numpy(smooth(np.asarray(image)[..., None]))[
            ..., 0
        ]
        for image in pillow
    ],
}
ways = {name: np.array(x, "float32") for name, x in ways.items()}
p_no = {
    name: keras.ops.convert_to_numpy(network(x[..., None]))[:, 0]
    for name, x in ways.items()
}

# %% How often the answer changes
trained_on = "Pillow, bilinear"
rows = [
    (
        name,
        np.abs(ways[name] - ways[trained_on]).mean(),
        int(((p > 0.5) != (p_no[trained_on] > 0.5)).sum()),
        ((p > 0.5) == label).mean(),
    )
    for name, p in p_no.items()
]
found = pd.DataFrame(rows, columns=["way", "levels", "changed", "accuracy"])
pd.DataFrame(
    {
        "read by": found["way"],
        "grey levels apart, on average": found["levels"].round(2),
        "other answers": found["changed"],
        "accuracy": found["accuracy"].round(3),
    }
)

# %% One file, read twice tags=["raster"]
other = "image_dataset_from_directory"
turned = seen.assign(row=range(len(seen)))
turned = turned[(p_no[other] > 0.5) != (p_no[trained_on] > 0.5)]
turned = turned.drop_duplicates("group").groupby("label").head(2)["row"]
fig, axes = plt.subplots(2, 4, figsize=(5.2, 2.7))
for (upper, lower), row in zip(axes.T, turned, strict=False):
    for ax, name in ((upper, trained_on), (lower, other)):
        ax.imshow(ways[name][row], cmap="gray", vmin=0, vmax=255)
for ax in axes.flat:
    ax.axis("off")
plt.show()

# %% A network that makes images small itself
image = keras.Input((None, None, 1))  # of any size
small = keras.layers.Resizing(64, 64, antialias=True)(image)
kept = Path("artefacts/two_loaders")
kept.mkdir(parents=True, exist_ok=True)
# Without training=False a plain call of the whole would run the inner
# network as in training, with dropout.
p = network(small, training=False)
keras.Model(image, p).save(kept / "mri_any_size.keras")

# %% Answer for a file
whole = keras.models.load_model("artefacts/two_loaders/mri_any_size.keras")


def answer(path):
    """Return the probability that a slice in a file shows a tumour."""
    content = tf.io.read_file(str(path))
    image = tf.io.decode_image(content, channels=1, expand_animations=False)
    return 1 - float(whole(image[None])[0, 0])


print(f"{paths[0].name}: {answer(paths[0]):.3f}")

# %% Whoever reads the file
own_size = {
    "Pillow, own size": [
        1 - float(whole(np.asarray(image)[None, ..., None])[0, 0])
        for image in pillow
    ],
    "TensorFlow, own size": [answer(path) for path in paths],
}
own_size = pd.DataFrame(own_size)
same = ((own_size < 0.5).T == (p_no[trained_on] > 0.5)).T
pd.DataFrame(
    {
        "read by": own_size.columns,
        "the same answer (%)": (100 * same.mean()).round(1).to_numpy(),
        "accuracy": [
            ((p < 0.5) == label).mean().round(3) for _, p in own_size.items()
        ],
    }
)

# %% Values tags=["values"]
by_way = found.set_index("way")
{
    "images": len(paths),
    "changed": int(by_way["changed"][other]),
    "changed_share": float(by_way["changed"][other] / len(paths)),
    "changed_load_img": int(by_way["changed"]["load_img"]),
    "agree_antialias": float(1 - by_way["changed"].iloc[3] / len(paths)),
    "changed_antialias": int(by_way["changed"].iloc[3]),
    "accuracy": float(by_way["accuracy"][trained_on]),
    "accuracy_other": float(by_way["accuracy"][other]),
    "accuracy_load_img": float(by_way["accuracy"]["load_img"]),
    "accuracy_antialias": float(by_way["accuracy"].iloc[3]),
    "levels": float(by_way["levels"][other]),
    "agree_own_pillow": float(same["Pillow, own size"].mean()),
    "agree_own_tensorflow": float(same["TensorFlow, own size"].mean()),
    "first_own": float(own_size["TensorFlow, own size"][0]),
}
