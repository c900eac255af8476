"""Snippets as modules: what they define, for tests to call."""

import contextlib
import importlib.util
import runpy
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest

from hamgasht.records.read import Recorded, load
from hamgasht.source.snippet import parse

mpl.use("Agg")
ROOT = Path(__file__).resolve().parents[2]


@cache
def names_of(snippet_id: str) -> dict[str, Any]:
    """Return all names that a snippet leaves after running from top to bottom."""
    return runpy.run_path(str(ROOT / "snippets" / f"{snippet_id}.py"))


@cache
def names_up_to(snippet_id: str, cell: str) -> dict[str, Any]:
    """Return the names that a snippet leaves after one of its cells.

    For snippets that train for long: their functions, without the training.
    """
    cells = list(cells_of(snippet_id))
    return run_cells(snippet_id, *cells[: cells.index(cell) + 1])


def run_cells(
    snippet_id: str, *cells: str, names: dict[str, Any] | None = None, end: str = ""
) -> dict[str, Any]:
    """Run some of a snippet's cells and return all names.

    Args:
        snippet_id: The snippet's id.
        cells: Names of the cells to run, in this order.
        names: What they find already there; they add theirs to it.
        end: What a cell is to be run up to; to its own end if empty.
    """
    names = {} if names is None else names
    sources = cells_of(snippet_id)
    for cell in cells:
        source = sources[cell].partition(end)[0] if end else sources[cell]
        exec(compile(source, f"{snippet_id}, {cell}", "exec"), names)
    return names


@cache
def cells_of(snippet_id: str) -> dict[str, str]:
    """Return the source of each code cell by its name."""
    return {
        cell.metadata.name: cell.source
        for cell in parse(ROOT, snippet_id).notebook.cells
        if cell.cell_type == "code"
    }


def run_in(folder: Path, snippet_id: str) -> dict[str, Any]:
    """Run a whole snippet in a folder and return all names."""
    with contextlib.chdir(folder):
        return runpy.run_path(str(ROOT / "snippets" / f"{snippet_id}.py"))


def recorded(snippet_id: str) -> Recorded:
    """Return what a snippet last gave, in full."""
    return load(ROOT, snippet_id)


def installed(*backends: str) -> list[Any]:
    """Return backends as parameters: what is missing is skipped, PyTorch is slow."""
    return [
        pytest.param(
            name,
            marks=[
                pytest.mark.skipif(
                    importlib.util.find_spec(name) is None, reason=f"{name} is missing"
                ),
                *([pytest.mark.slow] if name == "torch" else []),
            ],
        )
        for name in backends
    ]
