"""Both ways of feeding give the same images; times are only recorded, not judged."""

import contextlib
from pathlib import Path

import numpy as np
import pytest
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


def test_the_recorded_ratio():
    values = recorded(SNIPPET).values
    assert values["steps"] == 10  # 600 images in batches of 64
    assert values["ratio"] == pytest.approx(
        values["seconds_memory"] / values["seconds_files"]
    )
