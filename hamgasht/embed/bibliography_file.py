"""The BibTeX file of the works that the course cites, and citations in Markdown."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pybtex.database import Entry, Person, parse_string
from pybtex.exceptions import PybtexError
from pybtex.richtext import Text
from pybtex.textutils import abbreviate

from hamgasht.core.errors import HamgashtError
from hamgasht.core.files import cache_until_changed

KEY = r"[a-z]+(?:19|20)\d\d[a-z]?"
CITATION = rf"(?<![\w@/.-])@(?P<key>{KEY})\b"
GROUP = rf"\[@{KEY}(?:; ?@{KEY})*\]"
_LIST = re.compile(r"^ */{3,} *references *\|?(?P<keys>[^\n]*)$", re.MULTILINE)

ET_AL = "et al."
_OTHERS = "others"  # BibTeX's word for authors who are left out
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ENTRY = re.compile(
    r"^@\w+\s*\{\s*(?P<key>[^,\s]+)\s*,.*?(?=^@|^%|\Z)", re.MULTILINE | re.DOTALL
)
_CODE = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_ARXIV = re.compile(r"\d{4}\.\d{4,5}|[a-z-]+/\d{7}")
_VERBATIM = ("doi", "eprint", "url")
_VENUES = ("journal", "booktitle", "publisher", "howpublished")


@dataclass(frozen=True)
class Work:
    """One entry.

    Attributes:
        key: Its name in citations and its address on the page: ``kingma2015``.
        authors: The authors' names, with initials; "et al." for those left out.
        families: The authors' family names; the same for those left out.
        title: The title.
        venue: Where it appeared; empty where nowhere but on arXiv.
        year: The year of that, or the first one, if the venue names its own.
        links: Text and address of each link: DOI, arXiv, or a page.
        bibtex: The entry as it stands in the file.
    """

    key: str
    authors: tuple[str, ...]
    families: tuple[str, ...]
    title: str
    venue: str
    year: str
    links: tuple[tuple[str, str], ...]
    bibtex: str

    @property
    def before_title(self) -> str:
        """What a list says before the title."""
        return f"{', '.join(self.authors)}, ".replace(f", {ET_AL}", f" {ET_AL}")

    @property
    def after_title(self) -> str:
        """What a list says between title and links."""
        parts = [part for part in (self.venue, self.year) if part]
        if _YEAR.search(self.venue):
            parts.reverse()
        return "".join(f", {part}" for part in parts)

    @property
    def plain(self) -> str:
        """The entry as plain text, without links."""
        return f"{self.before_title}{self.title}{self.after_title}."

    @property
    def order(self) -> tuple[str, ...]:
        """The key by which a list sorts: family names, year, title."""
        return (*map(_sort_key, self.families), self.year, _sort_key(self.title))

    def is_linked(self, text: str) -> bool:
        """Whether a page's Markdown names one of the work's addresses itself."""
        return any(address in text for _, address in self.links)


@lru_cache(maxsize=64)  # the list of works asks each page for each work
def find_cited_keys(text: str) -> tuple[str, ...]:
    """Return the keys that a page's Markdown cites, each once, in order."""
    plain = _CODE.sub("", _LIST.sub("", text))
    keys = [match["key"] for match in re.finditer(CITATION, plain)]
    for match in _LIST.finditer(text):
        keys += split_keys(match["keys"])
    return tuple(dict.fromkeys(keys))


def split_keys(argument: str) -> list[str]:
    """Return the keys that a list of references names beyond those in its page."""
    return [key.strip() for key in argument.split(",") if key.strip()]


@cache_until_changed
def read_bibliography(root: Path, name: str) -> dict[str, Work]:
    """Return the works in a file by key, in the order of a list.

    Args:
        root: The project's root.
        name: The file, relative to the root.

    Raises:
        HamgashtError: It is missing or malformed.
    """
    text = (root / name).read_text(encoding="utf-8")
    try:
        data = parse_string(text, "bibtex")
    except PybtexError as error:
        problem = f"it is no BibTeX: {error}"
        raise HamgashtError(name, "", problem, "fix the entry") from None
    sources = {found["key"]: found[0].strip() for found in _ENTRY.finditer(text)}
    works = [
        _work(key, entry, name, sources.get(key, ""))
        for key, entry in data.entries.items()
    ]
    return {work.key: work for work in sorted(works, key=lambda work: work.order)}


def _work(key: str, entry: Entry, name: str, bibtex: str) -> Work:
    people = entry.persons.get("author", [])
    fields = {
        field.lower(): value.strip() if field in _VERBATIM else _plain(value)
        for field, value in entry.fields.items()
    }
    problem = _problem(key, people, fields)
    if problem:
        raise HamgashtError(name, key, problem, "fix the entry")
    return Work(
        key=key,
        authors=tuple(map(_name, people)),
        families=tuple(map(_family, people)),
        title=fields["title"],
        venue=_venue(fields),
        year=fields["year"],
        links=tuple(_links(fields)),
        bibtex=bibtex,
    )


def _problem(key: str, people: list[Person], fields: dict[str, str]) -> str:
    """Return what is wrong with an entry; empty if nothing is."""
    if not re.fullmatch(KEY, key):
        return "a key is a family name and a year, as in kingma2015"
    if not people:
        return "it has no author"
    for field in ("title", "year"):
        if not fields.get(field):
            return f"it has no {field}"
    if fields["year"] not in key:
        return f"its key does not hold its year, {fields['year']}"
    if "doi" in fields and not _DOI.fullmatch(fields["doi"]):
        return f"{fields['doi']!r} is no DOI"
    if "eprint" in fields and not _ARXIV.fullmatch(fields["eprint"]):
        return f"{fields['eprint']!r} is no arXiv id"
    if not {"doi", "eprint", "url"} & fields.keys():
        return "it has no doi, eprint or url"
    return ""


def _venue(fields: dict[str, str]) -> str:
    venue = next((fields[name] for name in _VENUES if fields.get(name)), "")
    number = f"({fields['number']})" if "number" in fields else ""
    return f"{venue} {fields.get('volume', '')}{number}".strip()


def _links(fields: dict[str, str]) -> Iterator[tuple[str, str]]:
    if doi := fields.get("doi"):
        address = doi.replace("(", "%28").replace(")", "%29")
        yield f"doi:{doi}", f"https://doi.org/{address}"
    if eprint := fields.get("eprint"):
        yield f"arXiv:{eprint}", f"https://arxiv.org/abs/{eprint}"
    if url := fields.get("url"):
        yield url.partition("://")[2].rstrip("/"), url


def _name(person: Person) -> str:
    """Return a name with its first names cut to initials: J.-H. Jacobsen."""
    if _family(person) == ET_AL:
        return ET_AL
    first = [abbreviate(part) for part in person.first_names + person.middle_names]
    return " ".join([*map(_plain, first), _family(person)])


def _family(person: Person) -> str:
    name = _plain(" ".join([*person.prelast_names, *person.last_names]))
    return ET_AL if name == _OTHERS else name


def _plain(latex: str) -> str:
    """Return a field's text without the braces and commands of LaTeX."""
    return " ".join(str(Text.from_latex(latex)).split())


def _sort_key(text: str) -> str:
    """Return a text as a list sorts it: small letters without accents."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in letters if not unicodedata.combining(char))
