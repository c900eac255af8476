# ---
# jupyter:
#   hamgasht:
#     needs: [q5_strengths_and_limits/train_data_hunger]
#     tolerances: {default: 5}
# ---
# %% [markdown]
# # How many labelled examples: the figures
# Draws what `train_data_hunger.py` left in `artefacts`: run that file
# first, in the same folder.

# %% Imports
import matplotlib.pyplot as plt
import pandas as pd
from scipy import stats

# %% Results
results = pd.read_csv("artefacts/train_data_hunger/results.csv")
results["accuracy"] = 100 * results["right"] / results["images"]
by_seed = results.pivot(
    index=["labels", "seed"], columns="network", values="accuracy"
)
names = list(results["network"].unique())
sizes = sorted(results["labels"].unique())

# %% Accuracy against labels
fig, ax = plt.subplots()
for name, style in zip(
    names, ("C0o-", "C1s--", "C2^:", "C7v-."), strict=True
):
    seeds = by_seed[name].unstack("seed")
    ax.plot(seeds, style[:2] + style[3:], lw=0.5, ms=0, alpha=0.6)
    ax.plot(seeds.mean(axis=1), style, label=name)
ax.set(xscale="log", xlabel="labelled images", ylabel="accuracy (%)")
ax.set_xticks(sizes, [str(size) for size in sizes], fontsize=9)
ax.minorticks_off()
ax.legend(loc="lower right")
plt.show()

# %% Labels in numbers
table = by_seed.groupby("labels").mean()[names].round(1)
table.rename_axis(index="labelled images", columns=None).reset_index()


# %% Paired differences
def compare(size, one, other):
    """Return mean and 95% interval of a paired difference, in points."""
    gap = by_seed.loc[size, one] - by_seed.loc[size, other]
    half = stats.t.ppf(0.975, len(gap) - 1) * gap.std() / len(gap) ** 0.5
    return gap.mean(), gap.mean() - half, gap.mean() + half


pairs = [
    ("convolutional", "dense"),
    ("SVM on pixels", "convolutional"),
    ("convolutional", "convolutional, pixels shuffled"),
]
columns = ("network", "against", "labelled images", "ahead by", "from", "to")
rows = [
    (*pair, size, *compare(size, *pair)) for pair in pairs for size in sizes
]
differences = pd.DataFrame(rows, columns=columns).round(1)
differences = differences.fillna(0)  # a single seed has no interval
differences

# %% Values tags=["values"]
values = {}
for key, pair in zip(("dense", "svm", "shuffled"), pairs, strict=True):
    part = differences[
        (differences["network"] == pair[0])
        & (differences["against"] == pair[1])
    ].set_index("labelled images")
    apart = (part["from"] > 0) | (part["to"] < 0)
    values[f"{key}_apart"] = int(apart.sum())
    ends = {
        "fewest": sizes[0],
        "middle": sizes[len(sizes) // 2],
        "most": sizes[-1],
    }
    for name, size in ends.items():
        values |= {
            f"{key}_ahead_{name}": float(part.loc[size, "ahead by"]),
            f"{key}_from_{name}": float(part.loc[size, "from"]),
            f"{key}_to_{name}": float(part.loc[size, "to"]),
        }
values | {"sizes": len(sizes)}
