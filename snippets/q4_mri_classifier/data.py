# ---
# jupyter:
#   hamgasht:
#     data: [br35h]
#     limit: 600
# ---
# %% [markdown]
# # The data: slices of brain MRI
# Downloads Br35H, counts it, and loads it as the original solution did; then
# shows what a stray folder does.

# %% Imports
import tempfile
import zipfile
from collections import Counter
from pathlib import Path

import gdown
import keras
import matplotlib.pyplot as plt
import pandas as pd
from PIL import Image

# %% Download
DRIVE_ID = "1SCpVEdJ6_Y0Acy2iW05ENIMh-OCcFz3P"

folder = Path("data/br35h")  # yes/ and no/
if not folder.exists():
    gdown.download(id=DRIVE_ID, output="br35h.zip")
    zipfile.ZipFile("br35h.zip").extractall(folder)

# %% What is in it
rows, modes = [], Counter()
for name in ("yes", "no"):
    sizes = set()
    paths = sorted((folder / name).iterdir())
    for path in paths:
        with Image.open(path) as image:
            image.load()  # a damaged file raises
            sizes.add(image.size)
            modes[image.mode] += 1
    widths, heights = zip(*sizes, strict=True)
    rows.append((name, len(paths), len(sizes), min(widths), max(widths)))
columns = ["class", "images", "sizes", "narrowest", "widest"]
found = pd.DataFrame(rows, columns=columns)
found

# %% Modes
pd.DataFrame(modes.most_common(), columns=["mode", "images"])

# %% Loader
train_set, val_set = keras.utils.image_dataset_from_directory(
    folder,
    labels="inferred",  # the class is the name of the folder
    class_names=["yes", "no"],  # so yes is 0 and no is 1
    label_mode="binary",  # one number, as a sigmoid gives
    color_mode="grayscale",  # one channel, whatever the file has
    image_size=(256, 256),  # stretched to a square
    batch_size=64,
    shuffle=True,
    seed=20,  # two calls, one for each part, need the same one
    validation_split=0.2,  # the last fifth, once shuffled, is held out
    subset="both",  # returns training and validation set
)

# %% A stray folder
with tempfile.TemporaryDirectory() as place:
    for name in ("yes", "no", "notes"):
        (Path(place) / name).mkdir()
        Image.new("L", (8, 8)).save(Path(place) / name / "one.png")
    for class_names in (None, ["yes", "no"]):
        try:
            loaded = keras.utils.image_dataset_from_directory(
                place, class_names=class_names, label_mode="binary"
            )
            stray = f"{len(loaded.file_paths)} of 3 files, no warning"
        except ValueError as error:
            stray = str(error)
        print(f"class_names={class_names}: {stray}")

# %% One batch
images, labels = next(iter(train_set))
images, labels = images.numpy(), labels.numpy()[:, 0]
print("images", images.shape, images.dtype, images.min(), images.max())
print("labels", labels.shape, labels[:16].astype(int))

# %% Sixteen images tags=["raster"]
fig, axes = plt.subplots(4, 4, figsize=(4.2, 4.2))
for ax, image, label in zip(axes.flat, images, labels, strict=False):
    ax.imshow(image[..., 0], cmap="gray", vmin=0, vmax=255)
    ax.set(xticks=[], yticks=[])
    colour, line = ("C0", "-") if label else ("C1", "--")
    for side in ax.spines.values():
        side.set(visible=True, edgecolor=colour, linestyle=line, linewidth=3)
plt.show()

# %% Values tags=["values"]
{
    "images": int(found["images"].sum()),
    "tumour": int(found["images"][0]),
    "healthy": int(found["images"][1]),
    "num_train": len(train_set.file_paths),
    "num_val": len(val_set.file_paths),
    "narrowest": int(found["narrowest"].min()),
    "widest": int(found["widest"].max()),
    "modes": len(modes),
    "shown_tumour": int((labels[:16] == 0).sum()),
}
