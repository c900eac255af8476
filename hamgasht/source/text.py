"""A source file's text, as Python reads it, and the modules that it imports."""

import ast
import tokenize
from pathlib import Path

from hamgasht.core.errors import SnippetError


def read_source(path: Path, name: str) -> str:
    """Return the text of a Python file; every line end is a plain newline.

    Args:
        path: The file.
        name: What error messages call it.

    Raises:
        SnippetError: It is missing, or its bytes are not in its encoding (UTF-8, with
            or without a byte-order mark, if it names none).
    """
    try:
        with tokenize.open(path) as file:
            return file.read()
    except (OSError, UnicodeDecodeError, SyntaxError) as error:
        raise SnippetError(
            name, "", f"it cannot be read: {error}", "give a readable file in UTF-8"
        ) from None


def imported_names(text: str) -> set[str]:
    """Return the top-level modules that a source imports, wherever it does so.

    A relative import names none: it stays within its package.

    Raises:
        SyntaxError: The text is not Python.
    """
    names = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names
