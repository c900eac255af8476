# %% [markdown]
# # Shapes and parameters by Keras
# The same network built in Keras, and each of its layers compared with
# what the formulas say.

# %% Imports
import math

import keras
import pandas as pd
from keras import layers

# %% Network
model = keras.Sequential(
    [
        keras.Input((500, 7)),
        layers.Conv1D(16, 3, activation="relu"),
        layers.MaxPooling1D(2),
        layers.Conv1D(32, 5, activation="relu"),
        layers.MaxPooling1D(2),
        layers.Conv1D(64, 5, activation="relu"),
        layers.MaxPooling1D(2),
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        layers.Dense(5, activation="softmax"),
    ],
    name="question",
)

# %% Summary
model.summary()


# %% What the formulas expect
def expected(layer, shape):
    """Return a layer's output shape and parameters, by formula alone."""
    if isinstance(layer, layers.Conv1D):
        k = layer.kernel_size[0]
        n, c_in = shape
        return (n - k + 1, layer.filters), (k * c_in + 1) * layer.filters
    if isinstance(layer, layers.MaxPooling1D):
        k, s = layer.pool_size[0], layer.strides[0]
        n, c_in = shape
        return ((n - k) // s + 1, c_in), 0
    if isinstance(layer, layers.Flatten):
        return (math.prod(shape),), 0
    return (layer.units,), (shape[0] + 1) * layer.units


# %% Side by side
rows, shape = [], (500, 7)
for layer in model.layers:
    shape, parameters = expected(layer, shape)
    rows.append(
        (
            type(layer).__name__,
            "×".join(map(str, shape)),
            "×".join(map(str, layer.output.shape[1:])),
            parameters,
            layer.count_params(),
        )
    )
table = pd.DataFrame(
    rows,
    columns=[
        "layer",
        "shape by formula",
        "shape by Keras",
        "parameters by formula",
        "parameters by Keras",
    ],
)
table

# %% Equal
same_shapes = int(
    (table["shape by formula"] == table["shape by Keras"]).sum()
)
same_parameters = int(
    (table["parameters by formula"] == table["parameters by Keras"]).sum()
)
print(f"equal shapes: {same_shapes} of {len(table)}")
print(f"equal parameters: {same_parameters} of {len(table)}")

# %% Weights of the first layer
for weight in model.layers[0].weights:
    print(weight.name, tuple(weight.shape), math.prod(weight.shape))

# %% Values tags=["values"]
{
    "total": model.count_params(),
    "layers": len(table),
    "same_shapes": same_shapes,
    "same_parameters": same_parameters,
    "conv1": model.layers[0].count_params(),
    "conv1_kernel": math.prod(model.layers[0].kernel.shape),
    "pool2_length": model.layers[3].output.shape[1],
    "flatten": model.layers[6].output.shape[1],
    "dense1": model.layers[7].count_params(),
}
