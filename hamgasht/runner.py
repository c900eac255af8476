"""The jobs themselves: snippets run side by side, each when its needs are met.

Takes in a plan; gives out recorded outputs, and fills the report.
"""

import asyncio
import contextlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hamgasht.checkpoints import kept_checkpoints
from hamgasht.data.choice import choose
from hamgasht.data.origins import Held
from hamgasht.errors import HamgashtError, SnippetError
from hamgasht.execute import execute
from hamgasht.fingerprint import fingerprint_of
from hamgasht.freshness import Survey
from hamgasht.outputs import load
from hamgasht.parse import Snippet, parse
from hamgasht.progress import Board
from hamgasht.project import DATA, OUTPUTS
from hamgasht.record import record
from hamgasht.run import Profile, Report, working_folder
from hamgasht.store import copy_artefacts


@dataclass
class Runner:
    """Runs a plan.

    Attributes:
        root: The project's root.
        survey: The checkout's state before the run.
        plan: Ids of the snippets to run.
        profile: ``full`` or ``smoke``.
        jobs: How many to run at a time.
        out: Where to record.
        report: Filled while the work goes on.
    """

    root: Path
    survey: Survey
    plan: set[str]
    profile: Profile
    jobs: int
    out: Path
    report: Report

    async def work(self) -> None:
        """Run everything in the plan, as many at a time as there are jobs."""
        snippets = {item: parse(self.root, item) for item in self.plan}
        order = self.survey.fingerprints.order(self.plan)
        running: dict[asyncio.Task[None], str] = {}
        ready: list[str] = []
        expected = self._expected_seconds()
        with Board(len(self.plan), expected, self.jobs) as board:
            try:
                while order.is_active():
                    ready.extend(order.get_ready())
                    ready.sort(key=lambda item: -expected.get(item, 0.0))
                    while ready and len(running) < self.jobs:
                        item = ready.pop(0)
                        if item in self.plan and not self._blocked(item):
                            job = self._job(snippets[item], board)
                            running[asyncio.create_task(job)] = item
                        else:
                            order.done(item)
                            ready.extend(order.get_ready())
                    if running:
                        done, _ = await asyncio.wait(
                            running, return_when=asyncio.FIRST_COMPLETED
                        )
                        for task in done:
                            order.done(running.pop(task))
                            task.result()
            finally:
                for task in running:
                    task.cancel()
                await asyncio.gather(*running, return_exceptions=True)

    async def _job(self, snippet: Snippet, board: Board) -> None:
        """Run one snippet and record it, or note its error in the report."""
        cells = [c for c in snippet.notebook.cells if c.cell_type == "code"]
        titles = [cell.metadata.title for cell in cells]
        board.start(snippet.id, snippet.header.device, len(cells))
        try:
            with working_folder() as folder:
                await self._run_and_record(
                    snippet,
                    folder,
                    lambda title: board.cell(snippet.id, title, titles.index(title)),
                    lambda text: board.news(snippet.id, text),
                )
        except HamgashtError as error:
            self.report.failed[snippet.id] = error
            board.done(snippet.id, "failed")
        else:
            self.report.ran.append(snippet.id)
            board.done(snippet.id, "recorded")

    async def _run_and_record(
        self, snippet: Snippet, folder: Path, on_cell: Any, on_news: Any
    ) -> None:
        parameters = dict(snippet.header.smoke) if self.profile == "smoke" else {}
        data = {name: self._data(snippet, name) for name in snippet.header.data}
        inputs = self._inputs(snippet, parameters, data)
        fingerprint = fingerprint_of(inputs)
        self._prepare(snippet, folder, data)
        with self._checkpoints(snippet, fingerprint, folder):
            result = await execute(
                snippet,
                folder=folder,
                labels=self.survey.labels,
                parameters=parameters,
                smoke=self.profile == "smoke",
                on_cell=on_cell,
                on_news=on_news,
            )
            record(
                result,
                snippet,
                root=self.root,
                out=self.out,
                folder=folder,
                inputs=inputs,
                data={name: found.facts for name, found in data.items()},
                fingerprint=fingerprint,
                profile=self.profile,
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

    def _prepare(
        self, snippet: Snippet, folder: Path, data: Mapping[str, Held]
    ) -> None:
        """Put data and the needed snippets' artefacts into the working folder."""
        for need in snippet.header.needs:
            place = self.out if need in self.plan else self.root / OUTPUTS
            copy_artefacts(load(self.root, need, place), folder)
        for name, found in data.items():
            (folder / DATA / name).parent.mkdir(parents=True, exist_ok=True)
            _link(found.place, folder / DATA / name)

    def _checkpoints(
        self, snippet: Snippet, fingerprint: str, folder: Path
    ) -> contextlib.AbstractContextManager[None]:
        """Return a context in which a long snippet's checkpoints are kept."""
        if not snippet.header.long:
            return contextlib.nullcontext()
        return kept_checkpoints(self.root, fingerprint, folder)

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


def _link(found: Path, place: Path) -> None:
    """Make ``place`` lead to data, or hold a copy where links are forbidden."""
    try:
        place.symlink_to(found.absolute(), target_is_directory=found.is_dir())
    except OSError:  # Windows without the right to make links
        (shutil.copytree if found.is_dir() else shutil.copyfile)(found, place)
