# ---
# jupyter:
#   hamgasht:
#     limit: 200
#     smoke: {NUM_EPOCHS: 1, NUM_TRAIN: 60, NUM_TEST: 40}
#     tolerances: {default: 0.05}
# ---
# %% [markdown]
# # Answers to the exercises on motion
# A bar with a trail gives its direction away in one frame; training at
# every onset lets stacked frames meet motion wherever it is.

# %% Imports
import keras
import numpy as np
import pandas as pd
from keras import layers

# %% Settings tags=["parameters"]
NUM_EPOCHS = 10
NUM_TRAIN = 800
NUM_TEST = 1000

# %% Clips with a trail
FRAMES, SIZE, LIFE = 12, 12, 4


def make_clips(num, onsets, trail, rng):
    """Return clips and labels; the trail is what stays of a frame."""
    clips = np.zeros((num, FRAMES, SIZE, SIZE, 1))
    labels = rng.integers(0, 2, num)
    for clip, label in zip(clips, labels, strict=True):
        top, height, x = rng.integers((0, 5, 0), (4, 9, SIZE))
        onset = rng.choice(onsets)
        for t in range(onset, onset + LIFE):
            if t > onset:
                clip[t] = trail * clip[t - 1]
            columns = [(x + i) % SIZE for i in (0, 1)]
            clip[t, top : top + height, columns] = 1
            x += 1 if label == 1 else -1
    clips += rng.normal(0, 0.25, clips.shape)
    return clips.astype("float32"), labels.astype("float32")


# %% Training and testing
def train(net, x, y):
    net.compile(
        optimizer=keras.optimizers.Adam(0.01),
        loss="binary_crossentropy",
        metrics=["accuracy"],
    )
    net.fit(x, y, batch_size=50, epochs=NUM_EPOCHS, verbose=0)


def accuracy(net, x, y):
    p = keras.ops.convert_to_numpy(net(x))[:, 0]
    return float(((p > 0.5) == (y == 1)).mean())


# %% A trail in every frame
rng = np.random.default_rng(0)
trail_rows = []
for trail in (0.0, 0.5):
    x, y = make_clips(NUM_TRAIN, [2], trail, rng)
    keras.utils.set_random_seed(0)
    frame_by_frame = keras.Sequential(
        [
            keras.Input((FRAMES, SIZE, SIZE, 1)),
            layers.Conv3D(8, (1, 3, 3), activation="relu"),
            layers.Conv3D(16, (1, 3, 3), activation="relu"),
            layers.GlobalAveragePooling3D(),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    train(frame_by_frame, x, y)
    test = make_clips(NUM_TEST, [2], trail, rng)
    trail_rows.append((trail, round(accuracy(frame_by_frame, *test), 3)))
trails = pd.DataFrame(trail_rows, columns=["trail", "accuracy"])
trails

# %% Training at every onset
test = make_clips(NUM_TEST, [6], 0.0, rng)
onset_rows = []
for name, onsets in (("one onset", [2]), ("every onset", range(2, 7))):
    x, y = make_clips(NUM_TRAIN, onsets, 0.0, rng)
    keras.utils.set_random_seed(0)
    as_channels = keras.Sequential(
        [
            keras.Input((FRAMES, SIZE, SIZE, 1)),
            layers.Reshape((FRAMES, SIZE, SIZE)),
            layers.Permute((2, 3, 1)),
            layers.Conv2D(8, 3, activation="relu"),
            layers.Conv2D(16, 3, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    train(as_channels, x, y)
    onset_rows.append((name, round(accuracy(as_channels, *test), 3)))
everywhere = pd.DataFrame(onset_rows, columns=["trained at", "accuracy"])
everywhere

# %% Values tags=["values"]
{
    "without_trail": float(trails["accuracy"][0]),
    "with_trail": float(trails["accuracy"][1]),
    "one_onset": float(everywhere["accuracy"][0]),
    "every_onset": float(everywhere["accuracy"][1]),
    "num_test": NUM_TEST,
}
