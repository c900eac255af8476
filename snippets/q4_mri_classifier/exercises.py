# ---
# jupyter:
#   hamgasht:
#     needs: [q4_mri_classifier/twins]
#     limit: 300
#     tolerances: {default: 0.01, raw_spread: 10, raw_loss: 10}
# ---
# %% [markdown]
# # Answers to the exercises of chapter 4
# Each answer in one cell or two; none needs the images. The last one
# reads the groups that `twins.py` left in `artefacts`: run that file first,
# in the same folder.

# %% Imports
import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from keras import layers
from sklearn.model_selection import (
    GroupKFold,
    ShuffleSplit,
    cross_val_score,
)
from sklearn.neighbors import KNeighborsClassifier

# %% Smaller images
rows = []
for size in (256, 128, 64):
    side = size
    for _ in range(3):
        side = (side - 2) // 2  # a 3×3 window without padding, then pooling
    flat = side * side * 64
    convolutions = 160 + 4640 + 18496
    total = convolutions + (flat * 64 + 64) + 65
    rows.append((size, side, flat, total))
sizes = pd.DataFrame(
    rows, columns=["image size", "last map", "after Flatten", "parameters"]
)
sizes

# %% Checked by Keras
network = keras.Sequential(
    [
        keras.Input((128, 128, 1)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ]
)
print("Keras, 128×128:", network.count_params())

# %% Two layers without ReLU are one
rng = np.random.default_rng(0)
W1, b1 = rng.normal(size=(5, 8)), rng.normal(size=8)
W2, b2 = rng.normal(size=(8, 3)), rng.normal(size=3)
x = rng.normal(size=(1000, 5))
two_layers = (x @ W1 + b1) @ W2 + b2
one_layer = x @ (W1 @ W2) + (b1 @ W2 + b2)
with_relu = np.maximum(x @ W1 + b1, 0) @ W2 + b2
design = np.column_stack([x, np.ones(len(x))])
fitted = design @ np.linalg.lstsq(design, with_relu, rcond=None)[0]
left_over = ((with_relu - fitted) ** 2).sum() / with_relu.var(axis=0).sum()
left_over /= len(x)
print("two linear layers are one:", np.allclose(two_layers, one_layer))
print(f"left over by the best linear map, with ReLU: {left_over:.2f}")

# %% What the scale of the input does
keras.utils.set_random_seed(0)
untrained = keras.models.clone_model(network)
logits = keras.Model(untrained.inputs[0], untrained.layers[-2].output)
weights = keras.ops.convert_to_numpy(untrained.layers[-1].kernel)
images = rng.uniform(0, 255, (16, 128, 128, 1)).astype("float32")


def logit(images):
    """Return what goes into the sigmoid."""
    return keras.ops.convert_to_numpy(logits(images)) @ weights


raw, scaled = logit(images), logit(images / 255)
truth = np.tile([0.0, 1.0], 8)[:, None]
losses = [
    np.mean(np.maximum(z, 0) - z * truth + np.log1p(np.exp(-np.abs(z))))
    for z in (raw, scaled)
]
pd.DataFrame(
    {
        "images": ["0 to 255", "0 to 1"],
        "mean size of the logit": [
            np.abs(raw).mean().round(3),
            np.abs(scaled).mean().round(3),
        ],
        "loss before training": np.round(losses, 3),
    }
)

# %% A test for the population
sensitivity, specificity = 0.95, 0.95
prevalence = np.array([0.5, 0.1, 0.01, 0.001])
true_alarms = sensitivity * prevalence
alarms = true_alarms + (1 - specificity) * (1 - prevalence)
share = true_alarms / alarms
pd.DataFrame(
    {
        "prevalence": prevalence,
        "tumours among the alarms (%)": (100 * share).round(1),
    }
)

# %% Labels that cannot be learned
rng = np.random.default_rng(1)
centres = rng.normal(size=(300, 20))
coin = rng.integers(0, 2, 300)  # a label by chance for each group
group = np.repeat(np.arange(300), 4)
copies = centres[group] + 0.1 * rng.normal(size=(1200, 20))
labels = coin[group]
nearest = KNeighborsClassifier(1)
random_split = cross_val_score(
    nearest, copies, labels, cv=ShuffleSplit(5, test_size=0.2, random_state=0)
)
grouped_split = cross_val_score(
    nearest, copies, labels, groups=group, cv=GroupKFold(5)
)
print(f"random split:  {random_split.mean():.3f}")
print(f"grouped split: {grouped_split.mean():.3f}")

# %% Chance of a twin
held_out = 0.2
size = np.arange(1, 25)
chance = 1 - held_out ** (size - 1)  # not all others are held out, too
fig, ax = plt.subplots()
ax.plot(size, chance, "o-")
ax.set(
    xlabel="images in the group",
    ylabel="chance of a twin in training",
    ylim=(-0.03, 1.03),
)
plt.show()


# %% Wilson interval
def wilson(correct, total, z=1.96):
    """Return the 95 % confidence interval of a proportion."""
    p = correct / total
    centre = (p + z**2 / (2 * total)) / (1 + z**2 / total)
    root = np.sqrt(p * (1 - p) / total + z**2 / (4 * total**2))
    half = z * root / (1 + z**2 / total)
    return centre - half, centre + half


# %% How many images count
table = pd.read_csv("artefacts/twins/groups.csv")  # written by twins.py
members = table.loc[table["fold"] == 2, "group"].value_counts()
effective = members.sum() ** 2 / (members**2).sum()  # Kish
numbers = {
    "every image": members.sum(),
    "every group, all of one size": len(members),
    "groups as unequal as they are": effective,
}
rows = [
    (counted, round(n, 1), *wilson(0.97 * n, n))
    for counted, n in numbers.items()
]
intervals = pd.DataFrame(rows, columns=["counted", "n", "from", "to"])
intervals.round(3)

# %% Values tags=["values"]
{
    "flat_128": int(sizes["after Flatten"][1]),
    "total_128": int(sizes["parameters"][1]),
    "total_64": int(sizes["parameters"][2]),
    "keras_128": network.count_params(),
    "left_over": float(left_over),
    "raw_spread": float(np.abs(raw).mean()),
    "scaled_spread": float(np.abs(scaled).mean()),
    "raw_loss": float(losses[0]),
    "scaled_loss": float(losses[1]),
    "alarms_half": float(share[0]),
    "alarms_hundredth": float(share[2]),
    "random_split": float(random_split.mean()),
    "grouped_split": float(grouped_split.mean()),
    "chance_2": float(chance[1]),
    "chance_4": float(chance[3]),
    "num_images": int(members.sum()),
    "num_groups": len(members),
    "ten_largest": float(members.iloc[:10].sum() / members.sum()),
    "effective": float(effective),
    "images_for_one": float(members.sum() / effective),
    **{
        f"width_{name}": float(row["to"] - row["from"])
        for name, (_, row) in zip(
            ("images", "groups", "effective"),
            intervals.iterrows(),
            strict=True,
        )
    },
}
