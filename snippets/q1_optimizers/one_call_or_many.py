# ---
# jupyter:
#   hamgasht:
#     limit: 60
# ---
# %% [markdown]
# # One call or many
# The same 1437 gradients in batches of different size: same products, other
# number of calls. The best of many rounds on one core, told in words, since
# the clock is the machine's.

# %% Imports
import time

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

# %% Settings
NUM_ROUNDS = 25

# %% One pass over the samples
rng = np.random.default_rng(0)
x, w = rng.normal(size=(1437, 64)), rng.normal(size=(64, 32))


def one_pass(size):
    """Forward and gradient of one layer for all samples, batch by batch."""
    start = time.perf_counter()
    for i in range(0, len(x), size):
        batch = x[i : i + size]
        hidden = np.maximum(batch @ w, 0)
        batch.T @ hidden / len(batch)
    return time.perf_counter() - start


# %% How long a pass takes
def in_words(times):
    """Say how many times as long, in words that no clock disputes."""
    if times < 1 / 3:
        return "less than a third"
    if times < 3:
        return "a third to 3 times"
    return "3 to 10 times" if times < 10 else "more than 10 times"


with threadpool_limits(1):  # a core that another program holds says nothing
    seconds = {
        size: min(one_pass(size) for _ in range(NUM_ROUNDS))
        for size in (1, 32, 128, len(x))
    }
table = pd.DataFrame(
    [
        (size, -(-len(x) // size), in_words(best / seconds[32]))
        for size, best in seconds.items()
    ],
    columns=["batch size", "calls", "time, set against batches of 32"],
)
table

# %% Values tags=["values"]
{
    "rounds": NUM_ROUNDS,
    "calls_1": int(table["calls"][0]),
    "calls_32": int(table["calls"][1]),
    "slow_1": int(seconds[1] > 10 * seconds[32]),
    "whole_alike": int(1 / 3 <= seconds[len(x)] / seconds[32] < 3),
}
