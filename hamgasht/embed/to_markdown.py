"""A finished page as plain Markdown: what a reader copies, what a language model reads.

It is made from the article as the site shows it. An element that it does not know is
an error, so nothing leaves a page in silence. Links lead to other pages' Markdown.
"""

import re
from collections.abc import Iterable, Iterator

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag

from hamgasht.core.errors import HamgashtError

_LEFT_OUT = (
    "button, script, style, template, .headerlink, .footnote-backref, .md-code__nav, "
    ".footnote > hr, .hg-actions, .hg-minutes, .hg-provenance, .hg-section-end"
)
_UNWRAPPED = {"abbr", "bdi", "cite", "ins", "kbd", "mark", "small", "span", "time"}
_UNWRAPPED |= {"u", "wbr"}
_MARKS = {"b": "**", "strong": "**", "dfn": "**", "em": "*", "i": "*", "del": "~~"}
_INLINE = {*_UNWRAPPED, *_MARKS, "a", "br", "code", "img", "samp", "sub", "sup", "var"}
_HOLDERS = {"article", "center", "div", "figcaption", "figure", "p", "section"}
_TITLES = {"summary", "admonition-title"}
_QUOTED = {"admonition", "details", "blockquote"}
# Paths of figures, and the half of a formula that is for the eye: most of the bytes.
_DRAWN = re.compile(
    r'(?<=</desc>).*?(?=</svg>)|<span class="katex-html".*?(?=</bdi>|</div>)', re.S
)
_PAGE_LINK = re.compile(r"^((?:\.\./)*[\w.-]+)\.html(?=#|$)")
_SPECIAL = re.compile(r"[\\`*$]|(?<!\w)_|_(?!\w)|<(?=[a-zA-Z/!])")
_ISOLATES = re.compile("[\u2066-\u2069]")


def to_markdown(html: str, url: str, figure: str) -> str:
    """Return a page's article as Markdown.

    Args:
        html: The article's HTML.
        url: The page's address, for links to its figures and for errors.
        figure: The word for a figure in the page's language.

    Raises:
        HamgashtError: The article holds an element that has no form in Markdown.
    """
    article = BeautifulSoup(_DRAWN.sub("", html), "html.parser")
    for element in article.select(_LEFT_OUT):
        element.decompose()
    text = "\n\n".join(_Writer(url, figure).blocks(article))
    return text + "\n"


