# %% [markdown]
# # What an optimiser keeps
# The floats that each optimiser of Keras keeps beside the parameters, read
# off its variables, and how many numbers it asks its user for.

# %% Imports
import math

import keras
import numpy as np
import pandas as pd
from keras import layers

# %% Network
net = keras.Sequential(
    [
        keras.Input((64,)),
        layers.Dense(32, activation="relu"),
        layers.Dense(32, activation="relu"),
        layers.Dense(10),
    ]
)
parameters = net.count_params()
print("parameters:", parameters)

# %% What each one keeps
optimizers = {
    "SGD": keras.optimizers.SGD(),
    "SGD with momentum": keras.optimizers.SGD(momentum=0.9),
    "RMSprop": keras.optimizers.RMSprop(),
    "Adam": keras.optimizers.Adam(),
    "AMSGrad": keras.optimizers.Adam(amsgrad=True),
}
SETTINGS = ("learning_rate", "momentum", "rho", "beta_1", "beta_2", "epsilon")
rows = []
for name, optimizer in optimizers.items():
    optimizer.build(net.trainable_variables)
    floats = sum(
        keras.ops.size(variable)
        for variable in optimizer.variables
        if len(variable.shape) > 0  # leaves out rate and step counter
    )
    config = optimizer.get_config()
    numbers = sum(config.get(setting, 0) != 0 for setting in SETTINGS)
    rows.append((name, int(floats), int(floats) / parameters, numbers))
memory = pd.DataFrame(
    rows,
    columns=["optimiser", "floats", "floats per parameter", "settings"],
)
memory

# %% SGD and the size of its batches
config = keras.optimizers.SGD().get_config()
print(
    "settings of SGD that name a batch:", [k for k in config if "batch" in k]
)
net.compile(optimizer="sgd", loss="mse")
net.fit(np.zeros((1437, 64)), np.zeros((1437, 10)), verbose=0)
updates = int(net.optimizer.iterations)
print("updates in one epoch over 1437 samples:", updates)
print("so samples in a batch:", math.ceil(1437 / updates))

# %% Values tags=["values"]
{
    "parameters": parameters,
    "sgd": float(memory.iloc[0, 2]),
    "momentum": float(memory.iloc[1, 2]),
    "rmsprop": float(memory.iloc[2, 2]),
    "adam": float(memory.iloc[3, 2]),
    "amsgrad": float(memory.iloc[4, 2]),
    "adam_floats": int(memory.iloc[3, 1]),
    "sgd_settings": int(memory.iloc[0, 3]),
    "momentum_settings": int(memory.iloc[1, 3]),
    "adam_settings": int(memory.iloc[3, 3]),
    "default_updates": updates,
    "default_batch": math.ceil(1437 / updates),
}
