# ---
# jupyter:
#   hamgasht:
#     data: [cifar10.npz]
#     limit: 600
#     needs: [q5_strengths_and_limits/train_cifar_filters]
#     smoke: {NUM_NETWORKS: 1, NUM_IMAGES: 20, NUM_SEEDS: 1}
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # The effective receptive field
# Which of the pixels in its field does a unit really depend on? The
# gradient of the unit with respect to the image says so (Luo et al. 2016).
# The trained weights come from `train_cifar_filters.py`: run that file
# first, in the same folder.

# %% Imports
import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import tensorflow as tf
from keras import layers

# %% Settings tags=["parameters"]
NUM_NETWORKS = 10
NUM_IMAGES = 500
NUM_SEEDS = 3  # trained networks


# %% Squared gradient of a unit
def squared_gradient(net, images, row, column, seed=0):
    """Return the mean squared gradient of one place's units, by pixel.

    Each image gets random signs for the units: on average over the signs,
    what they have in common cancels, and the squares add up.
    """
    rng = np.random.default_rng(seed)
    images = tf.convert_to_tensor(images)
    with tf.GradientTape() as tape:
        tape.watch(images)
        units = net(images)[:, row, column]
        signs = rng.choice([-1.0, 1.0], units.shape).astype("float32")
        total = tf.reduce_sum(units * signs)
    squares = tf.reduce_mean(tape.gradient(total, images) ** 2, axis=(0, 3))
    return squares.numpy() / squares.numpy().sum()


# %% Deep stacks at initialisation
def stack(depth, activation):
    """Return 3x3 layers as Keras starts them; the field is 2 depth + 1."""
    net = keras.Sequential([keras.Input((2 * depth + 1, 2 * depth + 1, 8))])
    for _ in range(depth):
        net.add(
            layers.Conv2D(
                8,
                3,
                activation=activation,
                kernel_initializer="he_normal",
            )
        )
    return net


def width(squares):
    """Return the standard deviation (pixels) across the columns."""
    places = np.arange(len(squares)) - len(squares) // 2
    return float(np.sqrt((squares.sum(axis=0) * places**2).sum()))


SHARE = 0.95


def area(squares):
    """Return which share of the field's pixels holds 95% of the squares."""
    largest = np.sort(squares.ravel())[::-1].cumsum()
    return float((np.searchsorted(largest, SHARE) + 1) / squares.size)


DEPTHS = (5, 10, 20, 40)
squares = {}
for depth in DEPTHS:
    side = 2 * depth + 1
    for activation in ("linear", "relu"):
        found = []
        for seed in range(NUM_NETWORKS):
            keras.utils.set_random_seed(seed)
            images = np.random.default_rng(seed).normal(
                size=(4, side, side, 8)
            )
            net = stack(depth, activation)
            found.append(
                squared_gradient(net, images.astype("float32"), 0, 0, seed)
            )
        squares[depth, activation] = np.mean(found, axis=0)

# %% Width by theory and by gradients
rows = [
    (
        depth,
        2 * depth + 1,
        np.sqrt(2 * depth / 3),
        width(squares[depth, "linear"]),
        width(squares[depth, "relu"]),
        100 * area(squares[depth, "relu"]),
    )
    for depth in DEPTHS
]
widths = pd.DataFrame(
    rows,
    columns=[
        "layers",
        "field (pixels)",
        "width by theory",
        "width, no ReLU",
        "width, ReLU",
        "area with 95% of the squares (%)",
    ],
).round(2)
widths

# %% Share of the field
fig, ax = plt.subplots()
for depth, style in zip(DEPTHS, ("C0-", "C1--", "C2-.", "C4:"), strict=True):
    profile = squares[depth, "relu"].sum(axis=0)
    places = np.linspace(-50, 50, len(profile))
    ax.plot(places, profile / profile.max(), style, label=f"{depth} layers")
ax.set(
    xlabel="place in the field, from its middle (% of its width)",
    ylabel="squared gradient (largest: 1)",
)
ax.legend()
plt.show()

# %% Before and after training
with np.load("data/cifar10.npz") as data:
    photographs = data["x_test"][:NUM_IMAGES]
photographs = (photographs.astype("float32") - 120) / 128


def convolutions():
    """Return the network of `train_cifar_filters.py` up to its third map."""
    return keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Conv2D(24, 7, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
        ]
    )


START, FIELD = 4, 22  # of the unit in the middle of the 3x3 map
fields = {"before": [], "after": []}
for seed in range(NUM_SEEDS):
    keras.utils.set_random_seed(seed)
    net = convolutions()
    for name in fields:
        if name == "after":
            path = f"artefacts/train_cifar_filters/weights{seed}.npz"
            with np.load(path) as weights:
                net.set_weights([weights[f"arr_{i}"] for i in range(6)])
        found = squared_gradient(net, photographs, 1, 1, seed)
        inside = slice(START, START + FIELD)
        fields[name].append(found[inside, inside])

# %% Gradients in the field of one unit tags=["raster"]
fig, axes = plt.subplots(1, 2, figsize=(7, 3.2))
for ax, found in zip(axes, fields.values(), strict=True):
    ax.imshow(np.sqrt(np.mean(found, axis=0)), cmap="inferno", vmin=0)
    ax.set_axis_off()
plt.show()

# %% Values tags=["values"]
values = {
    "networks": NUM_NETWORKS,
    "images": NUM_IMAGES,
    "field": FIELD,
    "share": SHARE,
    "seeds": len(fields["after"]),
    "inside": float(
        np.min([np.sum(f, axis=(1, 2)) for f in fields.values()])
    ),
}
for depth in DEPTHS:
    values |= {
        f"theory_{depth}": round(float(np.sqrt(2 * depth / 3)), 4),
        f"linear_{depth}": round(width(squares[depth, "linear"]), 4),
        f"relu_{depth}": round(width(squares[depth, "relu"]), 4),
        f"area_{depth}": round(area(squares[depth, "relu"]), 4),
    }
for name, found in fields.items():
    areas = [area(squared) for squared in found]
    values |= {
        f"area_{name}": round(float(np.mean(areas)), 4),
        f"area_{name}_low": round(min(areas), 4),
        f"area_{name}_high": round(max(areas), 4),
    }
values
