# ---
# jupyter:
#   hamgasht:
#     data: [cifar10.npz]
#     limit: 900
#     smoke: {NUM_EPOCHS: 4, NUM_TRAIN: 200, NUM_TEST: 100}
#     tolerances: {default: 0.15}
# ---
# %% [markdown]
# # What the layers of a network learn
# A small network learns CIFAR-10 from 10,000 images. Its filters before
# and after, the feature maps of one image, the patches that excite single
# units, and how much a linear classifier can do with each layer. Leaves
# its results as files.

# %% Imports
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy

# %% Settings tags=["parameters"]
NUM_EPOCHS = 14
NUM_TRAIN = 10_000
NUM_TEST = 2000

# %% Data
path = Path("data/cifar10.npz")
if not path.exists():  # downloads 170 MB, once
    path.parent.mkdir(exist_ok=True)
    train, test = keras.datasets.cifar10.load_data()
    np.savez(
        path,
        x_train=train[0],
        y_train=train[1],
        x_test=test[0],
        y_test=test[1],
    )
with np.load(path) as data:
    x, y = data["x_train"][:NUM_TRAIN], data["y_train"][:NUM_TRAIN].ravel()
    test_x = data["x_test"][:NUM_TEST]
    test_y = data["y_test"][:NUM_TEST].ravel()


# %% Network
def scaled(images):
    """Return pixels from about -1 to 1."""
    return (images.astype("float32") - 120) / 128


def new_network():
    small = keras.regularizers.L2(1e-3)  # wipes out what is not needed
    return keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Conv2D(24, 7, activation="relu", kernel_regularizer=small),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(10),
        ]
    )


# %% Training
keras.utils.set_random_seed(0)
model = new_network()
untrained = keras.models.clone_model(model)
untrained.set_weights(model.get_weights())
model.compile(
    optimizer=keras.optimizers.Adam(0.002),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
for epoch in range(NUM_EPOCHS):
    if epoch == NUM_EPOCHS * 3 // 4:
        model.optimizer.learning_rate = 0.0004
    model.fit(scaled(x), y, batch_size=64, epochs=1, verbose=0)


# %% Output of each convolution
def outputs(net, images):
    """Return what the three convolutions give, in small batches."""
    parts = []
    for i in range(0, len(images), 500):
        out, found = scaled(images[i : i + 500]), []
        for layer in net.layers[:5]:
            out = layer(out)
            if isinstance(layer, layers.Conv2D):
                found.append(convert_to_numpy(out))
        parts.append(found)
    return [np.concatenate(maps) for maps in zip(*parts, strict=True)]


def said(images):
    logits = [
        convert_to_numpy(model(scaled(images[i : i + 500])))
        for i in range(0, len(images), 500)
    ]
    return np.concatenate(logits).argmax(axis=1)


accuracy = float((said(test_x) == test_y).mean())
train_accuracy = float((said(x[:NUM_TEST]) == y[:NUM_TEST]).mean())


# %% A linear classifier on each layer
def coarse(maps, places):
    """Return each map averaged over places x places regions, as a row."""
    parts = [
        part.mean(axis=(1, 2))
        for band in np.array_split(maps, places, axis=1)
        for part in np.array_split(band, places, axis=2)
    ]
    return np.concatenate(parts, axis=1)


def linear_accuracy(features, test_features):
    """Return the test accuracy of ridge regression on one-hot classes."""
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    a = ((features - mean) / spread).astype("float64")
    b = ((test_features - mean) / spread).astype("float64")
    wanted = np.eye(10)[y] - 0.1
    weights = np.linalg.solve(
        a.T @ a + 0.01 * len(a) * np.eye(a.shape[1]), a.T @ wanted
    )
    return float(((b @ weights).argmax(axis=1) == test_y).mean())


pixels = linear_accuracy(coarse(scaled(x), 8), coarse(scaled(test_x), 8))
rows = [("pixels", 8 * 8 * 3, pixels, pixels)]
pairs = [
    (outputs(net, x), outputs(net, test_x)) for net in (untrained, model)
]
for number in range(3):
    scores = [
        linear_accuracy(coarse(maps[number], 3), coarse(other[number], 3))
        for maps, other in pairs
    ]
    size = 9 * pairs[0][0][number].shape[-1]
    rows.append((f"convolution {number + 1}", size, *scores))
probes = pd.DataFrame(
    rows, columns=["features of", "numbers", "untrained", "trained"]
)

# %% Patches that excite a unit tags=["hide"]
FIELDS = {0: (7, 1), 1: (12, 2), 2: (22, 4)}  # size, jump
NUM_UNITS = NUM_PATCHES = 6
test_maps = pairs[1][1]
patches = {}
for number, (size, jump) in FIELDS.items():
    maps = test_maps[number]
    alive = np.flatnonzero(maps.max(axis=(0, 1, 2)) > 0)[:NUM_UNITS]
    for unit in alive:
        of_unit = maps[..., unit].reshape(len(maps), -1)
        best = np.argsort(-of_unit.max(axis=1))[:NUM_PATCHES]
        for image in best:
            place = int(of_unit[image].argmax())
            row, col = (jump * p for p in divmod(place, maps.shape[2]))
            patch = test_x[image, row : row + size, col : col + size]
            patches.setdefault(f"patches{number + 1}", []).append(patch)

# %% Files for the figures tags=["hide"]
folder = Path("artefacts/train_cifar_filters")
folder.mkdir(parents=True, exist_ok=True)
probes.round(4).to_csv(folder / "probes.csv", index=False)
SHOWN = 7
np.savez_compressed(
    folder / "seen.npz",
    before=untrained.get_weights()[0].astype("float16"),
    after=model.get_weights()[0].astype("float16"),
    image=test_x[SHOWN],
    **{
        f"maps{number + 1}": maps[SHOWN].astype("float16")
        for number, maps in enumerate(test_maps)
    },
    **{name: np.array(found) for name, found in patches.items()},
)


# %% Values tags=["values"]
def smoothness(kernels):
    """Return the correlation of neighbouring weights."""
    pairs = [
        (kernels[1:].ravel(), kernels[:-1].ravel()),
        (kernels[:, 1:].ravel(), kernels[:, :-1].ravel()),
    ]
    return float(np.mean([np.corrcoef(*pair)[0, 1] for pair in pairs]))


{
    "num_train": NUM_TRAIN,
    "num_test": NUM_TEST,
    "num_epochs": NUM_EPOCHS,
    "parameters": model.count_params(),
    "accuracy": round(accuracy, 4),
    "train_accuracy": round(train_accuracy, 4),
    "smooth_before": round(smoothness(untrained.get_weights()[0]), 4),
    "smooth_after": round(smoothness(model.get_weights()[0]), 4),
    "probe_pixels": round(pixels, 4),
    **{
        f"probe_{kind}_{number + 1}": round(
            float(probes[kind].iloc[number + 1]), 4
        )
        for kind in ("untrained", "trained")
        for number in range(3)
    },
}
