"""What an edit builds: little, and the bytes of a whole build.

On a small site of two chapters, a list of each kind and two recorded snippets, one of
which draws; the real site is compared in ``tests/benchmarks/engine.py``.
"""

import hashlib
import json
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, run_python
from lab import wait_for
from site_project import add_snippet, files_of, short_checkout, write

from hamgasht.core.digests import file_digests
from hamgasht.core.errors import HamgashtError
from hamgasht.records.read import notebook_values, sealed
from hamgasht.site import reader
from hamgasht.site.build import build_sites

DRAWS, COUNTS = "q2_convolution_by_hand/forward", "q1_optimizers/saddle"
CHAPTER = """\
---
title: {name}
description: D
---
# {name} {{#t}}

First [@kingma2015]. See [the other]({other}#t).

Here is [[{snippet}.{value}]].

{cells}

## Errata {{#errata}}

!!! errata "A claim"

    The belief: this.

    The run shows: [[{snippet}.{value}]].

## Exercises {{#exercises}}

1. Why?

    ??? answer "Answer"

        Because of [[{snippet}.{value}]].

## References {{#references}}

/// references
///
"""
CELLS = """\
/// cell | q2_convolution_by_hand/forward : where-the-filter-stands
    show: code output
    alt: The places.

Four places.
///
"""
LISTS = """\
/// chapters
///

/// downloads
///

/// answers | q*.md
///

/// errata | q*.md
///

/// bibliography | q*.md
///
"""
PAGES = ("index.md", "q1-one.md", "q2-two.md", "references.md")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = short_checkout(tmp_path / "checkout")
    for snippet in (DRAWS, COUNTS):
        add_snippet(root, snippet)
    shutil.copy(ROOT / "docs/fa/labels.yml", root / "docs/fa")
    for name in ("mkdocs.yml", "mkdocs.en.yml"):
        path = root / name
        text = path.read_text(encoding="utf-8")
        nav = "nav: [index.md, C: [q1-one.md, q2-two.md], A: [references.md]]"
        text = text.replace("nav: [{T: index.md}]", nav)
        path.write_text(text.replace("    glossary: docs/glossary.yml\n", ""), "utf-8")
    saddle = json.loads((root / "docs/outputs" / COUNTS / "manifest.json").read_text())
    one = {"snippet": DRAWS, "value": "mean", "cells": CELLS, "other": "q2-two.md"}
    two = {"snippet": COUNTS, "value": next(iter(saddle["values"])), "cells": ""}
    for language in ("fa", "en"):
        docs = root / "docs" / language
        write(root, language, "A sentence.")
        (docs / "q1-one.md").write_text(CHAPTER.format(name="One", **one))
        (docs / "q2-two.md").write_text(
            CHAPTER.format(name="Two", other="q1-one.md", **two)
        )
        (docs / "references.md").write_text(f"---\ntitle: R\n---\n# R\n\n{LISTS}")
    build_sites(root, root / "site")
    return root


def edit(root: Path, chance: random.Random) -> str:
    """Change something that a build reads; return what."""
    kind = chance.choice(
        [
            "sentence",
            "exercise",
            "title",
            "bib",
            "words",
            "page",
            "device",
            "figure",
            "value",
        ]
    )
    page = root / "docs" / chance.choice(["fa", "en"]) / chance.choice(PAGES[1:3])
    number = chance.randrange(10**6)
    before, after = {
        "sentence": ("First", f"First {number} First"),
        "exercise": ("Because", f"Because {number}"),
        "title": ("title: ", f"title: {number} "),
    }.get(kind, ("", ""))
    if before:
        page.write_text(page.read_text("utf-8").replace(before, after, 1), "utf-8")
    elif kind == "bib":
        path = root / "docs/references.bib"
        text = path.read_text("utf-8").replace("title = {", f"title = {{{number} ", 1)
        path.write_text(text, "utf-8")
    elif kind == "words":
        path = root / "docs/en/words.yml"
        text = path.read_text("utf-8").replace(": ", f": '{number}' #", 1)
        path.write_text(text, "utf-8")
    elif kind == "page":
        for language in ("fa", "en"):  # there, and deleted with the next of its kind
            new = root / "docs" / language / "notebooks/new.md"
            new.parent.mkdir(exist_ok=True)
            new.unlink() if new.exists() else new.write_text(f"# N\n\n{number}\n")
    elif kind == "device":
        path = root / "docs/outputs" / DRAWS / "provenance.json"
        about = json.loads(path.read_text())
        about["device"]["name"] = f"Device {number}"
        path.write_text(json.dumps(about))
    elif kind == "value":
        revalue(root, number)
    else:
        redraw(root, f"M {number}")
    return kind


