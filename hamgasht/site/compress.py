"""Pages without needless weight: what looks the same in fewer bytes.

Takes in the HTML of a page's content; gives it out with its figures and its
highlighted code written more briefly. Takes in the theme's style sheet; gives it out
without what no page has. Takes in our own scripts and sheets; gives them out without
the comments for those who maintain them. Nothing that a reader sees, hears or copies
changes.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from properdocs.config.defaults import ProperDocsConfig
from properdocs.exceptions import PluginError
from properdocs.structure.files import File, Files

_FIGURE = re.compile(r'<svg class="hg-figure".*?</svg>', re.S)
_REFERENCE = re.compile(r'(?:href="#|url\(#)([^")]+)')
_LABELS = re.compile(r'labelledby="([^"]*)"')
_ID = re.compile(r'\sid="([^"]*)"')
_PART = re.compile(r"matplotlib\.axis_|[xy]tick_")
_TAG = re.compile(r"<[^>]*>")  # titles and labels between them keep their numbers
_FRACTION = re.compile(r'(?<=[ "(])-?\d+\.\d{3,}(?=[ ")\n])')
_FALLBACK = re.compile(r"var\((--fig-[\w-]+), #\w+\)")
# The page's own, which a figure inherits.
_FONTS = re.compile(r'font-family: (?:Vazirmatn|Inter)\b[^;"]*(?:; ?|(?="))')
_NO_TURN = re.compile(r'\stransform="rotate\(-?0 [^"]*"')
_BETWEEN_TAGS = re.compile(r">\s+<")
_RULE = re.compile(r"([^{}@]+)(\{[^{}]*\})")
_NO_RULES = re.compile(r"@(?:media|supports)[^{}]*\{\}")
_EMPTY = re.compile(r"<(path|use|rect|image)\b([^>]*[^>/])?></\1>")
# Names and spaces have the colour of the code around them.
_PLAIN = re.compile(r'<span class="[nw]">([^<]*)</span>')

_COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*(?s:.*?)\*/)[ \t]*\n+", re.M)
_LICENCE = re.compile(r"MIT|Licen[cs]e")

SHEET = "assets/css/site.css"
"""The one style sheet that pages ask for."""

NOTHING = "<div></div>"
"""The box of a block of ours that makes other elements and holds nothing itself."""

UNUSED = re.compile(
    r"\.(?:md-(?:annotation|author|banner|consent|feedback|meta|pagination|path|post"
    r"|profile|progress|select|social|tabs|tag|version)|critic|giscus|grid\b|lightbox"
    r"|linenos|mdx-|mermaid|tabbed-|task-list)"
)
"""Parts of the theme that no page of this site has: a blog, tabs and so on."""

COSTLY = re.compile(r"\[data-md-color-switching")
"""The rule that stops all transitions while colours change.

Material sets its mark on every page that opens, and the styles of the whole page are
worked out twice for it.
"""

SCHEME = '{name:"color-scheme"}'
"""With what Material's script tells the browser which colour scheme is shown.

A browser that is told so has all styles worked out again, three times for each page
that opens. A rule of our style sheet says the same, and costs nothing.
"""


def slim(html: str) -> str:
    """Return a page's content in fewer bytes.

    Args:
        html: The content; figures are those of the embedding.
    """
    html = _PLAIN.sub(r"\1", _FIGURE.sub(lambda found: _slim_figure(found[0]), html))
    return html.replace(NOTHING, "")


def slim_sheet(css: str) -> str:
    """Return a style sheet of the theme without rules that no page needs.

    Args:
        css: The sheet, as the theme brings it.
    """

    def kept(rule: re.Match[str]) -> str:
        # What stands in brackets is one case of several.
        found = [
            one
            for one in _selectors(rule[1])
            if not UNUSED.search(one.split("(")[0]) and not COSTLY.search(one)
        ]
        return f"{','.join(found)}{rule[2]}" if found else ""

    return _NO_RULES.sub("", _RULE.sub(kept, css))


def join_sheets(files: Files, config: ProperDocsConfig) -> None:
    """Put one style sheet in the place of Material's and of our own.

    Formulas bring their own sheet, which most pages of notebooks have no use for.
    """
    theme = [file for file in files if file.src_uri.startswith("assets/stylesheets/")]
    sheets = [
        slim_sheet(file.content_string)
        for name in ("main", "palette")  # in the order in which Material asks for them
        for file in theme
        if re.fullmatch(rf"{name}\.\w+\.min\.css", PurePosixPath(file.src_uri).name)
    ]
    for uri in config.extra["own_sheets"]:
        own = files.get_file_from_path(uri)
        if own is None:
            raise PluginError(
                f"mkdocs.yml: extra_css: {uri} does not exist. "
                "Fix: take it out, or put the sheet under docs/theme/."
            )
        theme.append(own)
        sheets.append(without_comments(own.content_string))
    for file in theme:
        files.remove(file)
    files.append(File.generated(config, SHEET, content="\n".join(sheets)))


def slim_bundle(script: str) -> str:
    """Return Material's script, which no longer speaks of colour schemes."""
    return script.replace(SCHEME, '{name:"hg-color-scheme"}')


def without_comments(text: str) -> str:
    """Return a script or a style sheet without comments that have lines of their own.

    Args:
        text: The source; of its comments, those that name a licence stay.
    """

    def kept(comment: re.Match[str]) -> str:
        return comment[0] if _LICENCE.search(comment[0]) else ""

    return _COMMENT.sub(kept, text)


def _selectors(text: str) -> Iterator[str]:
    """Yield the selectors of a rule; commas within brackets part nothing."""
    depth, start = 0, 0
    for place, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if character == "," and not depth:
            yield text[start:place]
            start = place + 1
    yield text[start:]


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
    svg = _TAG.sub(lambda tag: _FRACTION.sub(_shorter, tag[0]), svg)
    svg = _FONTS.sub("", _NO_TURN.sub("", _FALLBACK.sub(r"var(\1)", svg)))
    return _EMPTY.sub(r"<\1\2/>", _BETWEEN_TAGS.sub("><", svg))


def _shorter(number: re.Match[str]) -> str:
    value = float(number[0])
    return f"{value:.{1 if abs(value) >= 10 else 2}f}"
