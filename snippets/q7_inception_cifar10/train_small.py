# ---
# jupyter:
#   hamgasht:
#     data: [cifar10.npz]
#     device: gpu
#     limit: 28800
#     smoke: {NUM_EPOCHS: 1, HELD_OUT: 50, PRECISION: float32}
#     tolerances: {default: 0.06}
# ---
# %% [markdown]
# # Step by step to a smaller and better network
# A small Inception network, changed one step at a time. Steps are compared
# on images held out of the training set; the test set is seen once, at the
# end. An interrupted run goes on after the last finished epoch.

# %% Imports
import time
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from keras import layers

# %% Settings tags=["parameters"]
NUM_EPOCHS = 8
BATCH = 64
SEED = 0
HELD_OUT = 5000
PRECISION = "mixed_bfloat16"  # or "float32"; "mixed_float16" on older GPUs

# %% Data
file = Path("data/cifar10.npz")
if not file.exists():
    file.parent.mkdir(exist_ok=True)
    (x, y), (x_test, y_test) = keras.datasets.cifar10.load_data()
    np.savez(file, x_train=x, y_train=y, x_test=x_test, y_test=y_test)
data = np.load(file)
x_train, x_val = np.split(data["x_train"], [-HELD_OUT])
y_train, y_val = np.split(data["y_train"].ravel(), [-HELD_OUT])
x_test, y_test = data["x_test"], data["y_test"].ravel()


# %% Augmentation
def augmented(x, rng):
    """Return the images moved by up to 4 pixels, half of them mirrored."""
    edges = [(0, 0), (4, 4), (4, 4), (0, 0)]
    padded = np.pad(x, edges, mode="reflect")
    down, right = rng.integers(0, 9, (2, len(x)))
    moved = np.empty_like(x)
    for i in range(9):
        for j in range(9):
            chosen = (down == i) & (right == j)
            moved[chosen] = padded[chosen, i : i + 32, j : j + 32]
    mirrored = rng.random(len(x)) < 0.5
    moved[mirrored] = moved[mirrored, :, ::-1]
    return moved


# %% Input pipeline
options = tf.data.Options()
options.autotune.enabled = False  # its thread ends up to a minute too late


def batches(x, y):
    """Return batches scaled to 0..1; the next is made while one trains."""
    images = tf.data.Dataset.from_tensor_slices((x, y)).batch(BATCH)
    images = images.map(lambda x, y: (tf.cast(x, "float32") / 255, y))
    return images.prefetch(4).with_options(options)


def shuffled(epoch, augment):
    """Return the training images as this epoch sees them."""
    rng = np.random.default_rng([SEED, epoch])
    order = rng.permutation(len(x_train))
    x = x_train[order]
    return batches(augmented(x, rng) if augment else x, y_train[order])


val_set, test_set = batches(x_val, y_val), batches(x_test, y_test)


# %% Small Inception network
def conv(x, filters, size):
    x = layers.Conv2D(filters, size, padding="same", use_bias=False)(x)
    return layers.Activation("relu")(layers.BatchNormalization()(x))


def inception(x, filters):
    """Return the question's module, with any number of filters a branch."""
    half = filters // 2
    one = conv(x, filters, 1)
    three = conv(conv(x, half, 1), filters, 3)
    five = conv(conv(x, half, 1), filters, 5)
    pooled = layers.MaxPooling2D(3, strides=1, padding="same")(x)
    pooled = conv(pooled, filters, 1)
    return layers.Concatenate()([one, three, five, pooled])


def small():
    """Return four modules and a global average pooling."""
    image = keras.Input((32, 32, 3))
    x = layers.MaxPooling2D()(conv(image, 32, 3))
    x = layers.MaxPooling2D()(inception(x, 32))
    for _ in range(3):
        x = inception(x, 64)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dense(10, activation="softmax", dtype="float32")(x)
    return keras.Model(image, x)


# %% Learning rate
def decaying(num_epochs):
    """Return a rate that rises for half an epoch, then falls to zero."""
    epoch = -(-len(x_train) // BATCH)  # updates
    return keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=1e-4,
        warmup_target=3e-3,
        warmup_steps=epoch // 2,
        decay_steps=num_epochs * epoch - epoch // 2,
    )


