"""The site's fonts, cut to what its pages use.

    npm install --prefix FOLDER @fontsource-variable/vazirmatn@5.3.0 \
        @fontsource-variable/inter@5.3.0 @fontsource-variable/jetbrains-mono@5.3.0 \
        katex@0.19.1 vazirmatn@33.0.3
    pip install fonttools brotli
    python tools/subset_fonts.py FOLDER/node_modules

Writes the faces into the theme's ``assets/fonts`` and the rules into its
``assets/css/fonts.css``, and tells ``assets/css/katex.css`` which characters its cut
faces have; the faces of books go to ``hamgasht/release/fonts``. Weights are those that
the style sheets ask for; whole alphabets stay, so that a new word needs no new font. A
test says which character of a page no face has: add it here, and run this again.
"""

import io
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

FONTS = Path(__file__).resolve().parents[1] / "docs/theme/assets/fonts"
SHEETS = FONTS.parent / "css"
BOOKS = Path(__file__).resolve().parents[1] / "hamgasht/release/fonts"

ASCII = "".join(map(chr, range(0x20, 0x7F)))
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LATIN = (
    ASCII + "\u00a0«»°±²³·¹¶¼½¾×÷µ"
    "ÄÅÇÉÖØÜßáäåçèéêëíñóöøúü"
    "–—‘’“”•…′″⁰⁴⁵⁶⁷⁸⁹⁻₀₁₂₃₄₅₆₇₈₉−→←↑↓≈≤≥≠€™"
)
# Alphabets of Persian and Arabic, their marks and digits.
ARABIC = "،؛؟ٰپچژکگۀی" + "".join(
    chr(code)
    for first, last in ((0x621, 0x63A), (0x640, 0x655), (0x660, 0x66C), (0x6F0, 0x6F9))
    for code in range(first, last + 1)
)
# HarfBuzz draws a non-joiner as a space of no width. In a face without a space it adds
# the non-joiner to the next letter's cluster instead, and WebKit hides the letter.
SPACE = " "
# What joins letters has a glyph. What parts and turns them has none, but belongs to the
# run of a face all the same: a label in a figure falls apart where it does not.
JOINERS = "\u200c\u200d\u200e\u200f"
TURNERS = [*range(0x2000, 0x2010), *range(0x2028, 0x2030), *range(0x2060, 0x2070)]
BOXES = "".join(map(chr, range(0x2500, 0x2580)))
GREEK = "".join(map(chr, [*range(0x391, 0x3AA), *range(0x3B1, 0x3CA)]))
OPERATORS = (
    "±×÷¬·…′∀∂∃∅∇∈∉∏∑−∗∘∙√∝∞∣∥∧∨∩∪∫∼≃≅≈≠≡≤≥≪≫⊂⊆⊕⊗⊙⊤⋅⋆⋮⋯⋱⌈⌉⌊⌋⟨⟩←↑→↓↔↦⇒⇔⟶⟺ℓ∖\u200b\ue020"
)
JOINED = ("ccmp", "locl", "init", "medi", "fina", "isol", "rlig", "liga", "calt")
PLACED = ("mark", "mkmk", "kern", "curs")


@dataclass(frozen=True)
class Face:
    """One face to make.

    Attributes:
        family: Its name in the style sheets.
        file: Its file, in the theme's fonts or the books'.
        source: The file that it is cut from, in the folder of packages.
        characters: What it keeps.
        weights: The range of weights that it keeps; none of a face that has one.
        features: The features of its layout that it keeps.
    """

    family: str
    file: str
    source: str
    characters: str
    weights: tuple[int, int] | None = (400, 700)
    features: tuple[str, ...] = ("ccmp", "locl", "tnum", *PLACED)


def fontsource(name: str, part: str) -> str:
    """Return where a package of Fontsource has a variable face."""
    return f"@fontsource-variable/{name}/files/{name}-{part}.woff2"


