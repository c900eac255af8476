"""Progress on a terminal: bars there, plain lines in a log."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

_TICK_SECONDS = 0.1


class ProgressBoard:
    """One bar for the whole run and one line for each snippet at work.

    Args:
        total: How many snippets will run.
        expected: Seconds that each took when it was last recorded, by id.
        jobs: How many run at a time.
        clock: Tells the seconds.
    """

    def __init__(
        self,
        total: int,
        expected: Mapping[str, float],
        jobs: int,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._expected = expected
        self._jobs = jobs
        self._clock = clock
        self._waiting = set(expected)
        self._started: dict[str, float] = {}
        self._lines: dict[str, TaskID] = {}
        self._titles: dict[str, str] = {}
        self._machines: dict[str, str] = {}
        left = TextColumn("{task.fields[left]}", markup=False)
        self._bars = _make_progress(MofNCompleteColumn(), TimeElapsedColumn(), left)
        self._whole = self._bars.add_task("all", total=total, left="")

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._bars.stop()

    def start(self, snippet_id: str, device: str, num_cells: int) -> None:
        """Show that a snippet begins, on what, and how long it is likely to take."""
        self._lines[snippet_id] = self._bars.add_task("", total=num_cells, left="")
        self._started[snippet_id] = self._clock()
        self._waiting.discard(snippet_id)
        self._update(snippet_id, f"{snippet_id} on {device}")

    def show_cell(self, snippet_id: str, title: str, index: int) -> None:
        """Show which cell of a snippet runs now."""
        self._titles[snippet_id] = title
        self._update(snippet_id, f"{snippet_id}: {title}", completed=index)

    def show_log(self, snippet_id: str, line: str) -> None:
        """Show a line of a long cell's log: an epoch, a loss.

        On a terminal the last one stands beside the bar; elsewhere each is printed.
        """
        if self._bars.disable:
            self.print_line(f"  {snippet_id}: {line}")
        else:
            title = self._titles.get(snippet_id, "")
            self._update(snippet_id, f"{snippet_id}: {title}: {line}")

    def show_machine(self, snippet_id: str, machine: str) -> None:
        """Show which machine begins a snippet; a second one means a lost first."""
        again = snippet_id in self._machines
        self._machines[snippet_id] = machine
        where = "again (its worker was lost) on" if again else "on"
        self.print_line(f"  {snippet_id}: {where} {machine}")

    def finish(self, snippet_id: str, result: str) -> None:
        """Show that a snippet ended, and how."""
        self._bars.remove_task(self._lines.pop(snippet_id))
        self._bars.advance(self._whole)
        seconds = self._clock() - self._started.pop(snippet_id)
        self.print_line(f"{result:>8}  {snippet_id}  {seconds:.1f} s")
        self._bars.update(self._whole, left=f"about {self.seconds_left():.0f} s left")

    def print_line(self, text: str) -> None:
        """Print one line above the bars."""
        self._bars.console.print(text, markup=False, highlight=False, soft_wrap=True)
        self._bars.console.file.flush()

    def seconds_left(self, snippet_id: str | None = None) -> float | None:
        """Return about how long a snippet still takes, judged by its last run.

        Args:
            snippet_id: The snippet; the whole run if not given.

        Returns:
            Seconds; ``None`` for a snippet that was never recorded.
        """
        if snippet_id is None:
            known = [*self._waiting, *(self._started.keys() & self._expected.keys())]
            return sum(map(self.seconds_left, known)) / self._jobs
        if snippet_id not in self._expected:
            return None
        now = self._clock()
        passed = now - self._started.get(snippet_id, now)
        return max(self._expected[snippet_id] - passed, 0.0)

    def _update(self, snippet_id: str, text: str, **fields: Any) -> None:
        """Change a snippet's line, and the times left."""
        seconds = self.seconds_left(snippet_id)
        known = seconds is not None
        left = f"about {seconds:.0f} s left" if known else "first run: no estimate"
        line = self._lines[snippet_id]
        self._bars.update(line, description=text, left=left, **fields)
        self._bars.update(self._whole, left=f"about {self.seconds_left():.0f} s left")


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

    def at(self, done: float, total: float | None = None) -> None:
        """Show how much is done, and of how much where that turned out otherwise."""
        self.bar.update(self.task, completed=done, total=total)


@contextlib.contextmanager
def counting(
    text: str, total: float | None = None, *, in_bytes: bool = False
) -> Iterator[Count]:
    """Show a piece of work that can tell how far it is.

    Args:
        text: What is being done.
        total: How much there is to do, where that is known.
        in_bytes: Whether bytes are counted, not things.
    """
    amount = DownloadColumn() if in_bytes else MofNCompleteColumn()
    with _make_progress(amount, TimeElapsedColumn(), TimeRemainingColumn()) as bar:
        yield Count(bar, bar.add_task(text, total=total))


@contextlib.contextmanager
def waiting(text: str, memory: Path) -> Iterator[None]:
    """Show a piece of work that cannot tell how far it is.

    Args:
        text: What is being done.
        memory: A file that keeps how many seconds it took last time, from which
            the time left is estimated; written when the work ends well.
    """
    started = time.perf_counter()
    ended = threading.Event()
    with _make_progress(TimeElapsedColumn(), TimeRemainingColumn()) as bar:
        count = Count(bar, bar.add_task(text, total=_read_seconds(memory)))

        def tick() -> None:
            while not ended.wait(_TICK_SECONDS):
                count.bar.update(count.task, completed=time.perf_counter() - started)

        threading.Thread(target=tick, daemon=True).start()
        try:
            yield
        finally:
            ended.set()
    with contextlib.suppress(OSError):
        memory.parent.mkdir(exist_ok=True)
        memory.write_text(f"{time.perf_counter() - started:.1f}")


def _make_progress(*columns: ProgressColumn) -> Progress:
    """Return bars on stderr, which show nothing where that is no terminal."""
    console = Console(stderr=True)
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        *columns,
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def _read_seconds(memory: Path) -> float | None:
    try:
        return max(float(memory.read_text()), _TICK_SECONDS)
    except (OSError, ValueError):
        return None
