# ---
# jupyter:
#   hamgasht:
#     limit: 3600
#     smoke: {NUM_EPOCHS: 3, NUM_DRAWS: 2, NUM_UPDATES: 20}
#     tolerances: {default: 5}
# ---
# %% [markdown]
# # Features that carry over
# A network learns the digits 0 to 4. Its convolutions are then used for
# the digits 5 to 9, which it has never seen, with a few labels of each:
# frozen, and fine-tuned. The rivals are a network from nothing, and
# logistic regression on the raw pixels.

# %% Imports
import keras
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy
from scipy import stats
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

# %% Settings tags=["parameters"]
NUM_EPOCHS = 15
NUM_DRAWS = 6
NUM_UPDATES = 600  # enough for the training loss to be down

# %% Two halves of the classes
x, y = load_digits(return_X_y=True)
x = (x.reshape(-1, 8, 8, 1) / 16).astype("float32")
old, new = np.flatnonzero(y < 5), np.flatnonzero(y >= 5)
new = np.random.default_rng(0).permutation(new)
pool, test = new[:450], new[450:]  # labels are drawn from the pool


# %% Convolutions and head
def convolutions():
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(16, 3, activation="relu"),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
        ]
    )


def train(body, chosen, rate, updates, batch_size):
    """Train the body with a new head; return training loss and accuracy."""
    model = keras.Sequential([body, layers.Dense(5)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(
        optimizer=keras.optimizers.Adam(rate),
        loss=loss,
        steps_per_execution=50,
        jit_compile=False,  # so short a training is not worth compiling
    )
    again = np.resize(chosen, updates * batch_size)
    model.fit(
        x[again],
        y[again] % 5,
        batch_size=batch_size,
        shuffle=False,
        verbose=0,
    )
    said = convert_to_numpy(model(x[test])).argmax(axis=1)
    left = float(loss(y[chosen] % 5, model(x[chosen])))
    return left, float((said == y[test] % 5).mean())


# %% Frozen, fine-tuned, from nothing
def few_labels(draw, each, trained):
    """Return the test accuracy of five methods with `each` labels a class."""
    rng = np.random.default_rng(draw)
    classes = [rng.permutation(pool[y[pool] == c]) for c in range(5, 10)]
    chosen = np.concatenate([of_class[:each] for of_class in classes])
    scores = {}
    untrained = convolutions()
    for name, body in (
        ("pixels", layers.Flatten()),
        ("untrained, frozen", untrained),
        ("trained, frozen", trained),
    ):
        features = convert_to_numpy(body(x))
        head = LogisticRegression(max_iter=5000)
        head.fit(features[chosen], y[chosen])
        scores[name] = head.score(features[test], y[test])
    tuned = convolutions()
    tuned.set_weights(trained.get_weights())
    losses = []
    for name, body in (("fine-tuned", tuned), ("from nothing", untrained)):
        left, scores[name] = train(
            body, chosen, 0.001, NUM_UPDATES, len(chosen)
        )
        losses.append(left)
    about = {"draw": draw, "labels a class": each, "loss": max(losses)}
    return about | scores


# %% Few labels of the digits 5 to 9
rows = []
for draw in range(NUM_DRAWS):
    keras.utils.set_random_seed(draw)
    trained = convolutions()
    mixed = np.random.default_rng(draw).permutation(old)
    train(trained, mixed, 0.003, NUM_EPOCHS * len(old) // 20, 20)
    rows += [few_labels(draw, each, trained) for each in (1, 2, 5, 10)]
runs = pd.DataFrame(rows)

# %% Accuracy in numbers
means = runs.groupby("labels a class").mean().drop(columns=["draw", "loss"])
(100 * means).round(1).reset_index()


# %% Which differences are evidence
def compare(each, one, other):
    """Return mean and 95% interval of a paired difference, in points."""
    few = runs[runs["labels a class"] == each]
    gap = 100 * (few[one] - few[other])
    half = stats.t.ppf(0.975, len(gap) - 1) * gap.std() / len(gap) ** 0.5
    return each, one, other, gap.mean(), gap.mean() - half, gap.mean() + half


pairs = [
    ("trained, frozen", "pixels"),
    ("trained, frozen", "untrained, frozen"),
    ("fine-tuned", "trained, frozen"),
    ("fine-tuned", "from nothing"),
    ("fine-tuned", "pixels"),
]
rows = [compare(each, *pair) for each in (1, 10) for pair in pairs]
names = ("labels a class", "method", "against", "ahead by", "from", "to")
differences = pd.DataFrame(rows, columns=names).round(1)
differences

# %% Values tags=["values"]
apart = (differences["from"] > 0) | (differences["to"] < 0)
values = {
    "num_draws": NUM_DRAWS,
    "num_old": len(old),
    "num_test": len(test),
    "comparisons": len(differences),
    "apart": int(apart.sum()),
    "largest_loss": round(float(runs["loss"].max()), 4),
}
short = ("pixels", "untrained", "frozen", "tuned", "scratch")
for each in (1, 2, 5, 10):
    for key, name in zip(short, means.columns, strict=True):
        values[f"{key}_{each}"] = round(float(means.loc[each, name]), 4)
keys = ("pixels", "untrained", "frozen", "scratch", "tuned_pixels")
for index, row in differences.iterrows():
    key = f"{keys[index % 5]}_{row['labels a class']}"
    values |= {
        f"ahead_{key}": float(row["ahead by"]),
        f"from_{key}": float(row["from"]),
        f"to_{key}": float(row["to"]),
    }
values
