"""What a reader can take along: archives of the code, and the files of a release.

Archives of equal contents have equal bytes; files of a release that was made from other
sources are not offered.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from hamgasht.core.digests import file_digests
from hamgasht.core.paths import SNIPPETS
from hamgasht.core.words import read_words
from hamgasht.records.read import Recorded
from hamgasht.records.state import snippet_requirements

FOLDER = "downloads"
"""Where these files lie in the Persian site, which owns the root of both."""

RELEASE = "release"
"""Where a release is made, in the checkout; never committed."""

ABOUT = "release.json"
CODE = "hamgasht-code.zip"
OFFLINE = "hamgasht-offline.zip"
BOOKS = {"fa": "hamgasht-fa.pdf", "en": "hamgasht-en.pdf"}
EPUBS = {"fa": "hamgasht-fa.epub", "en": "hamgasht-en.epub"}
TEACHING = "hamgasht-teaching.zip"
"""Slides, sheets and notebooks of exercises, in a folder for each language."""

TEACHING_FOLDER = f"{FOLDER}/teaching"
"""Where its files lie one by one, in the Persian site."""

OFFERED = {
    CODE: "download.code",
    **{name: f"download.book_{language}" for language, name in BOOKS.items()},
    **{name: f"download.epub_{language}" for language, name in EPUBS.items()},
    TEACHING: "download.teaching",
    OFFLINE: "download.offline",
}
"""Files to take along, in the order of the list, with the key of the words for each."""

DATE = (1980, 1, 1, 0, 0, 0)
"""The first that an archive can hold."""

MADE_FROM = ("docs", SNIPPETS, "hamgasht", "mkdocs.yml", "mkdocs.en.yml")
"""Files and folders that decide what the sites look like."""

_LICENCES = ("LICENSE", "LICENSE-TEXT")
_VIEWER = "jupyterlab"


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return an archive of files: the same bytes for the same files.

    Args:
        files: Contents by path in the archive.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        add_files(archive, files)
    return packed.getvalue()


def add_files(archive: zipfile.ZipFile, files: Mapping[str, bytes]) -> None:
    """Write files into an archive, in the order of their names.

    Args:
        archive: The archive, open for writing.
        files: Contents by path in the archive.
    """
    for name in sorted(files):
        entry = zipfile.ZipInfo(name, DATE)
        entry.create_system = 3  # whatever machine packs it
        entry.external_attr = 0o100644 << 16
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, files[name], compresslevel=9)


def folder_files(folder: Path, prefix: str) -> dict[str, bytes]:
    """Return a folder's files, to be packed under another name.

    Args:
        folder: The folder.
        prefix: The name of the folder in the archive.
    """
    return {
        f"{prefix}/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def code_archive(
    root: Path, runs: Mapping[str, tuple[Recorded, str]], language: str
) -> bytes:
    """Return all notebooks, sources and small artefacts of the course.

    Args:
        root: The project's root.
        runs: Recorded runs with their notebook's text in this language, by id.
        language: ``fa`` or ``en``, for what the archive says of itself.
    """
    files = {
        "README.txt": read_words(root, language)["archive.read_me"].encode(),
        "requirements.txt": _requirements(root).encode(),
    }
    for name in _LICENCES:
        if (root / name).is_file():
            files[name] = (root / name).read_bytes()
    for snippet_id, (recorded, notebook) in runs.items():
        base = PurePosixPath(snippet_id)
        files[f"{base}.ipynb"] = notebook.encode()
        files[f"{base}.py"] = recorded.source_path.read_bytes()
        for name in recorded.manifest["inputs"]["imports"]:
            files[name.removeprefix(f"{SNIPPETS}/")] = (root / name).read_bytes()
        artefacts = recorded.path / "artefacts"
        files |= folder_files(artefacts, f"{base.parent}/artefacts/{base.name}")
    stem = PurePosixPath(CODE).stem
    return pack({f"{stem}/{name}": content for name, content in files.items()})


def sources_digest(root: Path) -> str:
    """Return a hash over everything that decides what the sites look like."""
    files = file_digests(root).tree(root, *MADE_FROM)
    lines = (f"{name} {digest}\n" for name, digest in sorted(files.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def released(root: Path) -> dict[str, Path]:
    """Return the files of the last release, by name, where they are still true.

    A release that was made from other sources than those that are there now, or that
    was damaged since, counts as none.
    """
    folder = root / RELEASE
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        if about["sources"] != sources_digest(root):
            return {}
        found = {name: folder / name for name in OFFERED if name in about["files"]}
        digests = file_digests(root)
        if any(digests.of(found[name]) != about["files"][name] for name in found):
            return {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return found


def write_about(root: Path) -> None:
    """Write beside a release's files what they were made from."""
    folder = root / RELEASE
    about = {
        "sources": sources_digest(root),
        "files": {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.iterdir())
            if path.name != ABOUT
        },
    }
    text = json.dumps(about, indent=1) + "\n"
    (folder / ABOUT).write_text(text, encoding="utf-8")


def _requirements(root: Path) -> str:
    """Return what ``requirements.txt`` asks for the snippets, and a viewer."""
    return "\n".join([*snippet_requirements(root), _VIEWER]) + "\n"
