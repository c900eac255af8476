"""Elements around parts of a tree's text."""

from collections.abc import Callable
from xml.etree.ElementTree import Element

Found = list[tuple[int, int, Element]]
"""Start, end and element of each part of a text that is to stand in an element."""


def wrap_text(
    element: Element,
    is_closed: Callable[[Element], bool],
    find: Callable[[str], Found],
) -> None:
    """Put parts of the text in an element, and in all below it, into new elements.

    Args:
        element: The element.
        is_closed: Whether an element's content is left alone.
        find: Returns the parts of a text, in order; called in the order of the page.
    """
    if is_closed(element):
        return
    children = list(element)
    element.text = _wrap(element, 0, element.text, find)
    for child in children:
        wrap_text(child, is_closed, find)
        place = list(element).index(child) + 1
        child.tail = _wrap(element, place, child.tail, find)


def _wrap(
    parent: Element, place: int, text: str | None, find: Callable[[str], Found]
) -> str | None:
    """Put elements into ``parent`` from ``place`` on; return the text before them."""
    found = find(text) if text and text.strip() else []
    if not text or not found:
        return text
    ends = [start for start, _, _ in found[1:]] + [len(text)]
    for (start, end, element), following in zip(found, ends, strict=True):
        element.text, element.tail = text[start:end], text[end:following]
        parent.insert(place, element)
        place += 1
    return text[: found[0][0]]
