# ---
# jupyter:
#   hamgasht:
#     needs: [q4_mri_classifier/twins]
#     data: [br35h]
#     device: gpu
#     limit: 14400
#     smoke: {NUM_EPOCHS: 2, FOLDS: [0]}
#     tolerances: {default: 0.05}
# ---
# %% [markdown]
# # Step by step to a better network
# Changes the small network one step at a time, and trains each step on the
# same five folds. The folds come from `twins.py`: run that file first, in the
# same folder. An interrupted run goes on where the last finished fold ended.

# %% Imports
import time
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from keras import layers
from PIL import Image, ImageOps

# %% Settings tags=["parameters"]
NUM_EPOCHS = 12
FOLDS = [0, 1, 2, 3, 4]

# %% Images and folds
SIZE = 64
table = pd.read_csv("artefacts/twins/groups.csv")  # written by twins.py
folder = Path("data/br35h")  # downloaded by twins.py


def load(file, label):
    """Return one grey image three times: stretched, padded and cropped."""
    path = folder / ("no" if label else "yes") / file
    image = Image.open(path).convert("L")
    square = (SIZE, SIZE), Image.Resampling.BILINEAR
    padded = ImageOps.pad(image, *square)  # black edges
    cropped = ImageOps.fit(image, *square)  # its middle
    return np.array([image.resize(*square), padded, cropped])


names = list(zip(table["file"], table["label"], strict=True))
images = np.array([load(*name) for name in names])
stretched, padded, cropped = images.swapaxes(0, 1)
y = table["label"].to_numpy("float32")
fold = table["fold"].to_numpy()


