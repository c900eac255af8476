# ---
# jupyter:
#   hamgasht:
#     data: [cifar10.npz]
#     limit: 7200
#     smoke: {NUM_EPOCHS: 1, SEEDS: [0]}
#     tolerances: {default: 0.06, changed: 5}
# ---
# %% [markdown]
# # Colours alone
# A network that has 1×1 layers and global average pooling and nothing else
# is trained on CIFAR-10 and asked again with all pixels shuffled. It takes
# images of any size, and trains on every fourth pixel, in a quarter of the
# time. An interrupted run goes on where the last finished training ended.

# %% Imports
import math
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from keras import layers

# %% Settings tags=["parameters"]
NUM_EPOCHS = 16
SEEDS = [0, 1, 2]

# %% Data
file = Path("data/cifar10.npz")
if not file.exists():
    file.parent.mkdir(exist_ok=True)
    (x, y), (x_test, y_test) = keras.datasets.cifar10.load_data()
    np.savez(file, x_train=x, y_train=y, x_test=x_test, y_test=y_test)
data = np.load(file)
x_train, x_test = data["x_train"], data["x_test"]  # bytes, 0 to 255
y_train, y_test = data["y_train"].ravel(), data["y_test"].ravel()

# %% Network without neighbours
CHANNELS = 48


def colours_alone():
    """Return a network of 1×1 layers: no stride, no pooling but the last."""
    image = keras.Input((None, None, 3))
    x = layers.Rescaling(1 / 255)(image)
    for _ in range(3):
        x = layers.Conv2D(CHANNELS, 1, use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


# %% Shuffled pixels
def shuffle_pixels(images, seed):
    """Return the images, the pixels of each in a random order of its own."""
    pixels = images.reshape(len(images), -1, 3)
    order = np.tile(np.arange(pixels.shape[1]), (len(pixels), 1))
    order = np.random.default_rng(seed).permuted(order, axis=1)
    shuffled = np.take_along_axis(pixels, order[..., None], axis=1)
    return shuffled.reshape(images.shape)


def answers(model, x):
    """Return the class that the model gives to each image."""
    parts = [model(x[i : i + 500]) for i in range(0, len(x), 500)]
    parts = [keras.ops.convert_to_numpy(part) for part in parts]
    return np.concatenate(parts).argmax(axis=1)


# %% Training tags=["progress"]
finished = Path("checkpoints")
finished.mkdir(exist_ok=True)
for seed in SEEDS:
    if (finished / f"{seed}.csv").exists():
        continue  # trained before an interruption
    keras.utils.set_random_seed(seed)
    model = colours_alone()
    steps = NUM_EPOCHS * math.ceil(len(x_train) / 64)
    rate = keras.optimizers.schedules.CosineDecay(0.002, steps)
    model.compile(
        keras.optimizers.Adam(rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.fit(
        x_train[:, ::2, ::2],  # every fourth pixel
        y_train,
        batch_size=64,
        epochs=NUM_EPOCHS,
        verbose=2,
    )
    before = answers(model, x_test)
    after = answers(model, shuffle_pixels(x_test, seed))
    row = {
        "seed": seed,
        "parameters": model.count_params(),
        "right, in training": int((answers(model, x_train) == y_train).sum()),
        "right": int((before == y_test).sum()),
        "right, pixels shuffled": int((after == y_test).sum()),
        "answers that changed": int((before != after).sum()),
    }
    pd.DataFrame([row]).to_csv(finished / f"{seed}.csv", index=False)

# %% Right answers
scores = pd.concat(pd.read_csv(finished / f"{seed}.csv") for seed in SEEDS)
scores = scores.reset_index(drop=True)
scores

# %% Values tags=["values"]
accuracy = scores["right"] / len(x_test)
{
    "num_epochs": NUM_EPOCHS,
    "num_seeds": len(SEEDS),
    "num_train": len(x_train),
    "num_test": len(x_test),
    "training_accuracy": float(
        (scores["right, in training"] / len(x_train)).mean()
    ),
    "accuracy": float(accuracy.mean()),
    "lowest": float(accuracy.min()),
    "highest": float(accuracy.max()),
    "parameters": int(scores["parameters"].iloc[0]),
    "changed": int(scores["answers that changed"].max()),
}
