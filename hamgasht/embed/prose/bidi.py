"""Latin runs in Persian text, each isolated with the marks that belong to it.

Takes in a page's tree, or plain text; gives out the same with every run (``C++``,
``model.fit()``, ``97.0%``, ``(498, 16)``, ``498×16``) in ``<bdi dir="ltr">``, or in
Unicode's isolates; what is English words says so. Punctuation of the Persian sentence
stays outside.
"""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

# Elements whose content has a direction of its own, or is no prose.
_CLOSED = {"code", "pre", "kbd", "samp", "script", "style", "svg", "math", "textarea"}
_CLOSED |= {"bdi", "bdo"}

_LATIN = r"A-Za-z0-9_µ\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u03ff\u1e00-\u1eff"
_FA = "۰-۹"
_RTL = r"\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
# A character that Markdown keeps escaped until the end (`\+`), as one mark.
_ESCAPED = r"\x02\d+\x03"
_SUPERSCRIPTS = "⁻⁰¹²³⁴-⁹"
_SIGN = "[-−+±~]"
_START = r"(?<![^\s(\[{«/،؛:])"


def _latin_pattern() -> str:
    """One Latin word or number with the marks on it: ``model.fit()``, ``-0.25``."""
    core = f"[{_LATIN}{_SUPERSCRIPTS}₀-₉°]++"
    join = rf"(?:[-.:/\\@&'’^*=<>×·~|+−–$#!?]|{_ESCAPED}|(?<=\d),(?=\d))"
    flat = rf"\([^(){_RTL}\n]*\)"
    call = rf"(?:\((?:[^(){_RTL}\n]|{flat})*\)|\[[^\[\]{_RTL}\n]*\])"
    plus = rf"\+{{1,2}}(?![{_LATIN}{_FA}])|(?:{_ESCAPED})+(?![{_LATIN}])"
    tail = rf"(?:{plus}|#|(?<=\d)\s?[%٪]|′|\*)"
    word = rf"{core}(?:{call}|{join}{{1,3}}{core}|(?<=[)\]]){core})*{tail}?"
    return rf"(?:{_START}(?:{_SIGN}|[@#.$/](?=[{_LATIN}])))?{word}"


def _group_pattern() -> str:
    """A bracketed list, Latin throughout: ``(498, 16)``, ``[0, 1)``, ``[[1, 2]]``."""
    inside = rf"[^()\[\]{{}}{_RTL}\n]"
    part = rf"(?:{inside}|[(\[{{]{inside}*[)\]}}])"
    return rf"[(\[{{](?=[^{_RTL}\n]*[{_LATIN}])(?={part}*,|{inside}*\[)" + (
        rf"{part}*[)\]}}]"
    )


def _persian_pattern() -> str:
    """One number in Persian digits with its sign or percent: ``−۰٫۲۵``, ``۹۷٪``."""
    number = rf"[{_FA}](?:[{_FA}٫٬]*[{_FA}])?[{_SUPERSCRIPTS}]*"
    return rf"(?:{_START}{_SIGN})?{number}(?:\s?٪)?"


def _run_pattern() -> re.Pattern[str]:
    """A run: words that follow each other, or are joined by an operator."""
    persian = _persian_pattern()
    item = f"(?:{_latin_pattern()}|{_group_pattern()})"
    operator = rf"\s?(?:[=<>≤≥≠≈+−×·÷→⇒∈]|->|==|{_ESCAPED})\s?"
    joined = rf"{operator}{_SIGN}?(?:{item}|{persian})"
    aside = rf"\([^()\n{_RTL}]*[{_LATIN}][^()\n{_RTL}]*\)(?:-[{_LATIN}]+)?"
    following = (
        rf"(?:[ \u00a0\n](?:{aside}|{item})|[ \u00a0]?/[ \u00a0]?{item}|{joined})"
    )
    return re.compile(
        rf"(?P<latin>{item}{following}*)|(?P<persian>(?<![{_FA}٫٬]){persian}(?:{joined})*)"
    )


_RUN = _run_pattern()
# English words, which a voice should say as such; names and numbers are anyone's.
_WORDS = re.compile(r"(?=.*\b[a-z]{3,}\b)[A-Za-z]+(?:[\s-][A-Za-z]+)*", re.S)
_PLACEHOLDER = re.compile(r"\x02(?!\d+\x03)[^\x03]*\x03")
_PLAIN_PERSIAN = re.compile(rf"[{_FA}٫٬]+")


class BidiTreeprocessor(Treeprocessor):
    """Isolates the Latin runs of a Persian page.

    Args:
        md: The Markdown instance.
    """

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)

    def run(self, root: Element) -> None:
        """Wrap every run in the tree."""
        _wrap_children(root)


def runs(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places (start, end) of the runs in a text that need isolation.

    Args:
        text: Text of a Persian page; Markdown's placeholders are left alone.
    """
    position = 0
    for hole in [*_PLACEHOLDER.finditer(text), None]:
        end = hole.start() if hole else len(text)
        for match in _RUN.finditer(text, position, end):
            if match["latin"] or not _PLAIN_PERSIAN.fullmatch(match[0]):
                yield match.span()
        position = hole.end() if hole else end


def isolated(text: str) -> str:
    """Return plain text with its runs in U+2066 ... U+2069, for attributes."""
    parts, last = [], 0
    for start, end in runs(text):
        parts += [text[last:start], "\u2066", text[start:end], "\u2069"]
        last = end
    return "".join([*parts, text[last:]])


def _wrap_children(element: Element) -> None:
    if not _is_closed(element):
        element.text = _wrap_text(element, 0, element.text)
        for child in list(element):
            _wrap_children(child)
            place = list(element).index(child) + 1
            child.tail = _wrap_text(element, place, child.tail)


def _wrap_text(parent: Element, place: int, text: str | None) -> str | None:
    """Put a text's runs into ``parent`` from ``place`` on; return what precedes."""
    found = list(runs(text or ""))
    if not text or not found:
        return text
    ends = [start for start, _ in found[1:]] + [len(text)]
    for offset, ((start, end), following) in enumerate(zip(found, ends, strict=True)):
        isolate = Element("bdi", {"dir": "ltr"})
        if _WORDS.fullmatch(text, start, end):
            isolate.set("lang", "en")
        isolate.text, isolate.tail = text[start:end], text[end:following]
        parent.insert(place + offset, isolate)
    return text[: found[0][0]]


def _is_closed(element: Element) -> bool:
    return (
        not isinstance(element.tag, str)
        or element.tag in _CLOSED
        or element.get("dir") == "ltr"
    )
