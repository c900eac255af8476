"""Jobs, where they run, and the loop that runs a plan of them.

A job is one run of one snippet. Where it runs is the business of a :class:`Backend`:
:class:`hamgasht.running.local.LocalBackend` or
:class:`hamgasht.running.dask.DaskBackend`.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from hamgasht.core.errors import HamgashtError, SnippetError
from hamgasht.core.paths import DATA, source_path
from hamgasht.core.progress import ProgressBoard
from hamgasht.datasets.on_disk import DatasetOnDisk, choose
from hamgasht.records.artefacts import find_artefacts
from hamgasht.records.fingerprint import fingerprint_of
from hamgasht.records.read import load
from hamgasht.records.state import Survey
from hamgasht.running.devices import choose_backend
from hamgasht.running.report import Profile, Report
from hamgasht.source.snippet import Snippet


@dataclass(frozen=True)
class Job:
    """All that decides one run.

    Attributes:
        root: The project's root.
        snippet: The parsed snippet.
        inputs: What decides the run, as the fingerprint sees it.
        style: The digest of the figure style, which decides drawings alone.
        profile: ``full`` or ``smoke``.
        parameters: Overrides for the cell tagged ``parameters``.
        labels: The label catalogue.
        data: The data sets, by the names in the header.
        artefacts: The files of needed snippets, by their path under ``artefacts/``.
        backend: What Keras computes with.
    """

    root: Path
    snippet: Snippet
    inputs: Mapping[str, Any]
    style: str
    profile: Profile
    parameters: Mapping[str, Any]
    labels: Mapping[str, str]
    data: Mapping[str, DatasetOnDisk]
    artefacts: Mapping[str, Path]
    backend: str

    @property
    def fingerprint(self) -> str:
        """The hash over all inputs."""
        return fingerprint_of(self.inputs)


@dataclass(frozen=True)
class JobEvents:
    """The listeners to one job.

    Attributes:
        cell: Called with each code cell's title before it runs.
        log: Called with each line that a cell tagged ``progress`` prints.
        machine: Called with the name of the machine that begins the job, where that
            is not this one.
    """

    cell: Callable[[str], None] = lambda title: None
    log: Callable[[str], None] = lambda line: None
    machine: Callable[[str], None] = lambda name: None


class Backend(Protocol):
    """A place where jobs run.

    Attributes:
        jobs: How many jobs run at a time.
        gpu_jobs: How many of these may be of the kind ``gpu``.
        has_gpu: Whether those will find a GPU.
    """

    jobs: int
    gpu_jobs: int
    has_gpu: bool

    async def run(self, job: Job, out: Path, events: JobEvents) -> None:
        """Run a job and record its outputs.

        Args:
            job: The job.
            out: The folder of all outputs.
            events: The listeners.

        Raises:
            HamgashtError: It failed; what was recorded before is as it was.
        """
        ...


def build_job(
    survey: Survey,
    snippet: Snippet,
    profile: Profile,
    labels: Mapping[str, str],
    artefacts: Mapping[str, Path],
) -> Job:
    """Return the job of running a snippet of a checkout (see :class:`Job`).

    Raises:
        SnippetError: A data set is not on this machine.
    """
    is_full = profile == "full"
    inputs = survey.fingerprints.inputs(snippet.id)
    parameters = {} if is_full else dict(snippet.header.smoke)
    data = {}
    for name in snippet.header.data:
        found = choose(survey.root, name, profile)
        if found is None:
            raise SnippetError(
                snippet.name,
                "header, data",
                f"the data set {name!r} is not on this machine",
                f"run 'python -m hamgasht data', which makes {DATA}/{name} "
                f"(recorded digest: {inputs['data'][name][:12]})",
            )
        data[name] = found
    if not is_full:  # a smoke run's outputs must never pass for a full run's
        digests = {name: found.digest for name, found in data.items()}
        smoke = {"profile": profile, "parameters": parameters, "data": digests}
        inputs = inputs | smoke
    style = survey.fingerprints.style
    return Job(
        survey.root,
        snippet,
        inputs,
        style,
        profile,
        parameters,
        labels,
        data,
        artefacts,
        choose_backend(snippet.header),
    )


@dataclass
class Runner:
    """Runs a plan: snippets side by side, each when its needs are met.

    Attributes:
        survey: The checkout's state before the run.
        snippets: The snippets to run, by id.
        backend: Where they run.
        profile: ``full`` or ``smoke``.
        out: Where to record.
        report: Filled while the work goes on.
    """

    survey: Survey
    snippets: Mapping[str, Snippet]
    backend: Backend
    profile: Profile
    out: Path
    report: Report
    _running: dict[asyncio.Task[None], Snippet] = field(
        init=False, default_factory=dict
    )
    _ready: list[str] = field(init=False, default_factory=list)

    async def run(self) -> None:
        """Run everything in the plan, as many at a time as there is room for."""
        order = self.survey.fingerprints.order(self.snippets)
        expected = self._expected_seconds()
        count = len(self.snippets)
        with ProgressBoard(count, expected, self.backend.jobs) as board:
            try:
                while order.is_active():
                    self._ready.extend(order.get_ready())
                    while item := self._take_next(expected):
                        if item in self.snippets and not self._is_blocked(item):
                            job = self._run_job(self.snippets[item], board)
                            task = asyncio.create_task(job)
                            self._running[task] = self.snippets[item]
                        else:
                            order.done(item)
                            self._ready.extend(order.get_ready())
                    if self._running:
                        done, _ = await asyncio.wait(
                            self._running, return_when=asyncio.FIRST_COMPLETED
                        )
                        for task in done:
                            order.done(self._running.pop(task).id)
                            task.result()
            finally:
                for task in self._running:
                    task.cancel()
                await asyncio.gather(*self._running, return_exceptions=True)

    def _take_next(self, expected: Mapping[str, float]) -> str | None:
        """Take the longest of the snippets that are ready, where there is room."""
        kinds = [snippet.header.device for snippet in self._running.values()]
        if len(kinds) >= self.backend.jobs:
            return None
        gpus_are_full = kinds.count("gpu") >= self.backend.gpu_jobs
        for item in sorted(self._ready, key=lambda item: -expected.get(item, 0.0)):
            planned = self.snippets.get(item)
            if not (gpus_are_full and planned and planned.header.device == "gpu"):
                self._ready.remove(item)
                return item
        return None

    async def _run_job(self, snippet: Snippet, board: ProgressBoard) -> None:
        """Run one snippet and record it, or note its error in the report."""
        cells = [c for c in snippet.notebook.cells if c.cell_type == "code"]
        titles = [cell.metadata.title for cell in cells]
        device = snippet.header.device if self.backend.has_gpu else "cpu"
        board.start(snippet.id, device, len(cells))
        events = JobEvents(
            cell=lambda title: board.show_cell(snippet.id, title, titles.index(title)),
            log=lambda line: board.show_log(snippet.id, line),
            machine=lambda name: board.show_machine(snippet.id, name),
        )
        try:
            needed: dict[str, Path] = {}
            path = source_path(self.survey.root, snippet.id)
            source = self.survey.fingerprints.text(path)
            for need in snippet.header.needs:
                place = self.out if need in self.snippets else None
                needed |= find_artefacts(load(self.survey.root, need, place), source)
            job = build_job(
                self.survey, snippet, self.profile, self.survey.labels, needed
            )
            await self.backend.run(job, self.out, events)
        except HamgashtError as error:
            self.report.failed[snippet.id] = error
            board.finish(snippet.id, "failed")
        else:
            self.report.ran.append(snippet.id)
            board.finish(snippet.id, "recorded")

    def _is_blocked(self, item: str) -> bool:
        """Return whether a needed snippet failed; note it in the report."""
        for need in self.survey.fingerprints.header(item).needs:
            if need in self.report.failed or need in self.report.skipped:
                self.report.skipped[item] = need
                return True
        return False

    def _expected_seconds(self) -> dict[str, float]:
        """Return how long each planned snippet took when last recorded."""
        known = {}
        for item in self.snippets:
            try:
                recorded = self.survey.recorded(item)
                known[item] = float(recorded.provenance["seconds"])
            except (HamgashtError, KeyError):
                continue
        return known
