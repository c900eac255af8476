"""Writes a finished run's outputs, in the forms that site and notebook use.

A folder of outputs is written whole or not at all.
"""

import base64
import contextlib
import datetime
import hashlib
import json
import math
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from hamgasht.core.errors import RecordError
from hamgasht.core.mime import (
    ERROR_MIME,
    FIGURE_MIME,
    MATRIX_MIME,
    RASTER_MIME,
    TABLE_MIME,
    VALUES_MIME,
)
from hamgasht.core.numbers import matrix_tex
from hamgasht.core.paths import LABELS, STAGING, output_name
from hamgasht.records.artefacts import collect_artefacts
from hamgasht.records.read import MANIFEST, NOTEBOOK, PROVENANCE, sealed
from hamgasht.records.run_result import RunResult
from hamgasht.source.snippet import Snippet

_COLOUR = re.compile(r"\x1b\[[0-9;:]*m|\r(?=\n)")
_CONTROL = re.compile(r"[^\t\n -~\xa0-\ud7ff\ue000-\U0010ffff]")
# What rich displays beside its text, as for model.summary(): the same, with colours.
_RICH_TEXT = re.compile(r"\s*<pre\b[^>]*>(?:(?!</?pre\b).)*</pre>\s*", re.S)
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")

# What stands before a folder in a path, and not in an address or a relative path.
_PATH_TO = r"(?:\bfile://|(?<![\w./\\~-]))(?:/[\w.+-]+)*"


@dataclass
class _RecordDraft:
    """What is going to be written: file contents by name, and the values."""

    snippet: Snippet
    files: dict[str, bytes] = field(default_factory=dict)
    values: dict[str, int | float] = field(default_factory=dict)
    index: int = 0

    def failure(self, problem: str, fix: str) -> RecordError:
        """Return an error at the present cell."""
        return RecordError(
            self.snippet.name, self.snippet.place(self.index), problem, fix
        )


def record(
    run: RunResult,
    snippet: Snippet,
    *,
    root: Path,
    out: Path,
    folder: Path,
    inputs: Mapping[str, Any],
    data: Mapping[str, Mapping[str, Any]],
    fingerprint: str,
    style: str,
    profile: str,
    settings: str = "",
) -> Path:
    """Write what a run gave, in place of what was recorded before.

    Args:
        run: The finished run; its notebook's outputs are brought into final form.
        snippet: The snippet that ran.
        root: The project's root, for the commit and for refusing its path.
        out: The folder of all outputs (``docs/outputs`` for the full profile).
        folder: The run's working folder, where its artefacts lie.
        inputs: What decided the run, as the fingerprint sees it.
        data: Digest, count and origin of each data set, by name.
        fingerprint: The hash over ``inputs``.
        style: The digest of the figure style; kept only if a figure was drawn, so
            that a new style makes nothing else stale.
        profile: ``full`` or ``smoke``.
        settings: How the device computed, in words, where not as usual.

    Returns:
        The folder of the snippet's outputs.

    Raises:
        RecordError: A label has no translation, a value is no finite number, a
            path or a memory address of this machine would be published, or the
            disk refuses.
    """
    content = _RecordDraft(snippet)
    _refuse_missing_labels(content, run.notebook)
    for content.index, cell in enumerate(run.notebook.cells):
        if cell.cell_type == "code":
            _finalise_outputs(content, cell)
    nbformat.validate(run.notebook)
    content.files[NOTEBOOK] = _json_bytes(run.notebook)
    _refuse_machine_traces(content, run, root)
    artefacts = collect_artefacts(snippet, folder / "artefacts", content.files)
    manifest = {
        "format": inputs["record"],
        "snippet": snippet.id,
        "fingerprint": fingerprint,
        "inputs": inputs,
        "profile": profile,
        "parameters": dict(run.parameters),
        "data": dict(data),
        "cells": [
            {key: cell.metadata[key] for key in ("name", "title", "tags")}
            for cell in run.notebook.cells
            if cell.cell_type == "code"
        ],
        "values": content.values,
        "labels": run.report["labels"],
        "artefacts": artefacts,
        "files": {
            name: hashlib.sha256(data).hexdigest()
            for name, data in sorted(content.files.items())
        },
    }
    if any(name.startswith("figures/") for name in content.files):
        manifest["style"] = style
    content.files[MANIFEST] = _json_bytes(sealed(manifest))
    content.files[PROVENANCE] = _json_bytes(_provenance(run, snippet, root, settings))
    return write_outputs(content.files, out, snippet.id)


