"""What search engines, messengers and language models are told of each page.

Takes in a page's title, description and address; gives out the links to its other
language, its Open Graph properties, its structured data and, for a site, llms.txt.
Addresses are whole only where the site's address of publication is known.
"""

import json
import re
from dataclasses import dataclass
from html import unescape
from typing import Any

LOCALES = {"fa": "fa_IR", "en": "en_GB"}
DEFAULT = "fa"
"""The language of whoever reads neither: that of the site's root."""

CARDS = "assets/cards"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
AUTHORS = "The Hamgasht authors"
HOME, CHAPTER, OTHER, NOTEBOOK = "home", "chapter", "other", "notebook"
_ABOUT = {
    "en": ["Convolutional neural networks", "Deep learning", "Keras"],
    "fa": ["شبکه‌های عصبی همگشتی", "یادگیری عمیق", "Keras"],
}
_LLMS = {
    "en": {
        "chapters": "Chapters",
        "around": "Around the course",
        "notebooks": "Optional: the runs behind the chapters",
        "note": "Every number on a page was printed by the code beside it. "
        "The same course in Persian: {other}",
        "source": "text",
    },
    "fa": {
        "chapters": "فصل‌ها",
        "around": "پیرامون درس",
        "notebooks": "اختیاری: اجراهای پشت فصل‌ها",
        "note": "هر عددی که در صفحه‌ها می‌بینید چاپِ کدی است که کنار آن آمده است. "
        "همین درس به انگلیسی: {other}",
        "source": "متن",
    },
}


@dataclass(frozen=True)
class Site:
    """One language's site, as others find it.

    Attributes:
        language: ``fa`` or ``en``.
        name: The name of the course.
        description: What the course is, in a sentence.
        published: The address of both sites, with a slash at its end; none if unknown.
    """

    language: str
    name: str
    description: str
    published: str | None

    def address(self, path: str, language: str | None = None) -> str | None:
        """Return a page's whole address; none where that of publication is unknown.

        Args:
            path: The page's path in its own site.
            language: Whose page; that of this site if not given.
        """
        language = language or self.language
        folder = "" if language == DEFAULT else f"{language}/"
        return f"{self.published}{folder}{path}" if self.published else None


@dataclass(frozen=True)
class Entry:
    """One page, as others find it.

    Attributes:
        path: Its path in its own site.
        title: Its title, as plain text.
        description: What it is about.
        kind: ``home``, ``chapter``, ``other`` or ``notebook``.
        number: Its place among the chapters, from 1; 0 for other pages.
        source: The path of its own text; empty if it has none.
    """

    path: str
    title: str
    description: str
    kind: str
    number: int = 0
    source: str = ""

    @property
    def card(self) -> str:
        """The path of its card; notebooks share that of the home page."""
        name = "index" if self.kind == NOTEBOOK else self.path.removesuffix(".html")
        return f"{CARDS}/{name}.png"


def alternates(site: Site, path: str, root: str) -> list[tuple[str, str]]:
    """Return language codes and addresses of a page in every language.

    Args:
        site: The site of the page.
        path: The page's path, the same in both sites.
        root: From the page to the root of both sites, for want of a whole address.
    """
    found = []
    for language in LOCALES:
        folder = "" if language == DEFAULT else f"{language}/"
        address = site.address(path, language) or f"{root}{folder}{path}"
        found.append((language, address))
    return [*found, ("x-default", dict(found)[DEFAULT])]


def open_graph(site: Site, entry: Entry) -> dict[str, str]:
    """Return a page's Open Graph properties.

    Args:
        site: The site of the page.
        entry: The page.
    """
    [other] = LOCALES.keys() - {site.language}
    properties = {
        "og:type": "website" if entry.kind == HOME else "article",
        "og:site_name": site.name,
        "og:title": entry.title,
        "og:description": entry.description,
        "og:locale": LOCALES[site.language],
        "og:locale:alternate": LOCALES[other],
    }
    if (address := site.address(entry.path)) and (card := site.address(entry.card)):
        properties |= {
            "og:url": address,
            "og:image": card,
            "og:image:type": "image/png",
            "og:image:width": "1200",
            "og:image:height": "630",
            "og:image:alt": f"{site.name}: {entry.title}",
        }
    return properties


