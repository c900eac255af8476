"""The jobs themselves: snippets run side by side, each when its needs are met.

Takes in a plan; gives out recorded outputs, and fills the report.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hamgasht.core.errors import HamgashtError, SnippetError
from hamgasht.core.paths import DATA, OUTPUTS
from hamgasht.core.progress import Board
from hamgasht.datasets.choice import choose
from hamgasht.datasets.origins import Held
from hamgasht.records.artefacts import artefacts
from hamgasht.records.fingerprint import fingerprint_of
from hamgasht.records.read import load
from hamgasht.records.state import Survey
from hamgasht.records.write import record
from hamgasht.running.local import Job, Machines, Watch
from hamgasht.running.report import Profile, Report, working_folder
from hamgasht.source.snippet import Snippet


@dataclass
class Runner:
    """Runs a plan.

    Attributes:
        root: The project's root.
        survey: The checkout's state before the run.
        snippets: The snippets to run, by id.
        machines: Where they run.
        profile: ``full`` or ``smoke``.
        out: Where to record.
        report: Filled while the work goes on.
        settings: How ``gpu`` snippets are computed, in words, where not as usual.
    """

    root: Path
    survey: Survey
    snippets: Mapping[str, Snippet]
    machines: Machines
    profile: Profile
    out: Path
    report: Report
    settings: str = ""

    def __post_init__(self) -> None:
        self.plan = self.snippets.keys()

    async def work(self) -> None:
        """Run everything in the plan, as many at a time as there is room for."""
        order = self.survey.fingerprints.order(self.plan)
        expected = self._expected_seconds()
        self._running: dict[asyncio.Task[None], Snippet] = {}
        self._ready: list[str] = []
        with Board(len(self.plan), expected, self.machines.jobs) as board:
            try:
                while order.is_active():
                    self._ready.extend(order.get_ready())
                    while item := self._next(expected):
                        if item in self.plan and not self._blocked(item):
                            job = self._job(self.snippets[item], board)
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

    def _next(self, expected: Mapping[str, float]) -> str | None:
        """Take the next snippet from those that are ready, where there is room.

        The longest comes first, but for those whose warm start is still loading.
        """
        kinds = [snippet.header.device for snippet in self._running.values()]
        if len(kinds) >= self.machines.jobs:
            return None
        full = kinds.count("gpu") >= self.machines.gpu_jobs

        def rank(item: str) -> tuple[bool, float]:
            loading = item in self.plan and self.machines.loading(self.snippets[item])
            return loading, -expected.get(item, 0.0)

        for item in sorted(self._ready, key=rank):
            planned = self.snippets.get(item)
            if not (full and planned and planned.header.device == "gpu"):
                self._ready.remove(item)
                return item
        return None

    async def _job(self, snippet: Snippet, board: Board) -> None:
        """Run one snippet and record it, or note its error in the report."""
        cells = [c for c in snippet.notebook.cells if c.cell_type == "code"]
        titles = [cell.metadata.title for cell in cells]
        device = snippet.header.device if self.machines.has_gpu else "cpu"
        board.start(snippet.id, device, len(cells))
        try:
            with working_folder() as folder:
                await self._run_and_record(
                    snippet,
                    folder,
                    Watch(
                        cell=lambda title: board.cell(
                            snippet.id, title, titles.index(title)
                        ),
                        news=lambda text: board.news(snippet.id, text),
                        where=lambda machine: board.where(snippet.id, machine),
                    ),
                )
        except HamgashtError as error:
            self.report.failed[snippet.id] = error
            board.done(snippet.id, "failed")
        else:
            self.report.ran.append(snippet.id)
            board.done(snippet.id, "recorded")

    async def _run_and_record(
        self, snippet: Snippet, folder: Path, watch: Watch
    ) -> None:
        job = self._made(snippet)
        async with self.machines.executed(job, folder, watch) as result:
            record(
                result,
                snippet,
                root=self.root,
                out=self.out,
                folder=folder,
                inputs=job.inputs,
                data={name: found.facts for name, found in job.data.items()},
                fingerprint=fingerprint_of(job.inputs),
                style=self.survey.fingerprints.style,
                profile=self.profile,
                settings="" if snippet.header.device == "cpu" else self.settings,
            )

    def _made(self, snippet: Snippet) -> Job:
        """Return the job of running a snippet."""
        parameters = dict(snippet.header.smoke) if self.profile == "smoke" else {}
        data = {name: self._data(snippet, name) for name in snippet.header.data}
        return Job(
            snippet=snippet,
            inputs=self._inputs(snippet, parameters, data),
            profile=self.profile,
            parameters=parameters,
            labels=self.survey.labels,
            data=data,
            artefacts=self._artefacts(snippet),
        )

    def _data(self, snippet: Snippet, name: str) -> Held:
        """Return the data that a snippet reads under a name."""
        if found := choose(self.root, name, self.profile):
            return found
        recorded = self.survey.fingerprints.inputs(snippet.id)["data"][name]
        raise SnippetError(
            snippet.name,
            "header, data",
            f"the data set {name!r} is not on this machine",
            f"run 'python -m hamgasht data', which makes {DATA}/{name} "
            f"(recorded digest: {recorded[:12]})",
        )

    def _inputs(
        self, snippet: Snippet, parameters: dict[str, Any], data: Mapping[str, Held]
    ) -> dict[str, Any]:
        """Return what decides the run; a smoke run's differ from a full one's."""
        inputs = self.survey.fingerprints.inputs(snippet.id)
        if self.profile == "full":
            return inputs
        digests = {name: found.digest for name, found in data.items()}
        smoke = {"profile": self.profile, "parameters": parameters, "data": digests}
        return {**inputs, **smoke}

    def _artefacts(self, snippet: Snippet) -> dict[str, Path]:
        """Return the artefacts of needed snippets, wherever they lie."""
        found: dict[str, Path] = {}
        for need in snippet.header.needs:
            place = self.out if need in self.plan else self.root / OUTPUTS
            found |= artefacts(load(self.root, need, place))
        return found

    def _blocked(self, item: str) -> bool:
        """Return whether a needed snippet failed; note it in the report."""
        for need in self.survey.fingerprints.header(item).needs:
            if need in self.report.failed or need in self.report.skipped:
                self.report.skipped[item] = need
                return True
        return False

    def _expected_seconds(self) -> dict[str, float]:
        """Return how long each planned snippet took when last recorded."""
        known = {}
        for item in self.plan:
            try:
                recorded = self.survey.recorded(item)
                known[item] = float(recorded.provenance["seconds"])
            except (HamgashtError, KeyError):
                continue
        return known
