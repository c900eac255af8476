"""Many machines: jobs for the workers of a ``dask.distributed`` cluster.

Takes in jobs; gives out what they gave on some worker, to be recorded here as if they
had run here. A worker is an ordinary one, started inside a checkout of its own:

    python -m distributed.cli.dask_worker tcp://HOST:PORT --resources GPU=1

Before it runs anything it makes sure that its sources, data and engine are the same
as those here. What it needs of other snippets travels with the job.
"""

import asyncio
import contextlib
import functools
import hashlib
import itertools
import logging
import pickle
import re
import threading
import warnings
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from distributed import Client, Future, KilledWorker, Worker, get_worker
from distributed.client import FutureCancelledError

from hamgasht.core.errors import ClusterError, DeviceError, HamgashtError, SnippetError
from hamgasht.core.fonts import STYLE_FILE
from hamgasht.core.paths import DATA, ENGINE, find_root, source_path
from hamgasht.datasets.choice import choose
from hamgasht.records.fingerprint import Fingerprints
from hamgasht.records.run_result import RunResult
from hamgasht.running.devices import Settings, find_gpus
from hamgasht.running.local import Here, Job, Watch
from hamgasht.running.report import working_folder
from hamgasht.source.snippet import Snippet

RESOURCE = "GPU"
"""The resource that a worker with a GPU offers, and that a long training asks for."""

STARTS = 2
"""How often a snippet is begun at most: once more after its worker was lost."""

_CONNECTING = 10.0
_LOOKING = 1.0
_GIVING_UP = 30.0
_PARTS = {
    "source": "another version of this file",
    "imports": "another version of what this file imports",
    "record": "an engine that records in another way",
}
_lock = threading.Lock()


@dataclass(frozen=True)
class Parcel:
    """A job as it travels to a worker.

    Attributes:
        job: The job, without what is only here.
        digests: Digest of each data set, by name.
        files: The needed artefacts, by their path under ``artefacts/``.
        settings: How a ``gpu`` snippet is computed.
        offered: Whether the worker was chosen because it offers a GPU.
        engine: Digest of the engine that will record the outputs.
        topic: Where the worker tells how it goes.
    """

    job: Job
    digests: Mapping[str, str]
    files: Mapping[str, bytes]
    settings: Settings
    offered: bool
    engine: str
    topic: str


@dataclass(frozen=True)
class Answer:
    """What comes back: the run, and the artefacts that it left."""

    run: RunResult
    files: Mapping[str, bytes]


@dataclass
class Cluster:
    """The workers of a cluster.

    Attributes:
        client: The connection to its scheduler.
        address: The scheduler's address, as a person gave it.
        settings: How ``gpu`` snippets are computed.
        jobs: How many jobs run at a time.
        gpu_jobs: How many of these may be of the kind ``gpu``.
        has_gpu: Whether any worker offers a GPU.
    """

    client: Client
    address: str
    settings: Settings
    jobs: int
    gpu_jobs: int
    has_gpu: bool
    _watches: dict[str, Callable[[Mapping[str, Any]], None]] = field(
        default_factory=dict
    )
    _count: Iterable[int] = field(default_factory=itertools.count)

    def loading(self, snippet: Snippet) -> bool:
        """Return ``False``: workers start their kernels by themselves."""
        return False

    def told(self, event: tuple[float, Mapping[str, Any]]) -> None:
        """Pass on what a worker tells of a job."""
        _, message = event
        if watch := self._watches.get(message["key"]):
            watch(message)

    @contextlib.asynccontextmanager
    async def executed(
        self, job: Job, folder: Path, watch: Watch
    ) -> AsyncIterator[RunResult]:
        """Run a job on a worker, and bring its artefacts into ``folder``."""
        needs_gpu = self.has_gpu and job.snippet.header.device == "gpu"
        key = f"hamgasht-{job.snippet.id}-{self.client.id}-{next(self._count)}"
        starts: list[str] = []

        def told(message: Mapping[str, Any]) -> None:
            if message["what"] == "where":
                starts.append(message["text"])
            getattr(watch, message["what"])(message["text"])

        self._watches[key] = told
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that artefacts are large is no news
            future = self.client.submit(
                _opener(),
                pickle.dumps(functools.partial(work, self._packed(job, needs_gpu))),
                key=key,
                pure=False,
                resources={RESOURCE: 1} if needs_gpu else None,
            )
        try:
            answer = await self._answer(future, job, needs_gpu, starts)
        finally:
            self._watches.pop(key)
            with contextlib.suppress(Exception):
                await self.client.cancel([future], force=True)
        for name, content in answer.files.items():
            (folder / "artefacts" / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / "artefacts" / name).write_bytes(content)
        yield answer.run

    def _packed(self, job: Job, needs_gpu: bool) -> Parcel:
        light = replace(job, snippet=replace(job.snippet, folder=Path()))
        return Parcel(
            job=replace(light, data={}, artefacts={}),
            digests={name: found.digest for name, found in job.data.items()},
            files={name: path.read_bytes() for name, path in job.artefacts.items()},
            settings=self.settings,
            offered=needs_gpu,
            engine=ENGINE_DIGEST,
            topic=_topic(self.client),
        )

    async def _answer(
        self, future: Future, job: Job, needs_gpu: bool, starts: list[str]
    ) -> Answer:
        """Wait for a job; raise in one clear line if no worker can finish it."""
        waiting = asyncio.ensure_future(future.result())
        alone = 0.0
        try:
            while not waiting.done():
                await asyncio.wait({waiting}, timeout=_LOOKING)
                if len(starts) > STARTS:
                    raise self._lost(job, len(starts) - 1)
                workers = await _workers(self.client, self.address)
                alone = 0.0 if _able(workers, needs_gpu) else alone + _LOOKING
                if alone > _GIVING_UP:
                    raise self._lost(job, len(starts), left=False)
            return waiting.result()
        except KilledWorker:
            raise self._lost(job, max(len(starts), STARTS)) from None
        except FutureCancelledError:
            raise _unreachable(self.address, "it forgot a job") from None
        except HamgashtError:
            raise
        except Exception as error:
            raise ClusterError(
                job.snippet.name,
                "",
                f"the cluster could not run it: {type(error).__name__}: {error}",
                "start each worker inside a checkout, in an environment made from "
                "requirements.txt",
            ) from None
        finally:
            waiting.cancel()

    def _lost(self, job: Job, times: int, *, left: bool = True) -> ClusterError:
        lost = f"{times} of the workers that ran it were lost" if times else ""
        none = "" if left else "no worker is left that could run it"
        return ClusterError(
            job.snippet.name,
            "",
            " and ".join(filter(None, [lost, none])),
            f"look at the logs of the workers of {self.address} (out of memory?); "
            "what is recorded is as it was",
        )


