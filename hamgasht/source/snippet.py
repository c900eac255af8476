"""Snippets as notebooks.

Takes in a percent-format file; gives out its header and a notebook whose code cells
carry a title, a name and tags, checked.
"""

import io
import itertools
import re
import tokenize
import unicodedata
import warnings
from dataclasses import dataclass
from pathlib import Path

import jupytext
import nbformat

from hamgasht.core.errors import SnippetError
from hamgasht.core.paths import source_name, source_path
from hamgasht.source.header import Header, count_header_lines, read_header
from hamgasht.source.text import read_source

TAGS = ("parameters", "values", "hide", "warning", "raster", "progress")
_FORMAT = {"extension": ".py", "format_name": "percent", "comment_magics": False}
_KNOWN_OPTIONS = {"title", "tags", "cell_depth", "lines_to_next_cell"}
# What Jupytext, or an editor, takes for the first line of a cell.
_MARKER = re.compile(r"#\s*(?:%%|(?:<codecell>|In\[[0-9 ]*\]:?)\s*$)")


@dataclass(frozen=True)
class Snippet:
    """One parsed snippet.

    Attributes:
        id: ``group/stem``.
        name: The source's path relative to the root, as errors show it.
        folder: The folder of the source: what ``python FILE`` imports from.
        header: What the header asks of the engine.
        notebook: The cells, not executed; ids, titles, names and tags are set.
        lines: The source line of each cell's marker, by cell index.
    """

    id: str
    name: str
    folder: Path
    header: Header
    notebook: nbformat.NotebookNode
    lines: tuple[int, ...]

    def place(self, index: int, line: int = 0) -> str:
        """Return where a cell, or a line of its code, stands, for error messages."""
        title = self.notebook.cells[index].metadata.get("title", "")
        return f"{self.lines[index] + line} (cell {title!r})"


