"""The text of a printed book, so that words of Persian are found as they are written.

Chromium draws a line from left to right, and readers of PDFs turn its glyphs round.
They turn round, too, the letters that one glyph stands for (lam and alef become alef
and lam), and some take the non-joiner for a space. Here each of these gets a code of
its own, which is not drawn; nothing that is seen changes.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from unicodedata import bidirectional

import pikepdf

Operation = pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage

_ARABIC = {"AL", "NSM"}  # letters and marks, in Unicode's bidirectional algorithm
_JOINERS = {"\u200c", "\u200d"}
_BDC, _EMC, _TF, _TJ = map(pikepdf.Operator, ("BDC", "EMC", "Tf", "Tj"))
_HIDDEN, _FILLED = 3, 0  # rendering modes of text
_GROUP = 100  # the most entries that a group of a CMap may have
_ENTRIES = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
_HEX = re.compile(rb"<([0-9A-Fa-f]+)>")
_CMAP = """\
/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{}
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


def separate_letters(book: pikepdf.Pdf) -> None:
    """Give each letter and non-joiner of the Arabic script a code, in place.

    Args:
        book: What Chromium printed with static faces. A variable face becomes fonts
            with codes of one byte, which stay as they are.
    """
    fonts: dict[tuple[int, int], _Font] = {}
    for page in book.pages:
        own = {}
        for name, font in page.resources.get("/Font", {}).items():
            if font.objgen not in fonts:
                fonts[font.objgen] = _Font(font)
            if fonts[font.objgen].is_arabic:
                own[name] = fonts[font.objgen]
        if own:
            operations = pikepdf.parse_content_stream(page)
            written = pikepdf.unparse_content_stream(list(_rewrite(operations, own)))
            page.Contents = book.make_stream(written)
    for font in fonts.values():
        font.save(book)


@dataclass
class _Font:
    """A font with codes of two bytes, which are the numbers of its glyphs.

    Attributes:
        own: The font in the book.
        texts: What each code stands for, in the order in which it is written; empty if
            the font has other codes.
        first: The letter that is left to a code that stood for several.
        spare: The characters that get codes above those of the glyphs, in that order.
    """

    own: pikepdf.Object
    texts: dict[int, str] = field(init=False)
    first: dict[int, str] = field(default_factory=dict)
    spare: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.texts = {}
        if _is_coded_by_glyph(self.own):
            self.texts = _read_cmap(self.own.ToUnicode.read_bytes())
            self._glyphs = _count_glyphs(self.own.DescendantFonts[0])

    @property
    def is_arabic(self) -> bool:
        """Whether one of its codes stands for a letter of the Arabic script."""
        return any(
            text and bidirectional(text[0]) == "AL" for text in self.texts.values()
        )

    def show(self, operation: Operation, named: str = "") -> Iterator[Operation]:
        """Yield what shows the same glyphs with one letter a code.

        Args:
            operation: What shows the glyphs.
            named: The letters that a single glyph stands for, if not those of its code.
        """
        codes = _codes(operation)
        texts = [named] if named else [self.texts.get(code, "") for code in codes]
        if not any(map(_is_joined, texts)):
            yield operation
            return
        for code, text in zip(codes, texts, strict=True):
            if _is_joined(text):
                self.first[code] = text[0]
                yield from self.hide(text[:0:-1])
            yield _operation("Tj", _string([code]))

    def hide(self, text: str) -> Iterator[Operation]:
        """Yield what adds characters without ink or width."""
        self.spare += [one for one in dict.fromkeys(text) if one not in self.spare]
        codes = [self._glyphs + self.spare.index(one) for one in text]
        yield _operation("Tr", _HIDDEN)
        yield _operation("Tj", _string(codes))
        yield _operation("Tr", _FILLED)

    def save(self, book: pikepdf.Pdf) -> None:
        """Write into the book what the codes stand for now."""
        if not self.spare:
            return
        spare = dict(enumerate(self.spare, self._glyphs))
        self.own.ToUnicode.write(_write_cmap(self.texts | self.first | spare))
        descendant = self.own.DescendantFonts[0]
        widths = descendant.get("/W", pikepdf.Array())
        widths.extend([self._glyphs, pikepdf.Array([0] * len(spare))])
        descendant.W = widths
        # Chromium's viewer passes over a code whose glyph is missing or has no ink.
        inked = next((code for code, text in self.texts.items() if text.isalpha()), 0)
        glyphs = [*range(self._glyphs), *[inked] * len(spare)]
        descendant.CIDToGIDMap = book.make_stream(_pack(glyphs))


def _rewrite(
    operations: Iterable[Operation], fonts: dict[str, _Font]
) -> Iterator[Operation]:
    font: _Font | None = None
    for named, part in _parts(operations):
        for operation in part:
            if operation.operator == _TF:
                font = fonts.get(str(operation.operands[0]))
        yield from _separate(font, named, part) if font else part


