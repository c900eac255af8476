"""The backend that runs jobs in processes of this machine."""

import asyncio
import contextlib
import queue
import shutil
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from hamgasht.core.paths import DATA
from hamgasht.records.write import record
from hamgasht.running.checkpoints import kept_checkpoints
from hamgasht.running.devices import (
    Settings,
    choose_backend,
    find_gpus,
    kernel_environment,
    require_backend,
)
from hamgasht.running.jobs import Job, JobEvents
from hamgasht.running.report import working_folder
from hamgasht.running.session import execute
from hamgasht.running.start import KernelServer
from hamgasht.source.snippet import Snippet

_POLL_SECONDS = 0.2


@dataclass
class LocalBackend:
    """This machine.

    Attributes:
        jobs: How many jobs run at a time.
        settings: How ``gpu`` snippets are computed.
        gpus: Names of the GPUs that they may use.
        server: Forks kernels; without it each is a fresh process.
    """

    jobs: int
    settings: Settings = field(default_factory=Settings)
    gpus: list[str] = field(default_factory=list)
    server: KernelServer | None = None

    def __post_init__(self) -> None:
        self._free_gpus: queue.SimpleQueue[int] = queue.SimpleQueue()
        for _ in range(self.settings.per_gpu):
            for number in range(len(self.gpus)):
                self._free_gpus.put(number)
        self.gpu_jobs = len(self.gpus) * self.settings.per_gpu or self.jobs
        self.has_gpu = bool(self.gpus)

    async def run(self, job: Job, out: Path, events: JobEvents) -> None:
        """Run a job in a process of this machine, and record its outputs."""
        require_backend(job.backend, job.snippet)
        is_light = job.snippet.header.device == "cpu"
        settings = Settings() if is_light else self.settings
        plain = settings.precision == "float32"
        with working_folder() as folder:
            _fill(folder, job)
            with _checkpoints(job, folder):
                async with self._gpu(job) as gpu:
                    environment = kernel_environment(gpu, settings, job.backend)
                    server = self.server
                    if server and not await server.can_serve(environment):
                        server = None
                    result = await execute(
                        job,
                        folder=folder,
                        environment=environment,
                        server=server,
                        gpu=gpu is not None,
                        precision="" if plain else settings.precision,
                        events=events,
                    )
                record(
                    result,
                    job.snippet,
                    root=job.root,
                    out=out,
                    folder=folder,
                    inputs=job.inputs,
                    data={name: found.facts for name, found in job.data.items()},
                    fingerprint=job.fingerprint,
                    style=job.style,
                    profile=job.profile,
                    settings=settings.describe(),
                )

    @contextlib.asynccontextmanager
    async def _gpu(self, job: Job) -> AsyncIterator[int | None]:
        """Hold a GPU for a job, where it wants one and there is one."""
        if job.snippet.header.device == "cpu" or not self.gpus:
            yield None
            return
        # Not asyncio.Queue: a worker's jobs each have an event loop of their own.
        while True:
            try:
                number = self._free_gpus.get_nowait()
                break
            except queue.Empty:
                await asyncio.sleep(_POLL_SECONDS)
        try:
            yield number
        finally:
            self._free_gpus.put(number)


@contextlib.asynccontextmanager
async def open_local_backend(
    jobs: int,
    settings: Settings,
    snippets: Iterable[Snippet],
    server: KernelServer | None,
) -> AsyncIterator[LocalBackend]:
    """Give this machine for a run of snippets.

    Args:
        jobs: How many jobs run at a time.
        settings: How ``gpu`` snippets are computed.
        snippets: What will run.
        server: Forks kernels.

    Raises:
        DeviceError: A GPU is required, and there is none.
    """
    headers = [each.header for each in snippets if each.header.device == "gpu"]
    backends = set(map(choose_backend, headers))
    gpus = await asyncio.to_thread(find_gpus, settings, backends) if headers else []
    yield LocalBackend(jobs, settings, gpus, server)


def _checkpoints(job: Job, folder: Path) -> contextlib.AbstractContextManager[None]:
    """Return a context in which a long snippet's checkpoints are kept."""
    if not job.snippet.header.long:
        return contextlib.nullcontext()
    return kept_checkpoints(job.root, job.fingerprint, folder)


def _fill(folder: Path, job: Job) -> None:
    """Put needed artefacts and data into a working folder."""
    for name, path in job.artefacts.items():
        (folder / "artefacts" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / "artefacts" / name)
    for name, found in job.data.items():
        (folder / DATA / name).parent.mkdir(parents=True, exist_ok=True)
        _link(found.place, folder / DATA / name)


def _link(found: Path, place: Path) -> None:
    """Make ``place`` lead to data, or hold a copy where links are forbidden."""
    try:
        place.symlink_to(found.absolute(), target_is_directory=found.is_dir())
    except OSError:  # Windows without the right to make links
        (shutil.copytree if found.is_dir() else shutil.copyfile)(found, place)
