"""Snippets as modules: what they define, for tests to call."""

import runpy
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl

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
    names: dict[str, Any] = {}
    for item in parse(ROOT, snippet_id).notebook.cells:
        if item.cell_type == "code":
            exec(compile(item.source, snippet_id, "exec"), names)
            if item.metadata.name == cell:
                return names
    raise KeyError(cell)


def recorded(snippet_id: str) -> Recorded:
    """Return what a snippet last gave, in full."""
    return load(ROOT, snippet_id)
