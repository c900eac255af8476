# %% [markdown]
# # One network, written twice
# The Sequential and the Functional API build the same network: the same
# layers, the same parameters and, with the same weights, the same answers.

# %% Imports
import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from keras import layers

# %% Sequential
sequential = keras.Sequential(
    [
        keras.Input((256, 256, 1)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ],
    name="sequential",
)

# %% Functional
image = keras.Input((256, 256, 1))
x = layers.Conv2D(16, 3, activation="relu")(image)
x = layers.MaxPooling2D()(x)
x = layers.Conv2D(32, 3, activation="relu")(x)
x = layers.MaxPooling2D()(x)
x = layers.Conv2D(64, 3, activation="relu")(x)
x = layers.MaxPooling2D()(x)
x = layers.Flatten()(x)
x = layers.Dense(64, activation="relu")(x)
tumour_free = layers.Dense(1, activation="sigmoid")(x)
functional = keras.Model(image, tumour_free, name="functional")

# %% Summary of the first
sequential.summary()

# %% Summary of the second
functional.summary()

# %% Parameters by hand
by_hand = [
    ("Conv2D, 16", 3 * 3 * 1 * 16 + 16),
    ("Conv2D, 32", 3 * 3 * 16 * 32 + 32),
    ("Conv2D, 64", 3 * 3 * 32 * 64 + 64),
    ("Dense, 64", 30 * 30 * 64 * 64 + 64),
    ("Dense, 1", 64 * 1 + 1),
]
by_keras = [layer.count_params() for layer in sequential.layers]
table = pd.DataFrame(by_hand, columns=["layer", "by hand"])
table["Keras"] = [number for number in by_keras if number]
table

# %% The same function
weights = sequential.get_weights()
functional.set_weights(weights)
rng = np.random.default_rng(0)
images = rng.uniform(0, 255, (8, 256, 256, 1)).astype("float32")
one = sequential.predict(images, verbose=0)
other = functional.predict(images, verbose=0)
print("same shapes:", [w.shape for w in weights[:2]], "...")
print("largest difference of the answers:", np.abs(one - other).max())

# %% The same start
keras.utils.set_random_seed(1)
first = keras.models.clone_model(sequential).get_weights()
keras.utils.set_random_seed(1)
second = keras.models.clone_model(functional).get_weights()
equal = [np.array_equal(a, b) for a, b in zip(first, second, strict=True)]
print(sum(equal), "of", len(equal), "weight arrays start equal")

# %% What only the Functional API can
inputs = keras.Input((256, 256, 1))
narrow = layers.Conv2D(8, 3, padding="same", activation="relu")(inputs)
wide = layers.Conv2D(8, 5, padding="same", activation="relu")(inputs)
both = layers.Concatenate()([narrow, wide])  # two ways, one result
branched = keras.Model(inputs, both)
print("output:", branched.output.shape)


# %% The graph
def draw(ax, layers_of, x, colour):
    """Draw layers from top to bottom, each with the shape that it gives."""
    for row, layer in enumerate(layers_of):
        box = {"boxstyle": "round", "fc": "none", "ec": colour}
        place = {"ha": "center", "va": "center", "fontsize": 9}
        ax.text(x, -row, type(layer).__name__, bbox=box, **place)
        shape = "×".join(str(size) for size in layer.output.shape[1:])
        ax.text(x + 0.75, -row, shape, va="center", fontsize=9)
        if row:
            arrow = {"arrowstyle": "->", "color": colour}
            ends = {"xy": (x, 0.28 - row), "xytext": (x, 0.72 - row)}
            ax.annotate("", **ends, arrowprops=arrow)


fig, ax = plt.subplots(figsize=(7, 5.5))
draw(ax, sequential.layers, 0, "C0")
draw(ax, functional.layers[1:], 2.4, "C1")  # the first one is the input
ax.text(0, 0.75, "Sequential", ha="center")
ax.text(2.4, 0.75, "Functional", ha="center")
ax.set(xlim=(-0.8, 4), ylim=(-8.5, 1.1))
ax.set_axis_off()
plt.show()

# %% Values tags=["values"]
{
    "parameters": sequential.count_params(),
    "parameters_functional": functional.count_params(),
    "dense_parameters": by_hand[3][1],
    "dense_share": by_hand[3][1] / sequential.count_params(),
    "flatten": 30 * 30 * 64,
    "difference": float(np.abs(one - other).max()),
    "equal_arrays": sum(equal),
    "arrays": len(equal),
    "branched_channels": branched.output.shape[-1],
}
