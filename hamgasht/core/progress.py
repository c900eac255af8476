"""What a person sees while snippets run.

Takes in events of a run; gives out progress bars on a terminal, plain lines
elsewhere.
"""

import contextlib
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)


class Board:
    """One bar for the whole run and one line for each snippet at work.

    Args:
        total: How many snippets will run.
        expected: Seconds that each took when it was last recorded, by id.
        jobs: How many run at a time.
    """

    def __init__(self, total: int, expected: dict[str, float], jobs: int) -> None:
        self._expected = expected
        self._jobs = jobs
        self._waiting = set(expected)
        self._lines: dict[str, tuple[TaskID, float]] = {}
        self._titles: dict[str, str] = {}
        self._places: dict[str, str] = {}
        self._console = Console(stderr=True)
        self._live = self._console.is_terminal
        self._bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}", markup=False),
            console=self._console,
            transient=True,
            disable=not self._live,
        )
        self._whole = self._bars.add_task("all", total=total, left="")

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def start(self, snippet_id: str, device: str, num_cells: int) -> None:
        """Show that a snippet begins, on what, and how long it is likely to take."""
        line = self._bars.add_task(
            f"{snippet_id} on {device}", total=num_cells, left=self._left(snippet_id)
        )
        self._lines[snippet_id] = (line, time.perf_counter())
        self._waiting.discard(snippet_id)
        self._refresh()

    def cell(self, snippet_id: str, title: str, index: int) -> None:
        """Show which cell of a snippet runs now."""
        line, _ = self._lines[snippet_id]
        self._titles[snippet_id] = title
        self._bars.update(
            line,
            description=f"{snippet_id}: {title}",
            completed=index,
            left=self._left(snippet_id),
        )
        self._refresh()

    def news(self, snippet_id: str, text: str) -> None:
        """Show what a long cell tells of itself: an epoch, a loss.

        On a terminal the last line stands beside the bar; elsewhere, in a job's log,
        each line is printed.
        """
        if not self._live:
            self.say(f"  {snippet_id}: {text}")
            return
        line, _ = self._lines[snippet_id]
        self._bars.update(
            line,
            description=f"{snippet_id}: {self._titles.get(snippet_id, '')}: {text}",
            left=self._left(snippet_id),
        )
        self._refresh()

    def where(self, snippet_id: str, machine: str) -> None:
        """Show which machine begins a snippet; a second one means a lost first."""
        seen = snippet_id in self._places
        self._places[snippet_id] = machine
        again = "again (its worker was lost) on" if seen else "on"
        self.say(f"  {snippet_id}: {again} {machine}")

    def done(self, snippet_id: str, result: str) -> None:
        """Show that a snippet ended, and how."""
        line, started = self._lines.pop(snippet_id)
        self._bars.remove_task(line)
        self._bars.advance(self._whole)
        seconds = time.perf_counter() - started
        self.say(f"{result:>8}  {snippet_id}  {seconds:.1f} s")
        self._refresh()

    def say(self, text: str) -> None:
        """Print one line above the bars."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)
        sys.stderr.flush()

    def _left(self, snippet_id: str) -> str:
        """Return about how long a snippet still takes, judged by its last run."""
        if snippet_id not in self._expected:
            return "first run: no estimate"
        passed = 0.0
        if snippet_id in self._lines:
            passed = time.perf_counter() - self._lines[snippet_id][1]
        return f"about {max(self._expected[snippet_id] - passed, 0):.0f} s left"

    def _refresh(self) -> None:
        waiting = sum(self._expected[item] for item in self._waiting)
        now = time.perf_counter()
        running = sum(
            max(self._expected.get(item, 0) - (now - started), 0)
            for item, (_, started) in self._lines.items()
        )
        left = (waiting + running) / self._jobs
        self._bars.update(self._whole, left=f"about {left:.0f} s left")


@contextlib.contextmanager
def waiting(text: str, memory: Path) -> Iterator[None]:
    """Show one piece of work that cannot tell how far it is.

    Args:
        text: What is being done.
        memory: A file that keeps how many seconds it took last time, from which
            the time left is estimated; written when the work ends well.
    """
    started = time.perf_counter()
    expected = _remembered(memory)
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = bar.add_task(text, total=expected)
    with bar:
        ticker = threading.Thread(target=_tick, args=(bar, task, started), daemon=True)
        ticker.start()
        yield
    with contextlib.suppress(OSError):
        memory.parent.mkdir(exist_ok=True)
        memory.write_text(f"{time.perf_counter() - started:.1f}")


@dataclass(frozen=True)
class Count:
    """How far a piece of countable work is.

    Attributes:
        bar: The bar on the terminal.
        task: Its line.
    """

    bar: Progress
    task: TaskID

    def more(self, count: int = 1) -> None:
        """Show that some more is done."""
        self.bar.advance(self.task, count)

    def at(self, done: int, total: int | None = None) -> None:
        """Show how much is done, and of how much where that turned out otherwise."""
        self.bar.update(self.task, completed=done, total=total)


@contextlib.contextmanager
def counting(
    text: str, total: int | None = None, *, in_bytes: bool = False
) -> Iterator[Count]:
    """Show a piece of work that can tell how far it is, on a terminal.

    Args:
        text: What is being done.
        total: How much there is to do, where that is known.
        in_bytes: Whether bytes are counted, not things.
    """
    console = Console(stderr=True)
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        DownloadColumn() if in_bytes else MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        yield Count(bar, bar.add_task(text, total=total))


def _tick(bar: Progress, task: TaskID, started: float) -> None:
    """Move a bar on by the clock until it is taken away."""
    while not bar.finished and bar.live.is_started:
        bar.update(task, completed=time.perf_counter() - started)
        time.sleep(0.1)


def _remembered(memory: Path) -> float | None:
    try:
        return max(float(memory.read_text()), 0.1)
    except (OSError, ValueError):
        return None
