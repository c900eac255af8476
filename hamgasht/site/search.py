"""What the search reads: the pages' sections, and names that mean one thing.

Takes in the index that MkDocs writes, the glossary and the words of readers; gives
out one file that the search loads with the first query, in place of that index. Text
stays as it is written but for what was printed and rows of numbers, of a page's code
each name of a library once: the search alone brings texts and queries to one spelling
(docs/theme/assets/js/search/words.js).
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

import yaml

from hamgasht.core.errors import HamgashtError
from hamgasht.embed.glossary_file import Glossary

WORDS = "docs/search.yml"
DATA = "search/search_data.js"
INDEX = "search/search_index.json"
VARIABLE = "searchData"
Doc = dict[str, Any]
_CODE = re.compile(r"(?<=<pre><code>).*?(?=</code></pre>)", re.S)
# A name of a library, not one of the snippet's own: loss alone stands in prose, too.
_NAME = re.compile(r"(?:(?<=\.)|(?=[a-z\d]*[.A-Z_]))[A-Za-z_]\w{3,}(?:\.\w+)*")
_PRINTED = re.compile(r"<pre>(?!<code>).*?</pre>|[\w-]+/[\w-]+\.py : ", re.S)
_NUMBER = r"[-−]?\d[\d.,٫٬]*(?:e[-+]?\d+)?[٪%]?[,،]?(?!\S)"
_NUMBERS = re.compile(
    r"<code>(?:NaN|inf|e|[^<A-Za-z])*</code>"
    rf"|(?<!\S){_NUMBER}(?:\s+{_NUMBER})+"
)


class SearchError(HamgashtError):
    """The words of readers are malformed."""


def write_data(
    site: Path,
    language: str,
    glossary: Glossary,
    words: dict[str, list[str]],
    complete: Callable[[list[Doc]], list[Doc]] = lambda docs: docs,
    without: str = "",
) -> None:
    """Put what the search reads in the place of a site's index.

    Args:
        site: The folder of a site that MkDocs has built.
        language: The site's language.
        glossary: The terms of the field.
        words: Other words of readers by term, see :func:`read_words`.
        complete: Adds the sections of pages that this build left out of the index.
        without: The id of sections that repeat what other pages say.
    """
    path = site / INDEX
    index = json.loads(path.read_text(encoding="utf-8"))
    data = {
        "language": language,
        "docs": list(_slim(complete(index["docs"]), without)),
        "names": names(glossary, words),
    }
    (site / DATA).write_text(f"{VARIABLE}={_json(data)}", encoding="utf-8")
    path.unlink()


def _slim(docs: Iterable[Doc], without: str) -> Iterator[Doc]:
    """Yield sections without printed text, rows of numbers and names of files.

    Of a page's code, each name stays where it first stands.
    """
    seen: dict[str, set[str]] = {}
    for doc in docs:
        page, _, section = doc["location"].partition("#")
        if section and section == without:
            continue
        known = seen.setdefault(page, set())
        text = _NUMBERS.sub("", _PRINTED.sub("", doc["text"]))
        yield {**doc, "text": _CODE.sub(partial(_new_names, known), text)}


def _new_names(known: set[str], code: re.Match[str]) -> str:
    """Return the names in code that are not known, and know them from then on."""
    lines = []
    for line in unescape(code[0]).splitlines():
        found = dict.fromkeys(_NAME.findall(line))
        lines.append(" ".join(name for name in found if name not in known))
        known |= found.keys()
    return "\n".join(filter(None, lines))


def names(glossary: Glossary, words: dict[str, list[str]]) -> list[list[str]]:
    """Return groups of names, in both languages, that mean one thing each.

    Args:
        glossary: The terms of the field.
        words: Other words of readers by term.
    """
    groups = {
        term.names["en"]: [
            name
            for language in ("en", "fa")
            for name in (*term.forms(language), *term.avoid[language])
        ]
        for term in glossary.terms
    }
    for term, others in words.items():
        groups.setdefault(term, [term]).extend(others)
    return [list(dict.fromkeys(group)) for group in groups.values()]


def read_words(root: Path, name: str = WORDS) -> dict[str, list[str]]:
    """Return the words of readers by the term that they stand for.

    Args:
        root: The project's root.
        name: The file, relative to the root; without it there are no such words.

    Raises:
        SearchError: It is no YAML, or no lists of words by term.
    """
    try:
        words = yaml.safe_load((root / name).read_text(encoding="utf-8")) or {}
    except FileNotFoundError:
        return {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise SearchError(
            name, mark.line + 1 if mark else "", "it is no YAML", "fix this line"
        ) from None
    if not isinstance(words, dict):
        raise SearchError(name, "", "it is no mapping", "write 'term: [word, ...]'")
    for term, others in words.items():
        listed = isinstance(others, list) and all(isinstance(o, str) for o in others)
        if not isinstance(term, str) or not listed:
            raise SearchError(
                name, str(term), "it has no list of words", "write 'term: [word, ...]'"
            )
    return words


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