def _refuse_missing_labels(
    content: _RecordDraft, notebook: nbformat.NotebookNode
) -> None:
    """Refuse labels without a translation, all of them at once, ready to be pasted."""
    missing: dict[str, int] = {}
    for index, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", ()):
            error = output.get("data", {}).get(ERROR_MIME, {})
            if error.get("kind") == "MissingLabelError":
                missing = dict.fromkeys(json.loads(error["text"]), index) | missing
    if not missing:
        return
    content.index = min(missing.values())
    names = ", ".join(map(repr, missing))
    plural = len(missing) > 1
    failure = content.failure(
        f"the label{'s' * plural} {names} {'have' if plural else 'has'} no Persian "
        "translation",
        f"add {'them' if plural else 'it'} to {LABELS}",
    )
    for label in missing:
        failure.add_note(f"{json.dumps(label, ensure_ascii=False)}: ")
    raise failure


def recover(out: Path) -> None:
    """Finish or undo what a killed run left half-way in the staging folder.

    Must only be called while no other run writes.
    """
    staging = out / STAGING
    if not staging.is_dir():
        return
    for old in staging.glob("old-*"):
        place = out / (old / "place.txt").read_text() if _has_place(old) else None
        if place and not place.exists() and (old / "content").is_dir():
            place.parent.mkdir(parents=True, exist_ok=True)
            (old / "content").rename(place)
    shutil.rmtree(staging, ignore_errors=True)


def _has_place(old: Path) -> bool:
    return (old / "place.txt").is_file()


def _finalise_outputs(content: _RecordDraft, cell: nbformat.NotebookNode) -> None:
    """Bring a cell's outputs into the forms that the site and notebook use."""
    is_values = "values" in cell.metadata.tags
    final: list[dict[str, Any]] = []
    for output in cell.outputs:
        if output.output_type == "stream":
            text = _text(content, output.text)
            final.append({"output_type": "stream", "name": output.name, "text": text})
        elif output.output_type in ("display_data", "execute_result"):
            shown = _finalise_display(content, cell, output, len(final))
            if not _append_text(final, shown):
                final.append(shown)
    if is_values and not content.values:
        raise content.failure(
            "the values cell gives no dict of plain numbers",
            "end it with {'name': number, ...}",
        )
    count = cell.execution_count
    for output in final:
        if output["output_type"] == "execute_result":
            output["execution_count"] = count
    cell.outputs = [nbformat.from_dict(output) for output in final]


def _append_text(final: list[dict[str, Any]], shown: dict[str, Any]) -> bool:
    """Put a displayed text behind the one before it; tell whether that was done.

    ``model.summary()`` comes as five texts; on the page it is one.
    """
    kinds = [item.get("metadata", {}).get("hamgasht") for item in (*final[-1:], shown)]
    if kinds != [{"kind": "text"}] * 2 or shown["output_type"] != "display_data":
        return False
    before = final[-1]["data"]["text/plain"]
    joined = before + ("" if before.endswith("\n") else "\n")
    final[-1]["data"]["text/plain"] = joined + shown["data"]["text/plain"]
    return True


