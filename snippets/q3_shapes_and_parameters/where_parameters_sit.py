# %% [markdown]
# # Where the parameters sit
# Nearly all parameters of the network are in one Dense layer, while most
# of the work is done by the convolutions. Global average pooling in place
# of Flatten changes both.

# %% Imports
import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from keras import layers


# %% Two heads
def network(length=500, head="flatten"):
    """Return the question's network, with Flatten or with averaging."""
    return keras.Sequential(
        [
            keras.Input((length, 7)),
            layers.Conv1D(16, 3, activation="relu"),
            layers.MaxPooling1D(2),
            layers.Conv1D(32, 5, activation="relu"),
            layers.MaxPooling1D(2),
            layers.Conv1D(64, 5, activation="relu"),
            layers.MaxPooling1D(2),
            layers.Flatten()
            if head == "flatten"
            else layers.GlobalAveragePooling1D(),
            layers.Dense(128, activation="relu"),
            layers.Dense(5, activation="softmax"),
        ]
    )


# %% Parameters and multiply-adds
def multiply_adds(layer):
    """Return how many products a layer sums up for one input."""
    if isinstance(layer, layers.Conv1D):
        return layer.output.shape[1] * int(np.prod(layer.kernel.shape))
    if isinstance(layer, layers.Dense):
        return int(np.prod(layer.kernel.shape))
    return 0


model = network()
counts = pd.DataFrame(
    [
        (
            f"{type(layer).__name__} {number}",
            layer.count_params(),
            multiply_adds(layer),
        )
        for number, layer in enumerate(model.layers, 1)
        if layer.count_params()
    ],
    columns=["layer", "parameters", "multiply-adds"],
)
counts

# %% Shares
fig, ax = plt.subplots(figsize=(7, 3.6))
y = np.arange(len(counts))
for offset, column in ((-0.2, "parameters"), (0.2, "multiply-adds")):
    share = 100 * counts[column] / counts[column].sum()
    bars = ax.barh(y + offset, share, 0.38, label=column)
    ax.bar_label(bars, [f"{s:.1f}%" for s in share], padding=3, fontsize=9)
ax.set_yticks(y, counts["layer"])
ax.invert_yaxis()
ax.set(xlabel="share of the network (%)", xlim=(0, 112))
ax.grid(axis="y", visible=False)
ax.legend(loc="lower right")
plt.show()

# %% Memory in training
BATCH, FLOAT = 64, 4  # samples, bytes
memory = pd.DataFrame(
    [
        (
            f"{type(layer).__name__} {number}",
            int(np.prod(layer.output.shape[1:])),
        )
        for number, layer in enumerate(model.layers, 1)
    ],
    columns=["layer", "output values"],
)
memory["batch of 64 (kB)"] = memory["output values"] * BATCH * FLOAT // 1000
memory

# %% Average instead of Flatten
small = network(head="average")
heads = pd.DataFrame(
    [
        (
            name,
            net.layers[6].output.shape[-1],
            net.layers[7].count_params(),
            net.count_params(),
        )
        for name, net in (("Flatten", model), ("average", small))
    ],
    columns=[
        "head",
        "features",
        "parameters of first Dense",
        "parameters in all",
    ],
)
heads

# %% Longer inputs
lengths = [125, 250, 500, 1000, 2000, 4000]
with_flatten = [network(n).count_params() for n in lengths]
with_average = [network(n, "average").count_params() for n in lengths]
fig, ax = plt.subplots()
ax.plot(lengths, with_flatten, "C0o-", label="Flatten")
ax.plot(lengths, with_average, "C1s--", label="global average pooling")
ax.set(xscale="log", yscale="log", xlabel="input length", ylabel="parameters")
ax.set_xticks(lengths, [str(n) for n in lengths])
ax.minorticks_off()
ax.legend()
plt.show()

# %% Values tags=["values"]
total = counts["parameters"].sum()
work = counts["multiply-adds"].sum()
{
    "total": int(total),
    "dense1": int(counts["parameters"].iloc[3]),
    "dense1_share": float(counts["parameters"].iloc[3] / total),
    "conv_share": float(counts["parameters"].iloc[:3].sum() / total),
    "work": int(work),
    "flops": int(2 * work),
    "values": int(memory["output values"].sum()),
    "values_mb": float(memory["output values"].sum() * BATCH * FLOAT / 1e6),
    "weights_mb": float(total * FLOAT / 1e6),
    "adam_mb": float(4 * total * FLOAT / 1e6),
    "batch": BATCH,
    "dense1_work_share": float(counts["multiply-adds"].iloc[3] / work),
    "conv_work_share": float(counts["multiply-adds"].iloc[:3].sum() / work),
    "conv3_work_share": float(counts["multiply-adds"].iloc[2] / work),
    "average_total": small.count_params(),
    "average_dense1": small.layers[7].count_params(),
    "times_smaller": float(total / small.count_params()),
    "flatten_4000": with_flatten[-1],
    "flatten_125": with_flatten[0],
}
