# %% [markdown]
# # Cross-correlation or convolution?
# Deep learning's layer does not flip its filter; its backward pass does.

# %% Imports
import keras
import numpy as np

# %% Data
X = np.array([[3.0, 4.0, 5.0], [2.0, 1.0, -3.0], [4.0, -2.0, 0.0]])
F = np.array([[2.0, 0.0], [-3.0, 1.0]])


# %% Two operations
def correlate(X, F):
    """Return the cross-correlation: the filter as it is."""
    k, l = F.shape
    return np.array(
        [
            [
                np.sum(F * X[i : i + k, j : j + l])
                for j in range(X.shape[1] - l + 1)
            ]
            for i in range(X.shape[0] - k + 1)
        ]
    )


def convolve(X, F):
    """Return the convolution of mathematics: the filter turned first."""
    return correlate(X, F[::-1, ::-1])


# %% Correlation
correlate(X, F)

# %% Convolution
convolve(X, F)

# %% NumPy agrees
signal, weights = np.array([1.0, 2.0, 4.0, 8.0]), np.array([1.0, 0.0, -1.0])
print("np.convolve: ", np.convolve(signal, weights, mode="valid"))
print("np.correlate:", np.correlate(signal, weights, mode="valid"))

# %% Keras does not flip
layer = keras.layers.Conv2D(1, 2, use_bias=False)
layer.build((None, 3, 3, 1))
layer.set_weights([F[:, :, None, None]])
by_keras = np.asarray(layer(X[None, :, :, None].astype("float32")))
by_keras = by_keras[0, :, :, 0]
by_keras

# %% Full convolution
dO = np.full((2, 2), 0.25)
padded = np.pad(dO, 1)  # so that F may hang over the edge
dX = convolve(padded, F)
dX

# %% Padded gradient
padded

# %% Commutes or not
print(
    "X * F equals F * X:",
    bool(np.allclose(convolve(np.pad(X, 1), F), convolve(np.pad(F, 2), X))),
)
print(
    "X ⋆ F equals F ⋆ X:",
    bool(np.allclose(correlate(np.pad(X, 1), F), correlate(np.pad(F, 2), X))),
)

# %% Values tags=["values"]
{
    "from_correlation": float(np.abs(by_keras - correlate(X, F)).max()),
    "from_convolution": float(np.abs(by_keras - convolve(X, F)).max()),
    "dx21": dX[1, 0],
    "unturned_dx21": correlate(padded, F)[1, 0],
    "correlation_mean": correlate(X, F).mean(),
    "convolution_mean": convolve(X, F).mean(),
}
