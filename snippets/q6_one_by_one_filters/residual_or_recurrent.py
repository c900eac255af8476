# %% [markdown]
# # Residual is not recurrent
# Parameters against the number of steps, and the one case in which a
# residual network is a recurrent one: when its blocks share their weights.

# %% Imports
import keras
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy

# %% Settings
UNITS = 64
STEPS = [1, 2, 4, 8, 16]


# %% A residual block
class Block(layers.Layer):
    """ReLU(x + f(x)), where f is Dense, ReLU, Dense: as 1×1 in one place."""

    def build(self, shape):
        self.inner = layers.Dense(shape[-1], activation="relu")
        self.outer = layers.Dense(shape[-1])
        self.inner.build(shape)
        self.outer.build(shape)

    def call(self, x):
        return keras.ops.relu(x + self.outer(self.inner(x)))


def residual(steps, tied):
    """Return blocks one after the other, or one block as often, if tied."""
    x = keras.Input((UNITS,))
    shared, h = Block(), x
    for _ in range(steps):
        h = shared(h) if tied else Block()(h)
    return keras.Model(x, h)


def recurrent(kind, steps):
    """Return a recurrent layer that reads a sequence of so many steps."""
    x = keras.Input((steps, UNITS))
    return keras.Model(x, kind(UNITS)(x))


# %% Parameters by steps
counts = pd.DataFrame(
    [
        (
            steps,
            recurrent(layers.SimpleRNN, steps).count_params(),
            recurrent(layers.GRU, steps).count_params(),
            recurrent(layers.LSTM, steps).count_params(),
            residual(steps, tied=False).count_params(),
            residual(steps, tied=True).count_params(),
        )
        for steps in STEPS
    ],
    columns=[
        "steps or blocks",
        "SimpleRNN",
        "GRU",
        "LSTM",
        "ResNet",
        "ResNet, tied weights",
    ],
)
counts


# %% A cell that is a block
class Cell(Block):
    """The block as a cell: its state is x, and its input is not read."""

    def __init__(self, units):
        super().__init__()
        self.state_size = units

    def build(self, shape):
        super().build((None, self.state_size))

    def call(self, inputs, states):
        h = super().call(states[0])
        return h, [h]


# %% Tied weights
NUM_BLOCKS = 4
rng = np.random.default_rng(0)
tied = residual(NUM_BLOCKS, tied=True)
cell = Cell(UNITS)
unrolled = layers.RNN(cell)
nothing = np.zeros((8, NUM_BLOCKS, 1), "float32")  # a sequence to count by
x = rng.integers(0, 4, (8, UNITS)).astype("float32")
unrolled(nothing, initial_state=[x])  # builds it
whole = [
    rng.choice([-1, 0, 1], w.shape, p=[0.02, 0.96, 0.02])
    for w in tied.get_weights()
]
tied.set_weights(whole)
cell.set_weights(whole)
by_resnet = convert_to_numpy(tied(x))
by_rnn = convert_to_numpy(unrolled(nothing, initial_state=[x]))
difference = float(np.abs(by_resnet - by_rnn).max())
moved = float(np.abs(by_resnet - x).max())
print("largest value:", float(by_resnet.max()))
print("changed by the blocks, at most:", moved)
print("ResNet with tied weights minus RNN:", difference)

# %% Values tags=["values"]
first, last = counts.iloc[0], counts.iloc[-1]
{
    "steps": STEPS[-1],
    "blocks": NUM_BLOCKS,
    "rnn": int(last["SimpleRNN"]),
    "lstm": int(last["LSTM"]),
    "resnet_1": int(first["ResNet"]),
    "resnet": int(last["ResNet"]),
    "tied": int(last["ResNet, tied weights"]),
    "largest": float(by_resnet.max()),
    "moved": moved,
    "difference": difference,
}
