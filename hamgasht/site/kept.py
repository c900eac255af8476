"""What an earlier build made, found again by the content of all that it was made from.

No date decides: a key is a digest over contents, versions and options. What is not
whole is not believed, and made again. ``hamgasht build --fresh`` reads none of it.
"""

import hashlib
import json
import os
import pickle
import platform
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, TypeVar

from hamgasht.core.errors import HamgashtError
from hamgasht.core.paths import ENGINE, OUTPUTS, SNIPPETS, source_name
from hamgasht.embed.record_cache import record_cache
from hamgasht.site import notebooks
from hamgasht.site.downloads import released as find_released
from hamgasht.site.downloads import sources

T = TypeVar("T")
_MORE_FILES = ("requirements.txt", "LICENSE", "LICENSE-TEXT", "CITATION.cff")
_DIGEST_BYTES = 32
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

    def of_snippet(self, snippet_id: str) -> list[Any]:
        """Return all that decides what pages show of a snippet."""
        state, needs = self.snippets[snippet_id]
        folder = f"{OUTPUTS}/{snippet_id}/"
        files = {key: self.files[key] for key in self.files if key.startswith(folder)}
        source = self.files.get(source_name(snippet_id))
        return [snippet_id, state, source, files, [*map(self.of_snippet, needs)]]

    def of_outputs(self) -> str:
        """Return a hash over all sources and all that is recorded."""
        apart = (f"{OUTPUTS}/", f"{SNIPPETS}/")
        return digest_of(
            {key: self.files[key] for key in self.files if key.startswith(apart)}
        )

    def of_text(self, text: str) -> list[Any]:
        """Return all that decides what a text shows of the snippets that it names."""
        return [self.of_snippet(item) for item in self.snippets if item in text]


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
    paths = [*sources(root), *(root / name for name in _MORE_FILES)]
    texts = [(root / name).read_text(encoding="utf-8") for name in configs]
    asked = re.findall(r"\w+", " ".join(_FROM_ENVIRONMENT.findall("\n".join(texts))))
    offered = find_released(root) if released else {}
    templates = notebooks.TEMPLATES
    rest = {
        "engine": digest_files(ENGINE.rglob("*.py"), ENGINE),
        "templates": digest_files(templates.rglob("*.j2"), templates),
        "python": platform.python_version(),
        "libraries": sorted((each.name, each.version) for each in distributions()),
        "environment": {name: os.environ.get(name) for name in asked},
        "offered": digest_files(offered.values(), root),
        "strict": strict,
    }
    snippets = dict(_read_snippets(root))
    return Inputs(digest_files(paths, root), snippets, rest, date)


def _read_snippets(root: Path) -> Iterable[tuple[str, tuple[str, list[str]]]]:
    records = record_cache(root)
    records.refresh()
    for item in records.ids:
        try:
            state = records.state(item)
            needs = records.recorded(item).manifest["inputs"]["needs"]
            told = f"{state.kind} {state.why}"
        except HamgashtError as error:
            needs, told = (), str(error)
        yield item, (told, [each for each in needs if each in records.ids])


def digest_files(paths: Iterable[Path], root: Path) -> dict[str, str]:
    """Return the digest of each path that is a file, by path from a folder."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in paths
        if path.is_file()
    }


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
        self.path, self.shared = path, shared
        self._found = self._read() if path and read else {}
        self._used: dict[str, Any] = {}

    def recall(self, *key: Any) -> Any:
        """Return what was kept under a key; nothing if there is none."""
        name = digest_of(self.shared, *key)
        if name in self._found:
            self._used[name] = self._found[name]
        return self._used.get(name)

    def keep(self, value: T, *key: Any) -> T:
        """Keep what is no longer changed under a key, and return it."""
        self._used[digest_of(self.shared, *key)] = value
        return value

    def make(self, work: Callable[[], T], *key: Any) -> T:
        """Return what was kept under a key, or do the work and keep it."""
        found = self.recall(*key)
        return self.keep(work(), *key) if found is None else found

    def write(self) -> None:
        """Write what was used, whole or not at all."""
        if self.path:
            content = pickle.dumps(self._used, protocol=5)
            replace(self.path, hashlib.sha256(content).digest() + content)

    def _read(self) -> dict[str, Any]:
        try:
            whole = self.path.read_bytes()
        except OSError:
            return {}
        digest, content = whole[:_DIGEST_BYTES], whole[_DIGEST_BYTES:]
        is_whole = hashlib.sha256(content).digest() == digest
        return pickle.loads(content) if is_whole else {}


def replace(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.write_bytes(content)
    new.replace(path)
