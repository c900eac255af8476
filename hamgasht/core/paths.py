"""Where things are in a checkout."""

import re
from pathlib import Path

from hamgasht.core.errors import HamgashtError

ENGINE = Path(__file__).parents[1]
"""The folder of the package itself; processes of ours import it from its parent."""

SNIPPETS = "snippets"
OUTPUTS = "docs/outputs"
LABELS = "docs/fa/labels.yml"
DATA = "data"
STORE = ".hamgasht"
STAGING = ".staging"


def find_root(start: Path | None = None) -> Path:
    """Return the nearest folder upwards from ``start`` that holds ``mkdocs.yml``.

    Args:
        start: Where to begin; the current folder if not given.

    Raises:
        HamgashtError: No folder on the way up is a checkout.
    """
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / "mkdocs.yml").is_file() and (folder / SNIPPETS).is_dir():
            return folder
    raise HamgashtError(
        start.name or "/",
        "",
        "no mkdocs.yml with a snippets folder beside it, here or above",
        "run the command inside a checkout of the project",
    )


def natural_key(name: str) -> list[int | str]:
    """Return what sorts names by the numbers in them: 9 before 10.

    Text and numbers alternate, so that no text is ever compared with a number.
    """
    parts = re.split(r"([0-9]+)", name)
    return [int(part) if index % 2 else part for index, part in enumerate(parts)]


def snippet_ids(root: Path) -> list[str]:
    """Return the ids (``group/stem``) of all snippets, chapter 9 before chapter 10.

    A snippet is a Python file directly in a group's folder whose name does not
    start with an underscore (those are helpers that snippets import).
    """
    found = (
        f"{path.parent.name}/{path.stem}"
        for path in (root / SNIPPETS).glob("*/*.py")
        if not path.name.startswith("_")
    )
    return sorted(found, key=natural_key)


def source_path(root: Path, snippet_id: str) -> Path:
    """Return the path of a snippet's source file."""
    return root / SNIPPETS / f"{snippet_id}.py"


def source_name(snippet_id: str) -> str:
    """Return a snippet's source path relative to the root, as errors show it."""
    return f"{SNIPPETS}/{snippet_id}.py"


def output_path(root: Path, snippet_id: str) -> Path:
    """Return the folder of a snippet's recorded outputs."""
    return root / OUTPUTS / snippet_id


def output_name(snippet_id: str) -> str:
    """Return a snippet's output folder relative to the root, as errors show it."""
    return f"{OUTPUTS}/{snippet_id}"
