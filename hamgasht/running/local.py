"""Where snippets run: one interface for this machine and for many.

Takes in jobs; gives out what they gave, ready to be recorded here. The runner knows
nothing of where: :class:`Here` runs kernels of this machine,
:class:`hamgasht.running.dask.Cluster` sends jobs to the workers of a cluster.
"""

import asyncio
import contextlib
import queue
import shutil
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from hamgasht.core.paths import DATA
from hamgasht.datasets.origins import Held
from hamgasht.records.fingerprint import fingerprint_of
from hamgasht.records.run_result import RunResult
from hamgasht.running.checkpoints import kept_checkpoints
from hamgasht.running.devices import Settings, environment, find_gpus
from hamgasht.running.kernels import Kernels
from hamgasht.running.session import execute
from hamgasht.running.start import Servers
from hamgasht.source.snippet import Snippet


@dataclass(frozen=True)
class Job:
    """All that decides one run.

    Attributes:
        snippet: The parsed snippet.
        inputs: What decides the run, as the fingerprint sees it.
        profile: ``full`` or ``smoke``.
        parameters: Overrides for the cell tagged ``parameters``.
        labels: The label catalogue.
        data: The data sets, by the names in the header.
        artefacts: The files of needed snippets, by their path under ``artefacts/``.
    """

    snippet: Snippet
    inputs: Mapping[str, Any]
    profile: str
    parameters: Mapping[str, Any]
    labels: Mapping[str, str]
    data: Mapping[str, Held]
    artefacts: Mapping[str, Path]


@dataclass(frozen=True)
class Watch:
    """Who is told how a job goes.

    Attributes:
        cell: Takes each code cell's title before it runs.
        news: Takes each line that a cell tagged ``progress`` prints.
        where: Takes the name of the machine that begins the job, where that is not
            this one.
    """

    cell: Callable[[str], None] = lambda title: None
    news: Callable[[str], None] = lambda text: None
    where: Callable[[str], None] = lambda machine: None


class Machines(Protocol):
    """A place where jobs run.

    Attributes:
        jobs: How many jobs run at a time.
        gpu_jobs: How many of these may be of the kind ``gpu``.
        has_gpu: Whether those will find a GPU.
    """

    jobs: int
    gpu_jobs: int
    has_gpu: bool

    def executed(
        self, job: Job, folder: Path, watch: Watch
    ) -> contextlib.AbstractAsyncContextManager[RunResult]:
        """Run a job; in the body of the context its outputs are to be recorded.

        Args:
            job: The job.
            folder: An empty folder of this machine, in which the job's artefacts
                lie in the end.
            watch: Who is told how it goes.
        """
        ...

    def loading(self, snippet: Snippet) -> bool:
        """Return whether a snippet would wait for a warm start that others do not."""
        ...


@dataclass
class Here:
    """This machine.

    Attributes:
        root: The project's root.
        jobs: How many jobs run at a time.
        settings: How ``gpu`` snippets are computed.
        gpus: Names of the GPUs that they may use.
        kernels: Where their kernels come from.
    """

    root: Path
    jobs: int
    settings: Settings = field(default_factory=Settings)
    gpus: list[str] = field(default_factory=list)
    kernels: Kernels = field(default_factory=Kernels)

    def __post_init__(self) -> None:
        self._free: queue.SimpleQueue[int] = queue.SimpleQueue()
        for _ in range(self.settings.per_gpu):
            for number in range(len(self.gpus)):
                self._free.put(number)
        self.gpu_jobs = len(self.gpus) * self.settings.per_gpu or self.jobs
        self.has_gpu = bool(self.gpus)

    def loading(self, snippet: Snippet) -> bool:
        """Return whether the warm server for a snippet is not ready yet."""
        return self.kernels.loading(snippet)

    @contextlib.asynccontextmanager
    async def executed(
        self, job: Job, folder: Path, watch: Watch
    ) -> AsyncIterator[RunResult]:
        """Run a job in a process of this machine."""
        for name, path in job.artefacts.items():
            (folder / "artefacts" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / "artefacts" / name)
        for name, found in job.data.items():
            (folder / DATA / name).parent.mkdir(parents=True, exist_ok=True)
            _link(found.place, folder / DATA / name)
        with self._checkpoints(job, folder), self._device(job) as gpu:
            light = job.snippet.header.device == "cpu"
            settings = Settings() if light else self.settings
            device = environment(gpu, None if light else settings)
            plain = settings.precision == "float32"
            yield await execute(
                job.snippet,
                kernel=await self.kernels.kernel(job.snippet, device),
                folder=folder,
                labels=job.labels,
                parameters=job.parameters,
                smoke=job.profile == "smoke",
                gpu=gpu is not None,
                precision="" if plain else settings.precision,
                on_cell=watch.cell,
                on_news=watch.news,
            )

    @contextlib.contextmanager
    def _device(self, job: Job) -> Iterator[int | None]:
        """Hold a GPU for a job, where it wants one and there is one."""
        if job.snippet.header.device == "cpu" or not self.gpus:
            yield None
            return
        number = self._free.get()
        try:
            yield number
        finally:
            self._free.put(number)

    def _checkpoints(
        self, job: Job, folder: Path
    ) -> contextlib.AbstractContextManager[None]:
        """Return a context in which a long snippet's checkpoints are kept."""
        if not job.snippet.header.long:
            return contextlib.nullcontext()
        return kept_checkpoints(self.root, fingerprint_of(job.inputs), folder)


@contextlib.asynccontextmanager
async def this_machine(
    root: Path,
    jobs: int,
    settings: Settings,
    snippets: Iterable[Snippet],
    servers: Servers,
) -> AsyncIterator[Here]:
    """Give this machine for a run of snippets.

    Args:
        root: The project's root.
        jobs: How many jobs run at a time.
        settings: How ``gpu`` snippets are computed.
        snippets: What will run.
        servers: Warm servers for their kernels.

    Raises:
        DeviceError: A GPU is required, and there is none.
    """
    wanted = any(snippet.header.device == "gpu" for snippet in snippets)
    gpus = await asyncio.to_thread(find_gpus, settings) if wanted else []
    yield Here(root, jobs, settings, gpus, Kernels(servers))


def _link(found: Path, place: Path) -> None:
    """Make ``place`` lead to data, or hold a copy where links are forbidden."""
    try:
        place.symlink_to(found.absolute(), target_is_directory=found.is_dir())
    except OSError:  # Windows without the right to make links
        (shutil.copytree if found.is_dir() else shutil.copyfile)(found, place)
