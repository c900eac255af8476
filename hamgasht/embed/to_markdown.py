"""A page as plain Markdown: what a reader copies, and what a language model reads.

Takes in a page's source; gives out the same text with every cell, value, citation and
list that the extension would make of it written out. It needs no tool of ours to be
read; links to other pages lead to their Markdown.
"""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from xml.etree.ElementTree import Element

import yaml

from hamgasht.core.mime import TABLE_MIME
from hamgasht.embed.bibliography_file import (
    CITATION,
    GROUP,
    Work,
    cited,
    listed,
    read_bibliography,
)
from hamgasht.embed.cells.block import named_cell, parts_shown
from hamgasht.embed.cells.cell import text_of
from hamgasht.embed.cells.outputs import kind_of, matrix_tex
from hamgasht.embed.cells.tables import table_element
from hamgasht.embed.glossary_file import read_glossary
from hamgasht.embed.lists.errata import box_id, errata_of, without_label
from hamgasht.embed.lists.exercises import AnswersPreprocessor
from hamgasht.embed.lists.references import cited_as, find
from hamgasht.embed.page import Page
from hamgasht.embed.prose.values import ATTEMPT, fill_tex, fill_text
from hamgasht.embed.words import words
from hamgasht.records.read import Recorded

_BLOCK = re.compile(
    r"^(?P<indent> *)(?P<mark>/{3,}) *(?P<name>\w+) *(?:\|(?P<argument>.*))?$"
)
_BOX = re.compile(r'^(?P<indent> *)(?:!!!|\?\?\?\+?) +\w+(?: +"(?P<title>.*)")? *$')
_FENCE = re.compile(r"^ *(?P<mark>`{3,}|~{3,})")
_DISPLAY = re.compile(r"^ *\$\$ *$")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(?:.+?)(?<!`)\1(?!`)")
_INLINE = re.compile(
    rf"\$(?P<tex>[^$]+)\$|(?P<value>{ATTEMPT})|(?P<group>{GROUP})|{CITATION}"
    r"|(?P<tag></?(?:bdi|div|span)\b[^>]*>)"
)