@contextlib.asynccontextmanager
async def cluster(
    root: Path,
    address: str,
    jobs: int | None,
    settings: Settings,
    snippets: Iterable[Snippet],
) -> AsyncIterator[Cluster]:
    """Give the cluster for a run of snippets, and leave it as it was.

    Args:
        root: The project's root.
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
        raise _unreachable(address, "it is no address such as tcp://HOST:PORT")
    client = Client(address, asynchronous=True, timeout=_CONNECTING)
    try:
        await client
    except (OSError, TimeoutError):
        await client.close(timeout=1)
        raise _unreachable(address, "no scheduler answers there") from None
    async with client:
        workers = await _workers(client, address)
        if not workers:
            raise ClusterError(
                f"--scheduler {address}",
                "",
                "it has no workers",
                "start some, each inside a checkout: "
                f"python -m distributed.cli.dask_worker {address}",
            )
        threads = sum(worker["nthreads"] for worker in workers)
        offered = int(sum(worker["resources"].get(RESOURCE, 0) for worker in workers))
        if settings.device == "cpu":
            offered = 0
        wanted = any(snippet.header.device == "gpu" for snippet in snippets)
        if wanted and settings.device == "gpu" and not offered:
            raise DeviceError(
                "--device gpu",
                "",
                f"a GPU is required, and no worker of {address} offers one",
                f"start a worker with --resources {RESOURCE}=1 where there is one",
            )
        found = Cluster(
            client, address, settings, jobs or threads, offered or threads, offered > 0
        )
        client.subscribe_topic(_topic(client), found.told)
        yield found


async def _workers(client: Client, address: str) -> list[dict[str, Any]]:
    """Return what the scheduler knows of its workers."""
    try:
        about = await asyncio.wait_for(client.scheduler.identity(), _CONNECTING)
    except (OSError, TimeoutError):
        raise _unreachable(address, "its scheduler was lost") from None
    return list(about["workers"].values())


def _opener() -> Callable[[bytes], Any]:
    """Return a function that calls a pickled one, and which itself travels as code.

    The scheduler then needs no engine, and a worker without one can say so; it would
    otherwise end at the first message that it cannot read.
    """

    def opened(content: bytes) -> Any:
        import pickle

        return pickle.loads(content)()

    return opened


def _topic(client: Client) -> str:
    """Return where workers tell how a client's jobs go."""
    return f"hamgasht-{client.id}"


def _able(workers: list[dict[str, Any]], needs_gpu: bool) -> bool:
    """Return whether any worker could take a job."""
    return any(not needs_gpu or item["resources"].get(RESOURCE) for item in workers)


def _unreachable(address: str, problem: str) -> ClusterError:
    return ClusterError(
        f"--scheduler {address}",
        "",
        problem,
        "see that the address is right and the scheduler runs "
        "(python -m distributed.cli.dask_scheduler), then run again",
    )