def _parts(operations: Iterable[Operation]) -> Iterator[tuple[str, list[Operation]]]:
    """Yield spans that name their text, with it, and all other operations by one."""
    named, span = "", []
    for operation in operations:
        named = named or _named_text(operation)
        span.append(operation)
        if not named or operation.operator == _EMC:
            yield named, span
            named, span = "", []
    if span:  # it has no end
        yield "", span


def _separate(font: _Font, named: str, part: list[Operation]) -> Iterator[Operation]:
    """Yield a part with one letter a code; of other scripts as it is."""
    codes = [code for one in part for code in _codes(one)] if named else []
    drawn = "".join(font.texts.get(code, "") for code in reversed(codes))
    joiner = named in _JOINERS and len(codes) == 1
    ligature = _is_joined(named) and len(codes) == 1
    cluster = _is_joined(named) and drawn == named
    if named and not (joiner or ligature or cluster):
        yield from part
        return
    for operation in part[1:-1] if named else part:
        if operation.operator != _TJ:
            yield operation
        elif joiner:
            yield from font.hide(named)
        else:
            yield from font.show(operation, named if ligature else "")


def _named_text(operation: Operation) -> str:
    """Return the text that a span names at its beginning."""
    if operation.operator != _BDC or operation.operands[0] != pikepdf.Name.Span:
        return ""
    properties = operation.operands[1]  # the name of a list, or a list
    if not isinstance(properties, pikepdf.Dictionary):
        return ""
    return str(properties.get("/ActualText", ""))


def _is_joined(text: str) -> bool:
    """Return whether it is several letters of the Arabic script."""
    return len(text) > 1 and all(bidirectional(one) in _ARABIC for one in text)


def _codes(operation: Operation) -> list[int]:
    """Return the codes that an operation shows; Chromium uses one operator for it."""
    return _unpack(bytes(operation.operands[0])) if operation.operator == _TJ else []


def _unpack(shown: bytes) -> list[int]:
    return [int.from_bytes(shown[at : at + 2], "big") for at in range(0, len(shown), 2)]


def _pack(codes: Iterable[int]) -> bytes:
    return b"".join(code.to_bytes(2, "big") for code in codes)


def _string(codes: Iterable[int]) -> pikepdf.String:
    return pikepdf.String(_pack(codes))


def _operation(operator: str, operand: Any) -> Operation:
    return pikepdf.ContentStreamInstruction([operand], pikepdf.Operator(operator))


def _is_coded_by_glyph(font: pikepdf.Object) -> bool:
    """Return whether codes are two bytes long, and the numbers of TrueType's glyphs."""
    if font.Subtype != pikepdf.Name.Type0 or "/ToUnicode" not in font:
        return False
    descendant = font.DescendantFonts[0]
    return (
        descendant.get("/CIDToGIDMap") == pikepdf.Name.Identity
        and "/FontFile2" in descendant.FontDescriptor
    )


def _count_glyphs(descendant: pikepdf.Object) -> int:
    """Return how many glyphs a TrueType font has: its table ``maxp`` says so."""
    font = descendant.FontDescriptor.FontFile2.read_bytes()
    entry = font.index(b"maxp", 12)  # in the list of tables, behind the font's head
    table = int.from_bytes(font[entry + 8 : entry + 12], "big")
    return int.from_bytes(font[table + 4 : table + 6], "big")


def _read_cmap(cmap: bytes) -> dict[int, str]:
    """Return the text of each code."""
    texts = {}
    for kind, entries in _ENTRIES.findall(cmap):
        numbers = [bytes.fromhex(one.decode()) for one in _HEX.findall(entries)]
        size = 2 if kind == b"char" else 3
        for entry in range(0, len(numbers), size):
            *ends, text = numbers[entry : entry + size]
            first, last = _unpack(ends[0])[0], _unpack(ends[-1])[0]
            unit = _unpack(text[-2:])[0]  # it counts on in a range
            for code in range(first, last + 1):
                shown = text[:-2] + _pack([unit + code - first])
                texts[code] = shown.decode("utf-16-be")
    return texts


def _write_cmap(texts: dict[int, str]) -> bytes:
    """Return a CMap of codes of two bytes."""
    lines = [
        f"<{code:04X}> <{text.encode('utf-16-be').hex()}>"
        for code, text in sorted(texts.items())
    ]
    groups = []
    for start in range(0, len(lines), _GROUP):
        group = lines[start : start + _GROUP]
        groups += [f"{len(group)} beginbfchar", *group, "endbfchar"]
    return _CMAP.format("\n".join(groups)).encode()
