# ---
# jupyter:
#   hamgasht:
#     needs: [q4_mri_classifier/twins]
#     data: [br35h]
#     device: gpu
#     limit: 14400
#     smoke: {NUM_EPOCHS: 4, SIZE: 64}
#     tolerances: {default: 0.05}
# ---
# %% [markdown]
# # The original network on honest folds
# The same network, unscaled images, but no slice stands on both sides.
# The folds come from `twins.py`: run that file first, in the same folder. An
# interrupted run goes on where the last finished fold ended.

# %% Imports
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from keras import layers
from PIL import Image

# %% Settings tags=["parameters"]
NUM_EPOCHS = 8  # where its validation loss was at its best
SIZE = 256

# %% Images and folds
table = pd.read_csv("artefacts/twins/groups.csv")  # written by twins.py
folder = Path("data/br35h")  # downloaded by twins.py


def load(file, label):
    """Return one grey image, stretched to a square."""
    path = folder / ("no" if label else "yes") / file
    image = Image.open(path).convert("L")
    return np.asarray(image.resize((SIZE, SIZE), Image.Resampling.BILINEAR))


rows = zip(table["file"], table["label"], strict=True)
x = np.array([load(*row) for row in rows])[..., None]
y = table["label"].to_numpy("float32")
fold = table["fold"].to_numpy()


# %% Network
def original():
    return keras.Sequential(
        [
            keras.Input((SIZE, SIZE, 1)),
            layers.Conv2D(16, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


# %% Answers
def answers(model, x):
    """Return the probability of no tumour for each image."""
    parts = [
        keras.ops.convert_to_numpy(model(x[i : i + 20]))
        for i in range(0, len(x), 20)
    ]
    return np.concatenate(parts)[:, 0].round(6)


# %% Training on each fold tags=["progress"]
finished = Path("checkpoints")
finished.mkdir(exist_ok=True)
for k in range(5):
    if (finished / f"history-{k}.csv").exists():
        continue  # trained before an interruption
    keras.utils.set_random_seed(k)
    model = original()
    model.compile(
        optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"]
    )
    print(f"fold {k}")
    held_out = fold == k
    fit = model.fit(
        x[~held_out],
        y[~held_out],
        batch_size=64,
        epochs=NUM_EPOCHS,
        validation_data=(x[held_out], y[held_out]),
        verbose=2,
    )
    seen = table[held_out][["file", "label", "fold"]]
    seen = seen.assign(p_no=answers(model, x[held_out]))
    seen.to_csv(finished / f"predictions-{k}.csv", index=False)
    curves = pd.DataFrame(fit.history).assign(fold=k)
    curves = curves.assign(epoch=curves.index + 1).round(6)
    curves.to_csv(finished / f"history-{k}.csv", index=False)

# %% Files for the figures
results = Path("artefacts/train_original_folds")
results.mkdir(parents=True, exist_ok=True)
for part in ("history", "predictions"):
    pieces = [pd.read_csv(finished / f"{part}-{k}.csv") for k in range(5)]
    pd.concat(pieces).to_csv(results / f"{part}.csv", index=False)

# %% Values tags=["values"]
predictions = pd.read_csv(results / "predictions.csv")
right = (predictions["p_no"] > 0.5) == (predictions["label"] == 1)
by_fold = right.groupby(predictions["fold"]).mean()
{
    "num_epochs": NUM_EPOCHS,
    "parameters": original().count_params(),
    "accuracy": float(right.mean()),
    "lowest": float(by_fold.min()),
    "highest": float(by_fold.max()),
}
