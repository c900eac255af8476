"""Fresh or stale: does what is recorded still belong to what is there now?

Takes in a checkout; gives out for each snippet its state and the reason for it.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

from hamgasht.core.digests import file_digests
from hamgasht.core.errors import OutputError
from hamgasht.core.labels import Catalogue
from hamgasht.core.paths import (
    ENGINE,
    LABELS,
    OUTPUTS,
    SNIPPETS,
    STORE,
    output_path,
    source_path,
)
from hamgasht.core.store import keep, recall
from hamgasht.datasets.on_disk import digest
from hamgasht.records.fingerprint import RECORD_FORMAT, Fingerprints
from hamgasht.records.read import MANIFEST, Recorded, load

_FILE = "states.pickle"
_REQUIREMENTS = "requirements.txt"
Kind = Literal["fresh", "outdated", "stale", "missing", "broken"]


@dataclass(frozen=True)
class State:
    """How a snippet's recorded outputs stand.

    Attributes:
        kind: ``fresh``; ``outdated`` (made with other library versions); ``stale``
            (an input changed); ``missing``; ``broken`` (damaged or edited).
        why: The reason, in one clause; empty if fresh.
        recorded: The recorded run, where it could be read.
    """

    kind: Kind
    why: str = ""
    recorded: Recorded | None = None

    @property
    def good(self) -> bool:
        """Whether a local build may use these outputs."""
        return self.kind in ("fresh", "outdated")


class Survey:
    """The states of a checkout's snippets, with shared files read once.

    What an earlier process found is believed where nothing that it read has changed.

    Args:
        root: The project's root.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._recorded: dict[str, Recorded | OutputError] = {}
        self._contents = _digest_contents(root)
        kept = recall(root / STORE / _FILE, self._contents)
        self._states: dict[str, State] = {}
        if kept and all(digest(root, name) == each for name, each in kept[0].items()):
            self._states = kept[1]

    @cached_property
    def fingerprints(self) -> Fingerprints:
        """The present fingerprints; data that is absent counts as recorded."""
        return Fingerprints(self.root, _RecordedData(self))

    @cached_property
    def ids(self) -> list[str]:
        """The ids of all snippets."""
        return self.fingerprints.ids

    @cached_property
    def labels(self) -> dict[str, str]:
        """The present label catalogue: Persian text by English text.

        Raises:
            HamgashtError: The file is malformed.
        """
        path = self.root / LABELS
        return dict(Catalogue.load(path, LABELS).labels) if path.is_file() else {}

    @cached_property
    def wanted_versions(self) -> dict[str, str]:
        """Versions that ``requirements.txt`` asks for, by lower-case name."""
        return read_requirements(self.root)

    def recorded(self, snippet_id: str) -> Recorded:
        """Return a snippet's recorded run.

        Raises:
            OutputError: It is missing or cannot be trusted.
        """
        if (known := self._states.get(snippet_id)) and known.recorded:
            return known.recorded
        if snippet_id not in self._recorded:
            try:
                self._recorded[snippet_id] = load(self.root, snippet_id)
            except OutputError as error:
                self._recorded[snippet_id] = error
        found = self._recorded[snippet_id]
        if isinstance(found, OutputError):
            raise found
        return found

    def state(self, snippet_id: str) -> State:
        """Return a snippet's state.

        Raises:
            SnippetError: The snippet itself is malformed.
        """
        if snippet_id not in self._states:
            self._states[snippet_id] = self._find_state(snippet_id)
        return self._states[snippet_id]

    def states(self, ids: Iterable[str] | None = None) -> dict[str, State]:
        """Return the states of the given snippets, or of all."""
        if ids is None and not self._states.keys() >= {*self.ids}:
            list(map(self.state, self.ids))
            self._keep()
        return {item: self.state(item) for item in (self.ids if ids is None else ids)}

    def source(self, snippet_id: str) -> str:
        """Return the text of a snippet's source file."""
        return self.fingerprints.text(source_path(self.root, snippet_id))

    def _keep(self) -> None:
        """Keep the states of all snippets for other processes."""
        file_digests(self.root).write()
        if self._contents == _digest_contents(self.root):  # nobody edited meanwhile
            value = self.fingerprints.known_data, self._states
            keep(self.root / STORE / _FILE, value, self._contents)

    def _find_state(self, snippet_id: str) -> State:
        if not (output_path(self.root, snippet_id) / MANIFEST).is_file():
            return State("missing", "it was never run")
        try:
            recorded = self.recorded(snippet_id)
        except OutputError as error:
            place = f"{error.file}:{error.place}" if error.place else error.file
            return State("broken", f"{place}: {error.problem}")
        if why := self._changed(recorded):
            return State("stale", why, recorded)
        if why := self._outdated(recorded):
            return State("outdated", why, recorded)
        return State("fresh", "", recorded)

    def _changed(self, recorded: Recorded) -> str:
        """Return which input changed since a recording; empty if none did."""
        before = recorded.manifest["inputs"]
        now = self.fingerprints.inputs(recorded.id)
        if recorded.manifest["profile"] != "full":
            return f"it holds a {recorded.manifest['profile']} run"
        if before["source"] != now["source"]:
            return "its source changed"
        for group, words in (
            ("imports", "the imported file"),
            ("data", "the data set"),
            ("needs", "the needed snippet"),
        ):
            if name := _difference(before[group], now[group]):
                return f"{words} {name} changed"
        if before != now:
            return "the engine records in another way now"
        style = recorded.manifest.get("style", self.fingerprints.style)
        if style != self.fingerprints.style:
            return "the style of figures changed"
        if any(name.endswith(".svg") for name in recorded.manifest["files"]):
            for label, translation in recorded.manifest["labels"].items():
                if self.labels.get(label) != translation:
                    return f"the translation of the label {label!r} changed"
        return ""  # tables take their labels when a page is made

    def _outdated(self, recorded: Recorded) -> str:
        """Return which library's version moved on; empty if none did."""
        for name, made_with in recorded.provenance["versions"].items():
            wanted = self.wanted_versions.get(name)
            if wanted and made_with.split(".")[:2] != wanted.split(".")[:2]:
                return f"made with {name} {made_with}, wanted is {wanted}"
        return ""


