# ---
# jupyter:
#   hamgasht:
#     tolerances: {default: 0.02}
# ---
# %% [markdown]
# # Dropout, in training and at inference
# What Keras does with a rate of one half: how many values go, what the rest
# is multiplied by, and why nothing has to be done at inference.

# %% Imports
import keras
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy

# %% In training
keras.utils.set_random_seed(0)
x = np.arange(1, 9, dtype="float32")[None]
drop = layers.Dropout(0.5)
print("before: ", x[0])
for _ in range(3):
    print("dropped:", convert_to_numpy(drop(x, training=True))[0])
print("at inference:", convert_to_numpy(drop(x, training=False))[0])

# %% By hand
ones = np.ones((1000, 1000), "float32")
dropped = convert_to_numpy(drop(ones, training=True))
kept = dropped > 0
by_hand = ones * kept / (1 - 0.5)  # what stays is doubled
same = np.array_equal(by_hand, dropped)
print("kept values times 1 / (1 - rate):", same)
print(f"share of zeros: {1 - kept.mean():.3f}")
print(f"mean before 1, after {dropped.mean():.3f}")

# %% Rates
rows = []
for rate in (0.005, 0.2, 0.5, 0.8):
    o = convert_to_numpy(layers.Dropout(rate)(ones, training=True))
    rows.append((rate, 100 * (o == 0).mean(), o.max(), o.mean()))
rates = pd.DataFrame(
    rows, columns=["rate", "zeros (%)", "factor of the rest", "mean"]
)
rates.round(3)

# %% The mean over many masks
rng = np.random.default_rng(0)
w = rng.normal(size=(64, 4)).astype("float32")
features = rng.uniform(0, 1, (1, 64)).astype("float32")
masks = np.repeat(features, 20000, axis=0)
noisy = convert_to_numpy(drop(masks, training=True)) @ w
quiet = convert_to_numpy(drop(features, training=False)) @ w
pd.DataFrame(
    {
        "unit": [1, 2, 3, 4],
        "mean over masks": noisy.mean(axis=0).round(2),
        "at inference": quiet[0].round(2),
        "deviation over masks": noisy.std(axis=0).round(2),
    }
)

# %% Values tags=["values"]
{
    "zeros": float(1 - kept.mean()),
    "factor": float(dropped.max()),
    "mean": float(dropped.mean()),
    "same": int(same),
    "zeros_half_percent": float(rates["zeros (%)"][0] / 100),
    "difference": float(np.abs(noisy.mean(axis=0) - quiet[0]).max()),
    "parameters": drop.count_params(),
}
