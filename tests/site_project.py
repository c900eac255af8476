"""A checkout with one short page in each language, for tests that build sites.

Takes in a folder; gives it out with the engine, the theme and that page in it.
"""

import re
import shutil
from pathlib import Path

from conftest import ROOT

PAGE = "---\ntitle: T\ndescription: D\n---\n# T {{#t}}\n\n{text}\n"


def short_checkout(root: Path) -> Path:
    """Make the folder and return it."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "hamgasht", root / "hamgasht", ignore=ignored)
    shutil.copytree(ROOT / "docs/theme", root / "docs/theme")
    for name in ("course.yml", "glossary.yml", "references.bib"):
        shutil.copy(ROOT / "docs" / name, root / "docs")
    (root / "snippets").mkdir()
    (root / "docs/outputs").mkdir()
    for name in ("mkdocs.yml", "mkdocs.en.yml"):
        text = (ROOT / name).read_text(encoding="utf-8")
        text = re.sub(r"\nnav:\n(?:  .*\n)+", "\nnav: [{T: index.md}]\n", text)
        (root / name).write_text(text, encoding="utf-8")
    for language in ("fa", "en"):
        (root / "docs" / language).mkdir()
        shutil.copy(ROOT / "docs" / language / "words.yml", root / "docs" / language)
        write(root, language, "A sentence.")
    return root


def write(root: Path, language: str, text: str) -> None:
    """Write the text of a language's page."""
    page = root / "docs" / language / "index.md"
    page.write_text(PAGE.format(text=text), encoding="utf-8")


def add_snippet(root: Path, snippet: str) -> None:
    """Copy a snippet of the course, and what is recorded of it, into a checkout."""
    source = Path("snippets", f"{snippet}.py")
    (root / source).parent.mkdir(exist_ok=True)
    shutil.copy(ROOT / source, root / source)
    outputs = Path("docs/outputs", snippet)
    shutil.copytree(ROOT / outputs, root / outputs)


def files_of(folder: Path) -> set[str]:
    """Return the relative paths of all files in a folder."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file()
    }
