"""A small project of its own for each test of the engine."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from hamgasht.running.plan import run
from hamgasht.running.report import Report

ENGINE = Path(__file__).resolve().parents[1]

PLAIN = """\
# %% [markdown]
# # A plain snippet

# %% Settings tags=["parameters"]
A = 2

# %% Text
print("A is", A)

# %% Values tags=["values"]
{"a": A, "half": A / 4}
"""


@dataclass
class Lab:
    """A project folder with what the engine looks for, and nothing else."""

    root: Path

    def write(self, snippet_id: str, text: str) -> Path:
        """Write a snippet; return its path."""
        path = self.root / "snippets" / f"{snippet_id}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def label(self, text: str) -> None:
        """Set the label catalogue."""
        (self.root / "docs/fa/labels.yml").write_text(text, encoding="utf-8")

    def run(self, *wanted: str, **options) -> Report:
        """Run snippets as ``python -m hamgasht run`` does."""
        return run(self.root, wanted, **{"jobs": 1, **options})

    def fail(self, snippet_id: str) -> str:
        """Run one snippet that must fail; return its one line."""
        report = self.run(snippet_id)
        assert list(report.failed) == [snippet_id], report
        line = str(report.failed[snippet_id])
        assert "\n" not in line
        assert "Fix: " in line
        assert str(self.root) not in line
        return line

    def out(self, snippet_id: str) -> Path:
        """Return the folder of a snippet's recorded outputs."""
        return self.root / "docs/outputs" / snippet_id

    def files(self, snippet_id: str) -> dict[str, bytes]:
        """Return what is recorded for a snippet, but for the provenance."""
        place = self.out(snippet_id)
        return {
            path.relative_to(place).as_posix(): path.read_bytes()
            for path in sorted(place.rglob("*"))
            if path.is_file() and path.name != "provenance.json"
        }

    def start(self, *arguments: str, **options) -> subprocess.Popen[str]:
        """Start the command line in a process of its own."""
        path = filter(None, [str(ENGINE), os.environ.get("PYTHONPATH")])
        return subprocess.Popen(
            [sys.executable, "-m", "hamgasht", *arguments],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            **options,
        )

    def cli(self, *arguments: str) -> tuple[int, str, str]:
        """Run the command line; return exit status, stdout and stderr."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err


def wait_for_file(path: Path) -> None:
    """Wait until a file exists; fail if it does not come in time."""
    for _ in range(600):
        if path.exists():
            return
        time.sleep(0.05)
    raise AssertionError(f"{path} never came")