def _engine_digest() -> str:
    """Return the digest over the engine's modules and its style of figures."""
    whole = hashlib.sha256()
    for path in (*sorted(ENGINE.rglob("*.py")), STYLE_FILE):
        whole.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return whole.hexdigest()


ENGINE_DIGEST = _engine_digest()
"""The engine as this process has loaded it, whatever its files become later."""


def work(parcel: Parcel) -> Answer:
    """Run a job on the worker that this function was sent to.

    Args:
        parcel: The job.

    Raises:
        HamgashtError: What the run raised; or the worker's checkout differs from
            the one that sent the job.
    """
    worker = get_worker()
    key = worker.get_current_task()

    def tell(what: str) -> Callable[[str], None]:
        def told(text: str) -> None:
            message = {"key": key, "what": what, "text": text}
            worker.log_event(parcel.topic, message)

        return told

    name = f"{worker.name} at {worker.address}" if worker.name else worker.address
    tell("where")(str(name))
    watch = Watch(cell=tell("cell"), news=tell("news"))
    return asyncio.run(_worked(parcel, worker, key, watch))


async def _worked(parcel: Parcel, worker: Worker, key: str, watch: Watch) -> Answer:
    """Run a job unless, or until, nobody waits for it any more."""
    root = find_root()
    job = _unpacked(parcel, root, worker.address)
    here = _here(root, parcel, worker.address)
    with working_folder() as folder:
        for name, content in parcel.files.items():
            (folder / "artefacts" / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / "artefacts" / name).write_bytes(content)

        async def run() -> Answer:
            async with here.executed(job, folder, watch) as result:
                places = [*result.machine["places"], str(root)]
                result.machine = {**result.machine, "places": places}
                return Answer(result, _left(folder / "artefacts", parcel.files))

        running = asyncio.ensure_future(run())
        while not running.done():
            await asyncio.wait({running}, timeout=_LOOKING)
            task = worker.state.tasks.get(key)
            if task is None or task.state == "cancelled":
                running.cancel()
        return await running


def _unpacked(parcel: Parcel, root: Path, address: str) -> Job:
    """Return the job as this machine runs it, made sure to be the same."""
    job, snippet = parcel.job, parcel.job.snippet
    if parcel.engine != ENGINE_DIGEST:
        raise _differs(job, address, "another engine", "then restart it")
    own = Fingerprints(root, {snippet.id: parcel.digests})
    if not source_path(root, snippet.id).is_file():
        raise _differs(job, address, "no such snippet")
    try:
        inputs = own.inputs(snippet.id)
    except SnippetError as error:
        raise _differs(job, address, f"what is broken: {error.problem}") from None
    for part, words in _PARTS.items():
        if inputs[part] != job.inputs[part]:
            raise _differs(job, address, words)
    data = {name: choose(root, name, job.profile) for name in parcel.digests}
    for name, found in data.items():
        if found is None or found.digest != parcel.digests[name]:
            what = "other data in" if found else "nothing in"
            raise ClusterError(
                snippet.name,
                "header, data",
                f"the worker {address} has {what} {DATA}/{name}",
                "run 'python -m hamgasht data' in its checkout",
            )
    folder = source_path(root, snippet.id).parent
    return replace(job, snippet=replace(snippet, folder=folder), data=data)


def _differs(job: Job, address: str, what: str, then: str = "") -> ClusterError:
    fix = "bring its checkout to the commit and the edits of this one"
    return ClusterError(
        job.snippet.name,
        "",
        f"the checkout of the worker {address} holds {what}",
        ", ".join(filter(None, [fix, then])),
    )


def _here(root: Path, parcel: Parcel, address: str) -> Here:
    """Return this worker's machine: always the same, so that jobs share its GPUs."""
    if parcel.job.snippet.header.device == "cpu":
        return Here(root, 1)
    with _lock:
        here = _machine(root, parcel.settings)
    if parcel.offered and not here.gpus:
        raise DeviceError(
            f"the worker {address}",
            "",
            f"it offers the resource {RESOURCE}, and Keras sees no GPU there",
            f"start it without --resources {RESOURCE}=..., or fix its driver",
        )
    return here


@functools.cache
def _machine(root: Path, settings: Settings) -> Here:
    # Whether a GPU is required was decided where the job was sent.
    device = "cpu" if settings.device == "cpu" else "auto"
    settings = replace(settings, device=device)
    return Here(root, 1, settings, find_gpus(settings))


def _left(folder: Path, sent: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the artefacts that a run left beside those that it was given."""
    paths = sorted(folder.rglob("*")) if folder.is_dir() else []
    names = {path.relative_to(folder).as_posix(): path for path in paths}
    return {
        name: path.read_bytes()
        for name, path in names.items()
        if path.is_file() and name not in sent
    }
