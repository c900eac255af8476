"""Recorded SVG figures inside a page, with which they share no id and no style rule."""

import html
import re

_PROLOGUE = re.compile(r"^.*?(?=<svg\b)", re.S)
_DROPPED = re.compile(r"<!--.*?-->|<metadata\b.*?</metadata>|<title\b.*?</title>", re.S)
_ROOT = re.compile(r"<svg\b([^>]*)>", re.S)
_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*\"([^\"]*)\"")
_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style>", re.S)
_STYLE_ALL = re.compile(r"\s*\*\s*\{([^}]*)\}\s*")
_EMPTY_DEFS = re.compile(r"<defs>\s*</defs>")
_KEPT = ("width", "height", "viewBox", "xmlns", "xmlns:xlink")


def inline_svg(svg: str, *, prefix: str, title: str, description: str) -> str:
    """Return a figure's markup for a page.

    Args:
        svg: The standalone SVG.
        prefix: Put before every id in it; unique on the page.
        title: Its name, from the caption; the description stands in for none.
        description: What to see in it, from the alt text.
    """
    svg = _DROPPED.sub("", _PROLOGUE.sub("", svg, count=1))
    svg, style = _inherited_style(svg)
    svg = _once(re.sub(r'\bid="', f'id="{prefix}-', svg))
    svg = re.sub(r'((?:xlink:)?href=")#', rf"\1#{prefix}-", svg)
    svg = re.sub(r"url\(#", f"url(#{prefix}-", svg)
    match = _ROOT.search(svg)
    assert match is not None, "a recorded figure is an SVG"
    return _head(match[1], prefix, title, description, style) + svg[match.end() :]


def _once(svg: str) -> str:
    """Drop ids that come again: Matplotlib names equal images alike."""
    seen: set[str] = set()

    def first(match: re.Match[str]) -> str:
        known = match[1] in seen
        seen.add(match[1])
        return "" if known else match[0]

    return re.sub(r'\s\bid="([^"]*)"', first, svg)


def _inherited_style(svg: str) -> tuple[str, str]:
    """Take ``* {...}`` rules out of an SVG, to stand on its root instead.

    Inside a page such a rule would reach every other figure and icon.
    """
    rules: list[str] = []

    def take(match: re.Match[str]) -> str:
        rule = _STYLE_ALL.fullmatch(match[1])
        if rule is None:
            return match[0]
        rules.append(rule[1].strip().rstrip(";"))
        return ""

    svg = _EMPTY_DEFS.sub("", _STYLE.sub(take, svg))
    return svg, ";".join([*rules, "direction:ltr"])


def _head(
    attributes: str, prefix: str, title: str, description: str, style: str
) -> str:
    # In small letters, as nbconvert's pages have them; HTML does not tell them apart.
    found = {name.lower(): value for name, value in _ATTRIBUTE.findall(attributes)}
    pairs = ((name, found.get(name.lower())) for name in _KEPT)
    kept = [f'{name}="{value}"' for name, value in pairs if value is not None]
    names = f"{prefix}-title {prefix}-desc" if title else f"{prefix}-title"
    opening = (
        f'<svg class="hg-figure" role="img" aria-labelledby="{names}" '
        f'direction="ltr" style="{style}" data-search-exclude {" ".join(kept)}>'
        f'<title id="{prefix}-title">{html.escape(title or description)}</title>'
    )
    if title:
        opening += f'<desc id="{prefix}-desc">{html.escape(description)}</desc>'
    return opening
