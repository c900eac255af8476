"""One snippet's run, in a kernel of its own, through nbclient.

What hangs, floods or warns is stopped, and the error names the cell.
"""

import asyncio
import contextlib
import json
import os
import platform
import re
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from hamgasht.core.errors import ExecutionError
from hamgasht.core.mime import REPORT_MIME
from hamgasht.core.paths import ENGINE
from hamgasht.kernel.setup import drop_machine_log
from hamgasht.records.run_result import RunResult
from hamgasht.running.jobs import Job, JobEvents
from hamgasht.running.start import KernelServer, make_manager
from hamgasht.source.text import imported_names, read_source

MAX_OUTPUT_BYTES = 5_000_000
"""Bytes that a snippet may display in all; a page cannot carry more."""

_SETUP = "__import__('hamgasht.kernel.setup').kernel.setup"  # leaves no name behind
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_FRAME = re.compile(r"^\s*Cell In ?\[(\d+)\], line (\d+)", re.M)
_BAD_LOSS = re.compile(r"\bloss: (?:nan|-?inf)\b")  # as Keras's verbose=2 prints it
_KERNEL_FILE = re.compile(r"\S*[/\\]ipykernel_\d+[/\\]\d+\.py")


async def execute(
    job: Job,
    *,
    folder: Path,
    environment: Mapping[str, str],
    server: KernelServer | None,
    gpu: bool,
    precision: str,
    events: JobEvents,
) -> RunResult:
    """Run a snippet from top to bottom in a process of its own.

    Args:
        job: What to run.
        folder: The run's current folder, with the artefacts that it needs in it.
        environment: The variables of that process.
        server: Forks it; ``None`` starts a fresh one.
        gpu: Whether it may use accelerators, which are then named in the report.
        precision: Keras's policy for types; empty leaves its own.
        events: The listeners.

    Raises:
        ExecutionError: A cell raised, wrote to stderr, displayed too much, killed
            its process, or the run took longer than the header's ``limit``.
    """
    started = time.perf_counter()
    run = RunResult(nbformat.from_dict(job.snippet.notebook), dict(job.parameters))
    run.machine = describe_machine(folder)
    session = _Session(job, run, folder, environment, server, gpu, precision, events)
    limit = job.snippet.header.limit
    try:
        async with asyncio.timeout(limit):
            await session.play()
    except TimeoutError:
        raise session.failure(
            f"the snippet ran longer than its limit of {limit:g} s",
            "make it faster, or raise 'limit' in its header",
        ) from None
    run.seconds = time.perf_counter() - started
    return run


