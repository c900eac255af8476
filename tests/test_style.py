"""The code's own form: ruff's checks and format, and lines that never scroll."""

import subprocess
import sys
from pathlib import Path

import pytest

SNIPPET_COLUMNS = 78


@pytest.mark.parametrize("command", [("check",), ("format", "--check")], ids=" ".join)
def test_ruff_finds_nothing(root: Path, command: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "--no-cache", "."],
        cwd=root,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_snippets_fit_their_pages(root: Path) -> None:
    long = [
        f"{path.relative_to(root)}:{number}: {len(line)} columns"
        for path in sorted((root / "snippets").rglob("*.py"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > SNIPPET_COLUMNS
    ]
    assert not long, "\n".join(long)
