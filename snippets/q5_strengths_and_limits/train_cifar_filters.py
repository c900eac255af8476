# ---
# jupyter:
#   hamgasht:
#     data: [cifar10.npz]
#     limit: 3600
#     smoke: {NUM_SEEDS: 1, NUM_EPOCHS: 4, NUM_TRAIN: 200, NUM_TEST: 100}
#     tolerances: {default: 0.15}
# ---
# %% [markdown]
# # What the layers of a network learn
# A small network learns CIFAR-10 from 10,000 images. Its filters before
# and after, the feature maps of one image, the patches that excite single
# units, and what a linear probe reads from each layer. Leaves its results
# and its weights as files.

# %% Imports
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy
from sklearn.linear_model import RidgeClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

# %% Settings tags=["parameters"]
NUM_SEEDS = 3
NUM_EPOCHS = 14
NUM_TRAIN = 10_000
NUM_TEST = 10_000

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
def trained(seed):
    """Return a network before and after training."""
    keras.utils.set_random_seed(seed)
    model = new_network()
    untrained = keras.models.clone_model(model)
    untrained.set_weights(model.get_weights())
    updates = NUM_EPOCHS * -(-len(x) // 64)
    model.compile(
        keras.optimizers.Adam(
            keras.optimizers.schedules.CosineDecay(0.002, updates)
        ),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    model.fit(scaled(x), y, batch_size=64, epochs=NUM_EPOCHS, verbose=0)
    return untrained, model


networks = [trained(seed) for seed in range(NUM_SEEDS)]


# %% Output of each convolution
def outputs(net, images):
    """Return what the three convolutions give."""
    out, found = scaled(images), []
    for layer in net.layers[:5]:
        out = layer(out)
        if isinstance(layer, layers.Conv2D):
            found.append(convert_to_numpy(out))
    return found


def accuracy(net, images, labels):
    logits = [
        convert_to_numpy(net(scaled(images[i : i + 500])))
        for i in range(0, len(images), 500)
    ]
    return float((np.concatenate(logits).argmax(axis=1) == labels).mean())


# %% A linear probe on each layer
def coarse(maps, places):
    """Return each map averaged over places x places regions, as a row."""
    parts = [
        part.mean(axis=(1, 2))
        for band in np.array_split(maps, places, axis=1)
        for part in np.array_split(band, places, axis=2)
    ]
    return np.concatenate(parts, axis=1)


def features(net, images):
    """Return the coarse maps of each convolution, in small batches."""
    parts = [
        [coarse(maps, 3) for maps in outputs(net, images[i : i + 500])]
        for i in range(0, len(images), 500)
    ]
    return [np.concatenate(found) for found in zip(*parts, strict=True)]


def probe_accuracy(of_train, of_test):
    """Return the test accuracy of a linear classifier of features."""
    probe = make_pipeline(StandardScaler(), RidgeClassifier(alpha=100))
    return probe.fit(of_train, y).score(of_test, test_y)


pixels = probe_accuracy(coarse(scaled(x), 8), coarse(scaled(test_x), 8))
rows = [(0, "pixels", 8 * 8 * 3, pixels, pixels)]
for seed, pair in enumerate(networks):
    of_both = [(features(net, x), features(net, test_x)) for net in pair]
    for number in range(3):
        size = of_both[0][0][number].shape[1]
        scores = [
            probe_accuracy(of_train[number], of_test[number])
            for of_train, of_test in of_both
        ]
        rows.append((seed, f"convolution {number + 1}", size, *scores))
probes = pd.DataFrame(
    rows, columns=["seed", "features of", "numbers", "untrained", "trained"]
)

# %% Patches that excite a unit tags=["hide"]
FIELDS = {0: (7, 1), 1: (12, 2), 2: (22, 4)}  # size, jump
NUM_UNITS = NUM_PATCHES = 6
untrained, model = networks[0]
seen_x = test_x[:2000]
parts = [
    outputs(model, seen_x[i : i + 500]) for i in range(0, len(seen_x), 500)
]
test_maps = [np.concatenate(maps) for maps in zip(*parts, strict=True)]
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
for seed, (_, net) in enumerate(networks):
    np.savez(folder / f"weights{seed}.npz", *net.get_weights())
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


by_layer = probes.groupby("features of")
values = {
    "num_seeds": NUM_SEEDS,
    "num_train": NUM_TRAIN,
    "num_test": NUM_TEST,
    "num_epochs": NUM_EPOCHS,
    "parameters": networks[0][1].count_params(),
    "probe_pixels": round(pixels, 4),
}
measured = {
    "accuracy": [accuracy(net, test_x, test_y) for _, net in networks],
    "train_accuracy": [accuracy(net, x, y) for _, net in networks],
    "smooth_before": [
        smoothness(net.get_weights()[0]) for net, _ in networks
    ],
    "smooth_after": [smoothness(net.get_weights()[0]) for _, net in networks],
} | {
    f"probe_{kind}_{number}": by_layer.get_group(f"convolution {number}")[
        kind
    ]
    for kind in ("untrained", "trained")
    for number in (1, 2, 3)
}
for name, found in measured.items():
    values |= {
        name: round(float(np.mean(found)), 4),
        f"{name}_low": round(float(np.min(found)), 4),
        f"{name}_high": round(float(np.max(found)), 4),
    }
values
