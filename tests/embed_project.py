"""A small checkout with recorded outputs, written by hand, for the embedding's tests.

Nothing here uses the engine's run side, except for the fingerprint that decides
whether an output is stale and the seal on a manifest.
"""

import hashlib
import html.parser
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import markdown
import yaml
from conftest import ROOT

from hamgasht.core.mime import MATRIX_MIME, TABLE_MIME, VALUES_MIME
from hamgasht.records.fingerprint import Fingerprints, fingerprint_of
from hamgasht.records.read import sealed

SVG = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd">
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="504pt" height="288pt"
 viewBox="0 0 504 288" xmlns="http://www.w3.org/2000/svg" version="1.1">
 <metadata><x>Matplotlib</x></metadata>
 <defs><style type="text/css">*{stroke-linejoin: round}</style></defs>
 <!-- a comment -->
 <g id="axes_1"><path d="M 0 0" clip-path="url(#p1)"/><use xlink:href="#m1"/>
 <text>WORD</text></g>
 <defs><clipPath id="p1"><rect/></clipPath><path id="m1"/></defs>
</svg>
"""
LABELS = {
    "epoch": "دوره",
    "layer": "لایه",
    "parameters": "پارامترها",
    "loss": "زیان",
    "dense": "لایهٔ پرتراکم",
    "kernel size {}": "اندازهٔ هسته {}",
}


@dataclass
class Project:
    """A checkout in a temporary folder."""

    root: Path
    snippets: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        (self.root / "docs/fa").mkdir(parents=True)
        (self.root / "docs/en").mkdir()
        for name in ("docs/course.yml", "docs/fa/words.yml", "docs/en/words.yml"):
            shutil.copy(ROOT / name, self.root / name)
        (self.root / "snippets").mkdir()
        (self.root / "mkdocs.yml").touch()
        self.write_labels(LABELS)

    def write_labels(self, labels: dict[str, str]) -> None:
        """Write the label catalogue."""
        text = yaml.safe_dump(labels, allow_unicode=True)
        (self.root / "docs/fa/labels.yml").write_text(text, encoding="utf-8")

    def add(self, snippet_id: str, *cells: dict[str, Any], header: str = "") -> None:
        """Write a snippet and what it is to have printed."""
        parts = [header] if header else []
        for cell in cells:
            tags = f" tags={json.dumps(cell['tags'])}" if cell["tags"] else ""
            parts.append(f"# %% {cell['title']}{tags}\n{cell['source']}\n")
        path = self.root / "snippets" / f"{snippet_id}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(parts), encoding="utf-8")
        self.record(snippet_id, cells)

    def record(self, snippet_id: str, cells: tuple[dict[str, Any], ...]) -> None:
        """Write recorded outputs that fit the snippet as it stands."""
        out = self.root / "docs/outputs" / snippet_id
        files = {"notebook.ipynb": json.dumps(_notebook(cells)).encode()}
        values: dict[str, float] = {}
        for cell in cells:
            files |= {n: c.encode() for n, c in cell["files"].items()}
            for output in cell["outputs"]:
                values |= output.get("data", {}).get(VALUES_MIME, {})
        inputs = Fingerprints(self.root).inputs(snippet_id)
        manifest = {
            "format": 1,
            "snippet": snippet_id,
            "fingerprint": fingerprint_of(inputs),
            "inputs": inputs,
            "profile": "full",
            "parameters": {},
            "data": {},
            "cells": [],
            "values": values,
            "labels": {},
            "files": {n: hashlib.sha256(c).hexdigest() for n, c in files.items()},
            "artefacts": {},
        }
        files["manifest.json"] = json.dumps(sealed(manifest)).encode()
        files["provenance.json"] = json.dumps(PROVENANCE).encode()
        for name, content in files.items():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_bytes(content)

    def page(self, text: str, language: str = "en", front: str = "") -> str:
        """Write a page and return its path relative to the root."""
        name = f"docs/{language}/page.md"
        (self.root / name).write_text(front + text, encoding="utf-8")
        return name

    def render(self, text: str, language: str = "en", **options: Any) -> str:
        """Return a page as HTML, by Python-Markdown alone."""
        return new_markdown(self.root, language, **options).convert(text)

    def tree(self, text: str, language: str = "en", **options: Any):
        """Return a page as a tree, parsed by the standard library."""
        return parse(self.render(text, language, **options))


def new_markdown(root: Path, language: str = "en", **options: Any) -> markdown.Markdown:
    """Return a Markdown instance with the extension in it, as a site has it."""
    names = ["attr_list", "tables", "admonition", "toc", "pymdownx.superfences"]
    names += ["footnotes", "pymdownx.details", "hamgasht.embed"]
    settings = {"language": language, "root": str(root), **options}
    return markdown.Markdown(
        extensions=names, extension_configs={"hamgasht.embed": settings}
    )


def course_page(name: str, language: str, **options: Any) -> ElementTree.Element:
    """Return a page of the course as a tree."""
    page = f"docs/{language}/{name}"
    text = (ROOT / page).read_text(encoding="utf-8").partition("\n---\n")[2]
    md = new_markdown(ROOT, language, page=page, **options)
    return parse(md.convert(text))


PROVENANCE = {
    "date": "2026-11-24T02:10:00+00:00",
    "device": {"kind": "cpu", "name": "Example CPU @ 2.0 GHz, 2 cores"},
    "python": "3.11.7",
    "versions": {"numpy": "2.4.6", "keras": "3.15.1"},
    "platform": "Linux x86_64",
    "commit": None,
    "seconds": 1.0,
    "cell_seconds": {},
    "peak_memory_mb": 100,
}


def cell(title: str, source: str, *outputs: Any, tags=(), files=None) -> dict[str, Any]:
    """Return a cell of a snippet with its outputs."""
    return {
        "title": title,
        "name": title.lower().replace(" ", "-"),
        "source": source,
        "outputs": list(outputs),
        "tags": list(tags),
        "files": files or {},
    }


def figure_cell(title: str, source: str = "draw()") -> dict[str, Any]:
    """Return a cell that shows a figure, with one file for each language."""
    name = f"{title.lower().replace(' ', '-')}-1"
    files = {
        f"figures/{name}.{language}.svg": SVG.replace("WORD", word)
        for language, word in (("en", "epoch"), ("fa", "دوره"))
    }
    about = {"kind": "figure", "name": name}
    about["files"] = {key.split(".")[1]: key for key in files}
    output = _shown({"image/svg+xml": "", "text/plain": "Figure"}, about)
    return cell(title, source, output, files=files)


def matrix(values: list[Any]) -> dict[str, Any]:
    """Return an output that is a matrix, or a row."""
    shape = [len(values)]
    if isinstance(values[0], list):
        shape.append(len(values[0]))
    content = {"shape": shape, "dtype": "float64", "values": values}
    return _shown({MATRIX_MIME: content, "text/plain": ""}, {"kind": "matrix"})


def table(fields: list[dict[str, str]], data: list[Any], key=("index",)):
    """Return an output that is a table, as pandas' Table Schema has it."""
    schema = {"fields": fields, "primaryKey": list(key), "pandas_version": "1.4.0"}
    content = {"schema": schema, "data": data}
    return _shown({TABLE_MIME: content, "text/plain": ""}, {"kind": "table"})


