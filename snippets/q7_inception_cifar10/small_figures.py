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
import numpy as np
import pandas as pd
from keras import layers

# %% Results
results = Path("artefacts/train_small")  # left by train_small.py
history = pd.read_csv(results / "history.csv")
tested = pd.read_csv(results / "test.csv").set_index("step")
seconds = pd.read_csv(results / "seconds.csv").set_index("step")
predicted = pd.read_csv(results / "predicted.csv")
question = pd.read_csv("artefacts/train_inception/predicted.csv")

# %% What each step gives
ends = history.groupby("step", sort=False).last()
# At a constant rate accuracy jumps, so one epoch is no measure of a step.
last = history.groupby("step", sort=False).tail(3)
means = last.groupby("step", sort=False).mean()  # of three epochs
ablation = pd.DataFrame(
    {
        "step": ends.index,
        "epochs": ends["epoch"].to_list(),
        "training accuracy": means["accuracy"].round(3).to_list(),
        "validation accuracy": means["val_accuracy"].round(3).to_list(),
        "gained": means["val_accuracy"].diff().round(3).to_list(),
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


# %% The question's network
def conv(x, filters, size):
    return layers.Conv2D(filters, size, padding="same", activation="relu")(x)


def inception(x):
    one = conv(x, 64, 1)
    three = conv(conv(x, 32, 1), 64, 3)
    five = conv(conv(x, 32, 1), 64, 5)
    pooled = layers.MaxPooling2D(3, strides=1, padding="same")(x)
    pooled = conv(pooled, 64, 1)
    return layers.Concatenate()([one, three, five, pooled])


def question_network():
    """Return the plain one: only convolutions and Dense are counted."""
    image = keras.Input((32, 32, 3))
    x = image
    for filters in (32, 64, 32):
        x = conv(x, filters, 3)
    x = inception(layers.MaxPooling2D()(x))
    for filters in (128, 256):
        x = conv(x, filters, 3)
    x = layers.Dense(10, activation="softmax")(layers.Flatten()(x))
    return keras.Model(image, x)


# %% Multiply-adds for one image
def multiply_adds(model):
    """Return how many products a network's layers sum for one image."""
    total = 0
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D | layers.Dense):
            places = np.prod(layer.output.shape[1:-1], dtype=int)
            total += int(places * np.prod(layer.kernel.shape))
    return total


question_work = multiply_adds(question_network())
work = multiply_adds(network)
pd.DataFrame(
    {
        "network": ["question's network", "best small network"],
        "multiply-adds, millions": [
            round(question_work / 1e6, 1),
            round(work / 1e6, 1),
        ],
    }
)

# %% Values tags=["values"]
val = means["val_accuracy"]
jumping = last["val_accuracy"].iloc[:3]  # of the first step
{
    "num_steps": len(ends),
    "parameters": parameters,
    "times_smaller": 1361066 / parameters,
    "question_work_millions": question_work / 1e6,
    "work_millions": work / 1e6,
    "times_less_work": question_work / work,
    "first_val": float(val.iloc[0]),
    "first_val_least": float(jumping.min()),
    "first_val_most": float(jumping.max()),
    "last_val": float(val.iloc[-1]),
    "best_val": float(val.max()),
    "gained": float(val.max() - val.iloc[0]),
    "gained_rate": float(100 * val.diff().iloc[1]),  # points
    "gained_last": float(100 * val.diff().iloc[-1]),
    "test_accuracy": float(test["accuracy"][2]),
    "test_low": float(test["from"][2]),
    "test_high": float(test["to"][2]),
    "question_accuracy": float(test["accuracy"][0]),
    "plain_accuracy": float(test["accuracy"][1]),
    "first_test": float(tested["test_accuracy"].iloc[0]),
    "ahead": float(test["accuracy"][2] - test["accuracy"][0]),
    "kilobytes": size / 1000,
    "worst_class": float(by_class["best small network"].min()),
    "best_class": float(by_class["best small network"].max()),
}
