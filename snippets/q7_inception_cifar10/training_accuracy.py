# ---
# jupyter:
#   hamgasht:
#     limit: 300
#     smoke: {NUM_SEEDS: 1, NUM_EPOCHS: 8}
#     tolerances: {default: 0.03}
# ---
# %% [markdown]
# # What Keras calls the training accuracy of an epoch
# It is a mean over the batches of the epoch, each scored by the weights of
# its own step and with dropout on. Here the same images are scored again at
# the end of each epoch, first with dropout and then without.

# %% Imports
import keras
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

# %% Settings tags=["parameters"]
NUM_SEEDS = 5
NUM_EPOCHS = 12

# %% Images
digits = load_digits()
x_train, x_test, y_train, y_test = train_test_split(
    digits.images[..., None].astype("float32") / 16,
    digits.target,
    test_size=0.2,
    random_state=0,
)


# %% Network
def network():
    """Return a small network with dropout on half of its values."""
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(16, 3, activation="relu"),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(
        optimizer="adam",
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


# %% Scored again
class ScoreAgain(keras.callbacks.Callback):
    """Scores the training images by the weights at the end of each epoch."""

    def on_epoch_end(self, epoch, logs):
        for training in (True, False):
            answers = convert_to_numpy(self.model(x_train, training=training))
            right = answers.argmax(axis=1) == y_train
            name = "with" if training else "without"
            logs[f"{name} dropout"] = float(np.mean(right))


# %% Training tags=["progress"]
runs = []
for seed in range(NUM_SEEDS):
    print(f"seed {seed + 1} of {NUM_SEEDS}")
    keras.utils.set_random_seed(seed)
    fit = network().fit(
        x_train,
        y_train,
        batch_size=64,
        epochs=NUM_EPOCHS,
        validation_data=(x_test, y_test),
        callbacks=[ScoreAgain()],
        verbose=0,
    )
    runs.append(pd.DataFrame(fit.history))
mean = pd.concat(runs).groupby(level=0).mean()

# %% Four accuracies of an epoch
epochs = sorted({1, 2, 3, 5, NUM_EPOCHS} & {*range(1, NUM_EPOCHS + 1)})
chosen = mean.loc[[epoch - 1 for epoch in epochs]]
table = pd.DataFrame(
    {
        "epoch": epochs,
        "as Keras logs it": chosen["accuracy"].to_numpy(),
        "at its end, with dropout": chosen["with dropout"].to_numpy(),
        "at its end, without dropout": chosen["without dropout"].to_numpy(),
        "validation": chosen["val_accuracy"].to_numpy(),
    }
)
table.round(3)

# %% Values tags=["values"]
values = {"num_seeds": NUM_SEEDS, "num_epochs": NUM_EPOCHS}
for name, row in (("first", mean.iloc[0]), ("last", mean.iloc[-1])):
    values |= {
        f"{name}_logged": float(row["accuracy"]),
        f"{name}_with": float(row["with dropout"]),
        f"{name}_without": float(row["without dropout"]),
        f"{name}_val": float(row["val_accuracy"]),
    }
values
