"""Pages without needless weight: what looks the same in fewer bytes.

Figures and highlighted code are written more briefly, our own scripts and sheets
without the comments for those who maintain them. Nothing that a reader sees, hears or
copies changes, and nothing of the theme's is touched.
"""

import re
from itertools import pairwise

_FIGURE = re.compile(r'<svg class="hg-figure".*?</svg>', re.S)
_REFERENCE = re.compile(r'(?:href="#|url\(#)([^")]+)')
_LABELS = re.compile(r'labelledby="([^"]*)"')
_ID = re.compile(r'\sid="([^"]*)"')
_PART = re.compile(r"matplotlib\.axis_|[xy]tick_")
_TAG = re.compile(r"<[^>]*>")  # titles and labels between them keep their numbers
_FRACTION = re.compile(r'(?<=[ "(])-?\d+\.\d{3,}(?=[ ")\n])')
# A line through more points than a marker has.
_LINE = re.compile(r'(?<= d=")M [-\d.]+ [-\d.]+(?:\sL [-\d.]+ [-\d.]+){9,}\s*(?=")')
_FALLBACK = re.compile(r"var\((--fig-[\w-]+), #\w+\)")
# The page's own, which a figure inherits.
_FONTS = re.compile(r'font-family: (?:Vazirmatn|Inter)\b[^;"]*(?:; ?|(?="))')
_NO_TURN = re.compile(r'\stransform="rotate\(-?0 [^"]*"')
_BETWEEN_TAGS = re.compile(r">\s+<")
_EMPTY = re.compile(r"<(path|use|rect|image)\b([^>]*[^>/])?></\1>")
# Names and spaces have the colour of the code around them.
_PLAIN = re.compile(r'<span class="[nw]">([^<]*)</span>')

# Blocks whose spaces count, and tags, whose attributes may hold what is copied.
_AS_WRITTEN = re.compile(r"(<(pre|textarea|script|style)\b.*?</\2>|<[a-z][^>]*>)", re.S)
_INDENTATION = re.compile(r"\n\s+")
_COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*(?s:.*?)\*/)[ \t]*\n+", re.M)
_LICENCE = re.compile(r"MIT|Licen[cs]e")

NOTHING = "<div></div>"
"""The box of a block of ours that makes other elements and holds nothing itself."""


def slim(html: str) -> str:
    """Return a page's content in fewer bytes.

    Args:
        html: The content; figures are those of the embedding.
    """
    html = _PLAIN.sub(r"\1", _FIGURE.sub(lambda found: _slim_figure(found[0]), html))
    return html.replace(NOTHING, "")


def without_indentation(html: str) -> str:
    """Return a page without the templates' indentation and empty lines.

    Args:
        html: The page; where spaces are shown or are code they stay.
    """
    parts = _AS_WRITTEN.split(html)  # text, block, its name, text ...
    for place in range(0, len(parts), 3):
        parts[place] = _INDENTATION.sub("\n", parts[place])
    del parts[2::3]
    return "".join(parts)


def without_comments(text: str) -> str:
    """Return a script or a style sheet without comments that have lines of their own.

    Args:
        text: The source; of its comments, those that name a licence stay.
    """

    def kept(comment: re.Match[str]) -> str:
        return comment[0] if _LICENCE.search(comment[0]) else ""

    return _COMMENT.sub(kept, text)


def _slim_figure(svg: str) -> str:
    """Return a drawing without what only a file needs that stands alone.

    Coordinates keep a tenth of a pixel, those below ten a hundredth; ids stay where
    something refers to them, or where they name a part of the drawing.
    """
    used = set(_REFERENCE.findall(svg))
    used.update(name for names in _LABELS.findall(svg) for name in names.split())
    svg = _ID.sub(
        lambda found: found[0] if found[1] in used or _PART.search(found[1]) else "",
        svg,
    )
    svg = _LINE.sub(_by_steps, svg)
    svg = _TAG.sub(lambda tag: _FRACTION.sub(_shorter, tag[0]), svg)
    svg = _FONTS.sub("", _NO_TURN.sub("", _FALLBACK.sub(r"var(\1)", svg)))
    return _EMPTY.sub(r"<\1\2/>", _BETWEEN_TAGS.sub("><", svg))


def _by_steps(line: re.Match[str]) -> str:
    """Write a line by the step from each point to the next, which has fewer digits.

    Tenths are counted as whole numbers, so that no step adds to an error.
    """
    numbers = [round(10 * float(part)) for part in line[0].split() if part not in "ML"]
    points = [*zip(numbers[::2], numbers[1::2], strict=True)]
    steps = [points[0], *((x - a, y - b) for (a, b), (x, y) in pairwise(points))]
    written = [f"{x / 10:g} {y / 10:g}" for x, y in steps]
    return f"M{written[0]}l{' '.join(written[1:])}".replace(" -", "-")


def _shorter(number: re.Match[str]) -> str:
    value = float(number[0])
    return f"{value:.{1 if abs(value) >= 10 else 2}f}"
