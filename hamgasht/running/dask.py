"""The backend that sends jobs to the workers of a ``dask.distributed`` cluster.

A worker is an ordinary one, started inside a checkout of its own:

    python -m distributed.cli.dask_worker tcp://HOST:PORT --resources GPU=1

It runs and records a snippet as its own machine would, and sends the recorded folder
back, which counts here if its fingerprint is the one of this checkout. A job and its
answer travel as plain values, never as objects of the engine.
"""

import asyncio
import contextlib
import functools
import io
import logging
import re
import threading
import uuid
import warnings
import zipfile
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from distributed import Client, Future, Worker, get_worker

from hamgasht.core.errors import ClusterError, DeviceError, HamgashtError, OutputError
from hamgasht.core.paths import find_root, source_name
from hamgasht.records.fingerprint import fingerprint_of
from hamgasht.records.read import load
from hamgasht.records.state import Survey
from hamgasht.records.write import write_outputs
from hamgasht.running.devices import Settings, find_gpus
from hamgasht.running.jobs import Job, JobEvents, build_job
from hamgasht.running.local import LocalBackend
from hamgasht.running.report import working_folder
from hamgasht.source.snippet import Snippet, parse

GPU_RESOURCE = "GPU"
"""The resource that a worker with a GPU offers, and that a long training asks for."""

MAX_STARTS = 2
"""How often a snippet is begun at most: once more after its worker was lost."""

_CONNECT_SECONDS = 10.0
_POLL_SECONDS = 1.0
_NO_WORKER_SECONDS = 30.0
_lock = threading.Lock()


@dataclass
class DaskBackend:
    """The workers of a cluster.

    Attributes:
        client: The connection to its scheduler.
        address: The scheduler's address, as a person gave it.
        settings: How ``gpu`` snippets are computed.
        jobs, gpu_jobs, has_gpu: See :class:`~hamgasht.running.jobs.Backend`.
    """

    client: Client
    address: str
    settings: Settings
    jobs: int
    gpu_jobs: int
    has_gpu: bool

    async def run(self, job: Job, out: Path, events: JobEvents) -> None:
        """Run a job on a worker, and keep the outputs that it recorded."""
        needs_gpu = self.has_gpu and job.snippet.header.device == "gpu"
        key = f"hamgasht-{job.snippet.id}-{uuid.uuid4().hex}"
        machines: list[str] = []

        def listen(event: tuple[float, Mapping[str, str]]) -> None:
            for name, text in event[1].items():
                if name == "machine":
                    machines.append(text)
                getattr(events, name)(text)

        self.client.subscribe_topic(key, listen)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of large artefacts in the message
            future = self.client.submit(
                _make_task(),
                {
                    "snippet": job.snippet.id,
                    "fingerprint": job.fingerprint,
                    "profile": job.profile,
                    "labels": dict(job.labels),
                    "needed": {
                        k: path.read_bytes() for k, path in job.artefacts.items()
                    },
                    "settings": asdict(self.settings),
                    "needs_gpu": needs_gpu,
                    "backend": job.backend,
                },
                key=key,
                pure=False,
                resources={GPU_RESOURCE: 1} if needs_gpu else None,
            )
        try:
            answer = await self._wait(future, job, needs_gpu, machines)
        finally:
            with contextlib.suppress(Exception):
                self.client.unsubscribe_topic(key)
                await self.client.cancel([future], force=True)
        if "error" in answer:
            raise ClusterError(*answer["error"])
        _keep_outputs(answer["outputs"], job, out, answer["worker"])

    async def _wait(
        self, future: Future, job: Job, needs_gpu: bool, machines: list[str]
    ) -> dict[str, Any]:
        """Wait for a job; raise in one clear line if no worker can finish it.

        Args:
            future: What the scheduler was given.
            job: The job.
            needs_gpu: Whether only a worker with a GPU may take it.
            machines: The workers that began it, the last of them now.
        """
        waiting = asyncio.ensure_future(future.result())
        idle = 0.0
        try:
            while not waiting.done():
                await asyncio.wait({waiting}, timeout=_POLL_SECONDS)
                workers = await _fetch_workers(self.client, self.address)
                able = [w for w in workers if not needs_gpu or _num_gpus(w)]
                idle = 0.0 if able else idle + _POLL_SECONDS
                lost = machines[:-1] if able else machines
                if len(machines) > MAX_STARTS or idle > _NO_WORKER_SECONDS:
                    raise ClusterError(
                        job.snippet.name,
                        "",
                        f"{len(lost)} of the workers that ran it were lost, and "
                        f"{len(able)} are left that could run it",
                        f"look at the logs of the workers of {self.address} (out of "
                        "memory?); what is recorded is as it was",
                    )
            return waiting.result()
        except HamgashtError:
            raise
        except Exception as error:
            raise ClusterError(
                job.snippet.name,
                "",
                f"the cluster could not run it: {type(error).__name__}: {error}",
                "start each worker inside a checkout, in an environment made from "
                "requirements.txt, and look at its log",
            ) from None
        finally:
            waiting.cancel()


