# ---
# jupyter:
#   hamgasht:
#     data: [br35h]
#     device: gpu
#     limit: 14400
#     smoke: {NUM_EPOCHS: 1, SEEDS: [0, 1], SIZE: 64}
#     tolerances: {default: 0.05, first_loss: 30, first_loss_spread: 30}
# ---
# %% [markdown]
# # The original network, trained
# Both ways of writing it, on the original's own split, over several seeds.
# Leaves histories and predictions as files. An interrupted run goes on where
# the last finished training ended.

# %% Imports
import zipfile
from pathlib import Path

import gdown
import keras
import pandas as pd
import tensorflow as tf
from keras import layers

# %% Settings tags=["parameters"]
NUM_EPOCHS = 15
SEEDS = [0, 1, 2]
SIZE = 256

# %% Data
DRIVE_ID = "1SCpVEdJ6_Y0Acy2iW05ENIMh-OCcFz3P"

folder = Path("data/br35h")  # yes/ and no/
if not folder.exists():
    gdown.download(id=DRIVE_ID, output="br35h.zip")
    zipfile.ZipFile("br35h.zip").extractall(folder)

# %% Loader
train_set, val_set = keras.utils.image_dataset_from_directory(
    folder,
    labels="inferred",  # the class is the name of the folder
    class_names=["yes", "no"],  # so yes is 0 and no is 1
    label_mode="binary",
    color_mode="grayscale",
    image_size=(SIZE, SIZE),  # stretched to a square
    batch_size=64,
    shuffle=True,
    seed=20,  # the same for both parts, or they overlap
    validation_split=0.2,
    subset="both",
)

# %% Input pipeline
val_files = [Path(name).name for name in val_set.file_paths]
# Decoded once, then kept in memory; while the network computes, the next
# batch is made ready.
num_train = len(train_set.file_paths)
train_set = train_set.unbatch().cache()
val_set = val_set.cache().prefetch(tf.data.AUTOTUNE)


def batches(seed):
    """Return the training images, in a new order each epoch."""
    images = train_set.shuffle(num_train, seed=seed)
    images = images.apply(tf.data.experimental.assert_cardinality(num_train))
    return images.batch(64).prefetch(tf.data.AUTOTUNE)


# %% Sequential
def sequential():
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


# %% Functional
def functional():
    image = keras.Input((SIZE, SIZE, 1))
    x = image
    for filters in (16, 32, 64):
        x = layers.Conv2D(filters, 3, activation="relu")(x)
        x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    x = layers.Dense(64, activation="relu")(x)
    return keras.Model(image, layers.Dense(1, activation="sigmoid")(x))


# %% Training tags=["progress"]
runs = [("Sequential", sequential, seed) for seed in SEEDS]
runs.append(("Functional", functional, SEEDS[0]))  # the same seed again
finished = Path("checkpoints")
finished.mkdir(exist_ok=True)

for api, build, seed in runs:
    if (finished / f"{api}-{seed}.csv").exists():
        continue  # trained before an interruption
    keras.utils.set_random_seed(seed)
    model = build()
    model.compile(
        optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"]
    )
    print(f"{api}, seed {seed}")
    fit = model.fit(
        batches(seed),
        validation_data=val_set,
        epochs=NUM_EPOCHS,
        shuffle=False,  # batches() does it
        verbose=2,
    )
    answers = model.predict(val_set, verbose=0)[:, 0]
    labels = [int(label) for _, batch in val_set for label in batch[:, 0]]
    pd.DataFrame(
        {"file": val_files, "label": labels, "p_no": answers.round(6)}
    ).to_csv(finished / f"{api}-{seed}-predictions.csv", index=False)
    curves = pd.DataFrame(fit.history).assign(api=api, seed=seed)
    curves = curves.assign(epoch=curves.index + 1)
    curves.to_csv(finished / f"{api}-{seed}.csv", index=False)

# %% Files for the figures
results = Path("artefacts/train_original")
results.mkdir(parents=True, exist_ok=True)
names = [f"{api}-{seed}" for api, _, seed in runs]
history = pd.concat(pd.read_csv(finished / f"{name}.csv") for name in names)
history.round(6).to_csv(results / "history.csv", index=False)
predictions = pd.read_csv(finished / f"{names[0]}-predictions.csv")
predictions.to_csv(results / "predictions.csv", index=False)

# %% Values tags=["values"]
first = history[history["epoch"] == 1]
last = history[history["epoch"] == NUM_EPOCHS]
plain = last[last["api"] == "Sequential"]["val_accuracy"]
one, other = (
    history[(history["api"] == api) & (history["seed"] == SEEDS[0])]
    for api in ("Sequential", "Functional")
)
gap = (
    one["val_accuracy"].to_numpy() - other["val_accuracy"].to_numpy()
).max()
{
    "num_epochs": NUM_EPOCHS,
    "num_seeds": len(SEEDS),
    "num_train": num_train,
    "num_val": len(val_files),
    "parameters": sequential().count_params(),
    "first_loss": float(first["loss"].mean()),
    "first_loss_spread": float(first["loss"].max() - first["loss"].min()),
    "val_accuracy": float(plain.mean()),
    "val_accuracy_low": float(plain.min()),
    "val_accuracy_high": float(plain.max()),
    "api_gap": float(abs(gap).max()),
}
