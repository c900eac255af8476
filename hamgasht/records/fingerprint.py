"""Fingerprints: everything that decides what a snippet gives, as one hash.

Takes in snippets' sources, headers, local imports and data; gives out for each
snippet its inputs by name and their common fingerprint.
"""

import graphlib
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from hamgasht.core.errors import SnippetError
from hamgasht.core.fonts import STYLE_FILE
from hamgasht.core.paths import snippet_ids, source_name, source_path
from hamgasht.datasets.on_disk import digest, hash_file, list_files
from hamgasht.source.header import Header, read_header
from hamgasht.source.text import imported_names, read_source

RECORD_FORMAT = 2
"""Raised when the engine records the same run in another way."""

# Ways to reach a file beside the source that no reader of it can follow.
_HIDDEN_WAY = re.compile(
    r"__(?:file|import|path|spec|loader)__|import_module|importlib|inspect|pkgutil"
    r"|runpy|sys\.(?:path|modules)|\bexec\("
)
_IMPORT_LINE = re.compile(r"\b(?:from|import)\b(.*)")


@dataclass
class Fingerprints:
    """The fingerprints of a checkout's snippets, each computed once.

    Args:
        root: The project's root.
        recorded_data: Digests by snippet id and data name, used where the data
            itself is not on this machine (a site builds without data sets).

    Attributes:
        known_data: Digests of what was asked for under ``data/``, by name; nothing
            where it is absent.
    """

    root: Path
    recorded_data: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._texts: dict[Path, str] = {}
        self._headers: dict[str, Header] = {}
        self._inputs: dict[str, dict[str, Any]] = {}
        self._neighbours: dict[Path, dict[str, Path]] = {}
        self.known_data: dict[str, str | None] = {}

    @cached_property
    def ids(self) -> list[str]:
        """The ids of all snippets."""
        return snippet_ids(self.root)

    @cached_property
    def style(self) -> str:
        """The digest of the figure style."""
        return _sha(STYLE_FILE.read_text(encoding="utf-8"))

    def text(self, path: Path) -> str:
        """Return a source file's text; every line end is a plain newline."""
        if path not in self._texts:
            name = path.relative_to(self.root).as_posix()
            self._texts[path] = read_source(path, name)
        return self._texts[path]

    def header(self, snippet_id: str) -> Header:
        """Return a snippet's header."""
        if snippet_id not in self._headers:
            self._headers[snippet_id] = read_header(
                self.text(source_path(self.root, snippet_id)), source_name(snippet_id)
            )
        return self._headers[snippet_id]

    def data(self, name: str) -> str | None:
        """Return the digest of what lies under ``data/``; nothing if it is absent."""
        if name not in self.known_data:
            self.known_data[name] = digest(self.root, name)
        return self.known_data[name]

    def order(self, wanted: Iterable[str]) -> graphlib.TopologicalSorter[str]:
        """Return a prepared sorter over ``wanted`` and all that they need.

        Raises:
            SnippetError: A snippet needs one that does not exist, or itself.
        """
        graph: dict[str, tuple[str, ...]] = {}
        queue = list(wanted)
        while queue:
            snippet_id = queue.pop()
            if snippet_id not in graph:
                graph[snippet_id] = self._checked_needs(snippet_id)
                queue.extend(graph[snippet_id])
        sorter = graphlib.TopologicalSorter(graph)
        try:
            sorter.prepare()
        except graphlib.CycleError as error:
            circle = error.args[1]
            raise SnippetError(
                source_name(circle[0]),
                "header, needs",
                f"snippets need each other in a circle: {' -> '.join(circle)}",
                "take one of these needs away",
            ) from None
        return sorter

    def inputs(self, snippet_id: str) -> dict[str, Any]:
        """Return what decides a snippet's outputs, by name.

        Returns:
            ``record`` (format number), ``source`` (digest), ``imports`` (digest by
            file), ``data`` (digest by name) and ``needs`` (fingerprint by snippet
            id). The figure style is none of them, for it decides drawings alone.
        """
        if snippet_id not in self._inputs:
            self._refuse_circles(snippet_id)
            path = source_path(self.root, snippet_id)
            header = self.header(snippet_id)
            recorded = self.recorded_data.get(snippet_id, {})
            self._inputs[snippet_id] = {
                "record": RECORD_FORMAT,
                "source": _sha(self.text(path)),
                "imports": self._imports(path),
                "data": {
                    name: self.data(name) or recorded.get(name, "absent")
                    for name in header.data
                },
                "needs": {need: self.fingerprint(need) for need in header.needs},
            }
        return self._inputs[snippet_id]

    def fingerprint(self, snippet_id: str) -> str:
        """Return the hash over a snippet's inputs."""
        return fingerprint_of(self.inputs(snippet_id))

    def smaller_in_smoke(self, snippet_id: str) -> bool:
        """Return whether ``smoke`` changes what a snippet, or its needs, computes."""
        header = self.header(snippet_id)
        return bool(header.smoke or header.data) or any(
            map(self.smaller_in_smoke, header.needs)
        )

    def _refuse_circles(self, snippet_id: str) -> None:
        if self.header(snippet_id).needs:
            self.order([snippet_id])

    def _checked_needs(self, snippet_id: str) -> tuple[str, ...]:
        needs = self.header(snippet_id).needs
        for need in needs:
            if not source_path(self.root, need).is_file():
                raise SnippetError(
                    source_name(snippet_id),
                    "header, needs",
                    f"it needs {need!r}, which is no snippet",
                    "name a snippet as group/stem",
                )
        return needs

    def _imports(self, path: Path) -> dict[str, str]:
        """Return digests of the neighbouring files that a source brings in."""
        found: dict[str, str] = {}
        queue = [path]
        while queue:
            for file in self._reached_files(queue.pop(), path.parent):
                name = file.relative_to(self.root).as_posix()
                if name in found or file == path:
                    continue
                if file.suffix == ".py":
                    found[name] = _sha(self.text(file))
                    queue.append(file)
                else:
                    found[name] = hash_file(file)
        return dict(sorted(found.items()))

    def _reached_files(self, path: Path, folder: Path) -> list[Path]:
        """Return the files in a group's folder that a source there may read.

        These are the modules that it imports and all files of the packages; all files
        in the folder where nobody can tell.
        """
        if folder not in self._neighbours:
            self._neighbours[folder] = {
                item.stem if item.suffix == ".py" else item.name: item
                for item in sorted(folder.iterdir())
                if item.suffix == ".py" or item.is_dir()
            }
        neighbours, text = self._neighbours[folder], self.text(path)
        if _HIDDEN_WAY.search(text):
            return list_files(folder)
        lines = " ".join(_IMPORT_LINE.findall(text.replace("\\\n", " ")))
        if neighbours.keys().isdisjoint(re.findall(r"\w+", lines)):
            return []  # most sources: parsing them all would take as long as the rest
        try:
            names = imported_names(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return list_files(folder)  # the run will tell
        return [
            file
            for name in names & neighbours.keys()
            for file in list_files(neighbours[name])
        ]


def fingerprint_of(inputs: Mapping[str, Any]) -> str:
    """Return the hash over inputs as :meth:`Fingerprints.inputs` gives them."""
    return _sha(json.dumps(inputs, sort_keys=True, ensure_ascii=False))


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
