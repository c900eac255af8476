"""A site as an EPUB, for phones and e-readers.

It holds the pages' own text, formulas as MathML and figures as SVG, and no script.
"""

import io
import re
import uuid
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Page

from hamgasht.core.course import read_course
from hamgasht.core.words import read_words
from hamgasht.release.book import (
    NOT_OF_HOME,
    SCRIPT,
    Cover,
    Edition,
    front,
    page_names,
)
from hamgasht.release.chromium import HOME, call, use_site
from hamgasht.site.build import source_date
from hamgasht.site.downloads import DATE, add_files

_HERE = Path(__file__).parent
STYLE = _HERE / "take_along.css"
_LIMIT = 300  # seconds for all pages
_COVER = {"width": 1200, "height": 1800}
_FACES = {"en": '"Inter"', "fa": '"Vazirmatn"'}
_MIME = {
    "xhtml": "application/xhtml+xml",
    "css": "text/css",
    "png": "image/png",
    "woff2": "font/woff2",
}
_CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/package.opf"
 media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
_XHTML = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"
 lang="{language}" xml:lang="{language}" dir="{direction}">
<head><title>{title}</title><link rel="stylesheet" href="style.css"/></head>
<body>
{body}
</body>
</html>
"""
_PACKAGE = """<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id"
 xml:lang="{language}">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">{identifier}</dc:identifier>
<dc:title>{title}</dc:title>
<dc:language>{language}</dc:language>
<dc:creator>{author}</dc:creator>
<dc:rights>{licence}</dc:rights>
<meta property="dcterms:modified">{modified}</meta>
<meta property="schema:accessMode">textual</meta>
<meta property="schema:accessMode">visual</meta>
<meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">alternativeText</meta>
<meta property="schema:accessibilityFeature">MathML</meta>
<meta property="schema:accessibilityFeature">tableOfContents</meta>
<meta property="schema:accessibilityHazard">none</meta>
</metadata>
<manifest>
{items}
</manifest>
<spine page-progression-direction="{direction}">
{spine}
</spine>
</package>
"""


def make_epub(
    root: Path, browser: str, flags: list[str], site: Path, language: str, cover: Cover
) -> bytes:
    """Return one language's site as an EPUB: the same bytes for the same site.

    Args:
        root: The project's root, which says what the course calls its parts.
        browser: The path of Chromium.
        flags: What to start it with.
        site: The folder of that language's site.
        language: ``fa`` or ``en``.
        cover: What the first page says.

    Raises:
        HamgashtError: The site has no page, or Chromium took too long.
        playwright.async_api.Error: Chromium failed.
    """
    edition = Edition(language, read_words(root, language), read_course(root), cover)

    async def read(page: Page) -> tuple[list[dict[str, Any]], bytes]:
        return await _pages(page, site, edition), await _draw_cover(page, edition)

    pages, picture = use_site(browser, flags, site, read, limit=_LIMIT)
    files = {"images/cover.png": picture, **_style(site, language)}
    for page in pages:
        for source, name in page["images"]:
            files[name] = _png(site / source)
    colours = figure_colours(site)
    texts = {
        page["name"]: re.sub(
            r"var\((--fig-[\w-]+)\)",
            lambda found: colours[found[1]],
            page["xhtml"],
        )
        for page in pages
    }
    files |= {
        f"{name}.xhtml": _xhtml(edition, page["title"], texts[name])
        for name, page in zip(texts, pages, strict=True)
    }
    drawn = f'<img class="cover" src="images/cover.png" alt="{escape(cover.name)}"/>'
    files["cover.xhtml"] = _xhtml(edition, cover.name, drawn)
    files["nav.xhtml"] = _contents(edition, pages)
    date = datetime.fromtimestamp(source_date(root), UTC)
    files["package.opf"] = _package(edition, files, pages, date)
    return _pack(files)


async def _pages(page: Page, site: Path, edition: Edition) -> list[dict[str, Any]]:
    names = page_names(site, edition.course)
    asked = [
        {
            "name": name,
            "html": (site / file).read_text(encoding="utf-8"),
            "title": edition.words["book.preface"] if file == HOME else "",
            "number": edition.number(file),
            "without": NOT_OF_HOME if file == HOME else (),
        }
        for file, name in names.items()
    ]
    return await call(
        page,
        [SCRIPT, _HERE / "epub.js"],
        "epub",
        {
            "pages": asked,
            "names": names,
            "answers": edition.words["book.answers"],
            "published": edition.cover.published,
        },
    )


async def _draw_cover(page: Page, edition: Edition) -> bytes:
    """Return the first page of the printed book, as a picture."""
    await page.set_viewport_size(_COVER)
    await call(page, [SCRIPT], "begin", front(edition))
    await page.evaluate("document.fonts.ready")
    return await page.locator(".hg-cover").screenshot()


def figure_colours(site: Path) -> dict[str, str]:
    """Return the colours of figures on paper, by the name of their variable.

    Many readers know no variables.
    """
    style = (site / "assets/css/hamgasht.css").read_text(encoding="utf-8")
    return dict(re.findall(r"(--fig-[\w-]+): ?(#\w+)", style))  # print stands last


def font_rules(site: Path) -> str:
    """Return the rules of the faces for text and code, as the site has them."""
    faces = (site / "assets/css/fonts.css").read_text(encoding="utf-8")
    found = re.findall(r"@font-face ?\{.*?\}", faces, re.DOTALL)
    return "\n".join(
        face for face in found if "katex" not in face and "-name." not in face
    )


def _style(site: Path, language: str) -> dict[str, bytes]:
    """Return the style sheet and the fonts that it names."""
    own = STYLE.read_text(encoding="utf-8").replace("FACE", _FACES[language])
    style = font_rules(site).replace("../fonts/", "fonts/") + own
    fonts = dict.fromkeys(re.findall(r"fonts/[\w-]+\.woff2", style))
    return {
        "style.css": style.encode(),
        **{name: (site / "assets" / name).read_bytes() for name in fonts},
    }


def _png(path: Path) -> bytes:
    """Return a picture as PNG, which every reader shows."""
    made = io.BytesIO()
    Image.open(path).save(made, "png", optimize=True)
    return made.getvalue()


def _xhtml(edition: Edition, title: str, body: str) -> bytes:
    return _XHTML.format(
        language=edition.language,
        direction=direction_of(edition.language),
        title=escape(title),
        body=body,
    ).encode()


def direction_of(language: str) -> str:
    """Return how a language is written, as HTML says it."""
    return "rtl" if language == "fa" else "ltr"


def _contents(edition: Edition, pages: list[dict[str, Any]]) -> bytes:
    """Return the contents; a glossary's sections are too many and too small."""
    glossary = Path(edition.course.pages.glossary).stem

    def entry(address: str, title: str, inner: str = "") -> str:
        return f'<li><a href="{address}">{escape(title)}</a>{inner}</li>'

    def sections(page: dict[str, Any]) -> str:
        if page["name"] == glossary or not page["sections"]:
            return ""
        file = f"{page['name']}.xhtml"
        items = [entry(f"{file}#{name}", title) for name, title in page["sections"]]
        return f"<ol>{''.join(items)}</ol>"

    items = [entry(f"{p['name']}.xhtml", p["title"], sections(p)) for p in pages]
    title = edition.words["book.contents"]
    body = f'<nav epub:type="toc"><h1>{title}</h1><ol>{"".join(items)}</ol></nav>'
    return _xhtml(edition, title, body)


