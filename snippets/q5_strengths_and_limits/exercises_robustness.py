# ---
# jupyter:
#   hamgasht:
#     needs: [q5_strengths_and_limits/train_robustness]
#     limit: 1800
#     smoke: {NUM_EPOCHS: 1, NUM_SEEDS: 2}
#     tolerances: {default: 0.15}
# ---
# %% [markdown]
# # Answers to the exercises on robustness
# The trained weights come from `train_robustness.py`: run that file first,
# in the same folder.

# %% Imports
import keras
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy
from scipy import ndimage
from sklearn.datasets import load_digits

# %% Settings tags=["parameters"]
NUM_EPOCHS = 40
NUM_SEEDS = 3

# %% Digits in a frame
x, y = load_digits(return_X_y=True)
x = ndimage.zoom(x.reshape(-1, 8, 8) / 16, (1, 2, 2), order=1)
x = np.pad(x, ((0, 0), (4, 4), (4, 4))).astype("float32")
order = np.random.default_rng(0).permutation(len(x))
train, test = order[:1437], order[1437:]


def new_network():
    return keras.Sequential(
        [
            keras.Input((24, 24)),
            layers.Reshape((24, 24, 1)),
            layers.Conv2D(16, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )


def said(model, images):
    """Return the answers of a model."""
    return convert_to_numpy(model(images)).argmax(axis=1)


# %% Half a turn
plain = new_network()
plain.load_weights("artefacts/train_robustness/plain.weights.h5")
answers = said(plain, np.rot90(x[test], 2, axes=(1, 2)))
rows = []
for digit in range(10):
    given = np.bincount(answers[y[test] == digit], minlength=10)
    share = given[digit] / given.sum()
    rows.append((digit, share, given.argmax(), given.max() / given.sum()))
columns = ["digit", "right (share)", "most frequent answer", "its share"]
half_turn = pd.DataFrame(rows, columns=columns).round(2)
half_turn


# %% A wider range of turns
def train_turned(seed, degrees):
    keras.utils.set_random_seed(seed)
    network = new_network()
    turn = layers.RandomRotation(degrees / 360, fill_mode="constant")
    model = keras.Sequential([layers.Reshape((24, 24, 1)), turn, network])
    rate = keras.optimizers.schedules.CosineDecay(0.003, NUM_EPOCHS * 45)
    model.compile(
        optimizer=keras.optimizers.Adam(rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        steps_per_execution=15,
        jit_compile=False,
    )
    model.fit(x[train], y[train], batch_size=32, epochs=NUM_EPOCHS, verbose=0)
    return network


rows = []
for degrees in (30, 90):
    for seed in range(NUM_SEEDS):
        network = train_turned(seed, degrees)
        scores = [
            (said(network, images) == y[test]).mean()
            for images in (x[test], np.rot90(x[test], axes=(1, 2)))
        ]
        rows.append((degrees, seed, *scores))
wider = pd.DataFrame(
    rows, columns=["turns up to", "seed", "unchanged", "a quarter turn"]
).round(3)
wider

# %% A learning rate of zero
keras.utils.set_random_seed(0)
body = keras.Sequential(
    [
        keras.Input((24, 24, 1)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.BatchNormalization(),
        layers.GlobalAveragePooling2D(),
    ]
)
before = convert_to_numpy(body(x[test][..., np.newaxis]))


def moved(frozen):
    """Return how far features move in a training at rate 0, and put back."""
    weights = body.get_weights()
    body.trainable = not frozen
    model = keras.Sequential([body, layers.Dense(10)])
    model.compile(
        optimizer=keras.optimizers.SGD(0.0),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    few = train[:20]
    model.fit(x[few][..., np.newaxis], y[few], epochs=20, verbose=0)
    after = convert_to_numpy(body(x[test][..., np.newaxis]))
    body.set_weights(weights)
    return float(np.abs(after - before).max())


print("trainable:", round(moved(frozen=False), 3))
print("trainable = False:", moved(frozen=True))

# %% Values tags=["values"]
means = wider.groupby("turns up to")[["unchanged", "a quarter turn"]].mean()
{
    "num_seeds": NUM_SEEDS,
    "half_right": round(float((answers == y[test]).mean()), 4),
    "six_as_nine": round(float((answers[y[test] == 6] == 9).mean()), 4),
    "nine_as_six": round(float((answers[y[test] == 9] == 6).mean()), 4),
    "zero_right": float(half_turn["right (share)"][0]),
    "narrow_clean": round(float(means.loc[30, "unchanged"]), 4),
    "narrow_quarter": round(float(means.loc[30, "a quarter turn"]), 4),
    "wide_clean": round(float(means.loc[90, "unchanged"]), 4),
    "wide_quarter": round(float(means.loc[90, "a quarter turn"]), 4),
    "moved": round(moved(frozen=False), 4),
    "moved_frozen": moved(frozen=True),
}
