# ---
# jupyter:
#   hamgasht:
#     data: [br35h]
#     device: gpu
#     limit: 900
#     smoke: {NUM_ROUNDS: 2, NUM_EPOCHS: 1, SIZE: 64}
#     tolerances:
#       {default: 5, ratio: 0.5, ratio_least: 0.6, ratio_most: 0.7,
#        steps: 0, rounds: 0, epochs: 0}
# ---
# %% [markdown]
# # Seconds a step: images from files, or from memory
# One network, one fifth of Br35H, two ways to feed it: the loader as it
# comes, which opens and decodes every file in every epoch, and the training
# loop of chapter 4, which decodes once and keeps the images in memory. The
# ways take turns, so that what else the machine does meets both alike.

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
NUM_ROUNDS = 5
NUM_EPOCHS = 2  # of each way in each round
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


# %% One turn
class Clock(keras.callbacks.Callback):
    """Notes how long the epochs take, without what `fit` does around them."""

    def on_train_begin(self, logs=None):
        self.seconds = 0

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        self.seconds += time.perf_counter() - self.start


def seconds_a_step(model, batches, num_epochs):
    """Return the seconds a step of some more epochs."""
    clock = Clock()
    model.fit(
        batches,
        epochs=num_epochs,
        shuffle=False,  # both ways do it themselves
        callbacks=[clock],
        verbose=0,
    )
    return clock.seconds / num_epochs / int(batches.cardinality())


# %% In turns tags=["progress"]
ways = {"from files": from_files(), "from memory": from_memory()}
models = {}
for name, batches in ways.items():
    print("warming up", name)
    keras.utils.set_random_seed(0)
    models[name] = network()
    seconds_a_step(models[name], batches, 1)  # traces, and fills the memory
rounds = []
for number in range(NUM_ROUNDS):
    print(f"round {number + 1} of {NUM_ROUNDS}")
    rounds.append(
        {
            name: seconds_a_step(models[name], batches, NUM_EPOCHS)
            for name, batches in ways.items()
        }
    )

# %% Seconds a step
rounds = pd.DataFrame(rounds)
ratios = rounds.div(rounds["from files"], axis=0)  # within a round
table = pd.DataFrame(
    {
        "fastest (s)": rounds.min(),
        "median (s)": rounds.median(),
        "slowest (s)": rounds.max(),
        "times from files": ratios.median(),
        "from": ratios.min(),
        "to": ratios.max(),
    }
)
table.rename_axis("images").reset_index().round(3)

# %% Values tags=["values"]
{
    "steps": int(ways["from files"].cardinality()),
    "rounds": NUM_ROUNDS,
    "epochs": NUM_EPOCHS,
    "seconds_files": rounds["from files"].median(),
    "seconds_memory": rounds["from memory"].median(),
    "ratio": ratios["from memory"].median(),
    "ratio_least": ratios["from memory"].min(),
    "ratio_most": ratios["from memory"].max(),
}