@dataclass(frozen=True)
class Writer:
    """Writes one page.

    Attributes:
        page: The page, with its name.
        url: The page's address, for links to its figures.
        bibliography: The BibTeX file, relative to the project's root; without one,
            nothing is a citation.
        works_page: The page of all works.
    """

    page: Page
    url: str
    bibliography: str
    works_page: str = "references.md"

    def write(self, text: str) -> str:
        """Return a page's Markdown, written out.

        Args:
            text: The page's source, without its front matter.

        Raises:
            EmbedError: The page asks for what is not there.
        """
        lines = AnswersPreprocessor(None, self.page).run(text.split("\n"))
        self.page.start("\n".join(lines))
        written = "\n".join(self._written(lines))
        return re.sub(r"\n{3,}", "\n\n", written).strip() + "\n"

    def _written(self, lines: list[str]) -> Iterator[str]:
        rest = list(lines)
        while rest:
            line = rest.pop(0)
            if fence := _FENCE.match(line):
                yield line
                yield from _until(rest, fence["mark"])
            elif _DISPLAY.match(line):
                yield line
                yield from (fill_tex(self.page, tex) for tex in _until(rest, "$$"))
            elif block := _BLOCK.match(line):
                body = list(_until(rest, block["mark"]))[:-1]
                made = "\n".join(self._block(block, body))
                yield from ("", *_indented(made, block["indent"]), "")
            elif box := _BOX.match(line):
                yield from self._box(box, rest)
            else:
                yield self._prose(line)

    def _prose(self, line: str) -> str:
        parts, last = [], 0
        for code in _CODE.finditer(line):
            parts += [_INLINE.sub(self._inline, line[last : code.start()]), code[0]]
            last = code.end()
        return "".join([*parts, _INLINE.sub(self._inline, line[last:])])

    def _inline(self, found: re.Match[str]) -> str:
        if found["tag"]:
            return ""
        if found["tex"]:
            return f"${fill_tex(self.page, found['tex'])}$"
        if found["value"]:
            return fill_text(self.page, found["value"])
        if not self.bibliography:
            return found[0]
        if found["group"]:
            keys = re.findall(CITATION, found["group"])
            links = [self._citation(key, "cite_aside") for key in keys]
            return f"({words(self.page.language)['semicolon'].join(links)})"
        return self._citation(found["key"], "cite_in_text")

    def _citation(self, key: str, form: str) -> str:
        work = find(self.page, self.bibliography, key)
        text = cited_as(work, form, self.page.language)
        return f"[{text}]({self.page.up}{self.works_page}#{key})"

    def _box(self, box: re.Match[str], rest: list[str]) -> Iterator[str]:
        """Write an admonition as a quotation."""
        inner = box["indent"] + " " * 4
        body = []
        while rest and (rest[0].startswith(inner) or not rest[0].strip()):
            body.append(rest.pop(0).removeprefix(inner))
        if box["title"]:
            body[:0] = [f"**{box['title']}**", ""]
        text = "\n".join(self._written(body)).strip("\n")
        text = re.sub(r"\n{3,}", "\n\n", text)
        yield ""
        yield from _indented(text, f"{box['indent']}> ")
        yield ""

    def _block(self, block: re.Match[str], body: list[str]) -> Iterator[str]:
        argument = (block["argument"] or "").strip()
        match block["name"]:
            case "cell":
                yield from self._cell(argument, body)
            case "references":
                keys = [*cited(self.page.markdown.text), *listed(argument)]
                works = [find(self.page, self.bibliography, key) for key in keys]
                unique = {work.key: work for work in works}.values()
                yield from map(_entry, sorted(unique, key=lambda work: work.order))
            case "bibliography":
                works = read_bibliography(self.page.root, self.bibliography).works
                yield from map(_entry, works.values())
            case "glossary":
                yield from self._glossary(argument)
            case "errata":
                yield from self._errata(argument)

    # ---- Cells ---------------------------------------------------------------

    def _cell(self, argument: str, body: list[str]) -> Iterator[str]:
        head, caption = _parted(body)
        named = named_cell(self.page, argument, argument)
        recorded: Recorded = named["recorded"]
        cell = recorded.cells[named["name"]]
        stem = recorded.id.partition("/")[2]
        wanted = f"cell-{stem}-{named['name']}".replace("_", "-")
        place = f"{self.url}#{self.page.unique_id(wanted)}"
        shown = parts_shown(self.page, argument, head.get("show"))
        if shown["code"]:
            title = f"# {recorded.id}.py : {cell['metadata']['title']}"
            yield f"```python\n{title}\n{text_of(cell['source']).strip()}\n```\n"
        if shown["output"]:
            alt = fill_text(self.page, " ".join((head.get("alt") or "").split()))
            for output in cell["outputs"]:
                yield self._output(recorded, output, alt, place) + "\n"
        yield from self._written(caption)

    def _output(
        self, recorded: Recorded, output: dict[str, Any], alt: str, place: str
    ) -> str:
        match kind_of(output):
            case "figure":
                return f"[{words(self.page.language)['figure']}]({place}): {alt}"
            case "raster":
                file = output["metadata"]["hamgasht"]["files"][self.page.language]
                alt = alt.replace("[", "(").replace("]", ")")
                return f"![{alt}]({self.page.up}notebooks/{recorded.id}/{file})"
            case "table":
                data = output["data"][TABLE_MIME]
                return _table(table_element(self.page, data, recorded.id))
            case "matrix":
                return f"$$\n{matrix_tex(output)}\n$$"
        text = output.get("text", output.get("data", {}).get("text/plain", ""))
        return f"```text\n{text_of(text).rstrip()}\n```"

    # ---- Lists ---------------------------------------------------------------

    def _glossary(self, source: str) -> Iterator[str]:
        language = self.page.language
        [other] = {"fa", "en"} - {language}
        terms = read_glossary(self.page.root, source).sorted(language)
        letters = groupby(terms, lambda term: term.letter(language))
        for number, (letter, found) in enumerate(letters, 1):
            yield f"\n## {letter} {{#letter-{number}}}\n"
            for term in found:
                names = f"**{term.names[language]}** ({term.names[other]})"
                yield f"- {names}: {term.means[language]}"

    def _errata(self, pattern: str) -> Iterator[str]:
        own = words(self.page.language)
        labels = (own["errata_claim"], own["errata_shows"])
        for path in sorted(self.page.folder.glob(pattern)):
            chapter = errata_of(path)
            if not chapter.boxes:
                continue
            yield f"\n## {chapter.title} {{#{path.stem}}}\n\n"
            yield self._prose(f"{chapter.before}\n")
            for number, box in enumerate(chapter.boxes, 1):
                yield f"- [{box.title}]({path.name}#{box_id(number)})"
                for label, text in zip(labels, box.parts, strict=False):
                    yield self._prose(f"    - {label}: {without_label(label, text)}")


def _until(lines: list[str], mark: str) -> Iterator[str]:
    """Take lines away up to and with the one that holds a mark alone."""
    while lines:
        line = lines.pop(0)
        yield line
        if line.strip() == mark:
            return


def _indented(text: str, indent: str) -> Iterator[str]:
    for line in text.split("\n"):
        yield f"{indent}{line}".rstrip()


def _parted(body: list[str]) -> tuple[dict[str, Any], list[str]]:
    """Part a cell block into its options and the lines of its caption."""
    lines = textwrap.dedent("\n".join(["/", *body])).split("\n")[1:]
    margin = min((len(x) - len(x.lstrip()) for x in body if x.strip()), default=0)
    count = 0
    while count < len(lines) and re.match(r" {4,}\S", lines[count]):
        count += 1
    options = yaml.safe_load(textwrap.dedent("\n".join(lines[:count]))) or {}
    return options, [line[margin:] for line in lines[count:]]


def _entry(work: Work) -> str:
    links = ", ".join(f"[{text}]({address})" for text, address in work.links)
    return f"- {work.before_title}*{work.title}*{work.after_title}, {links}."


def _table(table: Element) -> str:
    """Return a table of data as Markdown writes it."""
    rows = list(table.iter("tr"))
    lines = [f"| {' | '.join(map(_text_of_cell, row))} |" for row in rows]
    marks = [
        "---:" if "hg-number" in cell.get("class", "") else "---" for cell in rows[0]
    ]
    return "\n".join([lines[0], f"| {' | '.join(marks)} |", *lines[1:]])


def _text_of_cell(cell: Element) -> str:
    return "".join(cell.itertext()).replace("|", r"\|").strip()
