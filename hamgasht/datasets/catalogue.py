"""The course's data sets, as ``docs/course.yml`` lists them.

Nothing here looks at the disk for the data themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
import yaml

from hamgasht.core.errors import DataError

COURSE_FILE = Path(__file__).parents[2] / "docs/course.yml"
CIFAR10_CLASSES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
"""The standard order: a class's place in it is its label."""


@dataclass(frozen=True)
class DataSet:
    """A data set of the course.

    Attributes:
        name: What a person calls it.
        place: The file or folder under ``data/``, as snippets' headers name it.
        reader: Which module reads it.
        parts: How many images each part holds.
        kind: Where it comes from unless a person says otherwise.
        url: The address of that download.
        download_sha256: The digest that the download must have; empty where its
            publisher states none.
        archives: Digests of archives that were looked at, the download's included.
        digests: Digests of the place under ``data/`` that were looked at.
    """

    name: str
    place: str
    reader: Literal["br35h", "cifar10"]
    parts: Mapping[str, int]
    kind: Literal["drive", "keras"]
    url: str
    download_sha256: str = ""
    archives: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many images it holds."""
        return sum(self.parts.values())


def read_catalogue(path: Path) -> dict[str, DataSet]:
    """Return the data sets of a course, by name.

    Args:
        path: The course's file.

    Raises:
        DataError: It cannot be read, or an entry lacks a key or has a wrong value.
    """
    try:
        listed = yaml.safe_load(path.read_text(encoding="utf-8"))["datasets"]
        named = [{"name": name, **facts} for name, facts in listed.items()]
        sets = msgspec.convert(named, list[DataSet])
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        problem = f"its data sets cannot be read: {type(error).__name__}: {error}"
        fix = "list them under 'datasets:', each with its keys"
        raise DataError(f"docs/{path.name}", "datasets", problem, fix) from None
    except msgspec.ValidationError as error:
        fix = "write it as the comment above 'datasets:' says"
        raise DataError(f"docs/{path.name}", "datasets", str(error), fix) from None
    return {item.name: item for item in sets}


SETS = read_catalogue(COURSE_FILE)
BR35H, CIFAR10 = SETS["br35h"], SETS["cifar10"]


def set_at(place: str) -> DataSet | None:
    """Return the data set that lies at a place under ``data/``, if it is known."""
    return next((item for item in SETS.values() if item.place == place), None)
