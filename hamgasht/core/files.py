"""Reading the files that describe a course, each once until it changes on disk."""

from collections.abc import Callable
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, TypeVar

import yaml

from hamgasht.core.errors import HamgashtError

T = TypeVar("T")


def cache_until_changed(read: Callable[[Path, str], T]) -> Callable[[Path, str], T]:
    """Cache what a function reads from a file, until the file's date changes.

    Args:
        read: Called with the project's root and the file's path relative to it.

    Returns:
        The same function; it raises HamgashtError where there is no such file.
    """

    @lru_cache(maxsize=8)
    def read_once(root: Path, name: str, _changed: int) -> T:
        return read(root, name)

    @wraps(read)
    def read_cached(root: Path, name: str) -> T:
        try:
            return read_once(root, name, (root / name).stat().st_mtime_ns)
        except OSError as error:
            problem = f"it cannot be read: {error.strerror}"
            raise HamgashtError(
                name, "", problem, "name a file that is there"
            ) from None

    return read_cached


def read_yaml(root: Path, name: str) -> Any:
    """Return what a YAML file holds.

    Args:
        root: The project's root.
        name: The file, relative to the root.

    Raises:
        HamgashtError: It is no YAML.
    """
    try:
        return yaml.safe_load((root / name).read_text(encoding="utf-8"))
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else ""
        raise HamgashtError(name, line, "it is no YAML", "fix this line") from None
