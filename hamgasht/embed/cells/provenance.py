"""The small line under a cell: where its output came from, and links to the whole."""

import contextlib
import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from hamgasht.core.errors import OutputError
from hamgasht.core.numbers import format_date, format_value
from hamgasht.datasets.catalogue import set_at
from hamgasht.datasets.on_disk import SYNTHETIC, UNRECORDED
from hamgasht.embed.page import Page
from hamgasht.records.read import Recorded

_NAMES = {
    "keras": "Keras",
    "tensorflow": "TensorFlow",
    "torch": "PyTorch",
    "jax": "JAX",
    "numpy": "NumPy",
    "pandas": "pandas",
    "matplotlib": "Matplotlib",
}
_MOST = 3


def provenance_line(page: Page, recorded: Recorded, *, run: bool) -> Element:
    """Return the line under a cell.

    Args:
        page: The page.
        recorded: The snippet's recorded run.
        run: Whether to tell of the run; without it, only the links.
    """
    element = Element("p", {"class": "hg-provenance", "data-search-exclude": ""})
    if run:
        _run(page, recorded, element)
    links = SubElement(element, "span", {"class": "hg-provenance__links"})
    own = page.words
    place = f"{page.up}notebooks/{recorded.id}"
    for key, suffix in (
        ("notebook", ".ipynb"),
        ("source", ".py"),
        ("manifest", ".manifest.json"),
    ):
        if len(links):
            links[-1].tail = " · "
        SubElement(links, "a", {"href": f"{place}{suffix}"}).text = own[f"cell.{key}"]
    return element


def _run(page: Page, recorded: Recorded, element: Element) -> None:
    own, about = page.words, recorded.provenance
    span = SubElement(element, "span", {"class": "hg-provenance__run"})
    span.tail = " "
    _latin(span, about["device"]["name"]).tail = " · "
    _latin(span, _libraries(about)).tail = " · "
    date = datetime.datetime.fromisoformat(about["date"]).date()
    time = SubElement(span, "time", {"datetime": date.isoformat()})
    time.text = format_date(date, page.language)
    before = time
    for number, (name, facts) in enumerate(sorted(_data(page, recorded).items())):
        before.tail = (before.tail or "") + (
            own["list.comma"] if number else f" · {own['data.before']}"
        )
        before = _data_set(page, name, facts, span)


def _data(page: Page, recorded: Recorded) -> dict[str, dict[str, Any]]:
    """Return the data sets that decided a run, those of what it needs included."""
    found = dict(recorded.data)
    for need in recorded.manifest["inputs"]["needs"]:
        with contextlib.suppress(OutputError):
            found |= _data(page, page.records.recorded(need))
    return found


def _data_set(page: Page, name: str, facts: dict[str, Any], span: Element) -> Element:
    """Add a data set's name, count and origin; return the last element."""
    own, origin = page.words, facts["origin"]
    kind, course = origin["kind"], set_at(name)
    # Whoever brought it, and whatever was known then: these are the set's own bytes.
    known = course is not None and facts["digest"] in course.digests
    if kind == UNRECORDED and known:
        kind = "known"
    told = [own[f"data.{kind}"]]
    if facts["count"] is not None:
        count = format_value(facts["count"], "integer", page.language)
        what = own["data.files" if kind == UNRECORDED else "data.images"]
        told.insert(0, what.replace("{count}", count))
    if not known and not origin.get("known", True):
        told.append(own["data.unknown"])
    last = _latin(span, name)
    last.tail = f" ({own['list.comma'].join(told)})"
    if kind == SYNTHETIC:
        last.tail = f" ({told[0]}{own['list.comma']}"
        last = SubElement(span, "strong")
        last.text, last.tail = told[1], ")"
    return last


def _libraries(about: dict) -> str:
    versions = about["versions"]
    named = [f"{_NAMES[name]} {versions[name]}" for name in _NAMES if name in versions]
    return ", ".join([f"Python {about['python']}", *named[:_MOST]])


def _latin(parent: Element, text: str) -> Element:
    element = SubElement(parent, "bdi", {"dir": "ltr"})
    element.text = text
    return element
