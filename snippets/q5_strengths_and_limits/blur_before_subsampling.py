# %% [markdown]
# # Blur before subsampling
# A shift by one pixel is half a place of a map of stride 2. How far is the
# new map from the old one, moved by that half? Sampling theory says how
# small the answer can be: zero, behind an ideal low-pass filter.

# %% Imports
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy.ndimage import convolve1d
from scipy.signal import correlate2d
from sklearn.datasets import load_digits


# %% Blurs
def blur(x, taps):
    """Return x smoothed along all axes; it goes around at its ends."""
    for axis in range(x.ndim):
        x = convolve1d(x, np.array(taps) / sum(taps), axis, mode="wrap")
    return x


def low_pass(x):
    """Return x without what every second sample cannot hold."""
    spectrum = np.fft.fftn(x)
    for axis, size in enumerate(x.shape):
        low = np.abs(np.fft.fftfreq(size)) < 1 / 4
        spectrum *= np.expand_dims(
            low, [i for i in range(x.ndim) if i != axis]
        )
    return np.fft.ifftn(spectrum).real


BLURS = {
    "nothing": lambda x: x,
    "1, 2, 1": lambda x: blur(x, (1, 2, 1)),
    "1, 4, 6, 4, 1": lambda x: blur(x, (1, 4, 6, 4, 1)),
    "ideal low-pass filter": low_pass,
}

# %% Even and odd samples
wave = np.zeros(20)
wave[6:14:2] = 1.0  # as narrow as stripes can be
fig, axes = plt.subplots(1, 2, figsize=(7, 2.6), sharey=True)
for ax, name in zip(axes, ("nothing", "1, 4, 6, 4, 1"), strict=True):
    signal = BLURS[name](wave)
    places = np.arange(len(signal))
    ax.plot(places, signal, "C7-", linewidth=1)
    ax.plot(places[::2], signal[::2], "C0o", label="even samples")
    ax.plot(places[1::2], signal[1::2], "C1s", label="odd samples")
    ax.set_title(f"blur: {name}", fontsize=10)
    ax.set(xlabel="place", xticks=range(0, 20, 4))
axes[0].set_ylabel("value")
axes[1].legend(loc="upper right", fontsize=9)
plt.show()

# %% Maps of digits
digits = np.pad(load_digits().images[:100], ((0, 0), (9, 9), (9, 9)))
edges = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])
maps = [np.maximum(correlate2d(x, edges, mode="valid"), 0) for x in digits]


# %% Two measures of a shift
def pooled(x, smooth):
    """Return max-pooling of 2x2 with a blur before the subsampling."""
    largest = np.max(
        [np.roll(x, (-i, -j), (0, 1)) for i in (0, 1) for j in (0, 1)], axis=0
    )
    return smooth(largest)[::2, ::2]


def move(x, right):
    """Return x moved by a fraction of a place, by its Fourier series."""
    frequency = np.fft.fftfreq(x.shape[1])
    turn = np.exp(-2j * np.pi * frequency * right)
    return np.fft.ifft(np.fft.fft(x, axis=1) * turn, axis=1).real


rows, errors = [], {}
for name, smooth in BLURS.items():
    found = []
    for x in maps:
        old, new = pooled(x, smooth), pooled(np.roll(x, 1, 1), smooth)
        whole = min(np.linalg.norm(new - np.roll(old, s, 1)) for s in (0, 1))
        half = np.linalg.norm(new - move(old, 1 / 2))
        found.append(np.array([whole, half]) / np.linalg.norm(old))
    errors[name] = np.mean(found, axis=0)
    spread = np.std(found, axis=0)[1]
    rows.append((name, *errors[name], spread))
table = pd.DataFrame(
    rows,
    columns=[
        "blur before subsampling",
        "error, best whole shift",
        "error, half a place",
        "standard deviation",
    ],
).round(3)
table

# %% Values tags=["values"]
short = dict(zip(BLURS, ("none", "three", "five", "ideal"), strict=True))
{"maps": len(maps)} | {
    f"{short[name]}_{kind}": round(float(error), 4)
    for name, pair in errors.items()
    for kind, error in zip(("whole", "half"), pair, strict=True)
}