# %% The steps
# name: learning rate, augmentation, epochs
steps = {
    "four modules, global average pooling": (1e-3, False, NUM_EPOCHS),
    "decaying rate": (decaying(NUM_EPOCHS), False, NUM_EPOCHS),
    "augmentation": (decaying(2 * NUM_EPOCHS), True, 2 * NUM_EPOCHS),
}
small().count_params()

# %% Training of all steps tags=["progress"]
keras.config.set_dtype_policy(PRECISION)
finished = Path("checkpoints")
finished.mkdir(exist_ok=True)

# The last step first: it is the one that the others lead to.
for number, (name, step) in reversed(list(enumerate(steps.items()))):
    rate, augment, num_epochs = step
    weights = None
    for epoch in range(1, num_epochs + 1):
        row = finished / f"{number}-{epoch}.csv"
        before, weights = weights, finished / f"{number}-{epoch}.keras"
        if row.exists():
            continue  # trained before an interruption
        print(f"{name}, epoch {epoch} of {num_epochs}")
        keras.utils.set_random_seed(SEED + epoch)
        if before is None:
            model = small()
            model.compile(
                optimizer=keras.optimizers.Adam(rate),
                loss="sparse_categorical_crossentropy",
                metrics=["accuracy"],
            )
        else:  # from the file, interrupted or not: so both end alike
            model = keras.models.load_model(before)
        start = time.perf_counter()
        fit = model.fit(shuffled(epoch, augment), shuffle=False, verbose=2)
        seconds = time.perf_counter() - start
        loss, accuracy = model.evaluate(val_set, verbose=0)
        print(f"{accuracy:.4f} of the held-out images right")
        curves = pd.DataFrame(fit.history).assign(
            val_accuracy=accuracy, val_loss=loss, seconds=seconds
        )
        model.save(weights)
        curves.assign(step=name, epoch=epoch).to_csv(row, index=False)

# %% Files for the figures
results = Path("artefacts/train_small")
results.mkdir(parents=True, exist_ok=True)
history = pd.concat(
    pd.read_csv(finished / f"{number}-{epoch}.csv")
    for number, (*_, num_epochs) in enumerate(steps.values())
    for epoch in range(1, num_epochs + 1)
)
seconds = history.groupby("step", sort=False)["seconds"].median()
seconds.round(1).to_csv(results / "seconds.csv")
columns = ["step", "epoch", "accuracy", "loss", "val_accuracy", "val_loss"]
history = history[columns].round(5)
history.to_csv(results / "history.csv", index=False)

# %% The test set, once
right, predicted = {}, {}
for number, (name, (*_, num_epochs)) in enumerate(steps.items()):
    model = keras.models.load_model(finished / f"{number}-{num_epochs}.keras")
    answers = model.predict(test_set, verbose=0)
    predicted[name] = answers.argmax(axis=1)
    right[name] = float((predicted[name] == y_test).mean())
pd.Series(right, name="test_accuracy").to_csv(
    results / "test.csv", index_label="step"
)

# %% The best network as a file
last = history.groupby("step", sort=False).last()
best = last["val_accuracy"].idxmax()
pd.DataFrame({"label": y_test, "predicted": predicted[best]}).to_csv(
    results / "predicted.csv", index=False
)
number = list(steps).index(best)
trained = keras.models.load_model(
    finished / f"{number}-{steps[best][2]}.keras"
)
keras.config.set_dtype_policy("float32")  # for any machine
model = small()
model.set_weights(trained.get_weights())
model.save(results / "small_inception.keras")

# %% Values tags=["values"]
{
    "num_epochs": NUM_EPOCHS,
    "longest": max(num_epochs for *_, num_epochs in steps.values()),
    "num_steps": len(steps),
    "held_out": HELD_OUT,
    "best": number,
    "best_accuracy": float(last.loc[best, "val_accuracy"]),
    "test_accuracy": right[best],
    "parameters": model.count_params(),
    **{
        f"accuracy_{number}": float(last.loc[name, "val_accuracy"])
        for number, name in enumerate(steps)
    },
    **{
        f"test_accuracy_{number}": right[name]
        for number, name in enumerate(steps)
    },
}
