"""Linear probes on layers, and what the recorded training shows."""

from functools import cache

import numpy as np
import pandas as pd
from loading import recorded, run_cells

SNIPPET = "q5_strengths_and_limits/train_cifar_filters"
VALUES = recorded(SNIPPET).values


@cache
def functions(cell: str, stop: str) -> dict:
    """Return the functions of a cell, without what the cell runs."""
    return run_cells(SNIPPET, cell, names={"np": np}, end=stop)


def linear() -> dict:
    return functions("a-linear-probe-on-each-layer", "\n\npixels = ")


def test_coarse_maps_are_means_of_regions():
    maps = np.arange(2 * 4 * 4 * 3, dtype="float64").reshape(2, 4, 4, 3)
    found = linear()["coarse"](maps, 2)
    assert found.shape == (2, 2 * 2 * 3)
    np.testing.assert_allclose(found[:, :3], maps[:, :2, :2].mean(axis=(1, 2)))
    np.testing.assert_allclose(found[:, -3:], maps[:, 2:, 2:].mean(axis=(1, 2)))


def test_patches_are_the_receptive_fields():
    """Fields by the recurrence: a window of k adds (k - 1) jumps."""
    size, jump, fields = 1, 1, []
    for k, s in ((7, 1), (2, 2), (3, 1), (2, 2), (3, 1)):
        size += (k - 1) * jump
        jump *= s
        fields.append((size, jump))
    wanted = dict(enumerate(fields[i] for i in (0, 2, 4)))
    source = functions("patches-that-excite-a-unit", "NUM_UNITS")
    assert source["FIELDS"] == wanted


def test_the_artefacts_are_the_networks():
    """Weights by hand: three convolutions with biases and a dense layer."""
    folder = recorded(SNIPPET).path / "artefacts"
    for seed in range(VALUES["num_seeds"]):
        with np.load(folder / f"weights{seed}.npz") as weights:
            shapes = [weights[name].shape for name in weights.files]
        assert shapes[::2] == [(7, 7, 3, 24), (3, 3, 24, 32), (3, 3, 32, 64), (64, 10)]
        assert sum(np.prod(shape) for shape in shapes) == VALUES["parameters"]


def test_features_are_learnt_and_build_on_features():
    assert VALUES["num_seeds"] >= 3
    assert VALUES["smooth_before_high"] < 0.1 < VALUES["smooth_after_low"]
    probes = pd.read_csv(recorded(SNIPPET).path / "artefacts/probes.csv")
    probes = probes[probes["features of"] != "pixels"]
    by_seed = probes.set_index(["features of", "seed"]).unstack("seed")
    first, last = by_seed.loc["convolution 1"], by_seed.loc["convolution 3"]
    assert (last["trained"] > first["trained"]).all()
    assert (last["untrained"] < first["untrained"] - 0.03).all()
    assert (last["trained"] > last["untrained"] + 0.05).all()
    assert (first["trained"] > VALUES["probe_pixels"]).all()
    assert VALUES["train_accuracy_low"] > VALUES["accuracy_high"] > 0.45
