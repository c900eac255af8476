# ---
# jupyter:
#   hamgasht:
#     data: [cifar10.npz]
# ---
# %% [markdown]
# # The data: ten classes of small photographs
# Loads CIFAR-10, counts it, scales its pixels and encodes its labels.

# %% Imports
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

# %% Load
file = Path("data/cifar10.npz")
if not file.exists():
    file.parent.mkdir(exist_ok=True)
    (x, y), (x_test, y_test) = keras.datasets.cifar10.load_data()
    np.savez(file, x_train=x, y_train=y, x_test=x_test, y_test=y_test)
data = np.load(file)
x_train, x_test = data["x_train"], data["x_test"]
y_train, y_test = data["y_train"].ravel(), data["y_test"].ravel()
print("training:", x_train.shape, x_train.dtype)
print("test:    ", x_test.shape, x_test.dtype)

# %% Classes
names = ["airplane", "automobile", "bird", "cat", "deer"]
names += ["dog", "frog", "horse", "ship", "truck"]
classes = pd.DataFrame(
    {
        "number": range(10),
        "class": names,
        "training images": np.bincount(y_train, minlength=10),
        "test images": np.bincount(y_test, minlength=10),
    }
)
classes

# %% Ten images of each class tags=["raster"]
fig, axes = plt.subplots(10, 10, figsize=(5, 5))
for number, row in enumerate(axes):
    chosen = x_train[y_train == number][:10]
    for ax, image in zip(row, chosen, strict=True):
        ax.imshow(image)
        ax.set_axis_off()
plt.show()

# %% Scale
x = x_train.astype("float32") / 255  # 0 to 255 becomes 0 to 1
print("from", x.min(), "to", x.max())
print("bytes for each image:", x_train[0].nbytes, "before,", end=" ")
print(x[0].nbytes, "after")

# %% One-hot
one_hot = keras.utils.to_categorical(y_train, 10)
print("labels:", one_hot.shape)
print("class 3:", keras.utils.to_categorical(3, 10).astype(int))

# %% The class behind a vector
vector = keras.utils.to_categorical(3, 10)
print("argmax:", vector.argmax(), "->", names[vector.argmax()])

# %% Values tags=["values"]
{
    "train_images": len(x_train),
    "test_images": len(x_test),
    "each_class": int(classes["training images"].min()),
    "each_class_most": int(classes["training images"].max()),
    "bytes_before": x_train[0].nbytes,
    "bytes_after": x[0].nbytes,
    "place_of_class_3": int(vector.argmax()),
    "ones_of_class_3": int(vector.sum()),
}