ARABIC_SOURCE = fontsource("vazirmatn", "arabic-wght-normal")
FACES = (
    Face(
        "Vazirmatn",
        "vazirmatn-arabic-wght-normal.woff2",
        ARABIC_SOURCE,
        SPACE + ARABIC + JOINERS,
        features=JOINED + PLACED,
    ),
    Face(
        "Vazirmatn",
        "vazirmatn-latin-wght-normal.woff2",
        fontsource("vazirmatn", "latin-wght-normal"),
        LATIN + JOINERS,
    ),
    # The one Persian word on every English page: the link to the Persian one.
    Face(
        "Vazirmatn Name",
        "vazirmatn-name.woff2",
        ARABIC_SOURCE,
        SPACE + "فارسی",
        weights=(400, 400),
        features=JOINED + PLACED,
    ),
    Face(
        "Inter",
        "inter-latin-wght-normal.woff2",
        fontsource("inter", "latin-wght-normal"),
        LATIN + JOINERS,
    ),
    # Without the ligatures that turn != into one sign: code is shown as it is typed.
    Face(
        "JetBrains Mono",
        "jetbrains-mono-latin-wght-normal.woff2",
        fontsource("jetbrains-mono", "latin-wght-normal"),
        ASCII + "\u00a0°±²³·¹¼½¾×÷µ–—…−€",
        weights=(400, 400),
        features=("ccmp", "locl"),
    ),
)
# Books want whole static faces: see static_faces in hamgasht/release/book.py.
STATIC = tuple(
    Face(
        "Vazirmatn Static",
        f"vazirmatn-{weight}.woff2",
        f"vazirmatn/fonts/ttf/Vazirmatn-{name}.ttf",
        LATIN + ARABIC + JOINERS,
        weights=None,
        features=("tnum", *JOINED, *PLACED),
    )
    for weight, name in ((400, "Regular"), (600, "SemiBold"), (700, "Bold"))
)
MATH = (
    Face(
        "KaTeX_Main",
        "katex/KaTeX_Main-Regular.woff2",
        "katex/dist/fonts/KaTeX_Main-Regular.woff2",
        ASCII + "\u00a0" + GREEK + OPERATORS,
        weights=None,
    ),
    Face(
        "KaTeX_Math",
        "katex/KaTeX_Math-Italic.woff2",
        "katex/dist/fonts/KaTeX_Math-Italic.woff2",
        LETTERS + "\u00a0" + GREEK + "ϑϕϖϱϵ",
        weights=None,
    ),
    Face(
        "KaTeX_AMS",
        "katex/KaTeX_AMS-Regular.woff2",
        "katex/dist/fonts/KaTeX_AMS-Regular.woff2",
        LETTERS[:26] + "kℏ∅≲≳⩽⩾≜□■✓∴∵",
        weights=None,
    ),
)
HEAD = """\
/* Vazirmatn, Inter and JetBrains Mono: SIL Open Font License 1.1, see ../fonts/.
   Written by tools/subset_fonts.py. A browser fetches a face only when a page has a
   character in its range. */
"""
# Arrows, operators and box drawing, for the tables that Keras prints.
SYMBOLS = Face(
    "JetBrains Mono",
    "jetbrains-mono-symbols-regular.woff2",
    "",
    GREEK + "←↑→↓↔⇐⇒⇔∂∇∈∏∑−∗√∞∩∪∫≈≠≡≤≥⋅⋆⌈⌉⌊⌋" + BOXES,
    weights=None,
    features=("ccmp",),
)


# Signs in running text and in figures, from the faces of formulas.
SIGNS = "Signs"
SUMS = "katex/KaTeX_Size1-Regular.woff2"
FIRST_SIGN = "\u0370"


def cut(source: Path, face: Face) -> tuple[bytes, list[int]]:
    """Return a face as WOFF2, and the characters that it has."""
    font = TTFont(source, recalcTimestamp=False)
    if face.weights:
        low, high = face.weights
        limits = {"wght": (low, high) if low < high else low}
        narrowed = instancer.instantiateVariableFont(font, limits)
        font = _again(narrowed)
    options = subset.Options(
        layout_features=list(face.features),
        hinting=False,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
        notdef_outline=True,
    )
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=map(ord, face.characters))
    cutter.subset(font)
    return _packed(font), sorted(font.getBestCmap())


def unicode_range(characters: Iterable[int]) -> str:
    """Return characters as a style sheet names them."""
    runs: list[list[int]] = []
    for character in characters:
        if runs and character == runs[-1][1] + 1:
            runs[-1][1] = character
        else:
            runs.append([character, character])
    return ",".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in runs)


def rule(face: Face, characters: Iterable[int]) -> str:
    """Return the rule of a face."""
    low, high = face.weights or (400, 400)
    weight = f"{low} {high}" if low < high else str(low)
    return (
        "@font-face {\n"
        f'  font-family: "{face.family}";\n'
        f"  font-weight: {weight};\n"
        "  font-display: swap;\n"
        f'  src: url(../fonts/{face.file}) format("woff2");\n'
        f"  unicode-range: {unicode_range(characters)};\n"
        "}\n"
    )


def tell_katex(face: Face, characters: Iterable[int]) -> None:
    """Give a face of KaTeX's style sheet its range."""
    sheet = SHEETS / "katex.css"
    text = sheet.read_text(encoding="utf-8")
    place = re.compile(
        rf"(url\(\.\./fonts/{re.escape(face.file)}\) format\(\"woff2\"\))[^}}]*"
    )
    told = rf"\1;unicode-range:{unicode_range(characters)}"
    text, count = place.subn(told, text)
    assert count == 1, face.file
    sheet.write_text(text, encoding="utf-8")


def _again(font: TTFont) -> TTFont:
    """Return a font as if it were read from a file, without what instancing left."""
    font.flavor = None
    written = io.BytesIO()
    font.save(written)
    written.seek(0)
    return TTFont(written, recalcTimestamp=False)


def _packed(font: TTFont) -> bytes:
    font.flavor = "woff2"
    written = io.BytesIO()
    font.save(written)
    return written.getvalue()


def main(packages: Path) -> None:
    """Cut all faces and write the style sheets."""
    rules = [HEAD]
    for face in (*FACES, SYMBOLS, *MATH):
        own = FONTS / face.file
        source = packages / face.source if face.source else own
        data, characters = cut(source, face)
        own.write_bytes(data)
        print(f"{face.file}: {len(data)} bytes, {len(characters)} characters")
        if LATIN in face.characters:
            characters = sorted({*characters, *TURNERS})
        if face in MATH:
            tell_katex(face, characters)
            signs = [code for code in characters if chr(code) >= FIRST_SIGN]
            rules.append(rule(replace(face, family=SIGNS), signs))
        else:
            rules.append(rule(face, characters))
    rules.append(rule(replace(MATH[0], family=SIGNS, file=SUMS), map(ord, "∏∑")))
    (SHEETS / "fonts.css").write_text("".join(rules), encoding="utf-8")
    for face in STATIC:
        data, characters = cut(packages / face.source, face)
        (BOOKS / face.file).write_bytes(data)
        print(f"{face.file}: {len(data)} bytes, {len(characters)} characters")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
