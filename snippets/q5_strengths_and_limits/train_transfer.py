# ---
# jupyter:
#   hamgasht:
#     limit: 400
#     smoke: {NUM_EPOCHS: 4, NUM_DRAWS: 1, NUM_UPDATES: 20}
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # Features that carry over
# A network learns the digits 0 to 4. Its convolutions are then used for
# the digits 5 to 9, which it has never seen: to tell them apart from a few
# labels, and to say whether two images show the same one, as face
# verification does with people who were not in training.

# %% Imports
import keras
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy
from sklearn.datasets import load_digits
from sklearn.metrics import roc_auc_score

# %% Settings tags=["parameters"]
NUM_EPOCHS = 15
NUM_DRAWS = 5
NUM_UPDATES = 200

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


def train(model, images, labels, epochs):
    model.compile(
        optimizer=keras.optimizers.Adam(0.003),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    model.fit(images, labels, batch_size=20, epochs=epochs, verbose=0)


# %% Learning the digits 0 to 4
keras.utils.set_random_seed(0)
trained = convolutions()
train(
    keras.Sequential([trained, layers.Dense(5)]), x[old], y[old], NUM_EPOCHS
)

# %% Few labels of the digits 5 to 9
rows = []
for draw in range(NUM_DRAWS):
    rng = np.random.default_rng(draw)
    for each in (1, 2, 5, 10):
        chosen = np.concatenate(
            [rng.permutation(pool[y[pool] == c])[:each] for c in range(5, 10)]
        )
        again = rng.choice(chosen, 20 * NUM_UPDATES)
        row = [draw, each]
        for start in ("scratch", "carried over"):
            keras.utils.set_random_seed(draw)
            body = convolutions() if start == "scratch" else trained
            body.trainable = start == "scratch"
            model = keras.Sequential([body, layers.Dense(5)])
            train(model, x[again], y[again] - 5, 1)
            said = convert_to_numpy(model(x[test])).argmax(axis=1) + 5
            row.append(float((said == y[test]).mean()))
        rows.append(row)
runs = pd.DataFrame(
    rows, columns=["draw", "labels a class", "from scratch", "carried over"]
)
few = runs.groupby("labels a class").mean().drop(columns="draw").round(3)
few = few.reset_index()
few


# %% Same or not
def likeness(features):
    """Return the cosine of the angle between each two rows."""
    features = features.reshape(len(features), -1)
    length = np.linalg.norm(features, axis=1, keepdims=True)
    return (features / length) @ (features / length).T


first, second = np.triu_indices(len(test), k=1)  # each pair once
same = y[test][first] == y[test][second]
keras.utils.set_random_seed(0)
untrained = convolutions()
areas = []
for name, features in (
    ("pixels", x[test]),
    ("untrained convolutions", convert_to_numpy(untrained(x[test]))),
    ("trained convolutions", convert_to_numpy(trained(x[test]))),
):
    score = likeness(features)[first, second]
    areas.append((name, float(roc_auc_score(same, score))))
verification = pd.DataFrame(
    areas, columns=["compared by", "area under the ROC curve"]
).round(3)
verification

# %% Values tags=["values"]
{
    "num_draws": NUM_DRAWS,
    "num_old": len(old),
    "num_test": len(test),
    "pairs": len(same),
    "same_pairs": int(same.sum()),
    "scratch_1": float(few["from scratch"][0]),
    "carried_1": float(few["carried over"][0]),
    "scratch_5": float(few["from scratch"][2]),
    "carried_5": float(few["carried over"][2]),
    "scratch_10": float(few["from scratch"][3]),
    "carried_10": float(few["carried over"][3]),
    "area_pixels": float(verification.iloc[0, 1]),
    "area_untrained": float(verification.iloc[1, 1]),
    "area_trained": float(verification.iloc[2, 1]),
}
