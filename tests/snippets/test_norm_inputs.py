"""Batch normalisation of the course's networks only ever gets scaled inputs.

On PyTorch Keras computes the variance as the difference of two means, of which little
is left where a channel's mean is many times its deviation (page q7b, "Layers").
"""

import contextlib
import re
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers
from loading import ROOT, run_cells

MOST_DEVIATIONS = 30
"""A mean of so many deviations costs the variance three of its seven digits."""
LARGEST = 20
"""Bytes that nobody scaled end far above it, behind one convolution."""

RNG = np.random.default_rng(0)
# A light and a colour for each image, and noise: photographs are no white noise.
BYTES = np.clip(
    RNG.integers(30, 200, (64, 1, 1, 3)) + RNG.normal(0, 30, (64, 64, 64, 3)), 0, 255
).astype("uint8")
CIFAR, MRI = BYTES[:, :32, :32], BYTES[..., :1]
Case = Callable[[], tuple[keras.Model, np.ndarray]]


def build(snippet: str, cells: str, call: str, x: np.ndarray, **names: object) -> Case:
    """Return a case: a network by a call of what some cells define, and its images."""

    def case() -> tuple[keras.Model, np.ndarray]:
        defined = run_cells(snippet, *cells.split(), names=dict(names))
        return eval(call, defined), x

    return case


def build_with_pipeline(stem: str, cells: str, call: str) -> Case:
    """Return a case whose images come out of the snippet's own input pipeline."""

    def case() -> tuple[keras.Model, np.ndarray]:
        snippet = f"q7_inception_cifar10/{stem}"
        classes = np.arange(64) % 10
        labels = keras.utils.to_categorical(classes, 10)
        names = {f"{k}_{part}": v for part in ("train", "val", "test")
                 for k, v in (("x", CIFAR), ("y", labels))} | {"BATCH": 64}  # fmt: skip
        run_cells(snippet, "imports", "input-pipeline", *cells.split(), names=names)
        images, _ = next(iter(names["batches"](CIFAR, labels)))
        return eval(call, names), images.numpy()

    return case


def load_no_weights() -> tuple[keras.Model, np.ndarray]:
    """Return the network of grad_cam, before it loads its weights."""
    names = run_cells("q4_mri_classifier/grad_cam", "imports")
    cell = "the-trained-network"
    run_cells("q4_mri_classifier/grad_cam", cell, names=names, end="network.load")
    return names["network"], MRI


def exercise_on_digits() -> tuple[keras.Model, np.ndarray]:
    """Return the network with a learning rate of zero, and its digits."""
    snippet = "q5_strengths_and_limits/exercises_robustness"
    names = run_cells(snippet, "imports", "digits-in-a-frame")
    run_cells(snippet, "a-learning-rate-of-zero", names=names, end="before =")
    return names["body"], names["x"][:64, ..., None]


CASES: dict[str, Case] = {
    "q4_mri_classifier/train_norm": build(
        "q4_mri_classifier/train_norm", "imports network", "network()", MRI, SIZE=64
    ),
    "q4_mri_classifier/grad_cam": load_no_weights,
    "q4_mri_classifier/train_folds": build(
        "q4_mri_classifier/train_folds",
        "imports the-small-network",
        "small()",
        MRI,
        SIZE=64,
    ),
    "q5_strengths_and_limits/exercises_robustness": exercise_on_digits,
    "q6_one_by_one_filters/colours_alone": build(
        "q6_one_by_one_filters/colours_alone",
        "imports network-without-neighbours",
        "colours_alone()",
        CIFAR,
    ),
    "q6_one_by_one_filters/train_bottleneck": build(
        "q6_one_by_one_filters/train_bottleneck",
        "imports blocks network",
        "network(lambda x: bottleneck(x, 6))",
        CIFAR,
    ),
    "q7_inception_cifar10/train_inception": build_with_pipeline(
        "train_inception", "inception-module network", "network(True)"
    ),
    "q7_inception_cifar10/train_small": build_with_pipeline(
        "train_small", "small-inception-network", "small()"
    ),
}
# These show the layer itself on made-up numbers, count its weights, or take time.
ALONE = {
    f"q7_inception_cifar10/{stem}"
    for stem in (
        "_backend_rows",
        "_backend_speed",
        "batch_norm",
        "exercises",
        "network",
        "precision",
        "same_in_pytorch",
    )
}


def inputs_of_norms(model: keras.Model, x: np.ndarray) -> list[np.ndarray]:
    """Return what each layer of batch normalisation of a network is given."""
    norms = [x for x in model.layers if isinstance(x, layers.BatchNormalization)]
    assert norms
    peek = keras.Model(model.inputs[0], [norm.input for norm in norms])
    found = peek(x.astype("float32"), training=True)
    return [keras.ops.convert_to_numpy(each) for each in found]


def faults(model: keras.Model, x: np.ndarray) -> list[str]:
    """Return what is wrong with a network's inputs to batch normalisation."""
    found = []
    for number, given in enumerate(inputs_of_norms(model, x), 1):
        each = given.reshape(-1, given.shape[-1]).astype("float64")
        mean, deviation = abs(each.mean(axis=0)), each.std(axis=0)
        alive = deviation > 1e-6  # a dead ReLU has neither
        if (mean[alive] > MOST_DEVIATIONS * deviation[alive]).any():
            found.append(f"norm {number}: a mean of many deviations")
        if abs(each).max() > LARGEST:
            found.append(f"norm {number}: numbers up to {abs(each).max():.0f}")
    return found


def test_every_network_with_the_layer_is_here() -> None:
    found = {
        path.relative_to(ROOT / "snippets").with_suffix("").as_posix()
        for path in (ROOT / "snippets").glob("*/*.py")
        if re.search(r"\bBatchNormalization\(", path.read_text(encoding="utf-8"))
    }
    assert found == CASES.keys() | ALONE


@pytest.mark.parametrize("snippet", CASES)
def test_inputs_are_scaled(
    snippet: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keras.utils.set_random_seed(0)
    with contextlib.chdir(tmp_path):
        model, x = CASES[snippet]()
    assert not faults(model, x)


def test_what_is_not_scaled_is_found() -> None:
    keras.utils.set_random_seed(0)
    image = keras.Input((32, 32, 3))
    x = layers.Conv2D(8, 3)(image)
    model = keras.Model(image, layers.BatchNormalization()(x))
    assert not faults(model, CIFAR / 255)
    assert "norm 1: numbers up to" in faults(model, CIFAR)[0]
    plain = keras.Model(image, layers.BatchNormalization()(image))
    assert "norm 1: a mean of many deviations" in faults(
        plain, 1 + CIFAR.astype("float32") / 255 / 1000
    )
