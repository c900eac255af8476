# ---
# jupyter:
#   hamgasht:
#     data: [cifar10.npz]
#     tolerances: {default: 0.001}
# ---
# %% [markdown]
# # Answers to the exercises
# Each cell answers one exercise of the chapter by a run.

# %% Imports
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from keras import layers
from keras.ops import convert_to_numpy


# %% Counts by hand
def parameters_and_work(m, k, c_in, c_out):
    weights = k * k * c_in * c_out
    return weights + c_out, m * m * weights


rows = []
for name, chain in (
    ("3×3, 512 → 512", [(3, 512, 512)]),
    ("1×1, 3×3, 1×1", [(1, 512, 128), (3, 128, 128), (1, 128, 512)]),
):
    by_hand = np.sum([parameters_and_work(14, *s) for s in chain], axis=0)
    net = keras.Sequential([keras.Input((14, 14, 512))])
    for k, _, c_out in chain:
        net.add(layers.Conv2D(c_out, k, padding="same"))
    rows.append((name, *(int(n) for n in by_hand), net.count_params()))
by_hand = pd.DataFrame(
    rows,
    columns=["layers", "parameters", "multiply-adds", "parameters by Keras"],
)
by_hand

# %% Two layers or one
sizes = []
for middle in (2, 4, 8, 16, 32):
    rng = np.random.default_rng(0)
    w1 = rng.integers(-3, 4, (16, middle))
    w2 = rng.integers(-3, 4, (middle, 16))
    rank = int(np.linalg.matrix_rank(w1 @ w2))
    sizes.append((middle, w1.size + w2.size, 16 * 16, rank))
ranks = pd.DataFrame(
    sizes,
    columns=[
        "middle channels",
        "weights of two layers",
        "weights of one",
        "rank of the product",
    ],
)
ranks

# %% Weights of grey, found from examples
file = Path("data/cifar10.npz")
if not file.exists():
    file.parent.mkdir(exist_ok=True)
    (x, y), (x_test, y_test) = keras.datasets.cifar10.load_data()
    np.savez(file, x_train=x, y_train=y, x_test=x_test, y_test=y_test)
pixels = np.load(file)["x_test"][:100].reshape(-1, 3) / 255
greys = pixels @ [0.299, 0.587, 0.114]
noise = np.random.default_rng(0).normal(0, 0.05, greys.shape)
found = np.linalg.lstsq(pixels, greys + noise, rcond=None)[0]
recovered = pd.DataFrame(
    {
        "channel": ["red", "green", "blue"],
        "weight that made the greys": [0.299, 0.587, 0.114],
        "weight found": found.round(3),
    }
)
recovered

# %% Mean first or classes first
rng = np.random.default_rng(0)
maps = rng.integers(-9, 10, (5, 8, 8, 64)).astype("float32")
w = rng.integers(-3, 4, (64, 10)).astype("float32")
b = rng.integers(-3, 4, 10).astype("float32")
mean = layers.GlobalAveragePooling2D()
dense, conv = layers.Dense(10), layers.Conv2D(10, 1)
dense.build((None, 64))
conv.build(maps.shape)
dense.set_weights([w, b])
conv.set_weights([w[np.newaxis, np.newaxis], b])
class_maps = conv(maps)
print("class maps:", tuple(class_maps.shape))
head_difference = float(
    np.abs(convert_to_numpy(dense(mean(maps)) - mean(class_maps))).max()
)
print("largest difference:", head_difference)

# %% Any size of image
scanner = keras.Sequential(
    [keras.Input((None, None, 3)), layers.Conv2D(64, 8), conv]
)
answers = {}
for n in (8, 32, 40):
    o = scanner(np.zeros((1, n, n, 3), "float32"))
    answers[n] = tuple(o.shape[1:])
    print(f"image {n}×{n}: answers", answers[n])

# %% Stride 2
strided = layers.Conv2D(
    4, 1, strides=2, kernel_initializer="ones", use_bias=False
)
wide = layers.Conv2D(
    4, 3, strides=2, padding="same", kernel_initializer="ones", use_bias=False
)
read = {}
for name, layer in (("1×1", strided), ("3×3", wide)):
    changes = 0
    for i, j in np.ndindex(8, 8):
        x = np.zeros((1, 8, 8, 3), "float32")
        x[0, i, j] = 1
        changes += bool(convert_to_numpy(layer(x)).any())
    read[name] = changes / 64
    print(f"{name}, stride 2: reads {changes} of 64 pixels")

# %% Depthwise and pointwise
rows = []
for k, c_out in ((3, 32), (3, 512), (5, 128)):
    full = layers.Conv2D(c_out, k, use_bias=False)
    split = layers.SeparableConv2D(c_out, k, use_bias=False)
    for layer in (full, split):
        layer.build((None, 32, 32, 64))
    ratio = split.count_params() / full.count_params()
    by_formula = 1 / c_out + 1 / k**2
    rows.append((k, c_out, round(ratio, 4), round(by_formula, 4)))
separable = pd.DataFrame(
    rows,
    columns=["kernel size k", "filters", "share of the weights", "formula"],
)
separable

# %% How far a network sees
reach = []
for name, sizes in (
    ("1×1, 3×3, 1×1", [1, 3, 1]),
    ("1×1, 1×1, 1×1, 1×1", [1, 1, 1, 1]),
    ("3×3, 1×1, 3×3, 1×1", [3, 1, 3, 1]),
    ("3×3, 3×3, 3×3, 3×3", [3, 3, 3, 3]),
):
    net = keras.Sequential([keras.Input((15, 15, 1))])
    for k in sizes:
        net.add(
            layers.Conv2D(1, k, padding="same", kernel_initializer="ones")
        )
    x = np.zeros((1, 15, 15, 1), "float32")
    x[0, 7, 7] = 1
    row = convert_to_numpy(net(x))[0, 7, :, 0]
    reach.append((name, int((row != 0).sum()), 1 + sum(sizes) - len(sizes)))
reach = pd.DataFrame(
    reach, columns=["layers", "pixels wide, run", "pixels wide, formula"]
)
reach

# %% Values tags=["values"]
{
    "plain_512": int(by_hand["parameters"][0]),
    "narrow_512": int(by_hand["parameters"][1]),
    "plain_work": int(by_hand["multiply-adds"][0]),
    "narrow_work": int(by_hand["multiply-adds"][1]),
    "times": float(by_hand["parameters"][0] / by_hand["parameters"][1]),
    "saving_middle": int(ranks["middle channels"][1]),
    "rank_4": int(ranks["rank of the product"][1]),
    "grey_error": float(
        np.abs(found - np.array([0.299, 0.587, 0.114])).max()
    ),
    "head_difference": head_difference,
    "scanned_40": answers[40][0],
    "read_1": read["1×1"],
    "read_3": read["3×3"],
    "separable_512": float(separable["share of the weights"][1]),
    "bottleneck_field": int(reach["pixels wide, run"][0]),
}
