# ---
# jupyter:
#   hamgasht:
#     tolerances: {default: 0.0005}
# ---
# %% [markdown]
# # Batch normalisation, in training and at inference
# By hand and by Keras: the batch's own mean and variance in training, moving
# averages at inference, and what gamma and beta are for.

# %% Imports
import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy

# %% A batch
rng = np.random.default_rng(0)
channels, epsilon = 3, 1e-3
x = rng.normal((2, 0, -1), (3, 1, 0.5), (16, 8, 8, channels))
x = x.astype("float32")
gamma = np.array([1.0, 2.0, 0.5], "float32")
beta = np.array([0.0, -1.0, 3.0], "float32")

norm = layers.BatchNormalization(momentum=0.99, epsilon=epsilon)
norm.build(x.shape)
norm.set_weights([gamma, beta, np.zeros(3), np.ones(3)])

# %% In training
mean = x.mean(axis=(0, 1, 2))  # one number for each channel
variance = x.var(axis=(0, 1, 2))
by_hand = gamma * (x - mean) / np.sqrt(variance + epsilon) + beta
by_keras = convert_to_numpy(norm(x, training=True))
train_difference = np.abs(by_hand - by_keras).max()
print(f"same to five decimals: {train_difference < 1e-5}")
pd.DataFrame(
    {
        "channel": [1, 2, 3],
        "mean before": mean.round(3),
        "mean after": by_keras.mean(axis=(0, 1, 2)).round(3),
        "standard deviation before": np.sqrt(variance).round(3),
        "standard deviation after": by_keras.std(axis=(0, 1, 2)).round(3),
    }
)

# %% Moving averages
moving_mean = 0.99 * 0 + 0.01 * mean  # they start at 0 and 1
moving_variance = 0.99 * 1 + 0.01 * variance
kept = [convert_to_numpy(norm.moving_mean)]
kept.append(convert_to_numpy(norm.moving_variance))
print("by hand:", moving_mean.round(4), moving_variance.round(4))
print("Keras:  ", kept[0].round(4), kept[1].round(4))

# %% At inference
by_hand = gamma * (x - kept[0]) / np.sqrt(kept[1] + epsilon) + beta
by_keras = convert_to_numpy(norm(x, training=False))
test_difference = np.abs(by_hand - by_keras).max()
print(f"same to five decimals: {test_difference < 1e-5}")
alone = convert_to_numpy(norm(x[:1], training=False))
in_batch = by_keras[:1]
print("an image's answer depends on its batch:", end=" ")
print(bool(np.abs(alone - in_batch).max() > 1e-6))
alone_train = convert_to_numpy(norm(x[:1], training=True))
whole_train = convert_to_numpy(norm(x, training=True))[:1]
print("and in training:", end=" ")
print(bool(np.abs(alone_train - whole_train).max() > 1e-6))

# %% How soon the averages arrive
steps = np.arange(0, 601, 25)
arrived = {}
for momentum in (0.99, 0.9):
    follower = layers.BatchNormalization(momentum=momentum)
    follower.build((None, 1))
    batch = np.array([[4.0], [6.0]], "float32")  # mean 5 in every batch
    shares = []
    for step in range(steps[-1] + 1):
        if step in steps:
            seen = convert_to_numpy(follower.moving_mean)[0]
            shares.append(float(seen) / 5)
        follower(batch, training=True)
    arrived[momentum] = np.array(shares)
line = np.arange(0, 601, 5)
fig, ax = plt.subplots()
for (momentum, shares), style in zip(
    arrived.items(), ("C0o", "C1s"), strict=True
):
    ax.plot(steps, shares, style, label=f"Keras, momentum {momentum}")
    ax.plot(line, 1 - momentum**line, style[:2], linewidth=1)
ax.set(
    xlabel="steps of training",
    ylabel="moving average / true mean",
    ylim=(0, 1.05),
)
ax.legend(loc="lower right")
plt.show()