@dataclass
class _Session:
    """One kernel's life."""

    job: Job
    run: RunResult
    folder: Path
    environment: Mapping[str, str]
    server: KernelServer | None
    gpu: bool
    precision: str
    events: JobEvents
    index: int = 0

    async def play(self) -> None:
        """Start the kernel, run all cells, and end it whatever happens."""
        async with self._start_kernel() as client:
            await self._setup(client)
            for index, cell in enumerate(self.run.notebook.cells):
                self.index = index
                if cell.cell_type == "code":
                    await self._run_cell(client, cell)
            self.run.report = await self._report(client)

    @contextlib.asynccontextmanager
    async def _start_kernel(self) -> AsyncIterator["_Client"]:
        """Give a client whose kernel answers; a fresh one if the first does not."""
        for server in (self.server, None):
            manager = make_manager(self.folder, server)
            client = _Client(
                self.run.notebook,
                km=manager,
                timeout=None,
                coalesce_streams=False,
                record_timing=False,
            )
            client.resources = {"metadata": {"path": str(self.folder)}}
            try:
                if await self._starts(client):
                    yield client
                    return
            finally:
                await _end_kernel(client, manager)
        raise self.failure(
            "its process did not start", "free some memory, then run it again"
        )

    async def _starts(self, client: "_Client") -> bool:
        """Start a kernel; return whether it answers."""
        profile = {"IPYTHONDIR": str(self.folder.parent / "ipython")}
        try:
            await client.async_start_new_kernel(
                env={**self.environment, **profile},
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
            await client.async_start_new_kernel_client()
        except (RuntimeError, OSError):
            return False
        return True

    def failure(self, problem: str, fix: str, line: int = 0) -> ExecutionError:
        """Return an error at the present cell, or at a line of its code."""
        place = self.job.snippet.place(self.index, line)
        return ExecutionError(self.job.snippet.name, place, problem, fix)

    async def _setup(self, client: "_Client") -> None:
        smoke = self.job.profile == "smoke"
        long = self.job.snippet.header.device == "gpu"
        config = {
            "folder": str(self.job.snippet.folder),
            "labels": dict(self.job.labels),
            "modules": sorted(self._imported_names()),
            "smoke": smoke,
            # A long training of a few steps is not worth tracing.
            "eager": smoke and long and bool(self.run.parameters),
            "gpu": self.gpu,
            "precision": self.precision,
        }
        engine = str(ENGINE.parent)
        await self._run_own_lines(
            client,
            f"import sys; sys.path.append({engine!r}); del sys",
            f"{_SETUP}.install({config!r})",
        )

    def _imported_names(self) -> set[str]:
        """Return the modules that the cells, or files that they import, import."""
        cells = self.run.notebook.cells
        sources = [cell.source for cell in cells if cell.cell_type == "code"]
        for name in self.job.inputs["imports"]:
            if name.endswith(".py"):
                sources.append(read_source(self.job.root / name, name))
        return set().union(*map(imported_names, sources))

    async def _run_cell(self, client: "_Client", cell: nbformat.NotebookNode) -> None:
        """Run one cell; where it sets parameters, put the overrides after it."""
        self.events.cell(cell.metadata.title)
        started = time.perf_counter()
        tags = list(cell.metadata.tags)
        await self._run_own_lines(client, f"{_SETUP}.before_cell({tags!r})")
        client.on_log = self.events.log if "progress" in tags else None
        await self._execute(client, cell)
        client.on_log = None
        cell.outputs = _merge_streams(cell.outputs)
        self._refuse_stderr(cell)
        cell.outputs = _merge_streams(cell.outputs)  # a machine's log stood between
        if "parameters" in tags and self.run.parameters:
            lines = [f"{key} = {value!r}" for key, value in self.run.parameters.items()]
            await self._run_own_lines(client, *lines)
        self.run.cell_seconds[cell.metadata.name] = time.perf_counter() - started

    async def _execute(self, client: "_Client", cell: nbformat.NotebookNode) -> None:
        try:
            await client.async_execute_cell(cell, self.index, store_history=True)
        except CellExecutionError as error:
            raise self.failure(
                f"{error.ename}: {_ANSI.sub('', error.evalue)}",
                "fix the line",
                _error_line(error.traceback),
            ) from None
        except DeadKernelError:
            _raise_if_cancelled()
            if client.ending is None:
                raise self.failure(
                    "its process died (out of memory, or it ended itself)",
                    "make the data smaller, or take the exit out of the cell",
                ) from None
        if client.bad_loss:
            raise self.failure(
                f"its loss is no number any more: {client.bad_loss[:200]}",
                "look for NaN in the data, scale the inputs, or lower the rate",
            )
        if client.ending is not None:
            raise self.failure(
                f"the snippet displayed more than {MAX_OUTPUT_BYTES // 10**6} MB",
                "print less: a summary, the first rows, a figure",
            )

    def _refuse_stderr(self, cell: nbformat.NotebookNode) -> None:
        for output in list(cell.outputs):
            if output.output_type != "stream" or output.name != "stderr":
                continue
            text = drop_machine_log(_ANSI.sub("", output.text))
            text = _KERNEL_FILE.sub("cell", text)
            if not text.strip():
                cell.outputs.remove(output)
            elif "warning" in cell.metadata.tags:
                output.text = text
            else:
                first = next(filter(str.strip, text.splitlines()))
                line = re.match(r"cell:(\d+):", first)
                raise self.failure(
                    f"it wrote to stderr: {first[:200]}",
                    "take the cause away, or tag the cell 'warning' if readers "
                    "are meant to see it",
                    int(line[1]) if line else 0,
                )

    async def _run_own_lines(self, client: "_Client", *lines: str) -> list[Any]:
        """Run lines that belong to the engine; return their outputs."""
        cell = nbformat.v4.new_code_cell("\n".join(lines))
        kept = self.run.notebook.cells[self.index]
        try:
            await client.async_execute_cell(cell, self.index, store_history=False)
        except (CellExecutionError, DeadKernelError) as error:
            _raise_if_cancelled()
            raise self.failure(
                f"the kernel could not be prepared: {str(error).splitlines()[-1]}",
                "install requirements.txt into this environment",
            ) from None
        finally:
            self.run.notebook.cells[self.index] = kept
        return cell.outputs

    async def _report(self, client: "_Client") -> dict[str, Any]:
        for output in await self._run_own_lines(client, f"{_SETUP}.report()"):
            if REPORT_MIME in output.get("data", {}):
                return output.data[REPORT_MIME]
        raise self.failure(
            "the kernel gave no report", "install requirements.txt again"
        )


class _Client(NotebookClient):
    """A notebook client that passes log lines on, and stops what is of no use.

    That is a flood of output, and a training whose loss is not finite. The line that
    the training prints is the same on each backend; a layer's output is not: behind
    max-pooling TensorFlow has no NaN any more.

    Attributes:
        on_log: Called with each line that the present cell prints; ``None`` keeps
            what is printed as the cell's output.
        ending: The kernel's end, once it was asked for.
        bad_loss: The line with the loss for which that was done; else empty.
    """

    on_log: Callable[[str], None] | None = None
    ending: asyncio.Future[None] | None = None
    bad_loss = ""
    _displayed = 0

    def output(self, outs: list, msg: dict, display_id: str, cell_index: int) -> Any:
        """Count what is displayed; past the limit, drop it and end the kernel."""
        if self.on_log and msg["content"].get("name") == "stdout":
            for line in _ANSI.sub("", msg["content"]["text"]).splitlines():
                if line.strip():
                    self.on_log(line.strip())
                if _BAD_LOSS.search(line) and self.ending is None:
                    self.bad_loss = line.strip()
                    self._end()
            return None
        self._displayed += len(json.dumps(msg["content"], default=str))
        if self._displayed <= MAX_OUTPUT_BYTES:
            return super().output(outs, msg, display_id, cell_index)
        if self.ending is None:
            self._end()
        return None

    def _end(self) -> None:
        self.ending = asyncio.ensure_future(self.km.shutdown_kernel(now=True))


async def _end_kernel(client: "_Client", manager: AsyncKernelManager) -> None:
    """End a client's kernel, in whatever state both are."""
    if client.kc is not None:
        client.kc.stop_channels()
    if client.ending is not None:
        await client.ending
    if manager.has_kernel:
        await manager.shutdown_kernel(now=True)
    await manager.cleanup_resources()


def describe_machine(folder: Path) -> dict[str, Any]:
    """Return what a record says of the machine that a snippet ran on.

    Args:
        folder: The working folder.

    Returns:
        ``processor``, ``python`` and ``platform``; and under ``places`` the paths of
        this machine that may not be published.
    """
    places = {str(folder), str(folder.parent), tempfile.gettempdir(), str(Path.home())}
    return {
        "processor": processor_name(),
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "places": sorted(places),
    }


def processor_name() -> str:
    """Return the name of this machine's processor and its number of cores."""
    name = platform.processor() or platform.machine()
    with contextlib.suppress(OSError):
        text = Path("/proc/cpuinfo").read_text()
        if found := re.search(r"^model name\s*:\s*(.+)$", text, re.M):
            name = " ".join(found[1].split())
    return f"{name}, {os.cpu_count()} cores"


def _raise_if_cancelled() -> None:
    """Raise the cancellation that nbclient takes for the kernel's death."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _merge_streams(outputs: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """Return outputs with neighbouring pieces of one stream put together."""
    merged: list[nbformat.NotebookNode] = []
    for output in outputs:
        last = merged[-1] if merged else None
        both_streams = output.output_type == "stream" and last is not None
        if both_streams and last.get("name") == output.name:
            last.text += output.text
        else:
            merged.append(output)
    return merged


def _error_line(traceback: str) -> int:
    """Return the last line of its own that a failed cell ran; 0 if none is named.

    The first frame is the cell's, the others may be of cells above it.
    """
    frames = _FRAME.findall(_ANSI.sub("", traceback))
    return next((int(line) for cell, line in frames[::-1] if cell == frames[0][0]), 0)