def _package(
    edition: Edition, files: Iterable[str], pages: list[dict[str, Any]], date: datetime
) -> bytes:
    """Return the package document, which lists all files and their order."""
    properties = {f"{page['name']}.xhtml": " ".join(page["has"]) for page in pages}
    properties = {
        name: kinds.replace("math", "mathml") for name, kinds in properties.items()
    }
    properties |= {"nav.xhtml": "nav", "images/cover.png": "cover-image"}
    ids = {name: f"item-{number}" for number, name in enumerate(sorted(files))}
    items = []
    for name, key in ids.items():
        has = f' properties="{properties[name]}"' if properties.get(name) else ""
        kind = _MIME[name.rpartition(".")[2]]
        items.append(f'<item id="{key}" href="{name}" media-type="{kind}"{has}/>')
    order = ["cover.xhtml", "nav.xhtml", *(f"{page['name']}.xhtml" for page in pages)]
    cover = edition.cover
    return _PACKAGE.format(
        language=edition.language,
        direction=direction_of(edition.language),
        identifier=uuid.uuid5(uuid.NAMESPACE_URL, "\n".join(cover.facts)).urn,
        title=escape(cover.name),
        author=escape(cover.facts[0]),
        licence=escape(edition.words["book.licences"]),
        modified=f"{date:%Y-%m-%dT%H:%M:%SZ}",
        items="\n".join(items),
        spine="\n".join(f'<itemref idref="{ids[name]}"/>' for name in order),
    ).encode()


def _pack(files: Mapping[str, bytes]) -> bytes:
    """Return the archive: its kind comes first and as it is, says the format."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        kind = zipfile.ZipInfo("mimetype", DATE)
        archive.writestr(kind, "application/epub+zip")
        add_files(
            archive,
            {"META-INF/container.xml": _CONTAINER.encode()}
            | {f"EPUB/{name}": content for name, content in files.items()},
        )
    return packed.getvalue()
