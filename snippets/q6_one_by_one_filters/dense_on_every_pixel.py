# ---
# jupyter:
#   hamgasht:
#     tolerances: {default: 1.0e-5}
# ---
# %% [markdown]
# # A 1×1 convolution is a Dense layer on every pixel
# The same weights in both, and the same outputs; each output looks at one
# pixel alone; and three layers that narrow, keep and widen.

# %% Imports
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy

# %% Both layers with the same weights
rng = np.random.default_rng(0)
x = rng.integers(-9, 10, (2, 32, 32, 128)).astype("float32")
w = rng.integers(-3, 4, (128, 32)).astype("float32")  # 128 in, 32 out
b = rng.integers(-3, 4, 32).astype("float32")

conv, dense = layers.Conv2D(32, 1), layers.Dense(32)
conv.build(x.shape)
dense.build(x.shape)  # Keras applies Dense along the last axis
conv.set_weights([w[np.newaxis, np.newaxis], b])
dense.set_weights([w, b])
print("kernel of Conv2D:", tuple(conv.kernel.shape))
print("kernel of Dense: ", tuple(dense.kernel.shape))
print("output of Conv2D:", tuple(conv(x).shape))
print("output of Dense: ", tuple(dense(x).shape))


# %% Whole numbers
def by_loop(x, w, b):
    """Return one vector-matrix product for each pixel, and nothing else."""
    o = np.empty((*x.shape[:3], w.shape[1]))
    for n, i, j in np.ndindex(*x.shape[:3]):
        o[n, i, j] = x[n, i, j] @ w + b
    return o


def largest_difference(one, other):
    one, other = convert_to_numpy(one), convert_to_numpy(other)
    return float(np.abs(one - other).max())


whole_dense = largest_difference(conv(x), dense(x))
whole_loop = largest_difference(conv(x), by_loop(x, w, b))
print("Conv2D and Dense:       ", whole_dense)
print("Conv2D and loop:        ", whole_loop)

# %% Fractions
x_real = rng.normal(size=x.shape).astype("float32")
w_real = rng.normal(size=w.shape).astype("float32")
conv.set_weights([w_real[np.newaxis, np.newaxis], b])
dense.set_weights([w_real, b])
exact = x_real.astype("float64") @ w_real.astype("float64") + b
# However 128 products and a bias are added up, the error is below this:
size = np.abs(x_real).astype("float64") @ np.abs(w_real) + np.abs(b)
bound = 129 * np.finfo("float32").eps * size

errors = {}
for name, layer in (("Conv2D", conv), ("Dense", dense)):
    error = np.abs(convert_to_numpy(layer(x_real)) - exact)
    errors[name] = bool((error <= bound).all())
    print(f"{name}: within the bound of rounding everywhere:", errors[name])
print("Conv2D and Dense agree to 4 digits:", end=" ")
agree = np.allclose(conv(x_real), dense(x_real), rtol=1e-4, atol=1e-4)
print(agree)

# %% One pixel changed
conv.set_weights([w[np.newaxis, np.newaxis], b])
changed = x[:1].copy()
changed[0, 10, 20] += 1  # all channels of one pixel
reach = {}
for k in (1, 3, 5):
    layer = layers.Conv2D(32, k, padding="same")
    layer.build(x.shape)
    layer.set_weights([np.ones((k, k, 128, 32), "float32"), b])
    moved = convert_to_numpy(layer(changed) != layer(x[:1])).any(axis=-1)
    reach[k] = int(moved.sum())
    print(f"{k}×{k}: {reach[k]} of {moved.size} places of the output change")

# %% Narrow, keep, widen
rows = []
for c_out in (32, 128, 512):
    layer = layers.Conv2D(c_out, 1)
    o = layer(x)
    rows.append(
        (
            c_out,
            "×".join(map(str, x.shape[1:])),
            "×".join(map(str, o.shape[1:])),
            layer.count_params(),
        )
    )
widths = pd.DataFrame(
    rows, columns=["filters", "input", "output", "parameters"]
)
widths

# %% Values tags=["values"]
{
    "whole_dense": whole_dense,
    "whole_loop": whole_loop,
    "in_bound": int(all(errors.values())),
    "agree": int(agree),
    "reach_1": reach[1],
    "reach_3": reach[3],
    "reach_5": reach[5],
    "places": 32 * 32,
    "side": conv(x).shape[1],
    "filters": conv(x).shape[3],
    "narrow": int(widths["parameters"][0]),
    "keep": int(widths["parameters"][1]),
    "wide": int(widths["parameters"][2]),
}
