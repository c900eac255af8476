# ---
# jupyter:
#   hamgasht:
#     needs: [q4_mri_classifier/train_folds]
#     data: [br35h]
#     limit: 600
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # Where the network looks
# Grad-CAM (Selvaraju et al. 2017) on images that the best small network has
# not seen. Its weights come from `train_folds.py`: run that file first, in
# the same folder. Also keeps the network as one Keras file.

# %% Imports
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import tensorflow as tf
from keras import layers
from PIL import Image

# %% The trained network
image = keras.Input((64, 64, 1))
x = layers.Rescaling(1 / 127.5, -1)(image)
for filters in (16, 32, 64, 128):
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    x = layers.Activation("relu")(x)
    feature_maps = x
    x = layers.MaxPooling2D()(x)
average = layers.GlobalAveragePooling2D()(x)
maximum = layers.GlobalMaxPooling2D()(x)
x = layers.Concatenate()([average, maximum])
x = layers.Dropout(0.4)(x)
network = keras.Model(image, layers.Dense(1, activation="sigmoid")(x))
network.load_weights("artefacts/train_folds/best.weights.h5")

# %% Held out images
results = Path("artefacts/train_folds")
steps = pd.read_csv(results / "steps.csv", index_col=0)
numbers = range(len(steps))
scores = pd.concat(
    pd.read_csv(results / f"predictions-{n}.csv").assign(step=n)
    for n in numbers
)
right = (scores["p_no"] > 0.5) == (scores["label"] == 1)
accuracy = right.groupby(scores["step"]).mean()
whole = [
    "dropout",
    "averaged weights, decaying rate",
    "augmentation",
    "augmentation, group normalisation",
]
best = accuracy[[list(steps.index).index(name) for name in whole]].idxmax()
seen = scores[scores["step"] == best]
seen = seen[seen["fold"] == seen["fold"].min()].reset_index(drop=True)


def load(row):
    """Return one grey image, stretched to a square."""
    name = "no" if row.label else "yes"
    image = Image.open(Path("data/br35h") / name / row.file).convert("L")
    return np.asarray(image.resize((64, 64), Image.Resampling.BILINEAR))


images = np.array([load(row) for row in seen.itertuples()])[..., None]
p_no = keras.ops.convert_to_numpy(network(images))[:, 0]
says_no = p_no > 0.5
difference = float(np.abs(p_no - seen["p_no"]).max())
print(f"largest difference from the recorded answers: {difference:.5f}")

# %% Grad-CAM
both = keras.Model(image, [feature_maps, network.output])


def grad_cam(images):
    """Return for each image where the evidence of a tumour lies, 0 to 1.

    Each feature map is weighted with the mean of the gradient of the logit
    with respect to it; what speaks against a tumour is cut off.
    """
    with tf.GradientTape() as tape:
        maps, p = both(images)
        logit = tf.math.log(1 - p + 1e-7) - tf.math.log(p + 1e-7)
    weights = tf.reduce_mean(
        tape.gradient(logit, maps), axis=(1, 2), keepdims=True
    )
    heat = tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1)).numpy()
    return heat / (heat.max(axis=(1, 2), keepdims=True) + 1e-9)


# %% Right and wrong
truth = seen["label"].to_numpy() == 1
kinds = {
    "tumour, found": ~truth & ~says_no,
    "tumour, missed": ~truth & says_no,
    "no tumour, alarm": truth & ~says_no,
    "no tumour, cleared": truth & says_no,
}
counts = pd.DataFrame(
    {
        "kind": list(kinds),
        "images": [int(chosen.sum()) for chosen in kinds.values()],
    }
)
counts

# %% Heat maps tags=["raster"]
fig, axes = plt.subplots(4, 6, figsize=(7, 4.8))
for ax in axes.flat:
    ax.set_axis_off()
for row, chosen in zip(axes, kinds.values(), strict=True):
    shown = np.flatnonzero(chosen)[:3]
    if len(shown) == 0:
        continue
    for number, (heat, index) in enumerate(
        zip(grad_cam(images[shown]), shown, strict=True)
    ):
        plain, hot = row[2 * number], row[2 * number + 1]
        plain.imshow(images[index, ..., 0], cmap="gray")
        hot.imshow(images[index, ..., 0], cmap="gray")
        large = keras.ops.image.resize(heat[..., None], (64, 64))
        large = keras.ops.convert_to_numpy(large)[..., 0]
        hot.imshow(large, cmap="inferno", alpha=0.55, vmin=0, vmax=1)
plt.show()

# %% The network as a file
kept = Path("artefacts/grad_cam")
kept.mkdir(parents=True, exist_ok=True)
network.save(kept / "small_mri.keras")
again = keras.models.load_model(kept / "small_mri.keras")
same = np.array_equal(
    keras.ops.convert_to_numpy(again(images[:8])),
    keras.ops.convert_to_numpy(network(images[:8])),
)
size = (kept / "small_mri.keras").stat().st_size
print(f"under 1 MB: {size < 1e6}, same answers after loading: {same}")

# %% Values tags=["values"]
heat = grad_cam(images[~truth & ~says_no])
inner = heat[:, 2:6, 2:6].sum(axis=(1, 2)) / heat.sum(axis=(1, 2))
{
    "images": len(images),
    "found": int(kinds["tumour, found"].sum()),
    "missed": int(kinds["tumour, missed"].sum()),
    "alarms": int(kinds["no tumour, alarm"].sum()),
    "cleared": int(kinds["no tumour, cleared"].sum()),
    "accuracy": float((says_no == truth).mean()),
    "difference": difference,
    "heat_inside": float(inner.mean()),
    "parameters": network.count_params(),
}
