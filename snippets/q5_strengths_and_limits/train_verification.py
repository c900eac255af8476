# ---
# jupyter:
#   hamgasht:
#     limit: 3600
#     smoke: {NUM_UPDATES: 50, NUM_SEEDS: 2, NUM_RESAMPLES: 20}
#     tolerances: {default: 0.1}
# ---
# %% [markdown]
# # The same or not, for classes never seen
# Networks learn some digits; their features then say whether two images
# show the same one, for digits that were not in training, as face
# verification does with people. Pixels are the baseline.

# %% Imports
import keras
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy
from scipy import stats
from sklearn.datasets import load_digits
from sklearn.metrics import roc_auc_score
from sklearn.metrics.pairwise import cosine_similarity

# %% Settings tags=["parameters"]
NUM_UPDATES = 600
NUM_SEEDS = 8
NUM_RESAMPLES = 400

# %% Digits
x, y = load_digits(return_X_y=True)
x = (x.reshape(-1, 8, 8, 1) / 16).astype("float32")


# %% A network and its features
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


def learn(chosen, rng):
    """Return convolutions trained to classify the chosen images."""
    body = convolutions()
    model = keras.Sequential([body, layers.Dense(10)])
    model.compile(
        optimizer=keras.optimizers.Adam(0.003),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        steps_per_execution=50,
        jit_compile=False,  # so short a training is not worth compiling
    )
    again = rng.choice(chosen, NUM_UPDATES * 20)
    model.fit(x[again], y[again], batch_size=20, epochs=1, verbose=0)
    return body


# %% Same or not
def area(features, images, counts=None):
    """Return the area under the ROC curve over all pairs of images.

    `counts` says how many times an image was drawn (default: once each).
    """
    likeness = cosine_similarity(features[images].reshape(len(images), -1))
    i, j = np.triu_indices(len(images), k=1)
    same = y[images][i] == y[images][j]
    weights = None if counts is None else counts[i] * counts[j]
    return roc_auc_score(same, likeness[i, j], sample_weight=weights)


# %% Five digits known, five unseen
known, unseen = np.flatnonzero(y < 5), np.flatnonzero(y >= 5)
test = np.random.default_rng(0).permutation(unseen)[450:]
areas, features = [], []
for seed in range(NUM_SEEDS):
    keras.utils.set_random_seed(seed)
    untrained = convert_to_numpy(convolutions()(x))
    body = learn(known, np.random.default_rng(seed))
    features.append(convert_to_numpy(body(x)))
    areas.append((area(untrained, test), area(features[-1], test)))
areas = np.array(areas)
columns = [np.full(1, area(x, test)), areas[:, 0], areas[:, 1]]
verification = pd.DataFrame(
    {
        "compared by": ["pixels", "untrained features", "trained features"],
        "area under the ROC curve": [column.mean() for column in columns],
        "least": [column.min() for column in columns],
        "most": [column.max() for column in columns],
    }
).round(3)
verification

# %% Images drawn again
rng = np.random.default_rng(0)
gaps = []
for resample in range(NUM_RESAMPLES):
    drawn, counts = np.unique(rng.choice(test, len(test)), return_counts=True)
    trained = features[resample % NUM_SEEDS]  # another training each time
    gaps.append(area(trained, drawn, counts) - area(x, drawn, counts))
low, high = np.quantile(gaps, (0.025, 0.975))
print(f"trained features - pixels: {np.mean(gaps):.3f}")
print(f"95% of the resamples: {low:.3f} to {high:.3f}")

# %% More classes in training
NUM_IMAGES = 350  # the same for any number of classes
rows = []
for seed in range(NUM_SEEDS):
    rng = np.random.default_rng(seed)
    digits = rng.permutation(10)
    strangers = np.flatnonzero(np.isin(y, digits[:2]))
    for classes in (2, 4, 6, 8):
        shown = np.flatnonzero(np.isin(y, digits[2 : 2 + classes]))
        chosen = rng.choice(shown, NUM_IMAGES, replace=False)
        keras.utils.set_random_seed(seed)
        body = learn(chosen, rng)
        trained = area(convert_to_numpy(body(x)), strangers)
        rows.append((classes, trained, area(x, strangers)))
runs = pd.DataFrame(rows, columns=["classes", "trained features", "pixels"])
runs["ahead"] = runs["trained features"] - runs["pixels"]
table = runs.groupby("classes").mean()
half = stats.t.ppf(0.975, NUM_SEEDS - 1) / NUM_SEEDS**0.5
half = half * runs.groupby("classes")["ahead"].std()
table["from"], table["to"] = table["ahead"] - half, table["ahead"] + half
table.round(3).reset_index()

# %% From two classes to eight tags=["hide"]
by_classes = runs["ahead"].to_numpy().reshape(NUM_SEEDS, 4)
rise = by_classes[:, 3] - by_classes[:, 0]
margin = stats.t.ppf(0.975, NUM_SEEDS - 1) * rise.std(ddof=1)
margin = margin / NUM_SEEDS**0.5

# %% Values tags=["values"]
{
    "num_seeds": NUM_SEEDS,
    "num_images": NUM_IMAGES,
    "num_resamples": NUM_RESAMPLES,
    "test_images": len(test),
    "pairs": len(test) * (len(test) - 1) // 2,
    "area_pixels": round(float(columns[0].mean()), 4),
    "area_untrained": round(float(areas[:, 0].mean()), 4),
    "area_trained": round(float(areas[:, 1].mean()), 4),
    "trained_least": round(float(areas[:, 1].min()), 4),
    "trained_most": round(float(areas[:, 1].max()), 4),
    "gap_from": round(float(low), 4),
    "gap_to": round(float(high), 4),
    "gap_2": round(float(table["ahead"].iloc[0]), 4),
    "gap_8": round(float(table["ahead"].iloc[-1]), 4),
    "gap_8_from": round(float(table["from"].iloc[-1]), 4),
    "gap_8_to": round(float(table["to"].iloc[-1]), 4),
    "rise": round(float(rise.mean()), 4),
    "rise_from": round(float(rise.mean() - margin), 4),
    "rise_to": round(float(rise.mean() + margin), 4),
    "risen": int((rise > 0).sum()),
}
