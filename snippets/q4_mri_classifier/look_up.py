# ---
# jupyter:
#   hamgasht:
#     needs:
#       - q4_mri_classifier/twins
#       - q4_mri_classifier/train_original
#       - q4_mri_classifier/train_original_folds
#       - q4_mri_classifier/train_splits
#     data: [br35h]
#     limit: 300
#     tolerances: {default: 0.02}
# ---
# %% [markdown]
# # A look-up table beside the networks
# Answers with the class of the most similar training image, and learns
# nothing. Reads what `twins.py` and the trainings left in `artefacts`: run
# these files first, in the same folder.

# %% Imports
import math
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image
from scipy import stats

# %% Images
artefacts = Path("artefacts")
table = pd.read_csv(artefacts / "twins/groups.csv")
y = table["label"].to_numpy()


def load(file, label):
    """Return one grey image, stretched to a square."""
    path = Path("data/br35h") / ("no" if label else "yes") / file
    image = Image.open(path).convert("L")
    return np.asarray(image.resize((64, 64), Image.Resampling.BILINEAR))


rows = zip(table["file"], table["label"], strict=True)
x = np.array([load(*row) for row in rows], "float32").reshape(len(y), -1)
x -= x.mean(axis=1, keepdims=True)
x /= np.linalg.norm(x, axis=1, keepdims=True)
likeness = x @ x.T  # the correlation of each two images


# %% Look up
def look_up(held_out):
    """Return how often the nearest training image has the right class."""
    nearest = likeness[np.ix_(held_out, ~held_out)].argmax(axis=1)
    return float((y[~held_out][nearest] == y[held_out]).mean())


# %% The same splits
def random(seed):
    """Return the images that train_splits.py holds out at random."""
    chosen = np.random.default_rng(seed).permutation(len(y))[: len(y) // 5]
    return np.isin(np.arange(len(y)), chosen)


original = (table["original"] == "val").to_numpy()
upright, grouped = table["upright_fold"], table["fold"]
history = pd.read_csv(artefacts / "train_splits/history.csv")
last = history[history["epoch"] == history["epoch"].max()]
small = last.set_index(["split", "seed"])["val_accuracy"]
seeds = sorted(last["seed"].unique())

history = pd.read_csv(artefacts / "train_original/history.csv")
last = history[history["epoch"] == history["epoch"].max()]
celebrated = last.loc[last["api"] == "Sequential", "val_accuracy"].to_numpy()

seen = pd.read_csv(artefacts / "train_original_folds/predictions.csv")
right = (seen["p_no"] > 0.5) == (seen["label"] == 1)
honest = right.groupby(seen["fold"]).mean()

held = {
    "random": [random(seed) for seed in seeds],
    "upright": [(upright == seed).to_numpy() for seed in seeds],
    "grouped": [(grouped == seed).to_numpy() for seed in seeds],
    "all": [(grouped == k).to_numpy() for k in honest.index],
}
looked_up = {name: [look_up(out) for out in held[name]] for name in held}
looked_up = {"original": [look_up(original)], **looked_up}
networks = {"original": celebrated, "all": honest.to_numpy()}
for name in ("random", "upright", "grouped"):
    networks[name] = small[name].loc[seeds].to_numpy()

# %% Look-up table and network
names = {
    "original": "the original's own split",
    "random": "random split",
    "upright": "grouped, upright copies",
    "grouped": "grouped, mirrored copies included",
    "all": "all five honest folds",
}


def between(scores):
    """Return the lowest and the highest of some scores, in percent."""
    low, high = 100 * min(scores), 100 * max(scores)
    return "one run" if len(scores) == 1 else f"{low:.1f} to {high:.1f}"


pd.DataFrame(
    {
        "split": names.values(),
        "look-up table (%)": [
            round(100 * float(np.mean(looked_up[name])), 1) for name in names
        ],
        "its runs": [between(looked_up[name]) for name in names],
        "network (%)": [
            round(100 * float(np.mean(networks[name])), 1) for name in names
        ],
        "the network's runs": [between(networks[name]) for name in names],
    }
)

# %% Values tags=["values"]
ahead = networks["all"] - np.array(looked_up["all"])
folds = len(ahead)
# Training sets of five folds overlap: Nadeau and Bengio's correction.
error = ahead.std(ddof=1) * math.sqrt(1 / folds + 1 / (folds - 1))
half = stats.t.ppf(0.975, folds - 1) * error
{
    **{f"look_up_{name}": float(np.mean(looked_up[name])) for name in names},
    **{f"network_{name}": float(np.mean(networks[name])) for name in names},
    "ahead_points": float(100 * ahead.mean()),
    "ahead_low": float(100 * (ahead.mean() - half)),
    "ahead_high": float(100 * (ahead.mean() + half)),
    "folds_ahead": int((ahead > 0).sum()),
}
