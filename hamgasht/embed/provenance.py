"""The small line under a cell: where its output came from, and links to the whole.

Takes in a recorded run; gives out one paragraph in the page's language.
"""

import datetime
from xml.etree.ElementTree import Element, SubElement

from hamgasht.embed.page import Page
from hamgasht.embed.words import words
from hamgasht.localise import format_date
from hamgasht.outputs import Recorded

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


def provenance(page: Page, recorded: Recorded, *, run: bool) -> Element:
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
    own = words(page.language)
    place = f"{page.up}notebooks/{recorded.id}"
    for key, suffix in (
        ("notebook", ".ipynb"),
        ("source", ".py"),
        ("manifest", ".manifest.json"),
    ):
        if len(links):
            links[-1].tail = " · "
        SubElement(links, "a", {"href": f"{place}{suffix}"}).text = own[key]
    return element


def _run(page: Page, recorded: Recorded, element: Element) -> None:
    own, about = words(page.language), recorded.provenance
    span = SubElement(element, "span", {"class": "hg-provenance__run"})
    span.tail = " "
    _latin(span, about["device"]["name"]).tail = " · "
    _latin(span, _libraries(about)).tail = " · "
    date = datetime.datetime.fromisoformat(about["date"]).date()
    time = SubElement(span, "time", {"datetime": date.isoformat()})
    time.text = format_date(date, page.language)
    if names := sorted(recorded.manifest["data"]):
        label, _, _ = own["data"].partition("{names}")
        time.tail = f" · {label}"
        for name in names:
            _latin(span, name).tail = own["comma"] if name != names[-1] else ""


def _libraries(about: dict) -> str:
    versions = about["versions"]
    named = [f"{_NAMES[name]} {versions[name]}" for name in _NAMES if name in versions]
    return ", ".join([f"Python {about['python']}", *named[:_MOST]])


def _latin(parent: Element, text: str) -> Element:
    element = SubElement(parent, "bdi", {"dir": "ltr"})
    element.text = text
    return element