def structured_data(
    site: Site, entry: Entry, chapters: list[Entry]
) -> dict[str, Any] | None:
    """Return what schema.org's words say of a page; none for other pages.

    Args:
        site: The site of the page.
        entry: The page.
        chapters: The chapters in their order.
    """
    if entry.kind == HOME:
        return {
            "@context": "https://schema.org",
            **_course(site, site.description),
            "about": _ABOUT[site.language],
            "hasPart": [_resource(site, chapter) for chapter in chapters],
        }
    if entry.kind == CHAPTER:
        return {
            "@context": "https://schema.org",
            **_resource(site, entry),
            "isPartOf": _course(site),
        }
    return None


def script(data: dict[str, Any] | None) -> str:
    """Return data as JSON that may stand in a page's script element."""
    if not data:
        return ""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def llms(site: Site, entries: list[Entry]) -> str:
    """Return the site's llms.txt: what there is to read, for a language model.

    Args:
        site: The site.
        entries: Its pages in the order of the navigation, notebooks last.
    """
    words = _LLMS[site.language]
    [other] = LOCALES.keys() - {site.language}
    twin = site.address("llms.txt", other) or (
        "en/llms.txt" if other == "en" else "../llms.txt"
    )
    parts = [
        f"# {site.name}",
        f"> {site.description}",
        words["note"].format(other=f"[llms.txt]({twin})"),
    ]
    for title, kinds in (
        ("chapters", {CHAPTER}),
        ("around", {HOME, OTHER}),
        ("notebooks", {NOTEBOOK}),
    ):
        listed = [_line(site, e, words) for e in entries if e.kind in kinds]
        if listed:
            parts.append(f"## {words[title]}\n\n" + "\n".join(listed))
    return "\n\n".join(parts) + "\n"


def robots(site: Site) -> str:
    """Return robots.txt, which lets all in and names both sitemaps.

    Args:
        site: A site whose address of publication is known.
    """
    maps = [f"Sitemap: {site.address('sitemap.xml', code)}" for code in LOCALES]
    return "\n".join(["User-agent: *", "Allow: /", "", *maps]) + "\n"


def plain_title(title: str) -> str:
    """Return a title without its markup."""
    return unescape(re.sub(r"<[^>]+>", "", title))


def about_notebook(snippet: str, language: str) -> str:
    """Return the description of a recorded notebook's page.

    Args:
        snippet: The snippet's id.
        language: ``fa`` or ``en``.
    """
    if language == "fa":
        return f"دفترچهٔ اجراشدهٔ {snippet}: همهٔ کد، با آنچه چاپ کرده است."
    return f"The executed notebook {snippet}: the whole code, with what it printed."


def _line(site: Site, entry: Entry, words: dict[str, str]) -> str:
    address = site.address(entry.path) or entry.path
    line = f"- [{entry.title}]({address}): {entry.description}"
    if not entry.source:
        return line
    source = site.address(entry.source) or entry.source
    return f"{line} ([{words['source']}]({source}))"


def _course(site: Site, description: str = "") -> dict[str, Any]:
    course = {
        "@type": "Course",
        "name": site.name,
        "inLanguage": site.language,
        "isAccessibleForFree": True,
        "license": LICENCE,
        "provider": {"@type": "Organization", "name": AUTHORS},
    }
    if description:
        course["description"] = description
    return _placed(course, site.address("index.html"))


def _resource(site: Site, entry: Entry) -> dict[str, Any]:
    resource = {
        "@type": "LearningResource",
        "name": entry.title,
        "description": entry.description,
        "position": entry.number,
        "inLanguage": site.language,
        "learningResourceType": ["lecture", "code", "exercise"],
        "educationalLevel": "university",
        "isAccessibleForFree": True,
        "license": LICENCE,
    }
    return _placed(resource, site.address(entry.path))


def _placed(thing: dict[str, Any], address: str | None) -> dict[str, Any]:
    return {**thing, "@id": address, "url": address} if address else thing
