# ---
# jupyter:
#   hamgasht:
#     data: [br35h]
#     limit: 600
#     smoke: {THRESHOLD: 0.97}
#     tolerances: {default: 0.02}
# ---
# %% [markdown]
# # Twins across the split
# Finds images of the same slice, upright and mirrored, counts those that
# stand on both sides of the original split, and sorts all images into groups
# and folds.

# %% Imports
import zipfile
from pathlib import Path

import gdown
import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from PIL import Image
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from sklearn.model_selection import StratifiedGroupKFold

# %% Settings tags=["parameters"]
THRESHOLD = 0.95

# %% Data
DRIVE_ID = "1SCpVEdJ6_Y0Acy2iW05ENIMh-OCcFz3P"

folder = Path("data/br35h")  # yes/ and no/
if not folder.exists():
    gdown.download(id=DRIVE_ID, output="br35h.zip")
    zipfile.ZipFile("br35h.zip").extractall(folder)
paths = sorted(folder.glob("*/*.*"))
files = [path.name for path in paths]
labels = np.array([int(path.parent.name == "no") for path in paths])
images = [Image.open(path).convert("L") for path in paths]
print(
    len(files), "images,", int((labels == 0).sum()), "of them with a tumour"
)


# %% Likeness
def normalised(x):
    """Return images as rows, without their brightness and contrast."""
    x = x.reshape(len(x), -1).astype("float32")
    x -= x.mean(axis=1, keepdims=True)
    return x / np.linalg.norm(x, axis=1, keepdims=True)


SIDE = (64, 64)
small = [image.resize(SIDE, Image.Resampling.BILINEAR) for image in images]
x = np.array([np.asarray(image) for image in small])
likeness = normalised(x) @ normalised(x).T  # correlation of each two images
np.fill_diagonal(likeness, 0)
nearest = likeness.max(axis=1)

# %% The original split
train_set, val_set = keras.utils.image_dataset_from_directory(
    folder,
    class_names=["yes", "no"],
    color_mode="grayscale",
    batch_size=64,
    seed=20,
    validation_split=0.2,
    subset="both",
)
place = {name: row for row, name in enumerate(files)}
train = [place[Path(name).name] for name in train_set.file_paths]
val = [place[Path(name).name] for name in val_set.file_paths]


# %% Groups of twins
def groups_of(likeness, threshold):
    """Return the number of groups, and for each image its group."""
    close = csr_array(likeness > threshold)
    return connected_components(close, directed=False)


# %% Twins by threshold
across = likeness[np.ix_(val, train)].max(axis=1)
thresholds = [0.999, 0.99, 0.98, 0.97, 0.95]
rows = []
for threshold in thresholds:
    one, other = np.nonzero(np.triu(likeness > threshold))
    rows.append(
        (
            threshold,
            len(one),
            int((labels[one] != labels[other]).sum()),
            int((across > threshold).sum()),
            100 * float((across > threshold).mean()),
            groups_of(likeness, threshold)[0],
        )
    )
columns = [
    "correlation above",
    "pairs",
    "pairs of two classes",
    "validation images with a twin",
    "share of all validation images (%)",
    "groups",
]
by_threshold = pd.DataFrame(rows, columns=columns).round({columns[4]: 1})
by_threshold

# %% Twins in training by threshold
steps = np.linspace(0.85, 0.9999, 60)
shares = [100 * (across > step).mean() for step in steps]
fig, ax = plt.subplots()
ax.plot(steps, shares)
ax.axvline(THRESHOLD, color="C7", linestyle=":", linewidth=1)
ax.set(
    xlabel="correlation above",
    ylabel="validation images with a twin\nin the training set (%)",
    ylim=(0, 103),
)
plt.show()

# %% Pairs across the split tags=["raster"]
wanted = [0.9995, 0.995, 0.985, 0.975, 0.965, 0.955]
twin = np.array(train)[likeness[np.ix_(val, train)].argmax(axis=1)]
shown = [int(np.abs(across - level).argmin()) for level in wanted]
fig, axes = plt.subplots(2, len(shown), figsize=(7, 2.5))
for (upper, lower), row in zip(axes.T, shown, strict=True):
    for ax, image in ((upper, val[row]), (lower, twin[row])):
        ax.imshow(np.asarray(small[image]), cmap="gray")
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
plt.show()

# %% Likeness of these pairs
pd.DataFrame(
    {
        "pair": range(1, len(shown) + 1),
        "correlation": across[shown].round(4),
        "class": ["no" if labels[val[row]] else "yes" for row in shown],
    }
)


# %% Mirrored copies
def mirrored(x):
    """Return images as they are, left to right, upside down, and both."""
    return [x, x[:, :, ::-1], x[:, ::-1], x[:, ::-1, ::-1]]


def likeness_mirrored(x):
    """Return the highest correlation of each two images, mirrored or not."""
    ways = [normalised(x) @ normalised(way).T for way in mirrored(x)]
    highest = np.maximum.reduce(ways)
    np.fill_diagonal(highest, 0)
    return highest


also_mirrored = likeness_mirrored(x)


# %% Copies without their margin
def without_margin(image):
    """Return an image without the dark rows and columns around the head."""
    pixels = np.asarray(image)
    bright = pixels > 0.2 * pixels.max()
    rows = np.flatnonzero(bright.mean(axis=1) > 0.03)
    columns = np.flatnonzero(bright.mean(axis=0) > 0.03)
    head = image.crop((columns[0], rows[0], columns[-1] + 1, rows[-1] + 1))
    return head.resize(SIDE, Image.Resampling.BILINEAR)


