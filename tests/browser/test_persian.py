"""The Persian of the whole site, judged by Virastar, an editor's tool from npm.

Each text goes through ``Virastar.cleanup``; whatever it would change is a fault. Two
of its habits contradict our style and are kept out of the way:

- ``preserve_*``: there is nothing left to preserve, and its pattern for addresses
  takes "word:" for one, so these are off;
- "بی" is joined by it to the next word, as a prefix (بی‌کار). Ours is mostly the
  preposition (بی لایه‌گذاری, without padding), which stands apart, as «بدون» does:
  it is read as «بدون».
"""

import difflib
import json
import re
import subprocess

import pytest
from conftest import ROOT
from persian import plain, texts

OFF = ("preserve_URIs", "preserve_HTML", "preserve_frontmatter", "preserve_entities")
SCRIPT = """
const Virastar = require(process.argv[1]);
const {options, lines} = JSON.parse(require("fs").readFileSync(0, "utf8"));
const virastar = new Virastar(options);
process.stdout.write(JSON.stringify(lines.map((line) => virastar.cleanup(line))));
"""
PREPOSITION = re.compile(r"(?<![\w\u200c])بی(?= )")


def edited(virastar: list[str], lines: list[str]) -> list[str]:
    """Return what Virastar makes of each line."""
    given = {"options": dict.fromkeys(OFF, False), "lines": lines}
    done = subprocess.run(
        [virastar[0], "-e", SCRIPT, virastar[1]],
        input=json.dumps(given),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return json.loads(done.stdout)


def faults(virastar: list[str], found: list[tuple[str, str]]) -> list[str]:
    """Return place and change of each text that Virastar would change."""
    lines = [
        " ".join(plain(PREPOSITION.sub("بدون", text)).split()) for _, text in found
    ]
    after = edited(virastar, lines)
    return [
        f"{place}: {change(line, new)}"
        for (place, _), line, new in zip(found, lines, after, strict=True)
        if line != new.strip()
    ]


def change(before: str, after: str) -> str:
    """Return what a change does, with a little of the text around it."""
    parts = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, start, end, new, last in matcher.get_opcodes():
        if kind != "equal":
            around = before[max(0, start - 15) : end + 15]
            parts.append(f"…{around}… {before[start:end]!a} -> {after[new:last]!a}")
    return "; ".join(parts)


def test_virastar_would_change_nothing(virastar: list[str]) -> None:
    found = faults(virastar, list(texts(ROOT)))
    assert not found, f"{len(found)} texts\n" + "\n".join(found)


@pytest.mark.parametrize(
    "text",
    [
        "این می شود.",
        "شبکه ها را ببینید.",
        "خانه ی ما اینجاست.",
        "كتاب ما اینجاست.",
        "آیا درست است?",
        "اول, دوم است.",
        "این ، آن است.",
        "این،آن است.",
        'به آن "همگشت" گویند.',
        "عدد 3 است.",
        "حدود ۹۷% است.",
        "این ( آن ) است.",
        "بزرگ تر است.",
        "این‌ آن است.",
    ],
)
def test_virastar_finds_what_it_is_asked_for(virastar: list[str], text: str) -> None:
    assert faults(virastar, [("here", text)])


@pytest.mark.parametrize(
    "text",
    [
        "بی لایه‌گذاری، خروجی Conv2D کوچک‌تر از (498, 16) است.",
        "شبکه‌ها را می‌بینید: «همگشت» (convolution)؛ ۹۷٪ آن‌ها.",
        "در `fit()` نسخهٔ ۳٫۱۱ یا تازه‌تر!",
    ],
)
def test_virastar_leaves_good_persian_alone(virastar: list[str], text: str) -> None:
    text = text.replace("`fit()`", "fit()")
    assert not faults(virastar, [("here", text)])
