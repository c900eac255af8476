# ---
# jupyter:
#   hamgasht:
#     data: [cifar10.npz]
#     limit: 7200
#     smoke: {NUM_EPOCHS: 1, SEEDS: [0]}
#     tolerances: {default: 0.06}
# ---
# %% [markdown]
# # Bottlenecks on CIFAR-10
# One small network whose two 3×3 layers are replaced by bottlenecks of
# several widths, and by 1×1 layers. Leaves its scores as files. An
# interrupted run goes on where the last finished training ended.

# %% Imports
import math
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from keras import layers

# %% Settings tags=["parameters"]
NUM_EPOCHS = 2
SEEDS = [0, 1]

# %% Data
file = Path("data/cifar10.npz")
if not file.exists():
    file.parent.mkdir(exist_ok=True)
    (x, y), (x_test, y_test) = keras.datasets.cifar10.load_data()
    np.savez(file, x_train=x, y_train=y, x_test=x_test, y_test=y_test)
data = np.load(file)
x_train, x_test = data["x_train"], data["x_test"]  # bytes, 0 to 255
y_train, y_test = data["y_train"].ravel(), data["y_test"].ravel()

# %% Blocks
CHANNELS = 48


def conv(x, filters, k, stride=1):
    """Convolution, batch normalisation, ReLU; the map keeps its size."""
    x = layers.Conv2D(
        filters, k, strides=stride, padding="same", use_bias=False
    )(x)
    return layers.ReLU()(layers.BatchNormalization()(x))


def plain(x, k=3):
    """One layer from all channels to all channels."""
    return conv(x, CHANNELS, k)


def bottleneck(x, middle):
    """Narrow by 1×1, look around by 3×3, widen by 1×1."""
    x = conv(x, middle, 1)
    x = conv(x, middle, 3)
    return conv(x, CHANNELS, 1)


# %% Network
def network(block, first=3):
    """Return the network with its two blocks, on images of 32 by 32."""
    image = keras.Input((32, 32, 3))
    x = layers.Rescaling(1 / 255)(image)
    x = conv(x, CHANNELS, first, stride=2)  # 16 by 16
    x = block(x)
    x = layers.MaxPooling2D()(x)  # 8 by 8
    x = block(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


networks = {"3×3": lambda: network(plain)}
for middle in (24, 12, 6):
    networks[f"bottleneck, {middle} channels"] = lambda middle=middle: (
        network(lambda x: bottleneck(x, middle))
    )
networks["1×1 for 3×3"] = lambda: network(lambda x: plain(x, 1))
networks["1×1 everywhere"] = lambda: network(lambda x: plain(x, 1), first=1)


# %% What a network costs
def multiply_adds(model):
    """Return how many products the network sums up for one image."""
    work = 0
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D):
            places = math.prod(layer.output.shape[1:3])
            work += places * math.prod(layer.kernel.shape)
        elif isinstance(layer, layers.Dense):
            work += math.prod(layer.kernel.shape)
    return work


def accuracy(model, x, y):
    right = 0
    for i in range(0, len(x), 500):
        p = model(x[i : i + 500], training=False)
        p = keras.ops.convert_to_numpy(p)
        right += int((p.argmax(axis=1) == y[i : i + 500]).sum())
    return right / len(x)


def first_layers(model):
    """Return the first two convolutions, normalisation worked in."""
    kinds = (layers.Conv2D, layers.BatchNormalization)
    found = [layer for layer in model.layers if isinstance(layer, kinds)]
    arrays = {}
    for number in (1, 2):
        convolution, norm = found[2 * number - 2 : 2 * number]
        gamma, beta, mean, variance = norm.get_weights()
        scale = gamma / np.sqrt(variance + norm.epsilon)
        arrays[f"kernel_{number}"] = convolution.get_weights()[0] * scale
        arrays[f"bias_{number}"] = beta - mean * scale
    return arrays


# %% Training tags=["progress"]
finished = Path("checkpoints")
finished.mkdir(exist_ok=True)
results = Path("artefacts/train_bottleneck")
results.mkdir(parents=True, exist_ok=True)
runs = [(name, seed) for seed in SEEDS for name in networks]
for number, (name, seed) in enumerate(runs):
    if (finished / f"{number}.csv").exists():
        continue  # trained before an interruption
    keras.utils.set_random_seed(seed)
    model = networks[name]()
    steps = NUM_EPOCHS * math.ceil(len(x_train) / 64)
    model.compile(
        keras.optimizers.Adam(
            keras.optimizers.schedules.CosineDecay(0.002, steps)
        ),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    print(f"{name}, seed {seed}")
    fit = model.fit(
        x_train, y_train, batch_size=64, epochs=NUM_EPOCHS, verbose=2
    )
    row = {
        "network": name,
        "seed": seed,
        "parameters": model.count_params(),
        "multiply_adds": multiply_adds(model),
        "train_accuracy": fit.history["accuracy"][-1],
        "test_accuracy": accuracy(model, x_test, y_test),
    }
    if name == "bottleneck, 12 channels" and seed == SEEDS[0]:
        np.savez(finished / "first_layers.npz", **first_layers(model))
    pd.DataFrame([row]).to_csv(finished / f"{number}.csv", index=False)

# %% Files for the figures
scores = pd.concat(
    pd.read_csv(finished / f"{number}.csv") for number in range(len(runs))
)
scores.round(6).to_csv(results / "scores.csv", index=False)
kept = np.load(finished / "first_layers.npz")
np.savez(results / "first_layers.npz", **kept)
print(f"{len(runs)} trainings of {len(x_train)} images, {NUM_EPOCHS} epochs")

# %% Values tags=["values"]
short = dict(
    zip(
        networks,
        ["plain", "half", "quarter", "eighth", "mixed", "colours"],
        strict=True,
    )
)
values = {
    "num_epochs": NUM_EPOCHS,
    "num_seeds": len(SEEDS),
    "num_train": len(x_train),
    "num_test": len(x_test),
    "channels": CHANNELS,
}
for name, key in short.items():
    of_it = scores[scores["network"] == name]
    values |= {
        f"{key}_accuracy": float(of_it["test_accuracy"].mean()),
        f"{key}_parameters": int(of_it["parameters"].iloc[0]),
        f"{key}_work": int(of_it["multiply_adds"].iloc[0]),
    }
values
