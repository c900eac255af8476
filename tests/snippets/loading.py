"""Snippets as modules: what they define, for tests to call."""

import runpy
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
ROOT = Path(__file__).resolve().parents[2]


@cache
def names_of(snippet_id: str) -> dict[str, Any]:
    """Return all names that a snippet leaves after running from top to bottom."""
    return runpy.run_path(str(ROOT / "snippets" / f"{snippet_id}.py"))
