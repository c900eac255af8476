# ---
# jupyter:
#   hamgasht:
#     limit: 600
#     smoke: {NUM_SEEDS: 1, NUM_EPOCHS: 2, NUM_AMOUNTS: 3}
#     tolerances: {default: 0.05}
# ---
# %% [markdown]
# # One small network under six changes
# Digits in a dark frame; a network trained on them as they are, and the
# same network trained with augmentation. Both are tested on images that
# are shifted, turned, enlarged, noisy, blurred and brightened. Leaves its
# results as files.

# %% Imports
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from keras import layers
from scipy import ndimage
from sklearn.datasets import load_digits

# %% Settings tags=["parameters"]
NUM_SEEDS = 5
NUM_EPOCHS = 40

# %% Digits in a frame
x, y = load_digits(return_X_y=True)  # 1797 images of 8x8, values 0 to 16
x = ndimage.zoom(x.reshape(-1, 8, 8) / 16, (1, 2, 2), order=1)  # 16x16
x = np.pad(x, ((0, 0), (4, 4), (4, 4))).astype("float32")  # 24x24
order = np.random.default_rng(0).permutation(len(x))
train, test = order[:1437], order[1437:]


# %% Six changes
def move(image, right=0, down=0, degrees=0, scale=1):
    """Return the image scaled and turned about its middle, then shifted."""
    angle = np.deg2rad(degrees)
    turn = [[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]
    back = np.array(turn) / scale  # from each new pixel to the old image
    middle = (np.array(image.shape) - 1) / 2
    offset = middle - back @ (middle + np.array([down, right]))
    return ndimage.affine_transform(image, back, offset, order=1)


CHANGES = {
    "shift": lambda x, a, rng: move(x, right=a),
    "rotation": lambda x, a, rng: move(x, degrees=a),
    "scale": lambda x, a, rng: move(x, scale=a),
    "noise": lambda x, a, rng: x + rng.normal(0, a, x.shape),
    "blur": lambda x, a, rng: ndimage.gaussian_filter(x, a),
    "brightness": lambda x, a, rng: np.clip(x + a, 0, 1),
}
AMOUNTS = {  # from where to where each change is tested
    "shift": (-6, 6),
    "rotation": (-90, 90),
    "scale": (0.4, 1.6),
    "noise": (0, 0.8),
    "blur": (0, 4),
    "brightness": (-0.8, 0.8),
}


def change(images, kind, amount, rng):
    """Return all images changed by the same amount."""
    changed = [CHANGES[kind](image, amount, rng) for image in images]
    return np.array(changed, "float32")


# %% Augmentation
augmentation = keras.Sequential(
    [
        layers.Reshape((24, 24, 1)),
        layers.RandomTranslation(3 / 24, 3 / 24, fill_mode="constant"),
        layers.RandomRotation(30 / 360, fill_mode="constant"),
        layers.RandomZoom(0.25, fill_mode="constant"),
        layers.RandomBrightness(0.3, value_range=(0, 1)),
        layers.GaussianNoise(0.2),
    ]
)

# %% What augmentation shows tags=["hide"]
SEEN = {  # no blur
    "shift": (-3, 3),
    "rotation": (-30, 30),
    "scale": (1 / 1.25, 1 / 0.75),
    "noise": (0, 0.2),
    "brightness": (-0.3, 0.3),
}


# %% Network
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


# %% Training
BATCH = 32
UPDATES = NUM_EPOCHS * -(-len(train) // BATCH)


def train_network(seed, augmented):
    keras.utils.set_random_seed(seed)
    network = new_network()
    # The random layers change images in training only.
    model = keras.Sequential(
        [augmentation, network] if augmented else [network]
    )
    rate = keras.optimizers.schedules.PiecewiseConstantDecay(
        [UPDATES * 3 // 4], [0.003, 0.0005]
    )
    model.compile(
        optimizer=keras.optimizers.Adam(rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    model.fit(
        x[train], y[train], batch_size=BATCH, epochs=NUM_EPOCHS, verbose=0
    )
    return network


networks = {
    (training, seed): train_network(seed, training == "with augmentation")
    for training in ("as they are", "with augmentation")
    for seed in range(NUM_SEEDS)
}

# %% Testing tags=["hide"]
rows, kept = [], {}
for kind in CHANGES:
    rng = np.random.default_rng(0)
    for amount in np.linspace(*AMOUNTS[kind], 9):
        images = change(x[test], kind, amount, rng)
        answers = []
        for (training, seed), network in networks.items():
            logits = network(images)
            p = keras.ops.convert_to_numpy(keras.ops.softmax(logits))
            said = p.argmax(axis=1)
            right = int((said == y[test]).sum())
            often = np.bincount(said, minlength=10)
            row = (kind, amount, training, seed, right, len(test))
            sure = p.max(axis=1).mean()
            rows.append((*row, sure, often.argmax(), often.max()))
            answers.append(keras.ops.convert_to_numpy(logits))
        kept[kind, round(float(amount), 1)] = np.array(answers)
results = pd.DataFrame(
    rows,
    columns=[
        *("kind", "amount", "training", "seed", "right", "images"),
        *("confidence", "often", "times"),
    ],
)

# %% Files for the figures tags=["hide"]
folder = Path("artefacts/train_robustness")
folder.mkdir(parents=True, exist_ok=True)
results.round(4).to_csv(folder / "results.csv", index=False)
pd.DataFrame(SEEN, index=["from", "to"]).to_csv(folder / "seen.csv")
examples = {}
for kind in CHANGES:
    rng = np.random.default_rng(1)
    steps = np.linspace(*AMOUNTS[kind], 5)
    examples[kind] = np.concatenate(
        [change(x[test[6:7]], kind, amount, rng) for amount in steps]
    )
np.savez_compressed(
    folder / "examples.npz",
    **{kind: images.astype("float16") for kind, images in examples.items()},
)
np.savez_compressed(  # logits: both trainings, seeds, images, classes
    folder / "logits.npz",
    truth=y[test],
    **{
        name: kept[key].reshape(2, NUM_SEEDS, len(test), 10).astype("float32")
        for name, key in {
            "unchanged": ("shift", 0),
            "shifted": ("shift", 3),
            "turned": ("rotation", 45),
            "noisy": ("noise", 0.4),
        }.items()
    },
)
networks["as they are", 0].save_weights(folder / "plain.weights.h5")
networks["with augmentation", 0].save_weights(folder / "augmented.weights.h5")

# %% Values tags=["values"]
clean = results[(results["kind"] == "shift") & (results["amount"] == 0)]
means = clean["right"].groupby(clean["training"]).mean() / len(test)
{
    "num_seeds": NUM_SEEDS,
    "num_epochs": NUM_EPOCHS,
    "num_train": len(train),
    "num_test": len(test),
    "parameters": networks["as they are", 0].count_params(),
    "plain_clean": round(float(means["as they are"]), 4),
    "augmented_clean": round(float(means["with augmentation"]), 4),
}
