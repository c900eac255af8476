"""What is written before a site is built: the pages and files that no author wrote.

It reads recorded outputs and never runs anything; the generator takes the result as
it takes the chapters.
"""

import json
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from hamgasht.core.errors import HamgashtError
from hamgasht.core.paths import STORE, output_path
from hamgasht.records.read import MANIFEST, Recorded, refuse_stand_ins
from hamgasht.records.state import current_survey
from hamgasht.site import downloads, networks, notebooks
from hamgasht.site.kept import Inputs, Kept

_Made = tuple[notebooks.NotebookPage, str, str, dict[str, bytes]]
_ASKED = re.compile(r"(?:\|\s*|\[\[\s*)([\w-]+/[\w-]+)")


@dataclass(frozen=True)
class Prepared:
    """The files of one site that come before its build.

    Attributes:
        files: The folder of files to publish under the same paths.
        notebooks: The folder of notebooks and lessons; their paths are those of
            pages until the site is built, hence copied into it at the end.
        pages: What is known of each notebook's page, by its path in the site.
        offered: Address and size of each file to take along, by the key of its words.
        articles: The content of each page that an author wrote, by its address; filled
            while the site is built, as the two below are.
        keys: What decides the content of each page, by its path.
        sections: What decides the sections that the search has of a page that an author
            wrote, by its address.
        documents: What decides each page with all that is around its content.
        inputs: All that decides the build, where that is known.
        kept: What earlier builds made.
    """

    files: Path
    notebooks: Path
    pages: dict[str, notebooks.NotebookPage] = field(default_factory=dict)
    offered: dict[str, tuple[str, int]] = field(default_factory=dict)
    articles: dict[str, str] = field(default_factory=dict)
    keys: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    sections: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    documents: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    inputs: Inputs | None = None
    kept: Kept = field(default_factory=Kept)

    def services(self, snippet_id: str) -> Mapping[str, str]:
        """Return where else a snippet's notebook can be opened."""
        page = self.pages.get(notebooks.page_path(snippet_id))
        return page.services if page else {}


def prepare(
    root: Path,
    language: str,
    docs: Path,
    *,
    up: str,
    works: str = "",
    repository: str = "",
    strict: bool = True,
    released: bool = True,
    inputs: Inputs | None = None,
    kept: Kept | None = None,
) -> Prepared:
    """Write the files that come before a site's build.

    Args:
        root: The project's root.
        language: ``fa`` or ``en``.
        docs: The folder of the language's chapters.
        up: From the site's root to that of both sites.
        works: The BibTeX file to publish, relative to the root; empty if there is none.
        repository: The address of the public repository; empty if there is none.
        strict: Whether an output that was made on a stand-in is an error, and a page
            that another language lacks.
        released: Whether to offer the files of the last release, if they are true.
        inputs: All that decides the build, where that is known.
        kept: What earlier builds made; nothing without ``inputs``.

    Raises:
        OutputError: A recorded output is damaged or was edited by hand.
        DataError: The build is strict, and an output was made on a stand-in.
        HamgashtError: The build is strict, and another language lacks a page.
    """
    if strict:
        _refuse_lone_pages(docs)
    folder = root / STORE / "generated" / language
    shutil.rmtree(folder, ignore_errors=True)
    kept = kept if inputs and kept else Kept()
    prepared = Prepared(
        folder / "files", folder / "notebooks", inputs=inputs, kept=kept
    )
    if works:
        _copy(root / works, prepared.files / Path(works).name)
    chapters = _first_pages(docs)
    runs = {}
    for recorded in _recorded_runs(root, strict=strict):

        def make_all(recorded: Recorded = recorded) -> _Made:
            page = notebooks.notebook_page(recorded, language, repository)
            source = json.dumps(page.source, indent=1)
            localised = notebooks.localise(recorded, language)
            return page, source, localised, networks.network_scripts(recorded)

        known = inputs.of_snippets[recorded.id] if inputs else ""
        page, source, localised, scripts = kept.make(make_all, "run", known)
        page.meta["notebook"]["chapter"] = chapters.get(recorded.id)
        path = notebooks.page_path(recorded.id)
        prepared.pages[path] = page
        prepared.keys[path] = ("notebook", known) if inputs else ()
        runs[recorded.id] = (recorded, localised)
        _write(prepared.files / path, source.encode())
        _write(prepared.notebooks / path, localised.encode())
        for name, file in notebooks.files_of(recorded).items():
            _copy(file, prepared.files / name)
        for name, script in scripts.items():
            _write(prepared.files / networks.FOLDER / name, script)
    pack = partial(downloads.code_archive, root, runs, language)
    code = kept.make(pack, "code", inputs.of_outputs()) if inputs else pack()
    _write(prepared.files / downloads.FOLDER / downloads.CODE, code)
    _offer(root, prepared, len(code), up if released else None, language)
    return prepared


def _refuse_lone_pages(docs: Path) -> None:
    """Refuse a page without a twin: its link to the other language leads nowhere.

    Raises:
        HamgashtError: Another language lacks a page.
    """
    for other in sorted(path.parent for path in docs.parent.glob("*/words.yml")):
        for path in sorted(docs.rglob("*.md")):
            twin = other / path.relative_to(docs)
            if not twin.is_file():
                here, there = (
                    item.relative_to(docs.parents[1]).as_posix()
                    for item in (path, twin)
                )
                problem = f"it stands in one language alone: there is no {there}"
                raise HamgashtError(here, "", problem, "write the other, or remove it")


def _offer(
    root: Path, prepared: Prepared, code_size: int, up: str | None, language: str
) -> None:
    """Say what there is to take along; each file of a release lies in one site."""

    def offer(name: str, address: str, size: int) -> None:
        prepared.offered[downloads.OFFERED[name]] = (address, size)

    offer(downloads.CODE, f"{downloads.FOLDER}/{downloads.CODE}", code_size)
    made = downloads.released(root) if up is not None else {}
    for name, path in made.items():
        uri = f"{downloads.FOLDER}/{name}"
        offer(name, f"{up}{uri}", path.stat().st_size)
        if language == "fa":  # its site holds the other
            _copy(path, prepared.files / uri)
    if downloads.TEACHING in made:
        with zipfile.ZipFile(made[downloads.TEACHING]) as archive:
            # Among them are notebooks, which are no pages, hence not among the files.
            folder = prepared.notebooks / downloads.TEACHING_FOLDER
            if language == "fa":
                archive.extractall(folder)
            for file in archive.infolist():
                place, _, name = file.filename.partition("/")
                if place == language and name:
                    address = f"{up}{downloads.TEACHING_FOLDER}/{file.filename}"
                    prepared.offered[name] = (address, file.file_size)


def _recorded_runs(root: Path, *, strict: bool) -> Iterator[Recorded]:
    survey = current_survey(root)
    for snippet_id in survey.ids:
        if (output_path(root, snippet_id) / MANIFEST).is_file():
            recorded = survey.recorded(snippet_id)
            if strict:
                refuse_stand_ins(recorded)
            yield recorded


def _first_pages(docs: Path) -> dict[str, str]:
    """Return the first page that shows a cell or a value of each snippet."""
    found: dict[str, str] = {}
    for path in sorted(docs.rglob("*.md")):
        for snippet_id in _ASKED.findall(path.read_text(encoding="utf-8")):
            found.setdefault(snippet_id, path.relative_to(docs).as_posix())
    return found


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
