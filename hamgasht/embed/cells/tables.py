"""Tables of data, recorded as pandas' Table Schema, in the page's language."""

import math
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from hamgasht.core.errors import HamgashtError
from hamgasht.core.mime import TABLE_MIME
from hamgasht.core.numbers import format_value, plain_places
from hamgasht.embed.page import Page
from hamgasht.embed.page_text import Place

_MISSING = "—"
_SHOW = re.compile(r"(?:    +(?!show:).*\n)*    +show:(.*)")


def table_element(page: Page, data: Mapping[str, Any], place: Place) -> Element:
    """Return a table.

    The index, or a first column of texts, heads its row; pandas' own counting index
    is left out.

    Args:
        page: The page.
        data: The Table Schema JSON, parsed.
        place: The place in the source that asks for the table.

    Raises:
        EmbedError: A head has no Persian text.
    """
    rows, index = data["data"], data["schema"].get("primaryKey", [])
    fields = _shown_fields(data)
    table = Element("table")
    head = SubElement(SubElement(table, "thead"), "tr")
    for field in fields:
        name = _head_of(field, index)
        _head(page, head, name, place, numeric=_is_numeric(field))
    body = SubElement(table, "tbody")
    columns = [_column(page, field, rows) for field in fields]
    heads_row = [
        field["name"] in index or (position == 0 and field["type"] == "string")
        for position, field in enumerate(fields)
    ]
    for cells in zip(*columns, strict=True):
        line = SubElement(body, "tr")
        for (text, kind), is_head in zip(cells, heads_row, strict=True):
            _cell(line, text, kind, is_head=is_head)
    return table


def find_missing_labels(page: Page) -> dict[str, int]:
    """Return the heads of a page's tables without Persian text, with their lines."""
    missing: dict[str, int] = {}
    lines = page.source.prose.split("\n")
    for number, argument in page.source.cells():
        snippet_id, _, cell = (part.strip() for part in argument.partition(":"))
        show = _SHOW.match("\n".join(lines[number:]))
        if snippet_id not in page.records.ids or (show and "output" not in show[1]):
            continue
        with suppress(HamgashtError):  # the page will say so
            cells = page.records.recorded(snippet_id).cells
            for output in cells.get(cell, {}).get("outputs", ()):
                for head in _heads(output.get("data", {}).get(TABLE_MIME)):
                    if page.catalogue.translate(head) is None:
                        missing.setdefault(head, number)
    return missing


def _heads(data: Mapping[str, Any] | None) -> list[str]:
    index = data["schema"].get("primaryKey", []) if data else []
    fields = _shown_fields(data) if data else []
    return [head for field in fields if (head := _head_of(field, index))]


def _shown_fields(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    schema = data["schema"]
    index = schema.get("primaryKey", [])
    return [
        field
        for field in schema["fields"]
        if not _is_counter(field, index, data["data"])
    ]


def _head_of(field: Mapping[str, Any], index: list[str]) -> str:
    """Return a column's head; nothing for an index without a name."""
    name = field["name"]
    if name in index and name == "index":
        return ""
    return " / ".join(map(str, name)) if isinstance(name, list) else str(name)


def _is_counter(
    field: Mapping[str, Any], index: list[str], rows: list[Mapping[str, Any]]
) -> bool:
    return (
        field["name"] in index
        and field["name"] == "index"
        and ([row["index"] for row in rows] == list(range(len(rows))))
    )


def _is_numeric(field: Mapping[str, Any]) -> bool:
    return field["type"] in ("integer", "number")


def _head(page: Page, line: Element, name: str, place: Place, *, numeric: bool) -> None:
    if not name:
        SubElement(line, "td")
        return
    element = SubElement(line, "th", {"scope": "col"})
    if numeric:
        element.set("class", "hg-number")
    element.text = page.label(name, place)


def _column(
    page: Page, field: Mapping[str, Any], rows: list[Mapping[str, Any]]
) -> list[tuple[str, str]]:
    """Return a column's cells as (text, kind), kind one of number, word, code."""
    values = [row[field["name"]] for row in rows]
    spec = _column_format(values)
    return [_written(page, value, spec) for value in values]


def _column_format(values: list[Any]) -> str:
    """Return the format that gives a column's fractions equally many places."""
    places = [
        plain_places(value)
        for value in values
        if isinstance(value, float) and math.isfinite(value)
    ]
    if not places or None in places or max(places) > 9:
        return "plain"
    return f"decimal{max(places)}"


def _written(page: Page, value: Any, spec: str) -> tuple[str, str]:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return _MISSING, "number"
    if isinstance(value, bool):
        return page.words["cell.yes" if value else "cell.no"], "word"
    if isinstance(value, int):
        return format_value(value, "plain", page.language), "number"
    if isinstance(value, float):
        return format_value(value, spec, page.language), "number"
    persian = page.catalogue.lookup(str(value))
    if persian is None:
        return str(value), "code"
    return persian if page.language == "fa" else str(value), "word"


def _cell(line: Element, text: str, kind: str, *, is_head: bool) -> None:
    element = SubElement(line, "th" if is_head else "td")
    if is_head:
        element.set("scope", "row")
    if kind == "number":
        element.set("class", "hg-number")
    if kind == "code":
        element = SubElement(element, "code")
    element.text = text