@contextlib.asynccontextmanager
async def open_cluster(
    address: str, jobs: int | None, settings: Settings, snippets: Iterable[Snippet]
) -> AsyncIterator[DaskBackend]:
    """Give the cluster for a run of snippets, and leave it as it was.

    Args:
        address: The scheduler's address.
        jobs: How many jobs run at a time; as many as the workers have threads if not
            given.
        settings: How ``gpu`` snippets are computed.
        snippets: What will run.

    Raises:
        ClusterError: No scheduler answers, or it has no workers.
        DeviceError: A GPU is required, and no worker offers one.
    """
    for name in ("distributed", "distributed.client"):  # what matters is said below
        logging.getLogger(name).setLevel(logging.CRITICAL)
    if not re.match(r"(tcp|tls)://.+:\d+$", address):
        raise _scheduler_error(address, "it is no address such as tcp://HOST:PORT")
    client = Client(address, asynchronous=True, timeout=_CONNECT_SECONDS)
    try:
        await client
    except (OSError, TimeoutError):
        await client.close(timeout=1)
        raise _scheduler_error(address, "no scheduler answers there") from None
    async with client:
        workers = await _fetch_workers(client, address)
        if not workers:
            raise ClusterError(
                f"--scheduler {address}",
                "",
                "it has no workers",
                "start some, each inside a checkout: "
                f"python -m distributed.cli.dask_worker {address}",
            )
        threads = sum(worker["nthreads"] for worker in workers)
        gpus = 0 if settings.device == "cpu" else sum(map(_num_gpus, workers))
        wanted = any(snippet.header.device == "gpu" for snippet in snippets)
        if wanted and settings.device == "gpu" and not gpus:
            raise DeviceError(
                "--device gpu",
                "",
                f"a GPU is required, and no worker of {address} offers one",
                f"start a worker with --resources {GPU_RESOURCE}=1 where there is one",
            )
        jobs = jobs or threads
        yield DaskBackend(client, address, settings, jobs, gpus or jobs, gpus > 0)


async def _fetch_workers(client: Client, address: str) -> list[dict[str, Any]]:
    """Return what the scheduler knows of its workers."""
    try:
        about = await asyncio.wait_for(client.scheduler.identity(), _CONNECT_SECONDS)
    except (OSError, TimeoutError):
        raise _scheduler_error(address, "its scheduler was lost") from None
    return list(about["workers"].values())


def _num_gpus(worker: Mapping[str, Any]) -> int:
    return int(worker["resources"].get(GPU_RESOURCE, 0))


def _scheduler_error(address: str, problem: str) -> ClusterError:
    return ClusterError(
        f"--scheduler {address}",
        "",
        problem,
        "see that the address is right and the scheduler runs "
        "(python -m distributed.cli.dask_scheduler), then run again",
    )


def _keep_outputs(archive: bytes, job: Job, out: Path, machine: str) -> None:
    """Check what a worker recorded, then put it in the place of the old outputs."""
    item = job.snippet.id
    with working_folder() as folder:
        try:
            zipfile.ZipFile(io.BytesIO(archive)).extractall(folder)
            manifest = load(job.root, item, folder).manifest
        except (zipfile.BadZipFile, OutputError) as error:
            problem = getattr(error, "problem", error)
            raise _differs(item, machine, f"damaged outputs: {problem}") from None
        prints = {manifest["fingerprint"], fingerprint_of(manifest["inputs"])}
        if prints != {job.fingerprint} or manifest.get("style", job.style) != job.style:
            raise _differs(item, machine, "outputs of other inputs or another style")
        write_outputs(_read_files(folder / item), out, item)


