# ---
# jupyter:
#   hamgasht:
#     limit: 2400
#     smoke: {NUM_SEEDS: 1, NUM_EPOCHS: 2, NUM_TRAIN: 200, NUM_TEST: 100}
#     tolerances:
#       default: 0.03
#       flatten_shifted: 0.1
#       gru_shifted: 0.1
#       channels_shifted: 0.1
# ---
# %% [markdown]
# # Which network sees motion?
# Clips of a bar that moves left or right. Frame by frame they hold no
# direction; five small networks try. Leaves its results as files.

# %% Imports
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from keras import layers

# %% Settings tags=["parameters"]
NUM_SEEDS = 5
NUM_EPOCHS = 10
NUM_TRAIN = 800
NUM_TEST = 400

# %% Clips
FRAMES, SIZE, LIFE = 12, 12, 4
NOISE = 0.25


def make_clips(num, onset, rng):
    """Return clips (num, time, height, width, 1) and labels, right = 1.

    From frame `onset` on, a bar is there for LIFE frames. It starts
    anywhere, moves one pixel a frame and comes in again on the other side.
    """
    clips = rng.normal(0, NOISE, (num, FRAMES, SIZE, SIZE, 1))
    labels = rng.integers(0, 2, num)
    for clip, label in zip(clips, labels, strict=True):
        top, height, x = rng.integers((0, 5, 0), (4, 9, SIZE))
        for t in range(LIFE):
            columns = [(x + i) % SIZE for i in (0, 1)]
            clip[onset + t, top : top + height, columns] += 1
            x += 1 if label == 1 else -1
    return clips.astype("float32"), labels.astype("float32")


def reverse(clips, labels, onset):
    """Return the clips with the bar's frames in reverse order."""
    clips = clips.copy()
    alive = slice(onset, onset + LIFE)
    clips[:, alive] = clips[:, alive][:, ::-1].copy()
    return clips, 1 - labels


def with_reversed(clips, labels, onset):
    """Return the clips and, after them, each one reversed."""
    twins = reverse(clips, labels, onset)
    return np.concatenate([clips, twins[0]]), np.append(labels, twins[1])


# %% Frames alone tell nothing
clips, labels = with_reversed(
    *make_clips(100, 2, np.random.default_rng(0)), onset=2
)
right = clips[labels == 1].reshape(-1, SIZE * SIZE)
left = clips[labels == 0].reshape(-1, SIZE * SIZE)
same_frames = np.array_equal(
    right[np.lexsort(right.T)], left[np.lexsort(left.T)]
)
same_clips = np.array_equal(right, left)
print(f"frames: {len(right)} of bars to the right, {len(left)} to the left")
print(f"sorted, they are equal: {same_frames}")
print(f"as the clips have them, they are equal: {same_clips}")


