# ---
# jupyter:
#   hamgasht:
#     data: [cifar10.npz]
#     device: gpu
#     limit: 28800
#     smoke: {NUM_EPOCHS: 2, PRECISION: float32}
#     tolerances: {default: 0.06, bn_best_epoch: 4, plain_best_epoch: 4}
# ---
# %% [markdown]
# # The question's networks, trained
# One network with batch normalisation and dropout and one without, on all of
# CIFAR-10, with the same seed, batches and epochs. Leaves histories and
# predictions as files. An interrupted run goes on after the last finished
# epoch, and ends where an uninterrupted one would.

# %% Imports
import time
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from keras import layers

# %% Settings tags=["parameters"]
NUM_EPOCHS = 10
BATCH = 64
SEED = 0
PRECISION = "mixed_bfloat16"  # or "float32"; "mixed_float16" on older GPUs

# %% Data
file = Path("data/cifar10.npz")
if not file.exists():
    file.parent.mkdir(exist_ok=True)
    (x, y), (x_test, y_test) = keras.datasets.cifar10.load_data()
    np.savez(file, x_train=x, y_train=y, x_test=x_test, y_test=y_test)
data = np.load(file)
x_train, x_test = data["x_train"], data["x_test"]  # bytes, 0 to 255
y_train = keras.utils.to_categorical(data["y_train"], 10)  # one-hot
y_test = keras.utils.to_categorical(data["y_test"], 10)


# %% Input pipeline
options = tf.data.Options()
options.autotune.enabled = False  # its thread ends up to a minute too late


def batches(x, y):
    """Return batches scaled to 0..1; the next is made while one trains."""
    images = tf.data.Dataset.from_tensor_slices((x, y)).batch(BATCH)
    images = images.map(lambda x, y: (tf.cast(x, "float32") / 255, y))
    return images.prefetch(4).with_options(options)


def shuffled(epoch):
    """Return the training images in the order of this epoch."""
    order = np.random.default_rng([SEED, epoch]).permutation(len(x_train))
    return batches(x_train[order], y_train[order])


test_set = batches(x_test, y_test)


# %% Inception module
def conv(x, filters, size):
    return layers.Conv2D(filters, size, padding="same", activation="relu")(x)


def inception(x):
    """Return four branches over the same input, side by side."""
    one = conv(x, 64, 1)
    three = conv(conv(x, 32, 1), 64, 3)
    five = conv(conv(x, 32, 1), 64, 5)
    pooled = layers.MaxPooling2D(3, strides=1, padding="same")(x)
    pooled = conv(pooled, 64, 1)
    return layers.Concatenate()([one, three, five, pooled])


# %% Network
def network(regularised):
    """Return the question's network, with or without BN and dropout."""
    image = keras.Input((32, 32, 3))
    x = image
    for filters in (32, 64, 32):
        x = conv(x, filters, 3)
    x = layers.MaxPooling2D()(x)
    x = inception(x)
    for filters in (128, 256):
        x = conv(x, filters, 3)
        if regularised:
            x = layers.BatchNormalization()(x)
            x = layers.Dropout(0.5)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(10, activation="softmax", dtype="float32")(x)
    return keras.Model(image, x)


# %% Training tags=["progress"]
keras.config.set_dtype_policy(PRECISION)
networks = {"dropout and BN": True, "plain": False}
finished = Path("checkpoints")
finished.mkdir(exist_ok=True)
parameters = {}

for name, regularised in networks.items():
    parameters[name] = network(regularised).count_params()
    weights = None
    for epoch in range(1, NUM_EPOCHS + 1):
        row = finished / f"{name}-{epoch}.csv"
        before, weights = weights, finished / f"{name}-{epoch}.keras"
        if row.exists():
            continue  # trained before an interruption
        # Every epoch starts from the file of the one before, interrupted or
        # not: Keras saves the optimizer's state, but not that of dropout.
        print(f"{name}, epoch {epoch} of {NUM_EPOCHS}")
        keras.utils.set_random_seed(SEED + epoch)
        if before is None:
            model = network(regularised)
            model.compile(
                optimizer="adam",
                loss="categorical_crossentropy",
                metrics=["accuracy"],
            )
        else:
            model = keras.models.load_model(before)
        start = time.perf_counter()
        fit = model.fit(shuffled(epoch), shuffle=False, verbose=2)
        seconds = time.perf_counter() - start
        loss, accuracy = model.evaluate(test_set, verbose=0)
        curves = pd.DataFrame(fit.history).assign(
            val_accuracy=accuracy, val_loss=loss, seconds=seconds
        )
        model.save(weights)
        part = row.with_suffix(".part")  # whole or not at all
        curves.assign(network=name, epoch=epoch).to_csv(part, index=False)
        part.replace(row)

# %% Files for the figures
results = Path("artefacts/train_inception")
results.mkdir(parents=True, exist_ok=True)
history = pd.concat(
    pd.read_csv(finished / f"{name}-{epoch}.csv")
    for name in networks
    for epoch in range(1, NUM_EPOCHS + 1)
)
seconds = history.groupby("network", sort=False)["seconds"].median()
seconds.round(1).to_csv(results / "seconds.csv")
columns = ["network", "epoch", "accuracy", "loss", "val_accuracy", "val_loss"]
history = history[columns].round(5)
history.to_csv(results / "history.csv", index=False)

# %% Predictions for the figures
predicted = {"label": data["y_test"].ravel()}
for name in networks:
    model = keras.models.load_model(finished / f"{name}-{NUM_EPOCHS}.keras")
    answers = model.predict(test_set, verbose=0)
    predicted[name.lower().replace(" ", "_")] = answers.argmax(axis=1)
pd.DataFrame(predicted).to_csv(results / "predicted.csv", index=False)

# %% Values tags=["values"]
values = {
    "num_epochs": NUM_EPOCHS,
    "batch": BATCH,
    "parameters_bn": parameters["dropout and BN"],
    "parameters_plain": parameters["plain"],
    "trained_bn": sum(
        int(np.prod(weight.shape))
        for weight in network(True).trainable_variables
    ),
}
for short, name in (("bn", "dropout and BN"), ("plain", "plain")):
    curves = history[history["network"] == name].set_index("epoch")
    last = curves.loc[NUM_EPOCHS]
    values |= {
        f"{short}_best_epoch": int(curves["val_accuracy"].idxmax()),
        f"{short}_best_val_accuracy": float(curves["val_accuracy"].max()),
        f"{short}_last_val_accuracy": float(last["val_accuracy"]),
        f"{short}_last_accuracy": float(last["accuracy"]),
        f"{short}_gap": float(last["accuracy"] - last["val_accuracy"]),
    }
values