# %% Before and after the layer
follower = layers.BatchNormalization(momentum=0.99, epsilon=epsilon)
follower.build(x.shape)
follower.set_weights([gamma, beta, np.zeros(3), np.ones(3)])
panels = {"before the layer": x}
for step in range(601):
    if step in (50, 600):
        o = convert_to_numpy(follower(x, training=False))
        panels[f"at inference, after {step} steps"] = o
    o = convert_to_numpy(follower(x, training=True))
panels["after, in training"] = o
order = ("before the layer", "after, in training", *list(panels)[1:3])
fig, axes = plt.subplots(2, 2, figsize=(7, 4.4), sharex=True, sharey=True)
bins = np.linspace(-8, 12, 51)
for ax, name in zip(axes.flat, order, strict=True):
    for channel in range(channels):
        ax.hist(
            panels[name][..., channel].ravel(),
            bins,
            histtype="step",
            linewidth=1.5,
            linestyle=("-", "--", ":")[channel],
            color=f"C{channel}",
            density=True,
            label=f"channel {channel + 1}",
        )
    ax.set_title(name)
for ax in axes[1]:
    ax.set_xlabel("value")
for ax in axes[:, 0]:
    ax.set_ylabel("density")
axes[0, 0].legend()
plt.show()
early, late = (panels[name] for name in order[2:])
early_off = np.abs(early.mean(axis=(0, 1, 2)) - beta)
late_off = np.abs(late.mean(axis=(0, 1, 2)) - beta)

# %% Weights of the layer
weights = pd.DataFrame(
    [
        (name, int(np.prod(weight.shape)), trained)
        for name, weight, trained in (
            ("gamma", norm.gamma, "by gradient"),
            ("beta", norm.beta, "by gradient"),
            ("moving mean", norm.moving_mean, "by averaging"),
            ("moving variance", norm.moving_variance, "by averaging"),
        )
    ],
    columns=["weight", "numbers for 3 channels", "set"],
)
weights

# %% Gamma and beta can undo it
norm.gamma.assign(np.sqrt(variance + epsilon))
norm.beta.assign(mean)
undone = convert_to_numpy(norm(x, training=True))
undo_difference = np.abs(undone - x).max()
print(f"the input again, to four decimals: {undo_difference < 1e-4}")

# %% The scale of the weights no longer matters
kernel = rng.normal(size=(3, 3, 3, 8)).astype("float32")


def loss_and_slope(scale):
    """Return a loss after BN, and the slope along one kernel entry."""
    free = layers.BatchNormalization(epsilon=1e-9)
    free.build((None, 6, 6, 8))

    def loss(change):
        changed = scale * kernel
        changed[0, 0, 0, 0] += change
        o = keras.ops.conv(x, changed, padding="valid")
        o = convert_to_numpy(free(o, training=True)).astype("float64")
        return float((np.maximum(o, 0) ** 3).mean())

    h = 0.02 * scale  # central difference
    return loss(0), (loss(h) - loss(-h)) / (2 * h)


rows = [(scale, *loss_and_slope(scale)) for scale in (1, 8, 64)]
slopes = pd.DataFrame(rows, columns=["weights times", "loss", "slope"])
slopes["slope × factor"] = slopes["weights times"] * slopes["slope"]
slopes.round(5)

# %% Values tags=["values"]
{
    "train_difference": float(train_difference),
    "test_difference": float(test_difference),
    "undo_difference": float(undo_difference),
    "numbers": int(weights.iloc[:, 1].sum()),
    "trained": int(weights.iloc[:2, 1].sum()),
    "arrived_99_50": float(arrived[0.99][2]),
    "arrived_99_300": float(arrived[0.99][12]),
    "arrived_90_50": float(arrived[0.9][2]),
    "steps_an_epoch": -(-50_000 // 64),  # CIFAR-10 in batches of 64
    "arrived_epoch": float(1 - 0.99 ** -(-50_000 // 64)),
    "arrived_38": float(1 - 0.99**38),  # an epoch of chapter 4
    "early_mean": float(early[..., 0].mean()),
    "early_deviation": float(early[..., 0].std()),
    "late_off": float(late_off.max()),
    "loss_spread": float(slopes["loss"].max() - slopes["loss"].min()),
    "slope_ratio": float(slopes["slope"][0] / slopes["slope"][1]),
}
