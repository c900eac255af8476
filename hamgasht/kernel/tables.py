"""A table for the recorder: pandas' Table Schema of what pandas prints, or a refusal.

``DataFrame.to_json`` raises on some frames and writes others wrongly without a word:
of two columns with one name it keeps one, infinity becomes null, a complex number a
dict.
"""

import json
import math
import reprlib
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from hamgasht.kernel.figures import NotShownError

if TYPE_CHECKING:
    from pandas import DataFrame

_INDEX = "index"
"""What Table Schema calls an index without a name."""


def table_schema(frame: "DataFrame") -> dict[str, Any]:
    """Return a table as Table Schema, parsed.

    Raises:
        NotShownError: It would be shown as something else than it is.
    """
    if frame.empty:
        raise NotShownError("an empty table", "print what it would hold")
    if frame.columns.nlevels > 1 or frame.columns.names != [None]:
        raise NotShownError(
            "a table whose columns have levels or a name of their own",
            "give it plain columns: frame.columns = [...], "
            "or frame.rename_axis(columns=None)",
        )
    index = [*frame.index.names]
    if len(index) > 1 and None in index:
        raise NotShownError(
            "a table whose index has levels without names", "frame.rename_axis([...])"
        )
    columns = [_head(column) for column in frame.columns]
    names = [_INDEX if name is None else _head(name) for name in index]
    heads = [*names, *columns]
    if doubled := [head for head in heads if heads.count(head) > 1]:
        raise NotShownError(
            f"a table with two columns that are called {doubled[0]!r}",
            "give each column, and the index, a name of its own",
        )
    frame = frame.set_axis(columns, axis=1)
    if index != [None]:
        frame = frame.rename_axis(index=names)
    for level in range(len(index)):
        _refuse_strange(frame.index.get_level_values(level))
    for column in columns:
        _refuse_strange(frame[column])
    text = frame.to_json(orient="table", double_precision=15, date_format="iso")
    content = json.loads(text)
    content["schema"].setdefault("primaryKey", names)  # left out if values come again
    return content


def _head(name: Any) -> str:
    """Return the head of a column as text: ``0`` in the columns of ``np.eye(2)``."""
    if not isinstance(name, str) and not _is_number(name):
        raise NotShownError(
            f"a table with a column called {name!r}", "name the columns with strings"
        )
    if isinstance(name, str):  # of a name, too, pandas writes what stands before a NUL
        _refuse_strange([name])
    return str(name)


def _refuse_strange(values: Iterable[Any]) -> None:
    """Refuse values that a page would show as something else.

    Raises:
        NotShownError: One is no text, number, truth value or missing value.
    """
    import pandas as pd

    for value in values:
        if isinstance(value, str):
            if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in value):
                what = f"a table with the control characters of {reprlib.repr(value)}"
                raise NotShownError(what, "take them out")
        elif _is_number(value):
            # As 15 digits, which pandas writes: they round the largest float up.
            if not isinstance(value, int) and math.isinf(float(f"{value:.15g}")):
                what = "a table with an infinite number"
                raise NotShownError(what, "leave it out, or write it as text")
        elif not (pd.api.types.is_bool(value) or value is None or value is pd.NA):
            what = f"a table with a {type(value).__name__} ({reprlib.repr(value)})"
            raise NotShownError(what, "turn its column into text: .astype(str)")


def _is_number(value: Any) -> bool:
    import numpy as np

    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(
        value, bool
    )
