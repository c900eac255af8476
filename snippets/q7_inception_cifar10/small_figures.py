# ---
# jupyter:
#   hamgasht:
#     needs:
#       - q7_inception_cifar10/train_inception
#       - q7_inception_cifar10/train_small
#     tolerances: {default: 0.1, kilobytes: 500}
# ---
# %% [markdown]
# # The small network, step by step
# Draws what `train_small.py` and `train_inception.py` left in `artefacts`:
# run these files first, in the same folder.

# %% Imports
import math
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import pandas as pd

# %% Results
results = Path("artefacts/train_small")  # left by train_small.py
history = pd.read_csv(results / "history.csv")
tested = pd.read_csv(results / "test.csv").set_index("step")
seconds = pd.read_csv(results / "seconds.csv").set_index("step")
predicted = pd.read_csv(results / "predicted.csv")
question = pd.read_csv("artefacts/train_inception/predicted.csv")

# %% What each step gives
ends = history.groupby("step", sort=False).last()
ablation = pd.DataFrame(
    {
        "step": ends.index,
        "epochs": ends["epoch"].to_list(),
        "training accuracy": ends["accuracy"].round(3).to_list(),
        "validation accuracy": ends["val_accuracy"].round(3).to_list(),
        "gained": ends["val_accuracy"].diff().round(3).to_list(),
        "test accuracy": tested["test_accuracy"][ends.index]
        .round(3)
        .to_list(),
        "seconds an epoch": seconds["seconds"][ends.index]
        .round()
        .astype(int)
        .to_list(),
    }
)
ablation

# %% Curves of the steps
fig, ax = plt.subplots(figsize=(7, 4.6))
for number, name in enumerate(ends.index):
    run = history[history["step"] == name].set_index("epoch")
    style = f"C{number}" + ["-", "--", "-.", ":"][number % 4]
    ax.plot(run["val_accuracy"], style, label=name)
ax.axhline(0.85, color="C7", linewidth=1)
ax.set(xlabel="epoch", ylabel="validation accuracy")
ax.legend(loc="upper left", bbox_to_anchor=(0, -0.16))
plt.show()


# %% On the test images
def with_interval(right):
    """Return the share of right answers and its 95 % interval."""
    share = right.mean()
    half = 1.96 * math.sqrt(share * (1 - share) / len(right))
    return share, share - half, share + half


rows = [
    (
        name,
        *with_interval(answers == labels),
    )
    for name, answers, labels in (
        ("dropout and BN", question["dropout_and_bn"], question["label"]),
        ("plain", question["plain"], question["label"]),
        ("best small network", predicted["predicted"], predicted["label"]),
    )
]
test = pd.DataFrame(rows, columns=["network", "accuracy", "from", "to"])
test.round(3)

# %% Class by class
names = ["airplane", "automobile", "bird", "cat", "deer"]
names += ["dog", "frog", "horse", "ship", "truck"]


def share_right(answers, labels):
    """Return the share of right answers for each class."""
    right = (answers == labels).groupby(labels).mean()
    return right.round(3).to_numpy()


by_class = pd.DataFrame(
    {
        "class": names,
        "dropout and BN": share_right(
            question["dropout_and_bn"], question["label"]
        ),
        "best small network": share_right(
            predicted["predicted"], predicted["label"]
        ),
    }
)
by_class

# %% The network as a file
file = results / "small_inception.keras"
network = keras.models.load_model(file)
parameters = network.count_params()
size = file.stat().st_size
print("parameters:", parameters)
print(f"under 5 MB: {size < 5e6}")

# %% Values tags=["values"]
{
    "num_steps": len(ends),
    "parameters": parameters,
    "times_smaller": 1361066 / parameters,
    "first_val": float(ends["val_accuracy"].iloc[0]),
    "last_val": float(ends["val_accuracy"].iloc[-1]),
    "best_val": float(ends["val_accuracy"].max()),
    "gained": float(
        ends["val_accuracy"].max() - ends["val_accuracy"].iloc[0]
    ),
    "test_accuracy": float(test["accuracy"][2]),
    "test_low": float(test["from"][2]),
    "test_high": float(test["to"][2]),
    "question_accuracy": float(test["accuracy"][0]),
    "ahead": float(test["accuracy"][2] - test["accuracy"][0]),
    "kilobytes": size / 1000,
    "worst_class": float(by_class["best small network"].min()),
    "best_class": float(by_class["best small network"].max()),
}
