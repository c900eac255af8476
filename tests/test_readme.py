"""What the README tells a newcomer to type is what there is, and what CI runs."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml
from lab import options_of

SET_UP = "python3 -m venv .venv && .venv/bin/pip install -r {} && "
BUILD = SET_UP.format("docs/requirements.txt") + ".venv/bin/python -m hamgasht build"
TEST = SET_UP.format("requirements.txt") + ".venv/bin/python -m pytest"


@pytest.fixture(scope="module")
def readme(root: Path) -> str:
    return (root / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def halves(readme: str) -> dict[str, str]:
    """The README's two languages."""
    english, persian = readme.split('<div dir="rtl">\n')
    return {"en": english, "fa": persian}


def fenced(text: str, language: str) -> list[str]:
    """Return the code blocks of a text that are marked with a language."""
    return re.findall(rf"^```{language}\n(.*?)\n```$", text, re.DOTALL | re.MULTILINE)


def on_windows(command: str) -> str:
    """Return a command as it is typed in Windows."""
    return (
        command.replace("python3 -m venv", "py -m venv")
        .replace(".venv/bin/", ".venv\\Scripts\\")
        .replace("docs/", "docs\\")
    )


@pytest.mark.parametrize("language", ["en", "fa"])
def test_both_languages_give_the_two_commands(
    halves: dict[str, str], language: str
) -> None:
    assert fenced(halves[language], "sh") == [BUILD, TEST]
    assert fenced(halves[language], "bat") == [on_windows(BUILD), on_windows(TEST)]


def test_ci_runs_the_same_two_commands(root: Path) -> None:
    script = (root / ".ci" / "run").read_text(encoding="utf-8")
    assert f"build='{BUILD}'" in script
    assert f"tests='{TEST}'" in script
    built = re.search(r'^bash -c "\$build"', script, re.MULTILINE)
    assert built
    before = script[: built.start()]
    assert "install -r docs/requirements.txt\n" in before
    assert "install -r requirements.txt" not in before.partition("export")[2]
    last = script.rstrip().splitlines()[-1]
    assert last.startswith('bash -c "$tests"'), "pytest's closing line comes last"
    assert "export REQUIRE_BROWSER=1" in script


def test_the_whole_requirements_begin_with_those_of_a_build(root: Path) -> None:
    """A second command after the first adds to what it installed."""
    whole = (root / "requirements.txt").read_text(encoding="utf-8")
    lines = [line for line in whole.splitlines() if line and line[0] != "#"]
    assert lines[0] == "-r docs/requirements.txt"
    small = (root / "docs/requirements.txt").read_text(encoding="utf-8")
    for name in ("tensorflow", "keras", "scikit-learn", "distributed", "playwright"):
        assert re.search(rf"^{name}==", whole, re.MULTILINE)
        assert not re.search(rf"^{name}\b", small, re.MULTILINE)


def test_ci_is_valid_bash(root: Path) -> None:
    subprocess.run(["bash", "-n", root / ".ci" / "run"], check=True)
    assert (root / ".ci" / "run").stat().st_mode & 0o111, "it must be executable"


def test_every_command_named_exists(readme: str) -> None:
    named = set(re.findall(r"\bhamgasht ([a-z]+)\b", readme))
    assert {"build", "run", "status", "check", "serve", "data"} <= named
    for command in sorted(named):
        options = re.findall(rf"hamgasht {command}.*?`(--[a-z]+)`", readme)
        assert set(options) <= options_of(command), command


def test_every_file_named_exists(root: Path, readme: str) -> None:
    links = re.findall(r"\]\((?!http|#)([^)]+)\)", readme)
    assert {"CITATION.cff", "LICENSE", "LICENSE-TEXT"} <= set(links)
    missing = [link for link in links if not (root / link).is_file()]
    assert not missing


def test_screenshots_are_light(root: Path) -> None:
    shots = [root / name for name in (".github/page.fa.webp", ".github/page.en.webp")]
    for shot in shots:
        assert shot.read_bytes()[8:12] == b"WEBP"
        assert 10_000 < shot.stat().st_size < 200_000


def test_citation_is_readable(root: Path) -> None:
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert citation["license"] == ["MIT", "CC-BY-4.0"]
    assert {"message", "title", "authors", "version", "date-released"} <= set(citation)


def test_licences_are_whole(root: Path) -> None:
    code = (root / "LICENSE").read_text(encoding="utf-8")
    text = (root / "LICENSE-TEXT").read_text(encoding="utf-8")
    assert code.startswith("MIT License\n")
    assert text.startswith("Attribution 4.0 International\n")
    for number in range(1, 9):
        assert f"Section {number} -- " in text
