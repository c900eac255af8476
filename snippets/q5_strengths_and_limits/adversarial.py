# ---
# jupyter:
#   hamgasht:
#     data: [cifar10.npz]
#     limit: 600
#     needs: [q5_strengths_and_limits/train_cifar_filters]
#     smoke: {NUM_IMAGES: 50, NUM_SEEDS: 1}
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # One step along the sign of the gradient
# How little must a photograph change before the network errs? And does it
# look at shapes at all? The weights come from `train_cifar_filters.py`:
# run that file first, in the same folder.

# %% Imports
import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import tensorflow as tf
from keras import layers

# %% Settings tags=["parameters"]
NUM_IMAGES = 2000
NUM_SEEDS = 3  # trained networks

# %% Photographs and trained networks
with np.load("data/cifar10.npz") as data:
    x = data["x_test"][:NUM_IMAGES].astype("float32")  # from 0 to 255
    y = data["y_test"][:NUM_IMAGES].ravel()


def trained(seed):
    net = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Rescaling(1 / 128, -120 / 128),
            layers.Conv2D(24, 7, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(10),
        ]
    )
    path = f"artefacts/train_cifar_filters/weights{seed}.npz"
    with np.load(path) as weights:
        net.set_weights([weights[name] for name in weights.files])
    return net


networks = [trained(seed) for seed in range(NUM_SEEDS)]


# %% Gradient of the loss
def loss_gradient(net, images, labels):
    """Return the gradient of each image's loss with respect to its pixels."""
    images = tf.convert_to_tensor(images)
    with tf.GradientTape() as tape:
        tape.watch(images)
        losses = keras.losses.sparse_categorical_crossentropy(
            labels, net(images), from_logits=True
        )
    return tape.gradient(losses, images).numpy()


# %% A step for every image
def accuracy(net, images):
    answers = net.predict(images, batch_size=500, verbose=0).argmax(axis=1)
    return float((answers == y).mean())


STEPS = (0, 0.5, 1, 2, 4, 8)  # of 255 levels
coin = np.random.default_rng(0).choice([-1, 1], x.shape).astype("float32")
rows, ratios = [], []
for seed, net in enumerate(networks):
    gradient = loss_gradient(net, x, y)
    flat = gradient.reshape(len(x), -1)
    ratios.append(
        np.median(
            np.linalg.norm(flat, 1, axis=1) / np.linalg.norm(flat, axis=1)
        )
    )
    directions = {"sign of the gradient": np.sign(gradient), "random": coin}
    for name, direction in directions.items():
        for step in STEPS:
            changed = np.clip(x + step * direction, 0, 255)
            rows.append((name, seed, step, 100 * accuracy(net, changed)))
results = pd.DataFrame(
    rows, columns=["direction", "seed", "step", "accuracy"]
)

# %% Accuracy against the step
curves = results.set_index(["direction", "step", "seed"])["accuracy"]
curves = curves.unstack()
fig, ax = plt.subplots()
styles = {"sign of the gradient": "C3o-", "random": "C0s--"}
for name, style in styles.items():
    found = curves.loc[name]
    ax.plot(found.index, found, style[:2] + "-", linewidth=0.6, alpha=0.5)
    ax.plot(found.index, found.mean(axis=1), style, label=name)
ax.axhline(10, color="C7", linestyle=":", linewidth=1.2)
ax.set(
    xlabel="change of every pixel (of 255 levels)",
    ylabel="accuracy (%)",
    ylim=(0, 65),
)
ax.legend()
plt.show()

# %% One photograph
CLASSES = ["aeroplane", "car", "bird", "cat", "deer"]
CLASSES += ["dog", "frog", "horse", "ship", "lorry"]
STEP = 2
net = networks[0]
change = STEP * np.sign(loss_gradient(net, x, y))


def probabilities(images):
    logits = net.predict(images, batch_size=500, verbose=0)
    return np.asarray(keras.ops.softmax(logits))


changed = np.clip(x + change, 0, 255)
before, after = probabilities(x), probabilities(changed)
turned = (before.argmax(axis=1) == y) & (after.argmax(axis=1) != y)
chosen = int((turned * before.max(axis=1)).argmax())  # the surest of them
for name, p in (("before", before[chosen]), ("after", after[chosen])):
    print(f"{name}: {CLASSES[p.argmax()]}, with {p.max():.0%}")

# %% Before, change and after tags=["raster"]
fig, axes = plt.subplots(1, 3, figsize=(7, 2.4))
panels = (x[chosen], 127 + 30 * change[chosen], changed[chosen])
for ax, picture in zip(axes, panels, strict=True):
    ax.imshow(np.clip(picture, 0, 255).astype("uint8"))
    ax.set_axis_off()
plt.show()


# %% Shuffled tiles
def shuffled(images, size, seed=0):
    """Return images cut into tiles of size x size, in random order."""
    rng, places = np.random.default_rng(seed), 32 // size
    tiles = images.reshape(-1, places, size, places, size, 3)
    tiles = tiles.swapaxes(2, 3).reshape(-1, places**2, size, size, 3)
    mixed = np.stack([rng.permutation(own) for own in tiles])
    mixed = mixed.reshape(-1, places, places, size, size, 3)
    return mixed.swapaxes(2, 3).reshape(images.shape)


TILES = (32, 16, 8, 4, 1)
of_tiles = {
    size: np.array(
        [100 * accuracy(net, shuffled(x, size)) for net in networks]
    )
    for size in TILES
}
tiles = pd.DataFrame(
    [
        (
            f"{size}×{size}",
            f"{found.mean():.1f} ({found.min():.1f} to {found.max():.1f})",
        )
        for size, found in of_tiles.items()
    ],
    columns=["tiles (pixels)", "accuracy (%)"],
)
tiles

# %% The same photograph in tiles tags=["raster"]
fig, axes = plt.subplots(1, len(TILES), figsize=(7, 1.6))
for ax, size in zip(axes, TILES, strict=True):
    ax.imshow(shuffled(x[[chosen]], size)[0].astype("uint8"))
    ax.set_axis_off()
plt.show()

# %% Values tags=["values"]
values = {
    "images": len(x),
    "seeds": len(networks),
    "pixels": x[0].size,
    "ratio": float(np.mean(ratios)),
    "one_step": STEP,
    "turned": int(turned.sum()),
    "right": int((before.argmax(axis=1) == y).sum()),
}
for name, key in (("sign of the gradient", "sign"), ("random", "random")):
    for step in (0, 1, 2, 4, 8):
        found = curves.loc[name, step] / 100
        values |= {
            f"{key}_{step}": round(float(found.mean()), 4),
            f"{key}_{step}_low": round(float(found.min()), 4),
            f"{key}_{step}_high": round(float(found.max()), 4),
        }
for size, found in of_tiles.items():
    values[f"tiles_{size}"] = round(float(found.mean()) / 100, 4)
values
