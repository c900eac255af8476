"""A source file's text, as Python reads it."""

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
