# ---
# jupyter:
#   hamgasht:
#     limit: 1800
#     smoke: {NUM_SEEDS: 1, NUM_EPOCHS: 1, NUM_TRAIN: 60, NUM_TEST: 40}
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # Answers to the exercises on motion
# A bar with a trail gives its direction away in one frame; training at
# every onset lets stacked frames meet motion wherever it is; and knowing
# the order of the frames is not enough for a sum over them.

# %% Imports
import keras
import numpy as np
import pandas as pd
from keras import layers

# %% Settings tags=["parameters"]
NUM_SEEDS = 3
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
def network(*hidden):
    return keras.Sequential(
        [
            keras.Input((FRAMES, SIZE, SIZE, 1)),
            *hidden,
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def accuracies(build, train, test):
    """Return a network's accuracy for each seed, as mean and range.

    `train` and `test` are onsets and trail of the clips.
    """
    scores = []
    for seed in range(NUM_SEEDS):
        rng = np.random.default_rng(seed)
        x, y = make_clips(NUM_TRAIN, *train, rng)
        test_x, test_y = make_clips(NUM_TEST, *test, rng)
        keras.utils.set_random_seed(seed)
        net = build()
        net.compile(
            optimizer=keras.optimizers.Adam(0.003), loss="binary_crossentropy"
        )
        net.fit(x, y, batch_size=50, epochs=NUM_EPOCHS, verbose=0)
        p = keras.ops.convert_to_numpy(net(test_x))[:, 0]
        scores.append(float(((p > 0.5) == (test_y == 1)).mean()))
    return round(np.mean(scores), 3), min(scores), max(scores)


COLUMNS = ["mean", "lowest", "highest"]


# %% A trail in every frame
def frame_by_frame():
    """Return a network of single frames with a mean over time."""
    return network(
        layers.Conv3D(8, (1, 3, 3), activation="relu"),
        layers.Conv3D(16, (1, 3, 3), activation="relu"),
        layers.GlobalAveragePooling3D(),
    )


trails = pd.DataFrame(
    [
        (trail, *accuracies(frame_by_frame, ([2], trail), ([2], trail)))
        for trail in (0.0, 0.5)
    ],
    columns=["trail", *COLUMNS],
)
trails


# %% Training at every onset
def as_channels():
    """Return a network that takes the frames as channels."""
    return network(
        layers.Reshape((FRAMES, SIZE, SIZE)),
        layers.Permute((2, 3, 1)),
        layers.Conv2D(8, 3, activation="relu"),
        layers.Conv2D(16, 3, activation="relu"),
        layers.GlobalAveragePooling2D(),
    )


everywhere = pd.DataFrame(
    [
        (name, *accuracies(as_channels, (onsets, 0.0), ([6], 0.0)))
        for name, onsets in (("one onset", [2]), ("every onset", range(2, 7)))
    ],
    columns=["trained at", *COLUMNS],
)
everywhere


# %% A sum over the frames
def flattened(*after):
    """Return a network of single frames with Flatten over time."""
    return network(
        layers.Conv3D(8, (1, 3, 3), activation="relu"),
        layers.Conv3D(16, (1, 3, 3), activation="relu"),
        layers.Reshape((FRAMES, -1)),
        layers.Dense(32),
        layers.Flatten(),
        *after,
    )


def with_hidden_layer():
    return flattened(layers.Dense(16, activation="relu"))


sums = pd.DataFrame(
    [
        (name, *accuracies(build, ([2], 0.0), ([2], 0.0)))
        for name, build in (
            ("without a hidden layer", flattened),
            ("with 16 hidden units", with_hidden_layer),
        )
    ],
    columns=["after Flatten", *COLUMNS],
)
sums

# %% Values tags=["values"]
{
    "without_trail": float(trails["mean"][0]),
    "with_trail": float(trails["mean"][1]),
    "with_trail_low": float(trails["lowest"][1]),
    "one_onset": float(everywhere["mean"][0]),
    "every_onset": float(everywhere["mean"][1]),
    "every_onset_low": float(everywhere["lowest"][1]),
    "sum_only": float(sums["mean"][0]),
    "sum_only_high": float(sums["highest"][0]),
    "hidden": float(sums["mean"][1]),
    "hidden_low": float(sums["lowest"][1]),
    "num_test": NUM_TEST,
    "num_seeds": NUM_SEEDS,
}
