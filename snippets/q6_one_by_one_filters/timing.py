# ---
# jupyter:
#   hamgasht:
#     smoke: {NUM_ROUNDS: 4, NUM_BUILDS: 2, NUM_CALLS: 2}
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
from keras.ops import convert_to_numpy, convert_to_tensor

# %% Settings tags=["parameters"]
NUM_ROUNDS = 40
NUM_BUILDS = 10
NUM_CALLS = 10  # of each network, once it is traced
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


def milliseconds(call, *arguments, **options):
    """Return how long one call takes."""
    start = time.perf_counter()
    call(*arguments, **options)
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


# %% First calls and later ones
def direct(net, x):
    """Call the network itself, without `predict` round it."""
    return convert_to_numpy(net(x, training=False))


rows = []
for _ in range(NUM_BUILDS):
    nets = {"1×1": network(1, 32, 32), "3×3": network(3, 32, 32)}  # anew
    for name, net in nets.items():
        first = milliseconds(net.predict, x[:1], verbose=0)
        rows.append((name, "first predict", first))
        direct(net, x[:1])
    for _ in range(NUM_CALLS):
        for name, net in nets.items():  # in turns
            later = milliseconds(net.predict, x[:1], verbose=0)
            rows.append((name, "later predict", later))
            rows.append((name, "model(x)", milliseconds(direct, net, x[:1])))
calls = pd.DataFrame(rows, columns=["network", "call", "ms"])

# %% Calls on one input
of_calls = calls.groupby(["call", "network"], sort=False)["ms"]
of_calls = of_calls.quantile([0.25, 0.5, 0.75]).unstack()
of_calls.columns = [
    "lower quartile (ms)",
    "median (ms)",
    "upper quartile (ms)",
]
of_calls.round(1).reset_index()

# %% Warm and in turns
batch = convert_to_tensor(x)  # an array would be copied in each call
networks = {
    "no convolution": keras.Sequential(  # hands on one place of each input
        [keras.Input((32, 32, 128)), layers.Cropping2D(((0, 31), (0, 31)))]
    ),
    "1×1: 32, 1": network(1, 32, 1),
    "1×1: 32, 32": network(1, 32, 32),
    "3×3: 32, 32": network(3, 32, 32),
}
for net in networks.values():
    for _ in range(20):  # traced, and warm
        net.predict_on_batch(batch)
times = {name: [] for name in networks}
for _ in range(NUM_ROUNDS):
    for name, net in networks.items():  # in turns: the load is alike for all
        times[name].append(milliseconds(net.predict_on_batch, batch))
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
one = of_calls["median (ms)"].to_dict()
none, unfair, ones, threes = times.median()
{
    "rounds": NUM_ROUNDS,
    "builds": NUM_BUILDS,
    "calls": NUM_BUILDS * NUM_CALLS,
    "batch": BATCH,
    "traced_first": traced[0],
    "traced_later": sum(traced[1:]),
    "first_over_later": one["first predict", "1×1"]
    / one["later predict", "1×1"],
    "first_low": of_calls.iloc[:2, 0].min(),
    "later_high": of_calls.iloc[2:4, 2].max(),
    "predict_1": one["later predict", "1×1"],
    "predict_3": one["later predict", "3×3"],
    "predict_ratio": one["later predict", "3×3"]
    / one["later predict", "1×1"],
    "direct_1": one["model(x)", "1×1"],
    "direct_3": one["model(x)", "3×3"],
    "direct_ratio": one["model(x)", "3×3"] / one["model(x)", "1×1"],
    "work_ratio": per_pixel[3] / per_pixel[2],
    "time_ratio": float(threes / ones),
    "fixed": float(none),
    "net_ratio": float((threes - none) / (ones - none)),
    "unfair_work_ratio": per_pixel[2] / per_pixel[1],
    "unfair_time_ratio": float(ones / unfair),
}
