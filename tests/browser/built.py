"""The built site as files: its pages, and what each links to.

Takes in the folder that a build filled; gives out pages with their links, ids and
texts. Reads HTML by itself, without a browser.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

LANGUAGES = ("fa", "en")
DIRECTIONS = {"fa": "rtl", "en": "ltr"}
# Attributes that hold an address to load or to go to.
ADDRESSES = ("href", "src", "poster", "data", "srcset")


@dataclass(frozen=True)
class Link:
    """An address on a page.

    Attributes:
        line: The line of the HTML file.
        tag: The element's name.
        attribute: The attribute that holds it.
        address: The address as it is written.
        relations: What a ``link`` element is for.
    """

    line: int
    tag: str
    attribute: str
    address: str
    relations: tuple[str, ...] = ()


class Reader(HTMLParser):
    """Collects what the tests ask of one HTML file."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[Link] = []
        self.ids: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if identity := found.get("id") or (tag == "a" and found.get("name")):
            self.ids.append(str(identity))
        relations = tuple(found.get("rel", "").split())
        for name in ADDRESSES:
            if name in found:
                for address in self._addresses(name, found[name]):
                    self.links.append(
                        Link(self.getpos()[0], tag, name, address, relations)
                    )

    @staticmethod
    def _addresses(name: str, value: str) -> Iterator[str]:
        if name == "srcset":
            yield from (part.split()[0] for part in value.split(",") if part.strip())
        else:
            yield value


@dataclass(frozen=True)
class Page:
    """One HTML file of the site.

    Attributes:
        site: The site that it belongs to.
        name: Its path in the site, with forward slashes.
    """

    site: "Site"
    name: str

    @property
    def language(self) -> str:
        """``fa`` or ``en``, by where it lies."""
        return "en" if self.name.startswith("en/") else "fa"

    @property
    def file(self) -> Path:
        """The HTML file."""
        return self.site.folder / self.name

    @property
    def path(self) -> str:
        """The address's path, as a reader sees it."""
        return self.site.base + self.name

    @property
    def twin(self) -> "Page":
        """The same page in the other language."""
        if self.language == "en":
            return Page(self.site, self.name.removeprefix("en/"))
        return Page(self.site, f"en/{self.name}")

    @property
    def is_missing_page(self) -> bool:
        """Whether it is what a reader gets for a wrong address."""
        return self.file.name == "404.html"

    @property
    def is_notebook(self) -> bool:
        """Whether it shows a whole snippet, not a chapter."""
        return "notebooks/" in self.name

    @cached_property
    def text(self) -> str:
        """The file's text."""
        return self.file.read_text(encoding="utf-8")

    @cached_property
    def reader(self) -> Reader:
        """What the file holds."""
        return Reader(self.text)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Site:
    """Both sites in one folder, Persian at its root, English under ``en``."""

    folder: Path

    @cached_property
    def every_page(self) -> list[Page]:
        """All HTML files, those for wrong addresses too."""
        return [
            Page(self, path.relative_to(self.folder).as_posix())
            for path in sorted(self.folder.rglob("*.html"))
            # Files of a release are no pages.
            if "downloads" not in path.relative_to(self.folder).parts
        ]

    @cached_property
    def pages(self) -> list[Page]:
        """All pages that have an address of their own."""
        return [page for page in self.every_page if not page.is_missing_page]

    def of(self, language: str) -> list[Page]:
        """The pages of one language."""
        return [page for page in self.pages if page.language == language]

    def sample(self, language: str) -> list[Page]:
        """A language's pages; of the many notebooks, which are made alike, a few.

        In Persian that is the largest of each chapter; in English, where a notebook
        has the same cells in another frame, the largest of all.
        """
        pages, notebooks = [], {}
        for page in self.every_page:
            if page.language != language:
                continue
            if not page.is_notebook:
                pages.append(page)
                continue
            group = page.file.parent.name if language == "fa" else ""
            largest = notebooks.setdefault(group, page)
            if len(page.text) > len(largest.text):
                notebooks[group] = page
        return [*pages, *notebooks.values()]

    def rest(self, language: str) -> list[Page]:
        """The pages that the sample leaves out, which a release is tested on, too."""
        sample = {page.name for page in self.sample(language)}
        return [page for page in self.of(language) if page.name not in sample]

    @cached_property
    def url(self) -> str:
        """The address of the published site, with a slash at its end."""
        home = min(self.sitemap("fa"), key=len)
        return home.removesuffix("index.html")

    @cached_property
    def base(self) -> str:
        """The path below which the site is published; ``/`` if at the top."""
        return urlsplit(self.url).path or "/"

    def sitemap(self, language: str) -> list[str]:
        """The addresses in one language's ``sitemap.xml``."""
        folder = self.folder / ("en" if language == "en" else "")
        tree = ElementTree.parse(folder / "sitemap.xml")
        return [item.text or "" for item in tree.iter() if item.tag.endswith("}loc")]

    def file_of(self, page: Page, address: str) -> Path | None:
        """Return the file that an address on a page leads to.

        Returns:
            The path, whether or not a file is there; nothing for another host.
        """
        published = urljoin(self.url, "/")
        here = urljoin(published, page.path)
        found = urlsplit(urljoin(here, address))
        home = urlsplit(published)
        if found.scheme not in ("http", "https") or found.netloc != home.netloc:
            return None
        path = unquote(found.path)
        if not path.startswith(self.base):
            return None
        target = self.folder / path.removeprefix(self.base)
        return target / "index.html" if path.endswith("/") else target
