# ---
# jupyter:
#   hamgasht:
#     limit: 7200
#     smoke:
#       NUM_ROUNDS: 1
#       WAYS:
#         tensorflow: tensorflow
#         deterministic: tensorflow
#         jax: tensorflow
#         torch: tensorflow
#     tolerances: {default: 5}
# ---
# %% [markdown]
# # One training step on each backend
# The networks of chapters 4 and 7, each backend in a process of its own. All
# are asked in turns, so that what else the machine does meets them alike.

# %% Imports
import json
import os
import subprocess
import sys

import _backend_speed
import pandas as pd

# %% Settings tags=["parameters"]
NUM_ROUNDS = 9
WAYS = {
    "tensorflow": "tensorflow",
    "deterministic": "tensorflow deterministic",
    "jax": "jax",
    "torch": "torch",
}

# %% Names
NETWORKS = {"mri": "chapter 4", "inception": "chapter 7"}
NAMES = {
    "tensorflow": "TensorFlow",
    "deterministic": "TensorFlow, deterministic",
    "jax": "JAX",
    "torch": "PyTorch",
}


# %% A process for each
def start(network, backend, *options):
    """Start a process that trains a network whenever it is asked to."""
    file = _backend_speed.main.__code__.co_filename
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    return subprocess.Popen(
        [sys.executable, file, network, *options],
        env={**os.environ, **quiet, "KERAS_BACKEND": backend},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def answer(process, way):
    """Return what a process says next."""
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"no answer from {way!r}; is it installed?")
    return json.loads(line)


# %% In turns tags=["progress"]
rounds, about = [], {}
for network in NETWORKS:
    ways = dict.fromkeys(WAYS.values())  # each once
    processes = {way: start(network, *way.split()) for way in ways}
    for way, process in processes.items():
        about[network, way] = answer(process, way)
    for number in range(NUM_ROUNDS):
        for name, way in WAYS.items():
            processes[way].stdin.write("1\n")
            processes[way].stdin.flush()
            found = answer(processes[way], way)
            rounds.append({"network": network, "way": name, **found})
        print(f"{network}: round {number + 1} of {NUM_ROUNDS}")
    for process in processes.values():
        process.stdin.close()
        process.wait()

# %% Seconds of a step
rounds = pd.DataFrame(rounds)
rows, values = [], {}
for (network, way), own in rounds.groupby(["network", "way"], sort=False):
    is_base = (rounds["network"] == network) & (rounds["way"] == "tensorflow")
    base = rounds.loc[is_base, "wall"].to_numpy()
    wall = own["wall"].quantile([0, 0.25, 0.5, 0.75]).to_list()
    times = float(pd.Series(own["wall"].to_numpy() / base).median())
    computed = float(own["cpu"].median())
    version = about[network, WAYS[way]]["version"]
    numbers = [round(x, 2) for x in (*wall, computed, times)]
    rows.append((NETWORKS[network], NAMES[way], version, *numbers))
    values |= {
        f"{network}_{way}": wall[2],
        f"{network}_{way}_fastest": wall[0],
        f"{network}_{way}_computed": computed,
        f"{network}_{way}_times": times,
    }
pd.DataFrame(
    rows,
    columns=[
        "network",
        "backend",
        "version",
        "fastest (s)",
        "lower quartile (s)",
        "median (s)",
        "upper quartile (s)",
        "seconds of all cores",
        "times TensorFlow",
    ],
)

# %% Values tags=["values"]
parameters = {
    f"{network}_parameters": about[network, way]["parameters"]
    for network, way in about
}
{"rounds": NUM_ROUNDS, "batch": _backend_speed.BATCH, **parameters, **values}
