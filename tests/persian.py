"""The Persian of the whole site, text by text.

Takes in a checkout; gives out each piece of Persian that a reader meets (pages,
labels of figures and tables, the glossary, the theme, the navigation) with the place
where it is written, without code, formulas, addresses and markup.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml
from prose import OBJECT, chapters

from hamgasht.core.words import read_words
from hamgasht.embed.glossary_file import read_glossary
from hamgasht.embed.prose.bidi import find_runs

PERSIAN = re.compile("[\u0600-\u06ff]")
WORD = "Xx"  # stands for code, a formula, a number of a run, a Latin name
_THEME = (
    "docs/theme/404.html",
    "docs/theme/notebook.html",
    "docs/theme/main.html",
)
_STRING = re.compile(r'"([^"\n]*)"')
_HOLE = re.compile(r"\{\w+\}")  # of a word of the interface
_TAG = re.compile(r"</?[a-z][^>]*>")
_MARKUP = re.compile(r"^\s*(?:[-*>] |#+ |\| ?)?|\*+|\[|\||\{#[\w-]+\}")
_NO_WORDS = re.compile(r"\$[^$]*\$|\{\}|\(\d\+\d\)D")  # of a label
_OBJECTS = re.compile(rf"{OBJECT}+")
_LATIN = re.compile(r"[A-Za-z×(\u0370-\u03ff]")


def texts(root: Path) -> Iterator[tuple[str, str]]:
    """Yield place and text of each piece of Persian.

    Args:
        root: The checkout's root.
    """
    for place, text in _sources(root):
        if PERSIAN.search(text):
            yield place, text


def plain(text: str) -> str:
    """Return a text with every Latin run in it as one word."""
    parts, last = [], 0
    for start, end in find_runs(text):
        if _LATIN.search(text[start:end]):
            parts += [text[last:start], WORD]
            last = end
    return "".join([*parts, text[last:]])


def _sources(root: Path) -> Iterator[tuple[str, str]]:
    for chapter in chapters(root, "fa").values():
        for number, line in chapter.lines():
            yield f"{chapter.name}:{number}", _unmarked(line)
    labels = yaml.safe_load((root / "docs/fa/labels.yml").read_text("utf-8"))
    for english, persian in labels.items():
        yield f"labels.yml: {english}", _NO_WORDS.sub(WORD, str(persian))
    for term in read_glossary(root, "docs/glossary.yml").terms:
        for text in (*term.forms("fa"), *term.avoid["fa"], term.means["fa"]):
            yield f"glossary.yml: {term.names['en']}", text
    for key, text in read_words(root, "fa").items():
        for line in text.splitlines():
            line = _HOLE.sub(WORD, _TAG.sub("", line))
            yield f"words.yml: {key}", line
    for name in _THEME:
        theme = (root / name).read_text(encoding="utf-8")
        for found in _STRING.finditer(theme):
            yield name, _TAG.sub("", found[1])
    config = (root / "mkdocs.yml").read_text(encoding="utf-8")
    for number, line in enumerate(config.splitlines(), 1):
        entry = re.match(r" *-? ?(?:[\w]+: )?(.*?)(?:: [\w-]+\.md|:)?$", line)
        if entry and not line.lstrip().startswith(("#", "separator:")):
            yield f"mkdocs.yml:{number}", entry[1]


def _unmarked(line: str) -> str:
    """Return a line of prose without Markdown's marks."""
    return _OBJECTS.sub(WORD, _MARKUP.sub("", line.replace("\\", ""))).strip()