def parse(root: Path, snippet_id: str) -> Snippet:
    """Return a snippet, checked.

    Args:
        root: The project's root.
        snippet_id: The snippet's id.

    Raises:
        SnippetError: The file is missing or not Python, or a cell has no title, a
            name twice, an unknown tag, or stands in the wrong place.
    """
    path, name = source_path(root, snippet_id), source_name(snippet_id)
    text = read_source(path, name)
    header = read_header(text, name)
    _check_python(text, name)
    cells, lines = _read_cells(text, name)
    notebook = nbformat.v4.new_notebook(
        cells=cells,
        metadata={
            "kernelspec": {
                "display_name": "Python 3",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python", "file_extension": ".py"},
        },
    )
    snippet = Snippet(snippet_id, name, path.parent, header, notebook, lines)
    _name_cells(snippet)
    _check_special_cells(snippet)
    return snippet


def slug(title: str) -> str:
    """Return a title's name: lower case, other than letters and digits as ``-``."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def _check_python(text: str, name: str, line: int = 0) -> None:
    """Refuse what Python does not compile; ``line`` is how many lines stand above."""
    try:
        with warnings.catch_warnings(action="ignore"):  # the run will refuse them
            compile(text, name, "exec", dont_inherit=True)
    except SyntaxError as error:
        raise SnippetError(
            name,
            line + (error.lineno or 1),
            f"it is not Python: {error.msg}",
            "fix the line",
        ) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise SnippetError(
            name, line + 1, f"Python cannot read it: {error}", "write it more simply"
        ) from None


def _read_cells(
    text: str, name: str
) -> tuple[list[nbformat.NotebookNode], tuple[int, ...]]:
    """Return the cells, with the line of each cell's marker.

    Jupytext tells kind, title and tags, from one cell at a time and never from the
    header, which could ask for another format. Code is what stands in the file.
    """
    lines = text.split("\n")
    markers = _marker_lines(text)
    head = count_header_lines(text)
    for number, line in enumerate(lines[: markers[0] - 1 if markers else None], 1):
        if number > head and line.strip():
            raise SnippetError(
                name,
                number,
                "it stands above the first cell, and belongs to none",
                "write '# %% Title' above it; a header begins in the first line",
            )
    cells = [
        _read_cell(lines[first - 1 : last - 1], first, name)
        for first, last in itertools.pairwise([*markers, len(lines) + 1])
    ]
    return cells, markers


def _read_cell(lines: list[str], first: int, name: str) -> nbformat.NotebookNode:
    """Return a cell; ``first`` is the line in which its own lines begin."""
    source = "\n".join(lines[1:]).rstrip()
    try:
        found = jupytext.reads(f"{lines[0]}\n{source}", fmt=_FORMAT).cells
    except Exception:  # whatever its parser of options stumbles over
        found = []
    if len(found) != 1:
        raise SnippetError(
            name,
            first,
            "Jupytext cannot read this cell as one",
            "begin it with one line '# %% Title' or '# %% Title tags=[\"hide\"]'",
        )
    [cell] = found
    if cell.cell_type == "code":
        _check_python(source, name, first)
        cell.source = source
        return cell
    for number, line in enumerate(lines, first):
        if line.strip() and line[0] != "#":
            raise SnippetError(
                name,
                number,
                f"it stands in a cell of {cell.cell_type}, and does not run",
                "begin prose with '# ', or begin a cell with '# %% Title' above it",
            )
    return cell


def _marker_lines(text: str) -> tuple[int, ...]:
    """Return the lines of the comments that begin a cell."""
    return tuple(
        token.start[0]
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT
        and _MARKER.match(token.string)
        and not token.line[: token.start[1]].strip()
    )


def _name_cells(snippet: Snippet) -> None:
    """Give each cell its id and each code cell its title, name and tags."""
    seen: dict[str, int] = {}
    for index, cell in enumerate(snippet.notebook.cells):
        if cell.cell_type != "code":
            cell.id, cell.metadata = f"text-{index + 1}", nbformat.from_dict({})
            continue
        title, tags = _read_options(snippet, index)
        name = slug(title)
        if not name:
            raise _wrong(
                snippet,
                index,
                f"the title {title!r} gives the cell no name"
                if title
                else "the cell has no title",
                "write '# %% Title' with Latin letters or digits",
            )
        if name in seen:
            raise _wrong(
                snippet,
                index,
                f"a second cell is named {name!r}; the first is in line {seen[name]}",
                "give each cell a title of its own",
            )
        seen[name] = snippet.lines[index]
        cell.id = name[:64]
        cell.metadata = nbformat.from_dict({"title": title, "name": name, "tags": tags})
    ids: set[str] = set()
    for index, cell in enumerate(snippet.notebook.cells):
        if cell.id in ids:  # nbformat would draw another one in each run
            cell.id = f"{cell.id[:55]}-again-{index + 1}"
        ids.add(cell.id)


def _read_options(snippet: Snippet, index: int) -> tuple[str, list[str]]:
    """Return a cell's title and tags; refuse what Jupytext takes for other options."""
    options = snippet.notebook.cells[index].metadata
    for key in options:
        if key not in _KNOWN_OPTIONS:
            raise _wrong(
                snippet,
                index,
                f"Jupytext takes {key!r} for an option of the cell",
                "leave '=' and '{' out of its title; its one option is tags=[\"hide\"]",
            )
    for tag in options.get("tags", []):
        if tag not in TAGS:
            raise _wrong(
                snippet, index, f"unknown tag {tag!r}", f"use one of {', '.join(TAGS)}"
            )
    return str(options.get("title", "")).strip(), list(options.get("tags", []))


def _check_special_cells(snippet: Snippet) -> None:
    """Make sure that settings come once, and the values once and last."""
    code = [
        (index, cell.metadata.tags)
        for index, cell in enumerate(snippet.notebook.cells)
        if cell.cell_type == "code"
    ]
    if not code:
        raise SnippetError(
            snippet.name, "", "it has no code cell", "write '# %% Title' and code"
        )
    for tag in ("parameters", "values"):
        places = [index for index, tags in code if tag in tags]
        if len(places) > 1:
            raise _wrong(
                snippet, places[1], f"a second cell is tagged {tag!r}", "keep one"
            )
        if tag == "values" and places and places[0] != code[-1][0]:
            raise _wrong(
                snippet, places[0], "the values are not the last cell", "move it down"
            )
        if tag == "parameters" and not places and snippet.header.smoke:
            raise SnippetError(
                snippet.name,
                "header, smoke",
                "it overrides parameters, but no cell is tagged 'parameters'",
                "tag the cell that sets them",
            )


def _wrong(snippet: Snippet, index: int, problem: str, fix: str) -> SnippetError:
    return SnippetError(snippet.name, snippet.place(index), problem, fix)
