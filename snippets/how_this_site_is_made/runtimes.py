# ---
# jupyter:
#   hamgasht:
#     tolerances: {default: 0.0}
# ---
# %% [markdown]
# # What a network in the page costs
# Draws the tables from what `tests/benchmarks/networks.py` measured in a
# browser and wrote into `_runtimes.py`.

# %% Imports
import pandas as pd
from _runtimes import CONDITIONS, MULTIPLY_ADDS, ROWS

# %% Measured
rows = {(row["way"], row["network"]): row for row in ROWS}
ours = [way for way, network in rows if network == "mri"]
theirs = [way for way, network in rows if network == "tiny_vgg"]


def milliseconds(way, network):
    """Return the median, and what 95 of 100 times are shorter than."""
    row = rows[way, network]
    return row["median"], row["high"]


def kilobytes(way, network):
    return round(rows[way, network]["bytes"] / 1000)


def difference(way):
    both = [rows[way, network]["difference"] for network in ("mri", "cifar")]
    return f"{max(both):.0e}"


# %% Runtimes
pd.DataFrame(
    [
        (
            way,
            kilobytes(way, "mri"),
            *milliseconds(way, "mri"),
            *milliseconds(way, "cifar"),
            difference(way),
        )
        for way in ours
    ],
    columns=[
        "runtime",
        "library (kB)",
        "MRI, median (ms)",
        "MRI, 95 % (ms)",
        "CIFAR-10, median (ms)",
        "CIFAR-10, 95 % (ms)",
        "largest difference",
    ],
)

# %% Beside CNN Explainer
pairs = [
    ("MRI network", ours[0], "mri"),
    ("CIFAR-10 network", ours[0], "cifar"),
    *(("CNN Explainer", way, "tiny_vgg") for way in theirs),
]
pd.DataFrame(
    [
        (
            name,
            way.removeprefix("CNN Explainer, "),
            round(MULTIPLY_ADDS[network] / 1e6, 1),
            *milliseconds(way, network),
        )
        for name, way, network in pairs
    ],
    columns=[
        "network",
        "computed",
        "multiply-adds, millions",
        "median (ms)",
        "95 % (ms)",
    ],
)

# %% Values tags=["values"]
{
    "mri": rows[ours[0], "mri"]["median"],
    "wasm_kb": kilobytes("TensorFlow.js core, WebAssembly", "mri"),
    "turns": CONDITIONS["turns"],
    "load": CONDITIONS["load"],
    "load_after": CONDITIONS["load_after"],
}
