# ---
# jupyter:
#   hamgasht:
#     smoke: {NUM_ROUNDS: 4}
#     tolerances: {default: 0.98, traced_later: 0.0}
# ---
# %% [markdown]
# # The first call and the warm ones
# Seconds belong to a machine and to an hour, so each network is run many
# times, in turns, and its middle time stands with its spread.

# %% Imports
import time

import keras
import numpy as np
import pandas as pd
from keras import layers

# %% Settings tags=["parameters"]
NUM_ROUNDS = 40
BATCH = 32

# %% Networks
rng = np.random.default_rng(0)
x = rng.random((BATCH, 32, 32, 128)).astype("float32")


def network(k, *filters):
    """Return convolutions with k×k windows, one after the other."""
    style = {"padding": "same", "activation": "relu"}
    return keras.Sequential(
        [
            keras.Input((32, 32, 128)),
            *(layers.Conv2D(c_out, k, **style) for c_out in filters),
        ]
    )


def milliseconds(call):
    start = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - start)


# %% What the first call does
class Counted(layers.Layer):
    """Hands its input on, and counts how often Python runs its code."""

    runs = 0

    def call(self, x):
        Counted.runs += 1
        return x


counted = keras.Sequential([keras.Input((32, 32, 128)), Counted()])
traced = []
for number in (1, 2, 3):
    Counted.runs = 0
    counted.predict(x[:1], verbose=0)
    traced.append(Counted.runs)
    print(f"call {number}: Python runs the layer {Counted.runs} times")

# %% One first call
rows = []
for name, k in (("1×1", 1), ("1×1, built again", 1), ("3×3", 3)):
    net = network(k, 32, 32)
    first, second, *later = (
        milliseconds(lambda net=net: net.predict(x[:1], verbose=0))
        for _ in range(2 + NUM_ROUNDS)
    )
    rows.append((name, first, second, min(later), np.median(later)))
calls = pd.DataFrame(
    rows,
    columns=[
        "network",
        "first call (ms)",
        "second call (ms)",
        "quickest of the later ones (ms)",
        "median of the later ones (ms)",
    ],
).round(1)
calls

# %% Warm and in turns
networks = {
    "no layer": keras.Sequential(
        [keras.Input((32, 32, 128)), layers.Activation("linear")]
    ),
    "1×1: 32, 1": network(1, 32, 1),
    "1×1: 32, 32": network(1, 32, 32),
    "3×3: 32, 32": network(3, 32, 32),
}
for net in networks.values():
    for _ in range(20):  # traced, and warm
        net.predict_on_batch(x)
times = {name: [] for name in networks}
for _ in range(NUM_ROUNDS):
    for name, net in networks.items():  # in turns: the load is alike for all
        times[name].append(
            milliseconds(lambda net=net: net.predict_on_batch(x))
        )
times = pd.DataFrame(times)

# %% Times
quartiles = times.quantile([0.25, 0.5, 0.75]).T
per_pixel = [0, 128 * 32 + 32, 128 * 32 + 32 * 32, 9 * (128 * 32 + 32 * 32)]
warm = pd.DataFrame(
    {
        "network": list(networks),
        "multiply-adds, millions": BATCH * 1024 * np.array(per_pixel) / 1e6,
        "lower quartile (ms)": quartiles[0.25].to_numpy(),
        "median (ms)": quartiles[0.5].to_numpy(),
        "upper quartile (ms)": quartiles[0.75].to_numpy(),
    }
).round(1)
warm

# %% Values tags=["values"]
middle = times.median()
{
    "rounds": NUM_ROUNDS,
    "batch": BATCH,
    "traced_first": traced[0],
    "traced_later": sum(traced[1:]),
    "first_over_later": float(calls.iloc[0, 1] / calls.iloc[0, 3]),
    "again_over_later": float(calls.iloc[1, 1] / calls.iloc[1, 3]),
    "work_ratio": per_pixel[3] / per_pixel[2],
    "time_ratio": float(middle.iloc[3] / middle.iloc[2]),
    "unfair_work_ratio": per_pixel[2] / per_pixel[1],
    "unfair_time_ratio": float(middle.iloc[2] / middle.iloc[1]),
}
