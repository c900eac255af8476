"""Recorded outputs for pages, read once for the process.

A page is rendered many times under ``serve``: what changed on disk is read again.
"""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from hamgasht.core.paths import LABELS, SNIPPETS, output_path, source_path
from hamgasht.datasets.on_disk import list_files
from hamgasht.records.read import Recorded
from hamgasht.records.state import State, Survey

_Stamp = tuple[tuple[str, ...], ...]


class RecordCache:
    """The recorded outputs of one checkout.

    Args:
        root: The project's root.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._inputs: _Stamp = ()
        self._outputs: dict[str, _Stamp] = {}
        self._states: dict[str, State] = {}
        self._survey = Survey(root)

    @property
    def labels(self) -> dict[str, str]:
        """The label catalogue: English text to Persian text."""
        return self._survey.labels

    @property
    def ids(self) -> list[str]:
        """The ids of all snippets."""
        return self._survey.ids

    def source(self, snippet_id: str) -> str:
        """Return the text of a snippet's source file."""
        return self._survey.fingerprints.text(source_path(self.root, snippet_id))

    def refresh(self) -> None:
        """Forget what was read, where something changed on disk."""
        inputs = self._input_stamp()
        outputs = {item: self._output_stamp(item) for item in self._outputs}
        if inputs != self._inputs or outputs != self._outputs:
            self._survey = Survey(self.root)
            self._inputs = inputs
            self._outputs = {}
            self._states = {}

    def state(self, snippet_id: str) -> State:
        """Return a snippet's state.

        Raises:
            SnippetError: The snippet itself is malformed.
        """
        if snippet_id not in self._states:
            self._outputs[snippet_id] = self._output_stamp(snippet_id)
            self._states[snippet_id] = self._survey.state(snippet_id)
        return self._states[snippet_id]

    def recorded(self, snippet_id: str) -> Recorded:
        """Return a snippet's recorded run.

        Raises:
            OutputError: It is missing or cannot be trusted.
        """
        return self.state(snippet_id).recorded or self._survey.recorded(snippet_id)

    def _input_stamp(self) -> _Stamp:
        files = list_files(self.root / SNIPPETS)
        files += [self.root / LABELS, self.root / "requirements.txt"]
        return _stamp(files)

    def _output_stamp(self, snippet_id: str) -> _Stamp:
        return _stamp(output_path(self.root, snippet_id).rglob("*"))


@lru_cache
def record_cache(root: Path) -> RecordCache:
    """Return the process's cache for a checkout."""
    return RecordCache(root)


def _stamp(files: Iterable[Path]) -> _Stamp:
    """Return what changes when one of the files does.

    An editor can set a file's date back, not the time at which its entry changed.
    """
    found = []
    for path in files:
        try:
            stat = path.stat()
        except OSError:
            continue
        facts = stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino
        found.append((str(path), *map(str, facts)))
    return tuple(sorted(found))