# %% The original layers
def original():
    """Return the original's layers, for small images scaled to 0..1."""
    return keras.Sequential(
        [
            keras.Input((SIZE, SIZE, 1)),
            layers.Rescaling(1 / 255),
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


# %% The small network
def small(
    average=True, maximum=True, norm="batch", dropout=0.4, augment=False
):
    """Return four convolutions and a global pooling, with what is asked."""
    image = keras.Input((SIZE, SIZE, 1))
    x = image
    if augment:  # works in training only
        x = layers.RandomFlip("horizontal")(x)
        x = layers.RandomTranslation(0.06, 0.06, fill_mode="constant")(x)
        x = layers.RandomZoom(0.1, 0.1, fill_mode="constant")(x)
        x = layers.RandomBrightness(0.15)(x)
        x = layers.RandomContrast(0.3, value_range=(0, 255))(x)
    x = layers.Rescaling(1 / 127.5, -1)(x)
    for filters in (16, 32, 64, 128):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=not norm)(x)
        if norm == "batch":
            x = layers.BatchNormalization()(x)
        elif norm == "group":  # eight channels of one image at a time
            x = layers.GroupNormalization(filters // 8)(x)
        x = layers.Activation("relu")(x)
        x = layers.MaxPooling2D()(x)
    pooled = []
    if average:
        pooled.append(layers.GlobalAveragePooling2D()(x))
    if maximum:
        pooled.append(layers.GlobalMaxPooling2D()(x))
    x = layers.Concatenate()(pooled) if len(pooled) > 1 else pooled[0]
    x = layers.Dropout(dropout)(x)
    return keras.Model(image, layers.Dense(1, activation="sigmoid")(x))


# %% The steps
plain = {"maximum": False, "norm": None, "dropout": 0.0}
group = plain | {"norm": "group"}
norm = plain | {"norm": "batch"}
both = norm | {"maximum": True}
# name: network, averaged weights and a decaying rate, images, epochs
steps = {
    "original layers, 64×64, rescaled": (original, False, stretched, 1),
    "global average pooling": (lambda: small(**plain), False, stretched, 1),
    "group normalisation": (lambda: small(**group), False, stretched, 1),
    "batch normalisation": (lambda: small(**norm), False, stretched, 1),
    "global maximum beside the average": (
        lambda: small(**both),
        False,
        stretched,
        1,
    ),
    "dropout": (small, False, stretched, 1),
    "averaged weights, decaying rate": (small, True, stretched, 1),
    "augmentation": (lambda: small(augment=True), True, stretched, 2),
    "augmentation, group normalisation": (
        lambda: small(norm="group", augment=True),
        True,
        stretched,
        2,
    ),
    "aspect ratio kept": (small, True, padded, 1),
    "aspect ratio kept, augmentation": (
        lambda: small(augment=True),
        True,
        padded,
        2,
    ),
    "cropped to a square, augmentation": (
        lambda: small(augment=True),
        True,
        cropped,
        2,
    ),
}
parameters = {
    name: build().count_params() for name, (build, *_) in steps.items()
}
pd.DataFrame(parameters.items(), columns=["step", "parameters"])


# %% One training
def train(build, averaged, x, num_epochs, k):
    """Return a network trained on all folds but one, and its history."""
    keras.utils.set_random_seed(k)
    model = build()
    held_out = fold == k
    optimizer, callbacks = "adam", []
    if averaged:
        num_steps = num_epochs * -(-int((~held_out).sum()) // 64)
        rate = keras.optimizers.schedules.CosineDecay(3e-3, num_steps)
        optimizer = keras.optimizers.AdamW(
            rate, weight_decay=1e-3, use_ema=True, ema_momentum=0.98
        )
        callbacks = [keras.callbacks.SwapEMAWeights(swap_on_epoch=False)]
    model.compile(
        optimizer=optimizer, loss="binary_crossentropy", metrics=["accuracy"]
    )
    fit = model.fit(
        x[~held_out][..., None],
        y[~held_out],
        batch_size=64,
        epochs=num_epochs,
        validation_data=(x[held_out][..., None], y[held_out]),
        callbacks=callbacks,
        verbose=2,
    )
    return model, pd.DataFrame(fit.history)


# %% Answers
def answers(model, x):
    """Return the probability of no tumour for each image."""
    parts = [
        keras.ops.convert_to_numpy(
            model(x[i : i + 100, ..., None], training=False)
        )
        for i in range(0, len(x), 100)
    ]
    return np.concatenate(parts)[:, 0].round(5)


# %% Training of all steps tags=["progress"]
finished = Path("checkpoints")
finished.mkdir(exist_ok=True)
for number, (name, (build, averaged, x, longer)) in enumerate(steps.items()):
    for k in FOLDS:
        if (finished / f"history-{number}-{k}.csv").exists():
            continue  # trained before an interruption
        print(f"{name}, fold {k}")
        num_epochs = longer * NUM_EPOCHS
        start = time.perf_counter()
        model, curves = train(build, averaged, x, num_epochs, k)
        seconds = (time.perf_counter() - start) / num_epochs
        seen = table[fold == k][["file", "label", "fold"]]
        seen = seen.assign(step=name, p_no=answers(model, x[fold == k]))
        seen.to_csv(finished / f"predictions-{number}-{k}.csv", index=False)
        model.save_weights(finished / f"{number}-{k}.weights.h5")
        curves = curves.assign(step=name, fold=k, epoch=curves.index + 1)
        curves = curves.assign(seconds=round(seconds, 2))
        part = finished / "history.part"  # whole or not at all, and last
        curves.to_csv(part, index=False)
        part.replace(finished / f"history-{number}-{k}.csv")

# %% Files for the figures
results = Path("artefacts/train_folds")
results.mkdir(parents=True, exist_ok=True)
pairs = [(number, k) for number in range(len(steps)) for k in FOLDS]
history, predictions = (
    pd.concat(pd.read_csv(finished / f"{part}-{n}-{k}.csv") for n, k in pairs)
    for part in ("history", "predictions")
)
seconds = history.groupby("step", sort=False)["seconds"].min()
seconds.to_csv(results / "seconds.csv")
history = history.drop(columns="seconds").round(5)
history.to_csv(results / "history.csv", index=False)
numbers = {name: number for number, name in enumerate(steps)}
predictions["step"] = predictions["step"].map(numbers)
for number, part in predictions.groupby("step"):
    part = part.drop(columns="step")
    part.to_csv(results / f"predictions-{number}.csv", index=False)
pd.Series(parameters, name="parameters").to_csv(results / "steps.csv")

# %% The best network's weights
right = (predictions["p_no"] > 0.5) == (predictions["label"] == 1)
accuracy = right.groupby(predictions["step"]).mean()
whole = [
    "dropout",
    "averaged weights, decaying rate",
    "augmentation",
    "augmentation, group normalisation",
]
best = accuracy[[numbers[name] for name in whole]].idxmax()
weights = finished / f"{best}-{FOLDS[0]}.weights.h5"
(results / "best.weights.h5").write_bytes(weights.read_bytes())
print("best step with the whole network:", list(steps)[best])

# %% Values tags=["values"]
{
    "num_epochs": NUM_EPOCHS,
    "num_folds": len(FOLDS),
    "num_steps": len(steps),
    "size": SIZE,
    "best": int(best),
    "best_accuracy": float(accuracy[best]),
    "best_parameters": list(parameters.values())[best],
    **{
        f"accuracy_{number}": float(rate) for number, rate in accuracy.items()
    },
}
