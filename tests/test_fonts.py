"""Every character of the pages is in a font of the site's own."""

import re
from html import unescape

from browser.built import Page, Site

FACE = re.compile(r"@font-face\s*\{([^}]*)\}")
FAMILY = re.compile(r"font-family:\s*\"?([\w ]+)")
RANGE = re.compile(r"unicode-range:\s*([^;}]+)")
NOT_SHOWN = re.compile(
    r"<(script|style|head|title|desc|annotation)\b.*?</\1>"
    r'|<span class="katex-mathml">.*?</math>',
    re.S,
)
FORMULA = re.compile(r'<(bdi|div) class="arithmatex.*?</\1>', re.S)
CODE = re.compile(r"<(pre|code|samp|kbd)\b.*?</\1>", re.S)
LETTER = re.compile(r'class="[^"]*\bmathnormal\b[^"]*"[^>]*>([^<]*)<')
DOUBLE = re.compile(r'class="[^"]*\b(?:mathbb|amsrm)\b[^"]*"[^>]*>([^<]*)<')
# Raised digits that no face of the site's has: every device draws them.
RAISED = set("⁰⁴⁵⁶⁷⁸⁹⁻")
# What joins or parts letters has no shape of its own. What turns them has none either,
# but a label of a figure falls apart where it belongs to no face.
SHAPELESS = set("\n\t\u00ad\u200b\u200c\u200d\u200e\u200f")


def ranges(site: Site) -> dict[str, set[str]]:
    """Return the characters of each family, by what the style sheets say."""
    found: dict[str, set[str]] = {}
    for sheet in ("fonts", "katex"):
        text = (site.folder / f"assets/css/{sheet}.css").read_text(encoding="utf-8")
        for face in FACE.findall(text):
            family, told = FAMILY.search(face), RANGE.search(face)
            if family and told:
                characters = found.setdefault(family[1], set())
                for part in told[1].split(","):
                    first, _, last = part.strip().removeprefix("U+").partition("-")
                    characters |= set(
                        map(chr, range(int(first, 16), int(last or first, 16) + 1))
                    )
    return found


def shown(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html))


def parts(page: Page) -> dict[str, str]:
    """Return the characters of a page by what they are set in."""
    body = NOT_SHOWN.sub("", page.text)
    formulas = "".join(found[0] for found in FORMULA.finditer(body))
    body = FORMULA.sub("", body)
    code = "".join(found[0] for found in CODE.finditer(body))
    return {
        "letters": unescape("".join(LETTER.findall(formulas))),
        "double": unescape("".join(DOUBLE.findall(formulas))),
        "formulas": shown(DOUBLE.sub("<", LETTER.sub("<", formulas))),
        "code": shown(code),
        "text": shown(CODE.sub("", body)),
    }


def test_no_character_needs_a_font_of_the_device(built: Site) -> None:
    faces = ranges(built)
    # Sums of any size are in faces that are whole.
    math = faces["KaTeX_Main"] | faces["KaTeX_AMS"] | set("∑∏∫")
    has = {
        "letters": faces["KaTeX_Math"],
        "double": faces["KaTeX_AMS"],
        "code": faces["JetBrains Mono"],
    }
    missing = []
    for page in built.every_page:
        english = page.language == "en"
        text = (
            faces["Vazirmatn"]
            | faces["Signs"]
            | RAISED
            | (faces["Inter"] if english else set())
        )
        has |= {"text": text, "formulas": math | text}
        for part, characters in parts(page).items():
            if odd := set(characters) - has[part] - SHAPELESS:
                missing.append(f"{page}, {part}: {' '.join(map(ascii, sorted(odd)))}")
    assert not missing, "\n".join(missing)
