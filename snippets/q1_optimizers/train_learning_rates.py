# ---
# jupyter:
#   hamgasht:
#     limit: 1500
#     smoke: {NUM_SEEDS: 1, NUM_EPOCHS: 8}
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # Five learning rates on one network
# A small network on real images of digits, plain SGD, rates from 0.001 to
# 10. After each epoch: loss, gradient, weights, dead units.

# %% Imports
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import tensorflow as tf
from keras import layers
from sklearn.datasets import load_digits

# %% Settings tags=["parameters"]
NUM_SEEDS = 10
NUM_EPOCHS = 30

# %% Data
x, y = load_digits(return_X_y=True)  # 1797 images of 8x8, values 0 to 16
x = (x / 16).astype("float32")
order = np.random.default_rng(0).permutation(len(x))
train, test = order[:1437], order[1437:]


# %% Network
def new_network():
    return keras.Sequential(
        [
            keras.Input((64,)),
            layers.Dense(32, activation="relu"),
            layers.Dense(32, activation="relu"),
            layers.Dense(10),
        ]
    )


# %% What to watch
def norm(arrays):
    """Return the norm of all entries of several arrays together."""
    return float(np.sqrt(sum((np.asarray(a) ** 2).sum() for a in arrays)))


class Watch(keras.callbacks.Callback):
    """After each epoch, notes gradient, weights and dead units."""

    def __init__(self):
        super().__init__()
        self.rows = []

    def on_epoch_end(self, epoch, logs=None):
        model = self.model
        with tf.GradientTape() as tape:
            loss = model.compute_loss(y=y[train], y_pred=model(x[train]))
        gradients = tape.gradient(loss, model.trainable_variables)
        hidden, alive = x[train], []
        for layer in model.layers[:2]:
            hidden = layer(hidden)
            fires = np.asarray(hidden) > 0
            alive.append(fires.any(axis=0))  # for any image at all
        self.rows.append(
            {
                "gradient": norm(gradients),
                "weights": norm(model.get_weights()),
                "dead": 1 - float(np.mean(alive)),
            }
        )


# %% Training
RATES = (0.001, 0.01, 0.1, 1.0, 10.0)
model = new_network()
model.compile(
    optimizer=keras.optimizers.SGD(),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
histories = []
for lr in RATES:
    model.optimizer.learning_rate = lr
    for seed in range(NUM_SEEDS):
        keras.utils.set_random_seed(seed)
        model.set_weights(new_network().get_weights())
        watch = Watch()
        fit = model.fit(
            x[train],
            y[train],
            batch_size=64,
            epochs=NUM_EPOCHS,
            validation_data=(x[test], y[test]),
            callbacks=[watch],
            verbose=0,
        )
        history = pd.DataFrame(fit.history).join(pd.DataFrame(watch.rows))
        history["epoch"] = history.index + 1
        histories.append(history.assign(rate=lr, seed=seed))

# %% Files for the figures tags=["hide"]
histories = pd.concat(histories)
folder = Path("artefacts/train_learning_rates")
folder.mkdir(parents=True, exist_ok=True)
histories.round(6).to_csv(folder / "histories.csv", index=False)

# %% Values tags=["values"]
{
    "num_seeds": NUM_SEEDS,
    "num_epochs": NUM_EPOCHS,
    "num_train": len(train),
    "num_test": len(test),
    "parameters": model.count_params(),
    "hidden": 64,
    "random_loss": round(float(np.log(10)), 4),
}