def redraw(root: Path, text: str) -> None:
    """Change a recorded figure as a run does: drawing, digest and seal."""
    folder = root / "docs/outputs" / DRAWS
    manifest = json.loads((folder / "manifest.json").read_text())
    name = next(name for name in manifest["files"] if name.endswith("fa.svg"))
    drawing = folder / name
    drawing.write_text(drawing.read_text().replace("</svg>", f"<g id='{text}'/></svg>"))
    seal(folder, manifest, name)


def revalue(root: Path, number: int) -> None:
    """Change a recorded value as a run does: notebook, manifest, digest and seal."""
    folder = root / "docs/outputs" / COUNTS
    manifest = json.loads((folder / "manifest.json").read_text())
    notebook = json.loads((folder / "notebook.ipynb").read_text())
    values = notebook_values(notebook)
    values[next(iter(manifest["values"]))] = number
    manifest["values"] = values
    (folder / "notebook.ipynb").write_text(json.dumps(notebook))
    seal(folder, manifest, "notebook.ipynb")


def seal(folder: Path, manifest: dict[str, Any], changed: str) -> None:
    """Write a manifest that fits a file which was changed."""
    content = (folder / changed).read_bytes()
    manifest["files"][changed] = hashlib.sha256(content).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(sealed(manifest)))


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in files_of(folder)}


def differing(one: Path, other: Path) -> list[str]:
    left, right = bytes_of(one), bytes_of(other)
    return sorted(
        name for name in left.keys() | right.keys() if left.get(name) != right.get(name)
    )


def assert_whole(root: Path, what: str = "") -> None:
    build_sites(root, root / "whole", cached=False)
    assert not differing(root / "site", root / "whole"), what


def test_twenty_edits_give_the_bytes_of_whole_builds(checkout: Path) -> None:
    chance = random.Random(20)
    for _ in range(20):
        kind = edit(checkout, chance)
        built = build_sites(checkout, checkout / "site")
        assert built, kind
        assert_whole(checkout, kind)
    assert build_sites(checkout, checkout / "site") == []


NOTHING = """
import sys
from pathlib import Path
from hamgasht.core.digests import file_digests
from hamgasht.site.build import build_sites
root = Path(sys.argv[1])
built = build_sites(root, root / "site")
heavy = {"bs4", "hamgasht.embed", "jinja2", "markdown", "nbconvert", "properdocs"}
print(built, file_digests(root).hashed, heavy & sys.modules.keys())
"""