def _finalise_display(
    content: _RecordDraft, cell: nbformat.NotebookNode, output: Any, position: int
) -> dict[str, Any]:
    """Return one displayed object in its final form."""
    data = output.data
    text = _text(content, data.get("text/plain", ""))
    name = f"{cell.metadata.name}-{position + 1}"
    if ERROR_MIME in data:
        raise _display_error(content, data[ERROR_MIME])
    if FIGURE_MIME in data:
        kind, bundle, extra = _figure(content, name, data[FIGURE_MIME])
    elif RASTER_MIME in data:
        kind, bundle, extra = _raster(content, name, data[RASTER_MIME])
    elif TABLE_MIME in data:
        html = data.get("text/html", "")
        kind, bundle, extra = "table", {TABLE_MIME: data[TABLE_MIME]}, {}
        bundle["text/html"] = html
    elif MATRIX_MIME in data:
        matrix = data[MATRIX_MIME]
        kind, extra = "matrix", {}
        bundle = {MATRIX_MIME: matrix, "text/latex": f"$${matrix_tex(matrix)}$$"}
    elif VALUES_MIME in data and "values" in cell.metadata.tags:
        content.values = _parse_values(content, data[VALUES_MIME])
        kind, bundle, extra = "values", {VALUES_MIME: content.values}, {}
    else:
        _refuse_rich(content, data)
        kind, bundle, extra = "text", {}, {}
    return {
        "output_type": output.output_type,
        "data": {**bundle, "text/plain": text},
        "metadata": {"hamgasht": {"kind": kind, **extra}},
    }


def _text(content: _RecordDraft, text: str) -> str:
    """Return printed text without its colours; refuse what moves a terminal's cursor.

    Raises:
        RecordError: It holds a control character: a page would show each state of a
            progress bar, and each run has others.
    """
    text = _COLOUR.sub("", text)
    if found := _CONTROL.search(text):
        raise content.failure(
            f"it prints the control character {found[0]!r}, as progress bars do",
            "pass verbose=0 or print whole lines; what a cell tagged 'progress' "
            "prints is not kept",
        )
    return text


def _refuse_rich(content: _RecordDraft, data: Mapping[str, Any]) -> None:
    """Refuse an object of which a page would show the name alone.

    Raises:
        RecordError: It is HTML, a picture, a widget or the like.
    """
    kinds = data.keys() - {"text/plain", VALUES_MIME}
    if _RICH_TEXT.fullmatch(data.get("text/html", "")):
        kinds -= {"text/html"}
    if kinds:
        raise content.failure(
            f"it displays an object as {', '.join(sorted(kinds))}, which a page does "
            "not show",
            "print() it, or give a DataFrame, an array or a figure (plt.imshow for "
            "a picture)",
        )


def _display_error(content: _RecordDraft, error: Mapping[str, str]) -> RecordError:
    if error["fix"]:
        return content.failure(f"it displays {error['text']}", error["fix"])
    return content.failure(
        f"its output cannot be shown: {error['kind']}: {error['text']}",
        "give a plain table, array or figure",
    )


def _figure(
    content: _RecordDraft, name: str, drawn: Mapping[str, str]
) -> tuple[str, dict[str, Any], dict[str, Any]]:
    files = {}
    for language, svg in sorted(drawn.items()):
        files[language] = f"figures/{name}.{language}.svg"
        content.files[files[language]] = svg.encode()
    return "figure", {"image/svg+xml": drawn["en"]}, {"name": name, "files": files}


def _raster(
    content: _RecordDraft, name: str, image: Mapping[str, Any]
) -> tuple[str, dict[str, Any], dict[str, Any]]:
    file = f"figures/{name}.webp"
    content.files[file] = base64.b64decode(image["webp"])
    extra = {"name": name, "files": {"en": file, "fa": file}}
    extra.update(width=image["width"], height=image["height"])
    return "raster", {"image/webp": image["webp"]}, extra


def _parse_values(
    content: _RecordDraft, texts: Mapping[str, str]
) -> dict[str, int | float]:
    """Return values as numbers; refuse NaN and infinity."""
    values: dict[str, int | float] = {}
    for name, text in texts.items():
        try:
            value = int(text) if re.fullmatch(r"-?\d+", text) else float(text)
            finite = math.isfinite(value)
        except (ValueError, OverflowError):
            finite = False
        if not finite:
            raise content.failure(
                f"the value {name!r} is {text[:20]}, not a finite number that a float "
                "can hold",
                "fix what computes it, or leave it out",
            )
        if not re.fullmatch(r"\w+", name):
            raise content.failure(
                f"no page can ask for a value called {name!r}",
                "name it with letters, digits and underscores",
            )
        values[name] = value
    return values