class _RecordedData(dict[str, Any]):
    """Recorded data digests by snippet id, looked up when asked for."""

    def __init__(self, survey: Survey) -> None:
        super().__init__()
        self._survey = survey

    def get(self, snippet_id: str, default: Any = None) -> Any:
        try:
            return self._survey.recorded(snippet_id).manifest["inputs"]["data"]
        except OutputError:
            return default


def current_survey(root: Path) -> Survey:
    """Return the process's survey of a checkout, a new one where something changed."""
    return _survey(root, _digest_contents(root))


@lru_cache(maxsize=4)
def _survey(root: Path, _contents: str) -> Survey:
    return Survey(root)


def _digest_contents(root: Path) -> str:
    """Return a digest of all that decides the states, but for the data."""
    digests = file_digests(root)
    read = digests.tree(root, OUTPUTS, SNIPPETS, LABELS, _REQUIREMENTS)
    engine = digests.tree(ENGINE), Fingerprints(root).style, RECORD_FORMAT
    made = repr((str(root), read, engine))
    return hashlib.sha256(made.encode()).hexdigest()


def state(root: Path, snippet_id: str) -> State:
    """Return one snippet's state; for several, keep a :class:`Survey`."""
    return Survey(root).state(snippet_id)


def read_requirements(root: Path) -> dict[str, str]:
    """Return the versions pinned in ``requirements.txt``, by lower-case name."""
    pins: dict[str, str] = {}
    try:
        lines = (root / _REQUIREMENTS).read_text(encoding="utf-8").splitlines()
    except OSError:
        return pins
    for line in lines:
        name, found, version = line.partition("#")[0].partition("==")
        if found:
            pins[name.strip().lower()] = version.strip()
    return pins


def snippet_requirements(root: Path) -> list[str]:
    """Return what ``requirements.txt`` asks for under its line ``# the snippets``."""
    path = root / _REQUIREMENTS
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    section = text.partition("# the snippets\n")[2].partition("\n\n")[0]
    return [line.partition("#")[0].strip() for line in section.splitlines()]


def _difference(before: dict[str, str], now: dict[str, str]) -> str:
    """Return the first name whose entry differs between two mappings, or nothing."""
    for name in sorted(before.keys() | now.keys()):
        if before.get(name) != now.get(name):
            return name
    return ""
