# ---
# jupyter:
#   hamgasht:
#     limit: 600
#     smoke: {NUM_SEEDS: 1, NUM_EPOCHS: 4, NUM_TRAIN: 256, NUM_TEST: 4}
#     tolerances: {default: 0.05}
# ---
# %% [markdown]
# # How far back can a convolution remember?
# One number in a sequence is marked; at the end the network has to say
# what it was. Two stacks of causal convolutions with the same number of
# layers and parameters: one with neighbouring taps, one with dilation 1,
# 2, 4, 8, 16, 32. Leaves its results as a file.

# %% Imports
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy

# %% Settings tags=["parameters"]
NUM_SEEDS = 2
NUM_EPOCHS = 12
NUM_TRAIN = 6000
NUM_TEST = 100


# %% Sequences
def make_sequences(delays, length, rng):
    """Return sequences of a random sign and a mark, and the marked sign.

    delays: for each sequence, how many steps before its end the mark is.
    """
    signs = rng.choice([-1.0, 1.0], (len(delays), length))
    marks = np.zeros_like(signs)
    places = length - 1 - np.asarray(delays)
    rows = np.arange(len(delays))
    marks[rows, places] = 1
    x = np.stack([signs, marks], axis=-1).astype("float32")
    return x, (signs[rows, places] > 0).astype("float32")


# %% Two stacks
def stack(dilations):
    """Return six causal layers of width 2; only the last step answers."""
    net = keras.Sequential([keras.Input((None, 2))])
    for dilation in dilations:
        net.add(
            layers.Conv1D(
                16,
                2,
                dilation_rate=dilation,
                padding="causal",  # no look at what comes later
                activation="relu",
            )
        )
    net.add(layers.Conv1D(1, 1))
    return net


STACKS = {
    "neighbouring taps": (1, 1, 1, 1, 1, 1),
    "dilated": (1, 2, 4, 8, 16, 32),
}


def answers(net, x):
    """Return the logit at the last step."""
    return convert_to_numpy(net(x))[:, -1, 0]


# %% What the last step can see
rng = np.random.default_rng(0)
fields = {}
for name, dilations in STACKS.items():
    net = stack(dilations)
    for weight in net.weights:
        weight.assign(np.full(weight.shape, 0.5))  # nothing cancels out
    nothing = np.zeros((1, 96, 2), "float32")
    one_each = np.repeat(nothing, 96, axis=0)
    one_each[range(96), range(96), 0] = 1
    changed = answers(net, one_each) != answers(net, nothing)
    fields[name] = int(changed.sum())
    print(f"{name}: {fields[name]} steps, {net.count_params()} parameters")

# %% Training
LENGTH, LONGER = 64, 96
rows = []
for seed in range(NUM_SEEDS):
    rng = np.random.default_rng(seed)
    delays = rng.integers(0, LENGTH, NUM_TRAIN)
    x, y = make_sequences(delays, LENGTH, rng)
    every_delay = np.repeat(np.arange(LONGER), NUM_TEST)
    test_x, test_y = make_sequences(every_delay, LONGER, rng)
    for name, dilations in STACKS.items():
        keras.utils.set_random_seed(seed)
        net = stack(dilations)
        steps = keras.Input((LENGTH, 2))
        last = keras.Model(steps, net(steps)[:, -1])
        last.compile(
            optimizer=keras.optimizers.Adam(0.003),
            loss=keras.losses.BinaryCrossentropy(from_logits=True),
        )
        last.fit(x, y[:, None], batch_size=64, epochs=NUM_EPOCHS, verbose=0)
        right = (answers(net, test_x) > 0) == (test_y == 1)
        for delay in range(LONGER):
            count = int(right[every_delay == delay].sum())
            rows.append((name, seed, delay, count, NUM_TEST))
results = pd.DataFrame(
    rows, columns=["network", "seed", "delay", "right", "sequences"]
)

# %% Files for the figures tags=["hide"]
folder = Path("artefacts/train_sequences")
folder.mkdir(parents=True, exist_ok=True)
results.to_csv(folder / "results.csv", index=False)

# %% Values tags=["values"]
accuracy = results.assign(rate=results["right"] / results["sequences"])


def between(name, first, last):
    """Return the accuracy over delays from first to last."""
    chosen = accuracy[accuracy["network"] == name]
    chosen = chosen[chosen["delay"].between(first, last)]
    return round(float(chosen["rate"].mean()), 4)


{
    "num_seeds": NUM_SEEDS,
    "length": LENGTH,
    "longer": LONGER,
    "num_test": NUM_TEST * NUM_SEEDS,
    "parameters": stack(STACKS["dilated"]).count_params(),
    "short_field": fields["neighbouring taps"],
    "dilated_field": fields["dilated"],
    "short_inside": between("neighbouring taps", 0, 6),
    "short_outside": between("neighbouring taps", 7, 63),
    "dilated_near": between("dilated", 0, 6),
    "dilated_inside": between("dilated", 0, 63),
    "dilated_far": between("dilated", 48, 63),
    "dilated_outside": between("dilated", 64, 95),
}
