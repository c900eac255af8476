# ---
# jupyter:
#   hamgasht:
#     limit: 600
#     needs: [q5_strengths_and_limits/train_robustness]
#     tolerances: {default: 0.15}
# ---
# %% [markdown]
# # Occlusion sensitivity
# Cover each part of a digit in turn and watch the probability of the right
# answer (Zeiler and Fergus 2013). The weights come from
# `train_robustness.py`: run that file first, in the same folder.

# %% Imports
import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers
from scipy import ndimage
from sklearn.datasets import load_digits

# %% The trained network
model = keras.Sequential(
    [
        keras.Input((24, 24)),
        layers.Reshape((24, 24, 1)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(10),
    ]
)
model.load_weights("artefacts/train_robustness/augmented.weights.h5")

# %% Digits it has not seen
x, y = load_digits(return_X_y=True)
x = ndimage.zoom(x.reshape(-1, 8, 8) / 16, (1, 2, 2), order=1)
x = np.pad(x, ((0, 0), (4, 4), (4, 4))).astype("float32")
test = np.random.default_rng(0).permutation(len(x))[1437:]
chosen = [test[y[test] == digit][0] for digit in (3, 4, 7, 8, 9)]


# %% Cover each part in turn
def probability(images, digit):
    """Return the probability that the network gives a digit."""
    p = keras.ops.softmax(model(images))
    return keras.ops.convert_to_numpy(p)[:, digit]


def loss_when_covered(image, digit, size=5):
    """Return for each place how much probability its cover takes away."""
    half = size // 2
    covered = np.repeat(image[np.newaxis], image.size, axis=0)
    for i, one in enumerate(covered):
        row, col = divmod(i, image.shape[1])
        top, left = max(row - half, 0), max(col - half, 0)
        one[top : row + half + 1, left : col + half + 1] = 0
    before = probability(image[np.newaxis], digit)[0]
    return (before - probability(covered, digit)).reshape(image.shape)


heat = [loss_when_covered(x[i], y[i]) for i in chosen]

# %% Where a cover hurts tags=["raster"]
fig, axes = plt.subplots(2, len(chosen), figsize=(7, 2.9))
for column, index, loss in zip(axes.T, chosen, heat, strict=True):
    column[0].imshow(x[index], cmap="gray")
    column[1].imshow(loss, cmap="inferno", vmin=0, vmax=1)
    for ax in column:
        ax.set_axis_off()
plt.show()

# %% A hundred digits
many = test[:100]
largest = np.array([loss_when_covered(x[i], y[i]).max() for i in many])
sure = np.array([probability(x[[i]], y[i])[0] for i in many])
quartiles = np.quantile(largest, (0.25, 0.5, 0.75))
print("probability before, mean:", f"{sure.mean():.3f}")
print("largest loss, quartiles:", *(f"{q:.3f}" for q in quartiles))

# %% Values tags=["values"]
frame = np.ones((24, 24), bool)
frame[4:20, 4:20] = False  # the dark frame, where no digit is
{
    "digits": len(chosen),
    "largest_loss": round(float(max(loss.max() for loss in heat)), 4),
    "frame_loss": round(
        float(np.mean([np.abs(loss[frame]).mean() for loss in heat])), 4
    ),
    "digit_loss": round(
        float(np.mean([np.abs(loss[~frame]).mean() for loss in heat])), 4
    ),
    "many": len(many),
    "sure": round(float(sure.mean()), 4),
    "loss_lower": round(float(quartiles[0]), 4),
    "loss_median": round(float(quartiles[1]), 4),
    "loss_upper": round(float(quartiles[2]), 4),
}
