"""Artefacts: files that one snippet leaves for another, committed with its outputs."""

import hashlib
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

from hamgasht.core.errors import OutputError, RecordError
from hamgasht.core.paths import output_name
from hamgasht.records.read import Recorded
from hamgasht.source.snippet import Snippet

MAX_COMMITTED_BYTES = 5_000_000
"""The size up to which an artefact is recorded: git keeps every version for ever."""

_NO_DATE = (1980, 1, 1, 0, 0, 0)


def collect_artefacts(
    snippet: Snippet, folder: Path, files: dict[str, bytes]
) -> dict[str, dict[str, Any]]:
    """Add a run's artefacts to the files that are to be committed.

    Args:
        snippet: The snippet that ran.
        folder: The run's ``artefacts`` folder.
        files: The files to be committed, by name.

    Returns:
        For each artefact by its relative path: its ``sha256`` and ``size``.

    Raises:
        RecordError: The snippet wrote outside ``artefacts/<its own stem>``, or a
            file of more than :data:`MAX_COMMITTED_BYTES`.
    """
    own = Path(snippet.id).name
    facts: dict[str, dict[str, Any]] = {}
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
            content = _normalise_model(content)
        if len(content) > MAX_COMMITTED_BYTES:
            raise RecordError(
                snippet.name,
                f"artefacts/{name}",
                f"the artefact has {len(content):,} bytes, over "
                f"{MAX_COMMITTED_BYTES:,}, too many to commit",
                "leave less: only what other snippets read, in half precision",
            )
        digest = hashlib.sha256(content).hexdigest()
        facts[rest] = {"sha256": digest, "size": len(content)}
        files[f"artefacts/{rest}"] = content
    return facts


def _normalise_model(content: bytes) -> bytes:
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
                entry = _renumber_objects(entry)
            target.writestr(zipfile.ZipInfo(name, _NO_DATE), entry)
    return undated.getvalue()


def _renumber_objects(config: bytes) -> bytes:
    """Return a model's description with its shared objects counted from one."""
    numbers: dict[bytes, int] = {}

    def number(match: re.Match[bytes]) -> bytes:
        own = numbers.setdefault(match[1], len(numbers) + 1)
        return b'"shared_object_id": %d' % own

    return re.sub(rb'"shared_object_id": (\d+)', number, config)


def find_artefacts(recorded: Recorded, reader: str | None = None) -> dict[str, Path]:
    """Return a recorded run's artefacts, by their path under ``artefacts/``.

    Args:
        recorded: The run that made them.
        reader: The source of the snippet that reads them. A file that an old run left
            out of its commit (it had over 500,000 bytes) is asked for only if the
            source names it, so that other readers need no new training.

    Raises:
        OutputError: One is not in this checkout.
    """
    stem = Path(recorded.id).name
    found: dict[str, Path] = {}
    for name, facts in recorded.manifest["artefacts"].items():
        path = recorded.path / "artefacts" / name
        if not path.is_file():
            left_out = facts.get("committed") is False
            if left_out and reader is not None and Path(name).name not in reader:
                continue
            raise OutputError(
                output_name(recorded.id),
                f"artefacts/{name}",
                "the artefact is listed and is not there",
                f"make it again with 'python -m hamgasht run {recorded.id}'",
            )
        found[f"{stem}/{name}"] = path
    return found
