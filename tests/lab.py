"""A small project of its own for each test of the engine."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from click.testing import CliRunner

from hamgasht.cli import main
from hamgasht.running import start
from hamgasht.running.devices import kernel_environment
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


class SharedServer:
    """One server for the kernels of many runs, each of which would start its own.

    A run whose kernels have other variables than the tests' own gets fresh processes.
    """

    def __init__(self) -> None:
        self._environment = _without_test(kernel_environment())
        self._patch = patch.object(start, "kernel_server", self._serve)
        self._server: start.KernelServer | None = None

    def share(self) -> None:
        """Let all runs have their kernels from here."""
        self._patch.start()

    def stop(self) -> None:
        """End the server; let each run have its own again."""
        self._patch.stop()
        if self._server:
            self._server.stop()
            self._server = None

    @contextlib.contextmanager
    def _serve(self, *_: object) -> Iterator[start.KernelServer | None]:
        if self._server is None and start.can_fork():
            self._server = _Server(start.LIGHT_MODULES, self._environment)
        yield self._server


class _Server(start.KernelServer):
    async def can_serve(self, environment: Mapping[str, str]) -> bool:
        return await super().can_serve(_without_test(environment))


def _without_test(environment: Mapping[str, str]) -> dict[str, str]:
    """Return variables without those of a test alone, which no import looks at."""
    return {
        name: text
        for name, text in environment.items()
        if not name.startswith(("PYTEST_", "HAMGASHT_TEST_"))
    }


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
        """Run the command line in this process; return exit status, stdout, stderr."""
        with contextlib.chdir(self.root):
            done = CliRunner().invoke(main, arguments, catch_exceptions=False)
        return done.exit_code, done.stdout, done.stderr


def options_of(command: str) -> set[str]:
    """Return the options that a command of the command line takes."""
    return {name for each in main.commands[command].params for name in each.opts}


def wait_for(holds: Callable[[], object], seconds: float = 300) -> None:
    """Wait until something holds; fail if it does not come, even on a busy machine."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)
