# ---
# jupyter:
#   hamgasht:
#     needs: [q5_strengths_and_limits/train_robustness]
#     tolerances: {default: 0.3}
# ---
# %% [markdown]
# # How sure is it when it is wrong?
# Compares probabilities with how often the answers are right, on unchanged
# and on changed images. The answers come from `train_robustness.py`: run
# that file first, in the same folder.

# %% Imports
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from sklearn.metrics import roc_auc_score

# %% Answers
logits = np.load("artefacts/train_robustness/logits.npz")
truth = logits["truth"]
kinds = ["unchanged", "shifted", "turned", "noisy"]
trainings = ["as they are", "with augmentation"]
seeds = range(logits["unchanged"].shape[1])
fit, rest = np.arange(len(truth)) % 2 == 0, np.arange(len(truth)) % 2 == 1


def judge(z, part):
    """Return for each image the largest probability, and if it is right."""
    p = softmax(z[part], axis=-1)
    return p.max(axis=-1), p.argmax(axis=-1) == truth[part]


# %% Expected calibration error
def calibration_error(sure, right, bins=10):
    """Return the mean gap between confidence and accuracy over bins."""
    which = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = np.bincount(which, weights=right - sure, minlength=bins)
    return np.abs(gaps).sum() / len(sure)


# %% Temperature scaling
def temperature(z):
    """Return the T with which the right answers are likeliest."""
    rows = np.flatnonzero(fit)

    def loss(t):
        return -log_softmax(z[fit] / t, axis=-1)[
            np.arange(len(rows)), truth[rows]
        ].mean()

    return minimize_scalar(loss, bounds=(0.2, 20), method="bounded").x


# %% Calibration in numbers
rows = []
for t, training in enumerate(trainings):
    for seed in seeds:
        scale = temperature(logits["unchanged"][t, seed])
        known, _ = judge(logits["unchanged"][t, seed], rest)
        for kind in kinds:
            z = logits[kind][t, seed]
            sure, right = judge(z, rest)
            scaled, _ = judge(z / scale, rest)
            apart = [
                roc_auc_score(right, sure) if 0 < right.mean() < 1 else 1,
                roc_auc_score(
                    [1] * len(known) + [0] * len(sure), [*known, *sure]
                ),
            ]
            errors = [calibration_error(s, right) for s in (sure, scaled)]
            numbers = (right.mean(), sure.mean(), *errors, *apart, scale)
            rows.append((training, kind, seed, *numbers))
columns = ["accuracy", "confidence", "ECE", "ECE, scaled"]
measured = pd.DataFrame(
    rows,
    columns=["training", "images", "seed", *columns, "wrong", "changed", "T"],
)
means = measured.groupby(["training", "images"], sort=False)
table = means[columns].mean().round(3).reset_index()
table

# %% Confidence against accuracy
fig, axes = plt.subplots(1, 2, figsize=(7, 3.6), sharey=True)
for t, ax in enumerate(axes):
    for kind, style in zip(
        kinds, ("C0o-", "C1s--", "C2^:", "C3v-."), strict=True
    ):
        judged = [judge(logits[kind][t, seed], slice(None)) for seed in seeds]
        sure, right = map(np.concatenate, zip(*judged, strict=True))
        which = np.minimum((sure * 10).astype(int), 9)
        full = [b for b in range(10) if (which == b).sum() >= 20]
        xs = [100 * sure[which == b].mean() for b in full]
        ys = [100 * right[which == b].mean() for b in full]
        ax.plot(xs, ys, style, ms=4, label=kind)
    ax.plot([0, 100], [0, 100], color="C7", linestyle=":")
    ax.set(xlabel="confidence (%)", title=trainings[t], xlim=(15, 102))
axes[0].set_ylabel("accuracy (%)")
axes[0].legend(fontsize=8)
plt.show()

# %% Values tags=["values"]
wide = measured.groupby(["training", "images"])
values = {"num_seeds": len(seeds), "images": int(rest.sum())}
for key, training in zip(("plain", "augmented"), trainings, strict=True):
    for kind in kinds:
        part = wide.get_group((training, kind))
        mean = part.drop(columns=["training", "images"]).mean()
        values |= {
            f"{key}_{kind}_accuracy": round(float(mean["accuracy"]), 4),
            f"{key}_{kind}_sure": round(float(mean["confidence"]), 4),
            f"{key}_{kind}_error": round(float(mean["ECE"]), 4),
            f"{key}_{kind}_scaled": round(float(mean["ECE, scaled"]), 4),
            f"{key}_{kind}_least": round(float(part["ECE"].min()), 4),
            f"{key}_{kind}_most": round(float(part["ECE"].max()), 4),
            f"{key}_{kind}_wrong": round(float(mean["wrong"]), 3),
            f"{key}_{kind}_changed": round(float(mean["changed"]), 3),
        }
    values[f"{key}_t_least"] = round(float(part["T"].min()), 2)
    values[f"{key}_t_most"] = round(float(part["T"].max()), 2)
values