def test_where_nothing_changed_nothing_is_read_and_nothing_imported(
    checkout: Path,
) -> None:
    assert build_sites(checkout, checkout / "site") == []
    said = run_python("-c", NOTHING, checkout, PYTHONPATH=str(ROOT))
    assert said.strip() == "[] 0 set()"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is made from now on, by kind: contents, documents."""
    found: list[str] = []

    def count(kind: str, function: str) -> None:
        work = getattr(reader, function)
        monkeypatch.setattr(
            reader, function, lambda *args: found.append(kind) or work(*args)
        )

    count("content", "finish_content")
    count("document", "finish_document")
    return found


def test_a_changed_figure_makes_the_pages_that_show_it(
    checkout: Path, made: list[str]
) -> None:
    hashed = file_digests(checkout).hashed
    redraw(checkout, "other")
    shutil.copytree(checkout / "site", checkout / "former")
    assert build_sites(checkout, checkout / "site") == ["fa", "en"]
    pages = [
        name
        for name in differing(checkout / "site", checkout / "former")
        if name.endswith(".html")
    ]
    assert pages == [f"notebooks/{DRAWS}.html", "q1-one.html"]
    # In each language: the notebook, the chapter, the page of lists.
    assert made.count("content") == 6
    # Of these what came out otherwise, and in each language that of errors.
    assert made.count("document") == 4
    changed = {"drawing", "manifest"}
    new = len(files_of(checkout / "site"))
    assert file_digests(checkout).hashed - hashed <= len(changed) + new
    assert_whole(checkout)


def test_a_sentence_builds_one_language_and_renders_one_page(
    checkout: Path, made: list[str]
) -> None:
    shutil.copytree(checkout / "site", checkout / "former")
    page = checkout / "docs/en/q1-one.md"
    page.write_text(page.read_text().replace("First", "At first"))
    assert build_sites(checkout, checkout / "site") == ["en"]
    # The page and that of lists, which came out alike; the page, and that of errors.
    assert made == ["content", "content", "document", "document"]
    assert differing(checkout / "site", checkout / "former") == [
        "en/offline.json",
        "en/q1-one.html",
        "en/q1-one.md",
        "en/search/search_data.js",
    ]
    assert_whole(checkout)


def test_a_link_to_a_section_that_another_page_lost_is_told(checkout: Path) -> None:
    page = checkout / "docs/en/q1-one.md"
    page.write_text(page.read_text().replace("{#t}", "{#other}"))
    with pytest.raises(HamgashtError, match="does not contain an anchor '#t'"):
        build_sites(checkout, checkout / "site")
    page.write_text(page.read_text().replace("{#other}", "{#t}"))
    assert build_sites(checkout, checkout / "site") == []


def test_what_was_edited_in_the_site_or_half_kept_is_made_again(checkout: Path) -> None:
    good = bytes_of(checkout / "site")
    (checkout / "site/q1-one.html").write_text("edited")
    assert build_sites(checkout, checkout / "site") == ["fa"]
    (checkout / "site/en/index.html").unlink()
    for kept in (checkout / ".hamgasht/pages").glob("*.kept"):
        kept.write_bytes(kept.read_bytes()[:-9])
    (checkout / ".hamgasht/built.pickle").write_text("{")
    assert build_sites(checkout, checkout / "site") == ["fa", "en"]
    assert bytes_of(checkout / "site") == good


@pytest.mark.parametrize("damage", ["edited", "half", "stale"])
def test_an_output_that_is_not_as_recorded_is_refused(
    checkout: Path, damage: str
) -> None:
    good = bytes_of(checkout / "site")
    notebook = checkout / "docs/outputs" / DRAWS / "notebook.ipynb"
    source = checkout / "snippets" / f"{DRAWS}.py"
    path = source if damage == "stale" else notebook
    content = path.read_bytes()
    path.write_bytes(content[:99] if damage == "half" else content + b"\n# More.\n")
    with pytest.raises(HamgashtError):
        build_sites(checkout, checkout / "site")
    assert bytes_of(checkout / "site") == good
    path.write_bytes(content)
    assert build_sites(checkout, checkout / "site") == []


def test_a_build_killed_in_the_middle_leaves_nothing_to_believe(checkout: Path) -> None:
    code = "import sys; from pathlib import Path; from hamgasht.site.build import "
    code += "build_sites; build_sites(Path(sys.argv[1]), Path(sys.argv[1], 'site'))"
    chance = random.Random(7)
    for file in (".site.building", ".site.building/assets", ".site.building/en"):
        edit(checkout, chance)
        redraw(checkout, file)
        building = subprocess.Popen([sys.executable, "-c", code, checkout], cwd=ROOT)
        wait_for((checkout / file).exists)
        building.kill()
        building.wait()
    build_sites(checkout, checkout / "site")
    assert_whole(checkout)