class _Writer:
    def __init__(self, url: str, figure: str) -> None:
        self.url, self.figure_word = url, figure

    def blocks(self, parent: Tag) -> Iterator[str]:
        """Yield the blocks below an element; loose text between them is one too."""
        loose: list[PageElement] = []
        for child in [*parent.children, None]:
            if isinstance(child, NavigableString) or _is_inline(child):
                loose.append(child)
                continue
            if text := _stripped(self.inline(loose)):
                yield text
            loose = []
            if isinstance(child, Tag):
                yield from filter(None, self.block(child))

    def block(self, element: Tag) -> Iterable[str]:
        """Return the blocks that one block element becomes."""
        name, classes = element.name, set(element.get("class") or ())
        if "arithmatex" in classes:
            return [f"$$\n{_tex(element)}\n$$"]
        if name == "pre" or "highlight" in classes:
            return [_code(element)]
        if {*classes, name} & _QUOTED:
            return [self.quotation(element)]
        if re.fullmatch("h[1-6]", name):
            return [self.heading(element)]
        match name:
            case "ul" | "ol":
                return [self.list(element)]
            case "dl":
                return ["\n".join(self.definitions(element))]
            case "table":
                return self.table(element)
            case "svg":
                return [self.figure(element)]
            case "hr":
                return ["---"]
        if name in _HOLDERS:
            return self.blocks(element)
        raise HamgashtError(
            self.url,
            "",
            f"the element <{name}> has no form in Markdown",
            "say in hamgasht/embed/to_markdown.py how it is written",
        )

    def heading(self, element: Tag) -> str:
        level = int(element.name[1])
        place = f" {{#{element['id']}}}" if level > 1 and element.get("id") else ""
        text = " ".join(self.inline(element.children).split())
        return f"{'#' * level} {text}{place}"

    def list(self, element: Tag) -> str:
        items = element.find_all("li", recursive=False)
        in_footnotes = "footnote" in (element.parent.get("class") or ())
        is_loose = any(item.find("p", recursive=False) for item in items)
        written = []
        for number, item in enumerate(items, int(element.get("start", 1))):
            mark = "- " if element.name == "ul" else f"{number}. "
            if in_footnotes:
                mark = f"[^{number}]: "
            blocks = list(self.blocks(item))
            tight = not is_loose and not item.find(["pre", "div", "table", "svg"])
            text = ("\n" if tight else "\n\n").join(blocks)
            written.append(mark + re.sub(r"\n(?!\n)", "\n    ", text))
        return ("\n\n" if is_loose else "\n").join(written)

    def definitions(self, element: Tag) -> Iterator[str]:
        for term in element.find_all("dt"):
            meaning = term.find_next_sibling("dd")
            for twin in term.find_all("span", lang=True):
                twin.replace_with(f"({twin.get_text()})")
            head, text = self.inline(term.children), " ".join(self.blocks(meaning))
            yield f"- {_one_line(head)}: {_one_line(text)}"

    def table(self, element: Tag) -> Iterator[str]:
        rows = [
            [self.cell(cell) for cell in row.find_all(["th", "td"])]
            for row in element.find_all("tr")
        ]
        heads = element.find("tr").find_all(["th", "td"])
        marks = ["---:" if _is_number(cell) else "---" for cell in heads]
        yield "\n".join(f"| {' | '.join(row)} |" for row in [rows[0], marks, *rows[1:]])
        if caption := element.find("caption"):
            yield _stripped(self.inline(caption.children))

    def cell(self, element: Tag) -> str:
        return _one_line(" ".join(self.blocks(element))).replace("|", r"\|")

    def quotation(self, element: Tag) -> str:
        title = element.find(["summary", "p"], recursive=False)
        blocks = []
        if title and {title.name, *title.get("class", ())} & _TITLES:
            blocks = [f"**{_one_line(self.inline(title.extract().children))}**"]
        text = "\n\n".join([*blocks, *self.blocks(element)])
        return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))

    def figure(self, element: Tag) -> str:
        holder = element.find_parent(id=True)
        place = f"#{holder['id']}" if holder else ""
        about = element.find("desc") or element.find("title")
        text = _escaped(_ISOLATES.sub("", about.get_text())) if about else ""
        return f"[{self.figure_word}]({self.url}{place}): {text}"

    def inline(self, elements: Iterable[PageElement]) -> str:
        return "".join(map(self.span, elements))

    def span(self, element: PageElement) -> str:
        """Return the Markdown of a piece of running text."""
        if not isinstance(element, Tag):
            return _escaped(str(element)) if type(element) is NavigableString else ""
        name, classes = element.name, set(element.get("class") or ())
        if {"arithmatex", "katex"} & classes:
            return f"${_tex(element)}$"
        if name in ("code", "samp"):
            return _code_span(element.get_text())
        text = self.inline(element.children)
        if name in _MARKS:
            return f"{_MARKS[name]}{text}{_MARKS[name]}"
        match name:
            case "a" if "footnote-ref" in classes:
                return f"[^{element['href'].partition(':')[2]}]"
            case "a" if "hg-term" not in classes and element.get("href"):
                target = _PAGE_LINK.sub(r"\1.md", element["href"])
                return f"[{text}]({target})"
            case "br":
                return "\n"
            case "img":
                alt = _ISOLATES.sub("", element.get("alt", ""))
                return f"![{alt.replace('[', '(').replace(']', ')')}]({element['src']})"
            case "sup" if element.find("a", class_="footnote-ref"):
                return text
            case "sub" | "sup":
                return f"<{name}>{text}</{name}>"
        return text


def _is_inline(element: PageElement | None) -> bool:
    return isinstance(element, Tag) and element.name in _INLINE


def _is_number(head: Tag) -> bool:
    style = head.get("style", "").replace(" ", "")
    return "hg-number" in head.get("class", ()) or "text-align:right" in style


def _tex(element: Tag) -> str:
    return element.find("annotation").get_text().strip()


def _code(element: Tag) -> str:
    """Return a block of code between fences, its title as a comment."""
    names = [*element.get("class", ()), *element.parent.get("class", ())]
    languages = [name[9:] for name in names if name.startswith("language-")]
    title = element.find(class_="filename")
    first = f"# {title.extract().get_text()}\n" if title else ""
    code = element.get_text().strip("\n")
    fence = "```"
    while fence in code:
        fence += "`"
    is_printed = element.find("samp") is not None
    language = "text" if is_printed else "".join(languages[:1])
    return f"{fence}{language}\n{first}{code}\n{fence}"


def _code_span(text: str) -> str:
    mark = "``" if "`" in text else "`"
    space = " " if "`" in (text[:1], text[-1:]) else ""
    return f"{mark}{space}{text}{space}{mark}"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _stripped(text: str) -> str:
    return re.sub(r" *\n *", "\n", text).strip()