def _json_bytes(content: Mapping[str, Any]) -> bytes:
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    return (text + "\n").encode()


def _refuse_machine_traces(content: _RecordDraft, run: RunResult, root: Path) -> None:
    """Refuse outputs that name a folder of a machine or a place in its memory."""
    places = {str(root), tempfile.gettempdir(), str(Path.home())}
    places = {place for place in (*places, *run.machine["places"]) if len(place) > 1}
    for content.index, cell in enumerate(run.notebook.cells):
        shown = "\n".join(_texts(cell.get("outputs", [])))
        if found := _ADDRESS.search(shown):
            raise content.failure(
                f"its output holds an address in memory ({found[0]!r}), which no "
                "other run gives",
                "end the cell with plt.show(), or print what the object holds",
            )
        for place in sorted(places, key=len, reverse=True):
            if re.search(_PATH_TO + re.escape(place) + r"(?![\w.-])", shown):
                raise content.failure(
                    "its output holds a path of this machine",
                    "print the file's name instead of its path",
                )


def _texts(content: Any) -> Iterator[str]:
    """Yield all texts in a cell's outputs as they are, not as JSON escapes them."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, Mapping):
        yield from _texts([*content.values()])
    elif isinstance(content, list):
        for item in content:
            yield from _texts(item)


def _provenance(
    run: RunResult, snippet: Snippet, root: Path, settings: str
) -> dict[str, Any]:
    """Return what may differ between equal runs."""
    accelerators = run.report["accelerators"]
    name = ", ".join(accelerators) or run.machine["processor"]
    return {
        "snippet": snippet.id,
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "device": {
            "kind": "gpu" if accelerators else "cpu",
            "name": ", ".join(filter(None, [name, settings])),
        },
        "backend": run.report["backend"],
        "python": run.machine["python"],
        "versions": run.report["versions"],
        "platform": run.machine["platform"],
        "commit": _commit(root),
        "seconds": round(run.seconds, 2),
        "cell_seconds": {
            name: round(seconds, 3) for name, seconds in run.cell_seconds.items()
        },
        "peak_memory_mb": run.report["peak_memory_mb"],
    }


def _commit(root: Path) -> str | None:
    """Return the commit that the checkout stands on; None outside git."""
    try:
        result = subprocess.run(
            ["git", "rev-parse", "HEAD"],
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return result.stdout.strip()


def write_outputs(files: Mapping[str, bytes], out: Path, snippet_id: str) -> Path:
    """Write files into a staging folder, then put it in the place of the old one.

    The old folder is moved aside, not deleted, until the new one stands; a kill
    between the two moves is undone by :func:`recover`.
    """
    place = out / snippet_id
    staging = out / STAGING
    new = staging / f"new-{os.getpid()}-{snippet_id.replace('/', '.')}"
    old = staging / f"old-{os.getpid()}-{snippet_id.replace('/', '.')}"
    try:
        for name, data in files.items():
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            with (new / name).open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():
            old.mkdir(parents=True)
            (old / "place.txt").write_text(snippet_id)
            place.rename(old / "content")
        new.rename(place)
    except OSError as error:
        if not place.exists() and (old / "content").is_dir():
            (old / "content").rename(place)
        shutil.rmtree(new, ignore_errors=True)
        raise RecordError(
            output_name(snippet_id),
            "",
            f"the outputs cannot be written: {error.strerror or error}",
            "make room on the disk, or make the folder writable; "
            "the old outputs are as they were",
        ) from None
    shutil.rmtree(old, ignore_errors=True)
    with contextlib.suppress(OSError):
        staging.rmdir()
    return place
