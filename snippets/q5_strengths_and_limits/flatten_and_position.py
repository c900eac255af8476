# %% [markdown]
# # Who loses position: Flatten, Dense or pooling?
# Flatten keeps every value, and where it stood. The Dense layer after it
# treats each place apart. Pooling is what throws positions away.

# %% Imports
import keras
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy

# %% Flatten and back
rng = np.random.default_rng(0)
x = rng.integers(0, 100, (2, 4, 4, 3)).astype("float32")
flat = convert_to_numpy(layers.Flatten()(x))
back = convert_to_numpy(layers.Reshape((4, 4, 3))(flat))
flatten_error = float(np.abs(back - x).max())
print("shape:", x.shape, "->", flat.shape, "->", back.shape)
print("largest difference after the way back:", flatten_error)

# %% A convolution and a Dense layer
conv = layers.Conv2D(1, 3, use_bias=False)
dense = keras.Sequential(
    [
        keras.Input((12, 12, 1)),
        layers.Flatten(),
        layers.Dense(100, use_bias=False),
        layers.Reshape((10, 10, 1)),  # as many outputs as the convolution
    ]
)
conv.build((None, 12, 12, 1))
for layer in (conv, dense):
    weights = rng.integers(-3, 4, layer.weights[0].shape)
    layer.set_weights([weights.astype("float32")])

# %% Shifted inputs
spots = np.zeros((20, 12, 12, 1), "float32")
spots[:, 4:8, 4:8] = rng.integers(1, 10, (20, 4, 4, 1))
moved = np.roll(spots, 1, axis=2)  # one pixel to the right


def shift_error(layer):
    """Return how far the output is from any shift of what it was."""
    before, after = (convert_to_numpy(layer(x)) for x in (spots, moved))
    ways = [
        np.linalg.norm(after - np.roll(before, (down, right), axis=(1, 2)))
        for down in range(10)
        for right in range(10)
    ]
    return float(min(ways) / np.linalg.norm(before))


conv_error, dense_error = shift_error(conv), shift_error(dense)
equivariant = pd.DataFrame(
    {
        "layer": ["convolution", "Flatten and Dense"],
        "parameters": [conv.count_params(), dense.count_params()],
        "error of a shift by 1": [conv_error, round(dense_error, 2)],
    }
)
equivariant

# %% One bright pixel
SIZE = 16
places = np.array([(row, col) for row in range(SIZE) for col in range(SIZE)])
pictures = np.zeros((len(places), SIZE, SIZE, 1), "float32")
pictures[range(len(places)), places[:, 0], places[:, 1]] = 1


# %% Where is it?
def position_error(features):
    """Return the mean error (pixels) of the best linear guess."""
    features = features.reshape(len(places), -1).astype("float64")
    features = np.column_stack([features, np.ones(len(places))])
    best, *_ = np.linalg.lstsq(features, places, rcond=None)
    return float(np.abs(features @ best - places).mean())


rows = [("Flatten", SIZE * SIZE, position_error(pictures))]
for window in (2, 4, 8, 16):
    left = convert_to_numpy(layers.MaxPooling2D(window)(pictures))
    name = f"max-pooling {window}×{window}"
    rows.append((name, left[0].size, position_error(left)))
position = pd.DataFrame(
    rows, columns=["layer", "values", "mean error (pixels)"]
).round(3)
position

# %% Values tags=["values"]
{
    "flatten_error": flatten_error,
    "conv_error": conv_error,
    "dense_error": dense_error,
    "conv_parameters": conv.count_params(),
    "dense_parameters": dense.count_params(),
    "places": len(places),
    "position_flatten": float(position.iloc[0, 2]),
    "position_2": float(position.iloc[1, 2]),
    "position_4": float(position.iloc[2, 2]),
    "position_8": float(position.iloc[3, 2]),
    "position_16": float(position.iloc[4, 2]),
}