# %% Networks
def network(*hidden):
    """Return a network with these layers between clip and answer."""
    return keras.Sequential(
        [
            keras.Input((FRAMES, SIZE, SIZE, 1)),
            *hidden,
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def frame_by_frame(*over_time):
    """Return a network with 32 features a frame, then layers over time."""
    return network(
        layers.Conv3D(8, (1, 3, 3), activation="relu"),  # depth 1: a Conv2D
        layers.Conv3D(16, (1, 3, 3), activation="relu"),
        layers.Reshape((FRAMES, -1)),  # one row for each frame
        layers.Dense(32),
        *over_time,
    )


networks = {
    "frame by frame, mean": lambda: frame_by_frame(
        layers.GlobalAveragePooling1D(),
    ),
    "frame by frame, Flatten": lambda: frame_by_frame(
        layers.Flatten(),
        layers.Dense(16, activation="relu"),
    ),
    "frame by frame, GRU": lambda: frame_by_frame(
        layers.GRU(32, return_sequences=True),
        layers.GlobalMaxPooling1D(),  # over time
    ),
    "frames as channels": lambda: network(
        layers.Reshape((FRAMES, SIZE, SIZE)),
        layers.Permute((2, 3, 1)),  # height, width, time as channels
        layers.Conv2D(8, 3, activation="relu"),
        layers.Conv2D(16, 3, activation="relu"),
        layers.GlobalAveragePooling2D(),
    ),
    "Conv3D": lambda: network(
        layers.Conv3D(8, 3, activation="relu"),
        layers.Conv3D(16, 3, activation="relu"),
        layers.GlobalAveragePooling3D(),
    ),
}


# %% Training
def answers(model, clips):
    """Return the probability of right that a network gives each clip."""
    return keras.ops.convert_to_numpy(model(clips))[:, 0]


TRAIN_ONSET = 2
onsets = range(TRAIN_ONSET, TRAIN_ONSET + LIFE + 1)
history, accuracies, twins = [], [], []
for seed in range(NUM_SEEDS):
    rng = np.random.default_rng(seed)
    x, y = with_reversed(
        *make_clips(NUM_TRAIN // 2, TRAIN_ONSET, rng), onset=TRAIN_ONSET
    )
    tests = {onset: make_clips(NUM_TEST, onset, rng) for onset in onsets}
    for name, build in networks.items():
        keras.utils.set_random_seed(seed)
        model = build()
        model.compile(
            optimizer=keras.optimizers.Adam(0.003),
            loss="binary_crossentropy",
            metrics=["accuracy"],
        )
        fit = model.fit(
            x,
            y,
            batch_size=50,
            epochs=NUM_EPOCHS,
            validation_data=tests[TRAIN_ONSET],
            verbose=0,
        )
        curves = pd.DataFrame(fit.history).assign(network=name, seed=seed)
        history.append(curves.assign(epoch=curves.index + 1))
        size = model.count_params()
        for onset, (test_x, test_y) in tests.items():
            says_right = answers(model, test_x) > 0.5
            correct = int((says_right == (test_y == 1)).sum())
            accuracies.append((name, seed, onset, correct, NUM_TEST, size))
        test_x, test_y = tests[TRAIN_ONSET]
        twin_x, _ = reverse(test_x, test_y, TRAIN_ONSET)
        change = np.abs(answers(model, test_x) - answers(model, twin_x))
        twins.append((name, seed, float(change.mean())))

# %% Results tags=["hide"]
columns = ["network", "seed", "epoch", "loss", "val_accuracy"]
history = pd.concat(history)[columns]
accuracies = pd.DataFrame(
    accuracies,
    columns=["network", "seed", "onset", "correct", "clips", "parameters"],
)
twins = pd.DataFrame(twins, columns=["network", "seed", "change"])

# %% Files for the figures tags=["hide"]
folder = Path("artefacts/train_motion")
folder.mkdir(parents=True, exist_ok=True)
history.round(6).to_csv(folder / "history.csv", index=False)
accuracies.to_csv(folder / "accuracies.csv", index=False)
twins.round(6).to_csv(folder / "twins.csv", index=False)
example_x, example_y = make_clips(1, TRAIN_ONSET, np.random.default_rng(5))
example_x, example_y = with_reversed(example_x, example_y, TRAIN_ONSET)
np.savez(
    folder / "clips.npz",
    clips=example_x.astype("float16"),
    labels=example_y.astype("int8"),
)

# %% Values tags=["values"]
seen = accuracies[accuracies["onset"] == TRAIN_ONSET]
late = accuracies[accuracies["onset"] == onsets[-1]]
short = {
    "frame by frame, mean": "mean",
    "frame by frame, Flatten": "flatten",
    "frame by frame, GRU": "gru",
    "frames as channels": "channels",
    "Conv3D": "conv3d",
}
values = {
    "frames": FRAMES,
    "size": SIZE,
    "life": LIFE,
    "train_onset": TRAIN_ONSET,
    "last_onset": onsets[-1],
    "num_seeds": NUM_SEEDS,
    "num_epochs": NUM_EPOCHS,
    "num_train": NUM_TRAIN,
    "num_test": NUM_TEST,
    "same_frames": int(same_frames),
    "same_clips": int(same_clips),
    "compared_frames": len(right),
}
for name, key in short.items():
    at_home = seen[seen["network"] == name]
    away = late[late["network"] == name]
    change = twins.loc[twins["network"] == name, "change"].mean()
    values |= {
        f"{key}_accuracy": float((at_home["correct"] / NUM_TEST).mean()),
        f"{key}_shifted": float((away["correct"] / NUM_TEST).mean()),
        f"{key}_parameters": int(at_home["parameters"].iloc[0]),
        f"{key}_twin_change": round(float(change), 6),
    }
values
