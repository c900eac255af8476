# ---
# jupyter:
#   hamgasht:
#     needs: [q4_mri_classifier/twins]
#     data: [br35h]
#     limit: 3600
#     smoke: {NUM_EPOCHS: 1, FOLDS: [0]}
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # The same weights, two statistics
# Trains the step with batch normalisation again, and scores the weights of
# each epoch twice: with the layer's running averages, and with statistics
# computed anew. The folds come from `twins.py`: run that file first, in the
# same folder.

# %% Imports
import math
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from keras import layers
from PIL import Image

# %% Settings tags=["parameters"]
NUM_EPOCHS = 12
FOLDS = [0, 1, 2, 3, 4]

# %% Images and folds
SIZE = 64
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
def network():
    """Return four convolutions with batch normalisation, and an average."""
    image = keras.Input((SIZE, SIZE, 1))
    x = layers.Rescaling(1 / 127.5, -1)(image)
    for filters in (16, 32, 64, 128):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization()(x)  # momentum is 0.99
        x = layers.Activation("relu")(x)
        x = layers.MaxPooling2D()(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(1, activation="sigmoid")(x))


# %% Statistics computed anew
def norms(model):
    """Return a network's layers of batch normalisation."""
    return [
        layer
        for layer in model.layers
        if isinstance(layer, layers.BatchNormalization)
    ]


def with_new_statistics(model, images):
    """Return a copy of a network, with mean and variance of these images."""
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    for number, start in enumerate(range(0, len(images), 64)):
        for layer in norms(copy):
            layer.momentum = number / (number + 1)  # a plain mean
        copy(images[start : start + 64], training=True)
    return copy


def accuracy(model, images, labels):
    """Return the share of images that a network answers right."""
    p_no = keras.ops.convert_to_numpy(model(images, training=False))[:, 0]
    return float(((p_no > 0.5) == labels).mean())


# %% A shorter memory
class ShorterMemory(keras.callbacks.Callback):
    """Follows the running averages as momentum 0.9 would have made them.

    The weights do not depend on them: a training uses each batch's own.
    """

    def read(self):
        """Return mean and variance of all layers, in float64."""
        return [
            keras.ops.convert_to_numpy(variable).astype("float64")
            for layer in norms(self.model)
            for variable in (layer.moving_mean, layer.moving_variance)
        ]

    def set_model(self, model):
        super().set_model(model)
        if not hasattr(self, "short"):
            self.long, self.short = self.read(), self.read()

    def on_train_batch_end(self, batch, logs=None):
        old, self.long = self.long, self.read()
        self.short = [
            0.9 * short + 0.1 * (new - 0.99 * before) / 0.01  # of this batch
            for short, new, before in zip(
                self.short, self.long, old, strict=True
            )
        ]

    def network(self):
        """Return a copy of the network with the averages followed here."""
        copy = keras.models.clone_model(self.model)
        copy.set_weights(self.model.get_weights())
        for number, layer in enumerate(norms(copy)):
            layer.moving_mean.assign(self.short[2 * number])
            layer.moving_variance.assign(self.short[2 * number + 1])
        return copy


# %% Training tags=["progress"]
rows = []
for k in FOLDS:
    print(f"fold {k}")
    held_out = fold == k
    trained, seen = np.flatnonzero(~held_out), (x[held_out], y[held_out])
    many = min(1024, len(trained))
    some = np.random.default_rng(k).choice(trained, many, replace=False)
    keras.utils.set_random_seed(k)
    model = network()
    model.compile(
        optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"]
    )
    shorter = ShorterMemory()
    for epoch in range(1, NUM_EPOCHS + 1):
        model.fit(
            x[trained],
            y[trained],
            batch_size=64,
            callbacks=[shorter],
            verbose=2,
        )
        anew = with_new_statistics(model, x[some])
        networks = model, shorter.network(), anew  # the same weights
        rows.append((k, epoch, *(accuracy(n, *seen) for n in networks)))

# %% Files for the figures
columns = ["fold", "epoch", "running", "shorter", "anew"]
history = pd.DataFrame(rows, columns=columns)
results = Path("artefacts/train_norm")
results.mkdir(parents=True, exist_ok=True)
history.round(6).to_csv(results / "history.csv", index=False)

# %% Values tags=["values"]
last = history[history["epoch"] == NUM_EPOCHS]
{
    "num_epochs": NUM_EPOCHS,
    "num_folds": len(FOLDS),
    "steps": math.ceil((fold != 0).sum() / 64),
    "running": float(last["running"].mean()),
    "shorter": float(last["shorter"].mean()),
    "anew": float(last["anew"].mean()),
}
