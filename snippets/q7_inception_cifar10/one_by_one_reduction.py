# %% [markdown]
# # What the 1×1 layers of a module save
# The same four branches with and without the 1×1 layers that narrow them,
# for the question's module and for the first one of GoogLeNet.

# %% Imports
import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from keras import layers


# %% With and without
def conv(x, filters, size):
    return layers.Conv2D(filters, size, padding="same")(x)


def module(c_in, one, three, five, pooled, side, narrow=(None, None)):
    """Return a module; `narrow` holds the filters before 3×3 and 5×5."""
    x = keras.Input((side, side, c_in))
    before_3, before_5 = (conv(x, n, 1) if n else x for n in narrow)
    pool = layers.MaxPooling2D(3, strides=1, padding="same")(x)
    outputs = [
        conv(x, one, 1),
        conv(before_3, three, 3),
        conv(before_5, five, 5),
        conv(pool, pooled, 1),
    ]
    return keras.Model(x, layers.Concatenate()(outputs))


def weights(model):
    """Return the number of weights, biases left out."""
    return sum(
        int(np.prod(layer.kernel.shape))
        for layer in model.layers
        if isinstance(layer, layers.Conv2D)
    )


# %% Two modules
question = (32, 64, 64, 64, 64, 16)
googlenet = (192, 64, 128, 32, 32, 28)  # 3a in table 1 of its paper
rows = []
for name, sizes, narrow in (
    ("question's module", question, (32, 32)),
    ("GoogLeNet's module 3a", googlenet, (96, 16)),
):
    plain, reduced = module(*sizes), module(*sizes, narrow)
    side = sizes[-1]
    rows.append(
        (
            name,
            weights(plain),
            weights(reduced),
            round(side**2 * weights(plain) / 1e6, 1),
            round(side**2 * weights(reduced) / 1e6, 1),
        )
    )
two = pd.DataFrame(
    rows,
    columns=[
        "module",
        "weights, without 1×1",
        "weights, with 1×1",
        "millions of multiply-adds, without",
        "millions of multiply-adds, with",
    ],
)
two


# %% When it pays
def widest(k, c_in, c_out):
    """Return the most filters before a k×k layer that still save weights.

    k² c_in c_out > c_in r + k² r c_out, solved for r.
    """
    bound = k * k * c_in * c_out / (c_in + k * k * c_out)
    return int(np.ceil(bound)) - 1


print("before 3×3, from 32 to 64 channels:", widest(3, 32, 64))
print("before 5×5, from 32 to 64 channels:", widest(5, 32, 64))

# %% Over the channels of the input
channels = np.array([16, 32, 48, 64, 96, 128, 192, 256])
plain, reduced = (
    np.array([weights(module(c, *question[1:], n)) for c in channels])
    for n in ((None, None), (32, 32))
)
fig, ax = plt.subplots()
ax.plot(channels, plain / 1000, "C1s--", label="without 1×1")
ax.plot(channels, reduced / 1000, "C0o-", label="with 1×1")
ax.axvline(32, color="C7", linestyle=":", linewidth=1)
ax.set(
    xlabel="channels of the input",
    ylabel="weights of the module, thousands",
    ylim=(0, None),
)
ax.legend()
plt.show()

# %% Values tags=["values"]
{
    "question_plain": int(two.iloc[0, 1]),
    "question_reduced": int(two.iloc[0, 2]),
    "question_extra": int(two.iloc[0, 2] - two.iloc[0, 1]),
    "googlenet_plain": int(two.iloc[1, 1]),
    "googlenet_reduced": int(two.iloc[1, 2]),
    "googlenet_saved": float(1 - two.iloc[1, 2] / two.iloc[1, 1]),
    "googlenet_work": float(two.iloc[1, 4]),
    "widest_3": widest(3, 32, 64),
    "widest_5": widest(5, 32, 64),
    "plain_256": int(plain[-1]),
    "reduced_256": int(reduced[-1]),
    "saved_256": float(1 - reduced[-1] / plain[-1]),
}
