# ---
# jupyter:
#   hamgasht:
#     needs:
#       - q4_mri_classifier/twins
#       - q4_mri_classifier/grad_cam
#     data: [br35h]
#     limit: 300
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # What a heat map is compared with
# The heat of the published network, beside that of networks with random
# weights and beside the place where the head lies. The network comes from
# `grad_cam.py`, the folds from `twins.py`: run these files first, in the
# same folder.

# %% Imports
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from keras import ops
from PIL import Image

# %% Held out images
network = keras.models.load_model("artefacts/grad_cam/small_mri.keras")
table = pd.read_csv("artefacts/twins/groups.csv")
seen = table[table["fold"] == 0]  # the fold that it has not seen


def load(row):
    """Return one grey image, stretched to a square."""
    path = Path("data/br35h") / ("no" if row.label else "yes") / row.file
    image = Image.open(path).convert("L")
    return np.asarray(image.resize((64, 64), Image.Resampling.BILINEAR))


images = np.array([load(row) for row in seen.itertuples()])[..., None]
tumour = seen["label"].to_numpy() == 0


# %% Heat of a logit
def heat_of(network, images):
    """Return Grad-CAM's maps: where the evidence of a tumour lies."""
    maps = [layer for layer in network.layers if "activation" in layer.name]
    last = network.layers[-1]  # its input times its kernel is the logit
    part = keras.Model(network.inputs[0], [maps[-1].output, last.input])
    with tf.GradientTape() as tape:
        features, pooled = part(images)
        logit = -(pooled @ last.kernel + last.bias)  # for a tumour
    weights = ops.mean(tape.gradient(logit, features), (1, 2), keepdims=True)
    heat = ops.relu(ops.sum(weights * features, axis=-1))
    return ops.convert_to_numpy(heat)


# %% In the inner quarter
def inner(maps):
    """Return which share of each map lies in its inner quarter."""
    side = maps.shape[1]
    part = slice(side // 4, side - side // 4)
    whole = maps.sum(axis=(1, 2))
    shown = whole > 0  # a map may be empty
    return maps[shown, part, part].sum(axis=(1, 2)) / whole[shown]


p_no = ops.convert_to_numpy(network(images))[:, 0]
kinds = {"tumour, found": tumour & (p_no <= 0.5)}
kinds["no tumour, cleared"] = ~tumour & (p_no > 0.5)
random = []
for seed in range(5):
    keras.utils.set_random_seed(seed)
    random.append(keras.models.clone_model(network))  # new weights
grey = images[..., 0].astype("float32")
head = (grey > 0.2 * grey.max(axis=(1, 2), keepdims=True)).astype(float)
rows = []
for kind, chosen in kinds.items():
    of_random = [
        inner(heat_of(model, images[chosen])).mean() for model in random
    ]
    rows.append(
        (
            kind,
            int(chosen.sum()),
            inner(heat_of(network, images[chosen])).mean(),
            min(of_random),
            max(of_random),
            inner(head[chosen]).mean(),
            inner(grey[chosen]).mean(),
        )
    )
shares = pd.DataFrame(
    rows,
    columns=["kind", "images", "heat", "low", "high", "head", "brightness"],
)
percent = (100 * shares.iloc[:, 2:]).round(1)
pd.DataFrame(
    {
        "kind": shares["kind"],
        "images": shares["images"],
        "heat (%)": percent["heat"],
        "random weights, from": percent["low"],
        "random weights, to": percent["high"],
        "the head's pixels (%)": percent["head"],
        "brightness (%)": percent["brightness"],
    }
)

# %% Values tags=["values"]
found, cleared = shares.iloc[0], shares.iloc[1]
{
    "images": len(images),
    "heat": float(found["heat"]),
    "heat_cleared": float(cleared["heat"]),
    "random_low": float(found["low"]),
    "random_high": float(found["high"]),
    "head": float(found["head"]),
    "brightness": float(found["brightness"]),
    "head_cleared": float(cleared["head"]),
}
