"""Recorded outputs, as they lie under ``docs/outputs``.

Takes in a snippet's id; gives out what its last recorded run printed, after making
sure that nobody has edited, damaged or lost a part of it. Light: JSON only.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from hamgasht.core.backends import BACKENDS
from hamgasht.core.digests import file_digests
from hamgasht.core.errors import DataError, OutputError
from hamgasht.core.mime import VALUES_MIME
from hamgasht.core.paths import output_name, output_path, source_path
from hamgasht.datasets.on_disk import SYNTHETIC, UNRECORDED

MANIFEST = "manifest.json"
PROVENANCE = "provenance.json"
NOTEBOOK = "notebook.ipynb"


@dataclass(frozen=True)
class Recorded:
    """One snippet's recorded run.

    Attributes:
        root: The project's root.
        id: The snippet's id.
        path: The folder of its outputs.
        manifest: The parsed ``manifest.json``.
    """

    root: Path
    id: str
    path: Path
    manifest: Mapping[str, Any]

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what is large, and read again in a moment."""
        large = ("notebook", "cells")
        return {name: each for name, each in vars(self).items() if name not in large}

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """When, on what and with what the run was made."""
        return _read_json(self.path / PROVENANCE, self.id)

    @property
    def backend(self) -> str:
        """What did the tensor work: ``tensorflow``, ``jax``, ``torch``, or nothing."""
        versions = self.provenance.get("versions", ())  # all that was kept at first
        found = next((name for name in BACKENDS if name in versions), "")
        return self.provenance.get("backend", found)

    @cached_property
    def notebook(self) -> dict[str, Any]:
        """The executed notebook, as nbformat's JSON."""
        return _read_json(self.path / NOTEBOOK, self.id)

    @property
    def values(self) -> dict[str, int | float]:
        """The snippet's named numbers."""
        return self.manifest["values"]

    @property
    def data(self) -> dict[str, dict[str, Any]]:
        """Digest, count and origin of each data set that it read, by name.

        Where only a digest was recorded, as at first, the rest is unknown.
        """
        return {
            name: {"digest": facts, "count": None, "origin": {"kind": UNRECORDED}}
            if isinstance(facts, str)
            else facts
            for name, facts in self.manifest["data"].items()
        }

    @property
    def stand_ins(self) -> list[str]:
        """The names of the data sets whose generated stand-ins it was made on."""
        return [
            name
            for name, facts in self.data.items()
            if facts["origin"]["kind"] == SYNTHETIC
        ]

    @cached_property
    def cells(self) -> dict[str, dict[str, Any]]:
        """The notebook's code cells by name."""
        return {
            cell["metadata"]["name"]: cell
            for cell in self.notebook["cells"]
            if cell["cell_type"] == "code"
        }

    @property
    def source_path(self) -> Path:
        """The snippet's source file."""
        return source_path(self.root, self.id)


def load(root: Path, snippet_id: str, out: Path | None = None) -> Recorded:
    """Return a snippet's recorded run, checked whole.

    Args:
        root: The project's root.
        snippet_id: The snippet's id.
        out: The folder of all outputs; ``docs/outputs`` if not given.

    Raises:
        OutputError: Nothing is recorded, or a file of it is missing, damaged or
            edited by hand, or a value differs from what the notebook printed.
    """
    path = out / snippet_id if out else output_path(root, snippet_id)
    if not (path / MANIFEST).is_file():
        raise OutputError(
            output_name(snippet_id),
            "",
            "nothing is recorded",
            f"run 'python -m hamgasht run {snippet_id}'",
        )
    recorded = Recorded(root, snippet_id, path, _read_json(path / MANIFEST, snippet_id))
    _check_manifest(recorded)
    _check_files(recorded)
    _check_values(recorded)
    return recorded


def refuse_stand_ins(recorded: Recorded) -> None:
    """Refuse a recorded run that is not fit to be published.

    Raises:
        DataError: It was made on a generated stand-in.
    """
    for name in recorded.stand_ins:
        raise DataError(
            f"{output_name(recorded.id)}/{MANIFEST}",
            f"data, {name}",
            "it was made on the synthetic stand-in, which shows nothing of the "
            "real data and is never published",
            "fetch the data with 'python -m hamgasht data', then run "
            f"'python -m hamgasht run {recorded.id}'",
        )


def sealed(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return a manifest with its ``digest``: a hash over all the rest of it."""
    rest = {key: value for key, value in manifest.items() if key != "digest"}
    text = json.dumps(rest, sort_keys=True, ensure_ascii=False)
    return {**rest, "digest": hashlib.sha256(text.encode()).hexdigest()}


def damaged(snippet_id: str, file: str, place: str, problem: str) -> OutputError:
    """Return the error for recorded outputs that cannot be trusted."""
    return OutputError(
        f"{output_name(snippet_id)}/{file}",
        place,
        problem,
        f"restore it from git, or run 'python -m hamgasht run {snippet_id}'",
    )


def notebook_values(notebook: Mapping[str, Any]) -> dict[str, int | float]:
    """Return the named numbers that a notebook's values cell printed."""
    for cell in notebook["cells"]:
        if "values" in cell["metadata"].get("tags", ()):
            for output in cell["outputs"]:
                found = output.get("data", {}).get(VALUES_MIME)
                if found is not None:
                    return found
    return {}


def _check_manifest(recorded: Recorded) -> None:
    manifest = recorded.manifest
    if sealed(manifest).get("digest") != manifest.get("digest"):
        raise damaged(recorded.id, MANIFEST, "digest", "it was edited by hand")
    if manifest.get("snippet") != recorded.id:
        raise damaged(recorded.id, MANIFEST, "snippet", "it belongs to another snippet")


def _check_files(recorded: Recorded) -> None:
    digests = file_digests(recorded.root)
    for name, digest in recorded.manifest["files"].items():
        try:
            found = digests.of(recorded.path / name)
        except OSError:
            raise damaged(recorded.id, name, "", "the file is missing") from None
        if found != digest:
            raise damaged(recorded.id, name, "", "it differs from what was recorded")


def _check_values(recorded: Recorded) -> None:
    printed = notebook_values(recorded.notebook)
    for name in sorted(printed.keys() | recorded.values.keys()):
        if printed.get(name) != recorded.values.get(name):
            raise damaged(
                recorded.id,
                MANIFEST,
                f"values, {name}",
                f"it says {recorded.values.get(name)}, "
                f"but the recorded notebook printed {printed.get(name)}",
            )


def _read_json(path: Path, snippet_id: str) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise damaged(snippet_id, path.name, "", "the file is missing") from None
    except ValueError as error:
        raise damaged(snippet_id, path.name, "", f"it is not JSON: {error}") from None
    if not isinstance(content, dict):
        raise damaged(snippet_id, path.name, "", "it is not a JSON object")
    return content
