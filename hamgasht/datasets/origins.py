"""Origins: where the data on this machine came from.

Takes in a data set's place; gives out what its side file ``NAME.origin.json`` states,
as long as the bytes are still those that it speaks of. JSON only.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hamgasht.datasets.digests import files_of

SYNTHETIC = "synthetic"
UNRECORDED = "unrecorded"
KINDS = ("drive", "keras", "archive", "folder", SYNTHETIC, UNRECORDED)
"""Downloads, local sources, the generated stand-in, and data of unknown origin."""


@dataclass(frozen=True)
class Held:
    """A data set as it lies on this machine.

    Attributes:
        place: The file or folder.
        digest: The SHA-256 over all of it.
        count: How many images; of data that has no side file, how many files.
        origin: ``kind`` (one of :data:`KINDS`) and what is known beside it:
            ``sha256`` of the archive, whether it is a ``known`` one, and whether
            its images are ``reencoded``.
    """

    place: Path
    digest: str
    count: int
    origin: Mapping[str, Any] = field(default_factory=lambda: {"kind": UNRECORDED})

    @property
    def synthetic(self) -> bool:
        """Whether this is the generated stand-in."""
        return self.origin["kind"] == SYNTHETIC

    @property
    def facts(self) -> dict[str, Any]:
        """What a manifest says of it."""
        return {
            "digest": self.digest,
            "count": self.count,
            "origin": dict(self.origin),
        }


def held(place: Path, digest: str) -> Held:
    """Return what is known of data with a digest.

    Args:
        place: The file or folder.
        digest: Its present digest; a side file that names another is not believed.
    """
    said = read_origin(place)
    if said.get("digest") == digest:
        return Held(place, digest, said["count"], said["origin"])
    return Held(place, digest, len(files_of(place)))


def origin_path(place: Path) -> Path:
    """Return the path of a data set's side file: ``br35h.origin.json``."""
    return place.with_name(f"{place.name.partition('.')[0]}.origin.json")


def read_origin(place: Path) -> dict[str, Any]:
    """Return what a side file holds; nothing if it is missing or malformed."""
    try:
        said = json.loads(origin_path(place).read_text(encoding="utf-8"))
        if said["origin"]["kind"] in KINDS and isinstance(said["count"], int):
            return said
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return {}


def write_origin(found: Held) -> None:
    """Write a data set's side file, whole or not at all."""
    path = origin_path(found.place)
    text = json.dumps({"place": found.place.name, **found.facts}, indent=1)
    new = path.with_name(f".{path.name}.new")
    new.write_text(text + "\n", encoding="utf-8")
    new.replace(path)