heads = np.array([np.asarray(without_margin(image)) for image in images])
alike = np.maximum(also_mirrored, likeness_mirrored(heads))

# %% What each way finds
ways = {
    "upright": likeness,
    "mirrored, too": also_mirrored,
    "without margins, too": alike,
}
found = []
for name, measure in ways.items():
    one, other = np.nonzero(np.triu(measure > THRESHOLD))
    has_twin = (measure[np.ix_(val, train)] > THRESHOLD).any(axis=1)
    found.append(
        (
            name,
            len(one),
            int((labels[one] != labels[other]).sum()),
            100 * float(has_twin.mean()),
            groups_of(measure, THRESHOLD)[0],
        )
    )
found = pd.DataFrame(
    found,
    columns=[
        "copies looked for",
        "pairs",
        "pairs of two classes",
        "share of all validation images (%)",
        "groups",
    ],
)
found.round({"share of all validation images (%)": 1})

# %% Mirrored pairs across the split tags=["raster"]
between = np.ix_(val, train)
only_mirrored = also_mirrored[between].max(axis=1)
only_mirrored[across > THRESHOLD] = 0  # those have an upright twin as well
order = np.argsort(-only_mirrored, kind="stable")
shown_mirrored = order[:: max((only_mirrored > 0.97).sum() // 6, 1)][:6]
fig, axes = plt.subplots(2, 6, figsize=(7, 2.5))
for (upper, lower), row in zip(axes.T, shown_mirrored, strict=True):
    image = val[row]
    twin = train[also_mirrored[image, train].argmax()]
    for ax, number in ((upper, image), (lower, twin)):
        ax.imshow(np.asarray(small[number]), cmap="gray")
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
plt.show()

# %% Groups
num_groups, group = groups_of(alike, THRESHOLD)
sizes = np.bincount(group)
print(f"{num_groups} groups, the largest of {sizes.max()} images")
print(f"{int((sizes == 1).sum())} images stand alone")
mixed = pd.Series(labels).groupby(group).nunique().max()
print("classes in one group, at most:", mixed)

# %% The largest group tags=["raster"]
members = np.flatnonzero(group == sizes.argmax())[:24]
fig, axes = plt.subplots(2, 12, figsize=(7, 1.5))
for ax in axes.flat:
    ax.set_axis_off()
for ax, member in zip(axes.flat, members, strict=False):
    ax.imshow(np.asarray(small[member]), cmap="gray", aspect="auto")
plt.show()


# %% Folds
def folds_of(group):
    """Return for each image the fold that holds it out; groups stay whole."""
    splitter = StratifiedGroupKFold(5, shuffle=True, random_state=0)
    fold = np.zeros(len(group), int)
    for number, (_, out) in enumerate(splitter.split(x, labels, group)):
        fold[out] = number
    return fold


upright_groups, upright_group = groups_of(likeness, THRESHOLD)
split = np.array([""] * len(files), dtype=object)
split[train], split[val] = "train", "val"
table = pd.DataFrame(
    {
        "file": files,
        "label": labels,
        "width": [image.width for image in images],
        "height": [image.height for image in images],
        "group": group,
        "fold": folds_of(group),
        "upright_fold": folds_of(upright_group),
        "original": split,
    }
)
apart = table.groupby("group")["fold"].nunique().max()
print("folds that one group reaches, at most:", apart)
table.groupby("fold").agg(
    images=("label", "size"),
    tumour=("label", lambda label: int((label == 0).sum())),
    groups=("group", "nunique"),
).reset_index()

# %% What upright groups let through
upright_fold = table["upright_fold"].to_numpy()
elsewhere = upright_fold[:, None] != upright_fold
torn = ((alike > THRESHOLD) & elsewhere).any(axis=1)
print(f"{torn.sum()} of {len(files)} images have a twin in another fold")

# %% Files for training
results = Path("artefacts/twins")
results.mkdir(parents=True, exist_ok=True)
table.to_csv(results / "groups.csv", index=False)

# %% Values tags=["values"]
{
    "num_images": len(files),
    "num_val": len(val),
    "num_train": len(train),
    **{
        f"{name}_{str(row[0]).partition('.')[2]}": row[column]
        for row in rows
        for column, name in ((1, "pairs"), (2, "mixed"), (3, "twins"))
    },
    "share_98": rows[2][4] / 100,
    "share_97": rows[3][4] / 100,
    "share_95": rows[4][4] / 100,
    "groups_97": rows[3][5],
    "threshold": THRESHOLD,
    "upright_groups": int(upright_groups),
    "mirrored_groups": int(found["groups"][1]),
    "mirrored_share": float(found.iloc[1, 3]) / 100,
    "all_share": float(found.iloc[2, 3]) / 100,
    "mixed_pairs": int(found["pairs of two classes"].max()),
    "torn": int(torn.sum()),
    "num_groups": int(num_groups),
    "largest_group": int(sizes.max()),
    "alone": int((sizes == 1).sum()),
    "likeness_first": float(across[shown[0]]),
    "likeness_last": float(across[shown[-1]]),
    "nearest_median": float(np.median(nearest)),
    "folds_of_a_group": int(apart),
}
