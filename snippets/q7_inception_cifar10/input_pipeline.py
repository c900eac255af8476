# ---
# jupyter:
#   hamgasht:
#     data: [br35h]
#     device: gpu
#     limit: 600
#     smoke: {NUM_EPOCHS: 2, SIZE: 64}
#     tolerances: {default: 5, ratio: 0.5}
# ---
# %% [markdown]
# # Seconds a step: images from files, or from memory
# One network, one fifth of Br35H, two ways to feed it: the loader as it
# comes, which opens and decodes every file in every epoch, and the training
# loop of chapter 4, which decodes once and keeps the images in memory.

# %% Imports
import time
import zipfile
from pathlib import Path

import gdown
import keras
import pandas as pd
import tensorflow as tf
from keras import layers

# %% Settings tags=["parameters"]
NUM_EPOCHS = 4  # the first one only warms up
SIZE = 256

# %% Data
DRIVE_ID = "1SCpVEdJ6_Y0Acy2iW05ENIMh-OCcFz3P"

folder = Path("data/br35h")  # yes/ and no/
if not folder.exists():
    gdown.download(id=DRIVE_ID, output="br35h.zip")
    zipfile.ZipFile("br35h.zip").extractall(folder)


# %% From files
def from_files():
    """Return a fifth of the images, decoded anew in every epoch."""
    return keras.utils.image_dataset_from_directory(
        folder,
        class_names=["yes", "no"],
        label_mode="binary",
        color_mode="grayscale",
        image_size=(SIZE, SIZE),
        batch_size=64,
        seed=20,
        validation_split=0.2,
        subset="validation",
        verbose=False,
    )


# %% From memory
def from_memory():
    """Return the same images, decoded once; the next batch in advance."""
    files = from_files()
    count = len(files.file_paths)
    images = files.unbatch().cache().shuffle(count, seed=20)
    images = images.apply(tf.data.experimental.assert_cardinality(count))
    return images.batch(64).prefetch(tf.data.AUTOTUNE)


# %% Network of chapter 4
def network():
    model = keras.Sequential([keras.Input((SIZE, SIZE, 1))])
    for filters in (16, 32, 64):
        model.add(layers.Conv2D(filters, 3, activation="relu"))
        model.add(layers.MaxPooling2D())
    model.add(layers.Flatten())
    model.add(layers.Dense(64, activation="relu"))
    model.add(layers.Dense(1, activation="sigmoid"))
    model.compile(optimizer="adam", loss="binary_crossentropy")
    return model


# %% Clock
class Clock(keras.callbacks.Callback):
    """Notes how long each epoch takes."""

    def on_train_begin(self, logs=None):
        self.seconds = []

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.seconds.append(time.perf_counter() - self.start)


# %% Measure tags=["progress"]
ways = {"from files": from_files, "from memory": from_memory}
rows = []
for name, images in ways.items():
    print(name)
    keras.utils.set_random_seed(0)
    clock, batches = Clock(), images()
    network().fit(
        batches,
        epochs=NUM_EPOCHS,
        shuffle=False,  # both ways do it themselves
        callbacks=[clock],
        verbose=0,
    )
    steps = int(batches.cardinality())
    warm = pd.Series(clock.seconds[1:]) / steps
    rows.append((name, steps, warm.median(), warm.min(), warm.max()))

# %% Seconds a step
table = pd.DataFrame(
    rows,
    columns=["images", "steps", "median seconds", "fewest", "most"],
)
table.round(3)

# %% Ratio
seconds = dict(zip(table["images"], table["median seconds"], strict=True))
ratio = seconds["from memory"] / seconds["from files"]
print(f"from memory / from files: {ratio:.2f}")

# %% Values tags=["values"]
{
    "steps": int(table["steps"][0]),
    "epochs": NUM_EPOCHS - 1,
    "seconds_files": float(seconds["from files"]),
    "seconds_memory": float(seconds["from memory"]),
    "ratio": float(ratio),
}
