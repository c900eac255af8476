"""What an earlier build made, found again by the content of all that it was made from.

No date decides: a key is a digest over contents, versions and options. What is not
whole is not believed, and made again. ``hamgasht build --fresh`` reads none of it.
"""

import hashlib
import json
import os
import platform
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from hamgasht.core import store
from hamgasht.core.digests import file_digests
from hamgasht.core.errors import HamgashtError
from hamgasht.core.paths import ENGINE, OUTPUTS, SNIPPETS, source_name
from hamgasht.records.state import current_survey
from hamgasht.site.downloads import MADE_FROM
from hamgasht.site.downloads import released as find_released

T = TypeVar("T")
_MORE_FILES = ("requirements.txt", "LICENSE", "LICENSE-TEXT", "CITATION.cff")
_FROM_ENVIRONMENT = re.compile(r"!ENV(.*)")


@dataclass(frozen=True)
class Inputs:
    """All that decides what a build gives.

    Attributes:
        files: The digest of each file that a build reads, by path from the root.
        snippets: State and needs of each snippet, by id.
        rest: Versions, environment and options.
        date: What the build carries, in seconds since 1970; no page's text has it.
    """

    files: Mapping[str, str]
    snippets: Mapping[str, tuple[str, list[str]]]
    rest: Mapping[str, Any]
    date: int

    def of_site(self, language: str) -> str:
        """Return a hash over all that decides one language's site, but for the date."""
        own = {key: self.files[key] for key in self.files if _is_read(key, language)}
        return digest_of(own, sorted(self.files), self.snippets, self.rest)

    def shared(self) -> str:
        """Return a hash over what decides every page: all but text and outputs."""
        apart = (f"{OUTPUTS}/", f"{SNIPPETS}/")
        files = {
            key: self.files[key]
            for key in self.files
            if not key.startswith(apart) and not _is_page(key)
        }
        return digest_of(files, self.rest)

    @cached_property
    def of_snippets(self) -> dict[str, str]:
        """A hash over all that decides what pages show of a snippet, by its id."""
        files: dict[str, list[tuple[str, str]]] = {}
        for name in self.files:
            if name.startswith(f"{OUTPUTS}/"):
                item = "/".join(name.removeprefix(f"{OUTPUTS}/").split("/")[:2])
                files.setdefault(item, []).append((name, self.files[name]))
        found: dict[str, str] = {}

        def describe(item: str) -> str:
            if item not in found:
                state, needs = self.snippets[item]
                source = self.files.get(source_name(item))
                needed = [*map(describe, needs)]
                found[item] = digest_of(item, state, source, files.get(item), needed)
            return found[item]

        return {item: describe(item) for item in self.snippets}

    def of_outputs(self) -> str:
        """Return a hash over all sources and all that is recorded."""
        apart = (f"{OUTPUTS}/", f"{SNIPPETS}/")
        return digest_of(
            {key: self.files[key] for key in self.files if key.startswith(apart)}
        )

    def of_text(self, text: str) -> list[str]:
        """Return all that decides what a text shows of the snippets that it names."""
        return [each for item, each in self.of_snippets.items() if item in text]


def read_inputs(
    root: Path, configs: Iterable[str], *, date: int, strict: bool, released: bool
) -> Inputs:
    """Return the present inputs of a build.

    Args:
        root: The project's root.
        configs: The configurations of the sites.
        date: See :class:`Inputs`.
        strict: See ``build_sites``, as the one below.
        released: Whether to offer the last release.
    """
    digests = file_digests(root)
    texts = [(root / name).read_text(encoding="utf-8") for name in configs]
    asked = re.findall(r"\w+", " ".join(_FROM_ENVIRONMENT.findall("\n".join(texts))))
    offered = find_released(root) if released else {}
    rest = {
        "engine": digests.tree(ENGINE),
        "python": platform.python_version(),
        "libraries": sorted(_installed()),
        "environment": {name: os.environ.get(name) for name in asked},
        "offered": [digests.of(path) for path in offered.values()],
        "strict": strict,
    }
    files = digests.tree(root, *MADE_FROM, *_MORE_FILES)
    return Inputs(files, dict(_read_snippets(root)), rest, date)


def _installed() -> Iterable[str]:
    """Yield name and version of each library; nothing of it is opened."""
    for folder in map(Path, sys.path):
        if folder.is_dir():
            for about in folder.glob("*.dist-info"):
                yield about.stem


def _read_snippets(root: Path) -> Iterable[tuple[str, tuple[str, list[str]]]]:
    records = current_survey(root)
    for item in records.ids:
        try:
            state = records.state(item)
            needs = records.recorded(item).manifest["inputs"]["needs"]
            told = f"{state.kind} {state.why}"
        except HamgashtError as error:
            needs, told = (), str(error)
        yield item, (told, [each for each in needs if each in records.ids])


def digest_of(*parts: Any) -> str:
    """Return a hash over data that JSON can hold."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _is_page(name: str) -> bool:
    return name.startswith("docs/") and name.endswith(".md")


def _is_read(name: str, language: str) -> bool:
    """Return whether a site reads a file: it reads no pages of other languages."""
    return not _is_page(name) or name.startswith(f"docs/{language}/")


class Kept:
    """Pieces of a site by a digest of what they were made from.

    Only what a build asks for is kept for the next one.

    Args:
        path: The file that holds them; without one nothing is read or written.
        shared: What decides all pieces, see :meth:`Inputs.shared`.
        read: Whether to believe what is there.
    """

    def __init__(
        self, path: Path | None = None, shared: str = "", *, read: bool = True
    ) -> None:
        self._path, self._shared = path, shared
        self._found = (path and read and store.recall(path, shared)) or {}
        self._used: dict[str, Any] = {}

    def recall(self, *key: Any) -> Any:
        """Return what was kept under a key; nothing if there is none."""
        name = digest_of(*key)
        if name in self._found:
            self._used[name] = self._found[name]
        return self._used.get(name)

    def keep(self, value: T, *key: Any) -> T:
        """Keep what is no longer changed under a key, and return it."""
        self._used[digest_of(*key)] = value
        return value

    def make(self, work: Callable[[], T], *key: Any) -> T:
        """Return what was kept under a key, or do the work and keep it."""
        found = self.recall(*key)
        return self.keep(work(), *key) if found is None else found

    def write(self) -> None:
        """Write what was used, whole or not at all."""
        if self._path:
            store.keep(self._path, self._used, self._shared)
