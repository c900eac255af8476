"""Latin runs in Persian text, each isolated with the marks that belong to it.

A run (``C++``, ``model.fit()``, ``97.0%``, ``(498, 16)``, ``498×16``) goes into
``<bdi dir="ltr">``, or in plain text into Unicode's isolates; English words are marked
as such. Punctuation of the Persian sentence stays outside.
"""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from markdown.treeprocessors import Treeprocessor

from hamgasht.embed.prose.wrap import Found, wrap_text

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
    """Isolates the Latin runs of a Persian page."""

    def run(self, root: Element) -> None:
        """Wrap every run in the tree."""
        wrap_text(root, _is_closed, _isolates)


def find_runs(text: str) -> Iterator[tuple[int, int]]:
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


def isolate_runs(text: str) -> str:
    """Return plain text with its runs in U+2066 ... U+2069, for attributes."""
    parts, last = [], 0
    for start, end in find_runs(text):
        parts += [text[last:start], "\u2066", text[start:end], "\u2069"]
        last = end
    return "".join([*parts, text[last:]])


def _isolates(text: str) -> Found:
    found = []
    for start, end in find_runs(text):
        isolate = Element("bdi", {"dir": "ltr"})
        if _WORDS.fullmatch(text, start, end):
            isolate.set("lang", "en")
        found.append((start, end, isolate))
    return found


def _is_closed(element: Element) -> bool:
    return (
        not isinstance(element.tag, str)
        or element.tag in _CLOSED
        or element.get("dir") == "ltr"
    )