def _read_files(folder: Path) -> dict[str, bytes]:
    """Return the contents of all files below a folder, by their relative paths."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _differs(snippet_id: str, machine: str, what: str) -> ClusterError:
    return ClusterError(
        source_name(snippet_id),
        "",
        f"the worker {machine} holds {what}",
        "bring its checkout and its data to the state of this one, then restart it",
    )


def _make_task() -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return a function that travels as code.

    The scheduler then needs no engine, and a worker without one can say so; it would
    otherwise end at the first message that it cannot read.
    """

    def run_task(message: dict[str, Any]) -> dict[str, Any]:
        from hamgasht.running.dask import run_on_worker

        return run_on_worker(message)

    return run_task


def run_on_worker(message: Mapping[str, Any]) -> dict[str, Any]:
    """Run and record a job, on the worker that received its message.

    Returns:
        ``worker``, its name, and ``outputs``, the recorded folder as a ZIP archive;
        or ``error``, the parts of the error's line.
    """
    worker = get_worker()
    key = worker.get_current_task()
    # By default a worker is named like its address.
    name = " at ".join(dict.fromkeys([str(worker.name), worker.address]))

    def log_event(event: str, text: str) -> None:
        worker.log_event(key, {event: text})

    log_event("machine", name)
    events = JobEvents(
        cell=functools.partial(log_event, "cell"),
        log=functools.partial(log_event, "log"),
    )
    try:
        with working_folder() as out:
            job = _unpack_job(message, out / "needed", name)
            run = _worker_backend(message, job, name).run(job, out, events)
            asyncio.run(_until_cancelled(run, worker, key))
            return {"worker": name, "outputs": _pack_outputs(job, out)}
    except HamgashtError as error:
        return {"error": error.args}


async def _until_cancelled(run: Any, worker: Worker, key: str) -> None:
    """Await a run unless, or until, nobody waits for it any more."""
    task = asyncio.ensure_future(run)
    while not task.done():
        await asyncio.wait({task}, timeout=_POLL_SECONDS)
        state = worker.state.tasks.get(key)
        if state is None or state.state == "cancelled":
            task.cancel()
    await task


def _unpack_job(message: Mapping[str, Any], needed: Path, name: str) -> Job:
    """Return the job as this checkout has it, if it is the one that was sent."""
    item = message["snippet"]
    paths = {}
    for path, content in message["needed"].items():
        paths[path] = needed / path
        paths[path].parent.mkdir(parents=True, exist_ok=True)
        paths[path].write_bytes(content)
    root = find_root()
    try:
        job = build_job(
            Survey(root),
            parse(root, item),
            message["profile"],
            message["labels"],
            paths,
        )
    except HamgashtError as error:
        raise _differs(item, name, f"a checkout in which {error.problem}") from None
    if job.fingerprint != message["fingerprint"]:
        what = "another source, import, data set or engine than this machine"
        raise _differs(item, name, what)
    return replace(job, backend=message["backend"])


def _worker_backend(message: Mapping[str, Any], job: Job, name: str) -> LocalBackend:
    """Return this worker's machine: always the same, so that jobs share its GPUs."""
    if job.snippet.header.device == "cpu":
        return LocalBackend(1)
    settings = Settings(**message["settings"])
    if settings.device == "gpu":  # whether it is required was decided by the sender
        settings = replace(settings, device="auto")
    with _lock:
        backend = _gpu_backend(settings, job.backend)
    if message["needs_gpu"] and not backend.gpus:
        raise DeviceError(
            f"the worker {name}",
            "",
            f"it offers the resource {GPU_RESOURCE}, and Keras sees no GPU there",
            f"start it without --resources {GPU_RESOURCE}=..., or fix its driver",
        )
    return backend


@functools.cache
def _gpu_backend(settings: Settings, backend: str) -> LocalBackend:
    return LocalBackend(1, settings, find_gpus(settings, [backend]))


def _pack_outputs(job: Job, out: Path) -> bytes:
    """Return what a job recorded, as a ZIP archive."""
    archive = io.BytesIO()
    recorded = load(job.root, job.snippet.id, out)
    with zipfile.ZipFile(archive, "w") as pack:
        for name, content in _read_files(recorded.path).items():
            pack.writestr(f"{job.snippet.id}/{name}", content)
    return archive.getvalue()
