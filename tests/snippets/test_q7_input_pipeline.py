"""Both ways of feeding give the same images; times are only recorded, not judged."""

import contextlib
import time
from pathlib import Path

import numpy as np
import tensorflow as tf
from loading import recorded, run_cells
from q4_mri import stand_in as slices
from q7_cifar import GROUP

SNIPPET = f"{GROUP}/input_pipeline"
CELLS = ["imports", "data", "from-files", "from-memory", "network-of-chapter-4"]


def epochs(images, how_many: int) -> list[np.ndarray]:
    """Return the images of some epochs."""
    return [
        np.concatenate([batch.numpy() for batch, _ in images]) for _ in range(how_many)
    ]


def test_memory_holds_what_the_files_hold(tmp_path: Path):
    slices(tmp_path)
    with contextlib.chdir(tmp_path):
        names = run_cells(SNIPPET, "imports", names={"SIZE": 32, "NUM_EPOCHS": 2})
        run_cells(SNIPPET, *CELLS[1:4], names=names)
        files, memory = names["from_files"](), names["from_memory"]()
        (first,) = epochs(files, 1)
        second = epochs(memory, 2)
        assert int(memory.cardinality()) == int(files.cardinality())
    assert not np.array_equal(*second)  # another order in each epoch
    sums = {round(float(x)) for x in first.sum(axis=(1, 2, 3))}
    for epoch in second:
        assert {round(float(x)) for x in epoch.sum(axis=(1, 2, 3))} == sums


def test_the_network_is_that_of_chapter_4():
    names = run_cells(SNIPPET, "imports", names={"SIZE": 256})
    run_cells(SNIPPET, "network-of-chapter-4", names=names)
    assert names["network"]().count_params() == 3_709_825


def test_ratios_are_taken_within_a_round():
    """A slow round slows both ways, and must not move their ratio."""
    files, memory = np.array([1.0, 4, 2]), np.array([0.5, 3, 3])
    rounds = [
        {"from files": one, "from memory": other}
        for one, other in zip(files, memory, strict=True)
    ]
    names = run_cells(SNIPPET, "imports", names={"rounds": rounds})
    table = run_cells(SNIPPET, "seconds-a-step", names=names)["table"]
    assert table.loc["from files", ["times from files", "from", "to"]].eq(1).all()
    row = table.loc["from memory"]
    assert (row["from"], row["times from files"], row["to"]) == (0.5, 0.75, 1.5)
    assert (row["fastest (s)"], row["median (s)"], row["slowest (s)"]) == (0.5, 3, 3)


def test_a_turn_times_its_epochs():
    names = run_cells(SNIPPET, "imports", names={"SIZE": 32})
    run_cells(SNIPPET, "network-of-chapter-4", "one-turn", names=names)
    images = np.zeros((8, 32, 32, 1), "float32")
    batches = tf.data.Dataset.from_tensor_slices((images, images[:, 0, 0])).batch(4)
    start = time.perf_counter()
    seconds = names["seconds_a_step"](names["network"](), batches, 3)
    assert 0 < seconds * 3 * 2 < time.perf_counter() - start  # 3 epochs of 2 steps


def test_the_recorded_ratio():
    values = recorded(SNIPPET).values
    assert values["steps"] == 10  # 600 images in batches of 64
    assert (values["rounds"], values["epochs"]) == (5, 2)
    assert 0 < values["ratio_least"] <= values["ratio"] <= values["ratio_most"]
    assert values["ratio_least"] < 1 < values["ratio_most"], "the rounds settle it"
