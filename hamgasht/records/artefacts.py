"""Artefacts: files that one snippet leaves for another.

Takes in the ``artefacts`` folder of a run; gives out what to commit with the outputs
(small files) and keeps the rest in a local store under the run's fingerprint.
"""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hamgasht.core.errors import RecordError
from hamgasht.core.paths import STORE
from hamgasht.records.read import Recorded
from hamgasht.source.snippet import Snippet

SMALL = 500_000
"""Bytes up to which an artefact is committed with the outputs."""

SMALL_MODEL = 2_000_000
"""The same for a model in Keras format, which readers download."""

_NO_DATE = (1980, 1, 1, 0, 0, 0)


def keep_artefacts(
    root: Path,
    snippet: Snippet,
    fingerprint: str,
    folder: Path,
    files: dict[str, bytes],
) -> dict[str, dict[str, Any]]:
    """Sort a run's artefacts: small ones into ``files``, large ones into the store.

    Args:
        root: The project's root.
        snippet: The snippet that ran.
        fingerprint: The run's fingerprint, the large files' key in the store.
        folder: The run's ``artefacts`` folder.
        files: The files to be committed, by name; small artefacts are added.

    Returns:
        For each artefact by its relative path: its ``sha256`` and ``size``, and
        whether it is ``committed``.

    Raises:
        RecordError: The snippet wrote outside ``artefacts/<its own stem>``.
    """
    own = Path(snippet.id).name
    kept: dict[str, dict[str, Any]] = {}
    needed = {need.partition("/")[2] for need in snippet.header.needs}
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if not path.is_file():
            continue
        name = path.relative_to(folder).as_posix()
        owner, _, rest = name.partition("/")
        if owner in needed:
            continue
        if owner != own or not rest:
            raise RecordError(
                snippet.name,
                f"artefacts/{name}",
                "it writes an artefact into another snippet's folder",
                f"write to artefacts/{own}",
            )
        content = path.read_bytes()
        if path.suffix == ".keras":
            content = _undated(content)
        committed = len(content) <= (SMALL_MODEL if path.suffix == ".keras" else SMALL)
        kept[rest] = {
            "sha256": hashlib.sha256(content).hexdigest(),
            "size": len(content),
            "committed": committed,
        }
        if committed:
            files[f"artefacts/{rest}"] = content
        else:
            place = store_path(root, fingerprint) / rest
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
    return kept


def _undated(content: bytes) -> bytes:
    """Return a model in Keras format as equal runs write it.

    Keras notes the date, and names shared objects by their addresses in memory.
    """
    undated = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as model,
        zipfile.ZipFile(undated, "w") as target,
    ):
        for name in sorted(model.namelist()):
            entry = model.read(name)
            if name == "metadata.json":
                facts = json.loads(entry)
                facts.pop("date_saved", None)
                entry = json.dumps(facts).encode()
            elif name == "config.json":
                entry = _renumbered(entry)
            target.writestr(zipfile.ZipInfo(name, _NO_DATE), entry)
    return undated.getvalue()


def _renumbered(config: bytes) -> bytes:
    """Return a model's description with its shared objects counted from one."""
    numbers: dict[bytes, int] = {}

    def number(match: re.Match[bytes]) -> bytes:
        own = numbers.setdefault(match[1], len(numbers) + 1)
        return b'"shared_object_id": %d' % own

    return re.sub(rb'"shared_object_id": (\d+)', number, config)


def store_path(root: Path, fingerprint: str) -> Path:
    """Return the local folder of a fingerprint's large artefacts."""
    return root / STORE / "artefacts" / fingerprint


def has_artefacts(recorded: Recorded) -> bool:
    """Return whether all of a recorded run's artefacts are on this machine."""
    return all(
        _place(recorded, name, facts).is_file()
        for name, facts in recorded.manifest["artefacts"].items()
    )


def artefacts(recorded: Recorded) -> dict[str, Path]:
    """Return a recorded run's artefacts, by their path under ``artefacts/``.

    Args:
        recorded: The run that made them.
    """
    stem = Path(recorded.id).name
    return {
        f"{stem}/{name}": _place(recorded, name, facts)
        for name, facts in recorded.manifest["artefacts"].items()
    }


def _place(recorded: Recorded, name: str, facts: Mapping[str, Any]) -> Path:
    if facts["committed"]:
        return recorded.path / "artefacts" / name
    return store_path(recorded.root, recorded.manifest["fingerprint"]) / name
