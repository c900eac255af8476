# ---
# jupyter:
#   hamgasht:
#     backend: tensorflow
#     backends: compared
#     needs:
#       - q7_inception_cifar10/backends_tensorflow
#       - q7_inception_cifar10/backends_jax
#       - q7_inception_cifar10/backends_torch
#     tolerances: {default: 1.0e-3}
# ---
# %% [markdown]
# # Three backends, side by side
# What each backend answered to the same questions, compared by one rule.

# %% Imports
import json
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from _backend_rows import images
from keras import ops

# %% Answers
NAMES = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}


def read(file):
    folders = {b: Path(f"artefacts/backends_{b}") for b in NAMES}
    return {b: json.loads((f / file).read_text()) for b, f in folders.items()}


rows, training = read("rows.json"), read("training.json")
# A callback tells the order of the images from the weight after each of
# them, which JAX's compiled steps have taken over by then.
order = "order in which fit hands 6 images, after set_random_seed(0)"
by_weight = "order of 6 images in fit, by the weight after each"
for answers in rows.values():
    answers[by_weight] = answers.pop(order)
rows["jax"][by_weight]["lines"] = (
    "keras/src/backend/jax/trainer.py, make_train_function: donate_argnums"
)
questions = list(rows["tensorflow"])

# %% The rule
ALIKE = 1e-5  # of the largest number, or of 1


def distance(a, b):
    """Return the largest difference; infinite if the answers have another
    form: an error, another length, NaN or infinity in other places."""
    if a is None or b is None:
        return 0.0 if a is b else np.inf
    a, b = np.array(a), np.array(b)
    if a.shape != b.shape:
        return np.inf
    plain = np.isfinite(a) & np.isfinite(b)
    if not np.array_equal(a[~plain], b[~plain], equal_nan=True):
        return np.inf
    scale = max(1.0, abs(a[plain]).max(initial=0))
    return float(abs(a[plain] - b[plain]).max(initial=0) / scale)


def who_differs(question):
    """Return the backend that stands alone, "all", or nothing."""
    answers = {b: rows[b][question]["numbers"] for b in NAMES}
    near = {
        b: [o for o in NAMES if distance(answers[b], answers[o]) <= ALIKE]
        for b in NAMES
    }
    if all(len(others) == 3 for others in near.values()):
        return ""
    alone = [b for b, others in near.items() if others == [b]]
    return NAMES[alone[0]] if len(alone) == 1 else "all three"


odd = {question: who_differs(question) for question in questions}

# %% What is alike
rows_alike = []
for question in questions:
    if not odd[question]:
        base = rows["tensorflow"][question]["numbers"]
        far = [
            f"{distance(base, rows[b][question]['numbers']):.0e}"
            for b in ("jax", "torch")
        ]
        same = ["the same" if x == "0e+00" else x for x in far]
        rows_alike.append((question, *same))
alike = pd.DataFrame(rows_alike, columns=["question", "JAX", "PyTorch"])
alike


# %% What differs
def written(numbers):
    """Return an answer as short text."""
    if numbers is None:
        return "error"
    found = [f"{x + 0.0:.4g}" for x in numbers[:8]]
    return ", ".join(found).replace("nan", "NaN") + " …" * (len(numbers) > 8)


def differences(part):
    """Return the rows of a part of the page in which backends differ."""
    found = [
        (
            question,
            *(written(rows[b][question]["numbers"]) for b in NAMES),
            odd[question],
        )
        for question in questions
        if odd[question] and rows["tensorflow"][question]["part"] == part
    ]
    return pd.DataFrame(
        found, columns=["question", *NAMES.values(), "differs"]
    )


# %% Layers
pd.concat(map(differences, ["Layers", "Normalisation"]), ignore_index=True)

# %% Gradients
differences("Gradients")

# %% Images
differences("Images")

# %% Numbers
differences("Numbers")

# %% Indices and metrics
differences("Metrics")

# %% Chance
differences("Chance")

# %% Where it is decided
places = [
    (question, NAMES[b], rows[b][question]["lines"])
    for question in questions
    for b in NAMES
    if odd[question] and rows[b][question]["lines"]
]
pd.DataFrame(places, columns=["question", "backend", "file and line"])

# %% Trainings that part
steps = ["1", "10", "100"]
parted = []
for rule, path in training["tensorflow"]["paths"].items():
    for other in ("jax", "torch"):
        for step in steps:
            one, two = path[step], training[other]["paths"][rule][step]
            weights = [np.array(x["weights"]) for x in (one, two)]
            apart = np.linalg.norm(weights[0] - weights[1])
            parted.append(
                (
                    rule,
                    NAMES[other],
                    int(step),
                    f"{one['loss']:.4f}",
                    f"{abs(one['loss'] - two['loss']):.0e}",
                    f"{apart / np.linalg.norm(weights[0]):.0e}",
                )
            )
pd.DataFrame(
    parted,
    columns=[
        "rule",
        "against TensorFlow",
        "steps",
        "loss",
        "losses apart",
        "weights apart, relative",
    ],
)

# %% Where they part first
bias = slice(72, 80)  # of the convolution, behind its 3×3×1×8 weights
in_bias = {}
for rule, path in training["tensorflow"]["paths"].items():
    one, two = path["1"], training["torch"]["paths"][rule]["1"]
    apart = np.subtract(one["weights"], two["weights"]) ** 2
    in_bias[rule] = float(apart[bias].sum() / apart.sum())
    print(f"{rule}: {in_bias[rule]:.4f} of the squared distance")

# %% Saved here, loaded there
moved = {}
for b in NAMES:
    model = keras.saving.load_model(f"artefacts/backends_{b}/network.keras")
    answers = ops.convert_to_numpy(model(images(8)[0]))
    moved[b] = abs(answers - np.array(training[b]["answers"])).max()
    print(f"saved on {NAMES[b]}, loaded on TensorFlow: {moved[b]:.1e}")

# %% Values tags=["values"]
counts = pd.Series([who for who in odd.values() if who]).value_counts()
{
    "questions": len(questions),
    "alike": len(rows_alike),
    "differ": len(questions) - len(rows_alike),
    "alone_tensorflow": int(counts.get("TensorFlow", 0)),
    "alone_jax": int(counts.get("JAX", 0)),
    "alone_torch": int(counts.get("PyTorch", 0)),
    "all_differ": int(counts.get("all three", 0)),
    "places": len(places),
    "moved": max(moved.values()),
    "in_bias_sgd": in_bias["SGD"],
    "in_bias_adam": in_bias["Adam"],
}