def values(**numbers: float) -> dict[str, Any]:
    """Return the last cell of a snippet."""
    output = _shown({VALUES_MIME: numbers, "text/plain": ""}, {"kind": "values"})
    return cell("Values", repr(numbers), output, tags=["values"])


def printed(text: str, name: str = "stdout") -> dict[str, Any]:
    """Return an output that is printed text."""
    return {"output_type": "stream", "name": name, "text": text}


def raster(name: str = "grid-1") -> dict[str, Any]:
    """Return an output that is an image."""
    file = f"figures/{name}.webp"
    about = {"kind": "raster", "name": name, "files": {"en": file, "fa": file}}
    return _shown({"image/webp": "AA=="}, about | {"width": 700, "height": 350})


def _shown(data: dict[str, Any], about: dict[str, Any]) -> dict[str, Any]:
    return {
        "output_type": "display_data",
        "data": data,
        "metadata": {"hamgasht": about},
    }


def _notebook(cells: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [
            {
                "cell_type": "code",
                "id": f"cell-{number}",
                "execution_count": number,
                "metadata": {key: item[key] for key in ("title", "name", "tags")},
                "source": item["source"],
                "outputs": item["outputs"],
            }
            for number, item in enumerate(cells, 1)
        ],
    }


VOID = {"br", "wbr", "hr", "img", "input", "meta", "link"}


class _Builder(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.builder = ElementTree.TreeBuilder()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        if tag in VOID:
            self.builder.end(tag)
        else:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        self.builder.end(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes another element"
        self.builder.end(tag)

    def handle_data(self, data: str) -> None:
        self.builder.data(data)


def parse(text: str) -> ElementTree.Element:
    """Return HTML as a tree; wrongly nested tags fail."""
    builder = _Builder()
    builder.feed(f"<body>{text}</body>")
    builder.close()
    assert not builder.open, f"not closed: {builder.open}"
    return builder.builder.close()


def by_class(tree: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    """Return the elements that have a class."""
    return [item for item in tree.iter() if name in item.get("class", "").split()]


def text_of(element: ElementTree.Element) -> str:
    """Return an element's text, white space folded."""
    return " ".join("".join(element.itertext()).split())
