"""Runs snippets: what must run, under which lock, on which backend.

What a run needs (nbclient, Dask) is imported when something is to run, so that a
build with nothing stale starts at once.
"""

import contextlib
import os
import shutil
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import filelock
from packaging.requirements import Requirement

from hamgasht.core.errors import DataError, HamgashtError, SnippetError
from hamgasht.core.paths import DATA, OUTPUTS, STAGING, STORE, source_name, source_path
from hamgasht.datasets.on_disk import choose
from hamgasht.records.state import Survey, snippet_requirements
from hamgasht.running.devices import (
    Settings,
    choose_backend,
    gpu_is_possible,
    kernel_environment,
)
from hamgasht.running.report import Profile, Report
from hamgasht.source.header import Header
from hamgasht.source.text import imported_names


def run(
    root: Path,
    wanted: Iterable[str] = (),
    *,
    everything: bool = False,
    outdated: bool = False,
    profile: Profile = "full",
    jobs: int | None = None,
    out: Path | None = None,
    for_site: bool = False,
    settings: Settings | None = None,
    scheduler: str = "",
    warm: bool = True,
) -> Report:
    """Run snippets and record what they give.

    Args:
        root: The project's root.
        wanted: Ids to run though they may be fresh; none means all that are stale.
        everything: Without wanted ids, run all snippets, fresh or not.
        outdated: Count outputs made with other library versions as stale.
        profile: ``full``, or ``smoke`` with each header's ``smoke`` overrides.
        jobs: How many to run at a time; the number of cores (of a cluster: of its
            workers' threads) if not given.
        out: Where to record; ``docs/outputs`` if not given (full profile only).
        for_site: Refuse to run on a stand-in, which no site may show.
        settings: How snippets for a GPU are computed.
        scheduler: Address of a ``dask.distributed`` scheduler, whose workers run the
            snippets; this machine's processes do if not given.
        warm: Whether to fork kernels from a process with the imports behind it.

    Returns:
        The report; failures are in it, not raised, so that one bad snippet does
        not keep the others from being recorded.

    Raises:
        SnippetError: A snippet is unknown or malformed, they need each other in
            a circle, or one would compare outputs of two backends. Nothing was run.
        DataError: Something was to run on a stand-in for a site. Nothing was run.
        DeviceError: A GPU is required, and there is none. Nothing was run.
        ClusterError: No scheduler answers, or its workers cannot take the work.
        HamgashtError: Another run is writing, or smoke outputs were to be
            published.
    """
    if out is None and profile != "full":
        raise HamgashtError(
            OUTPUTS, "", f"a {profile} run is never published", "give another --out"
        )
    wanted = list(wanted)
    with contextlib.nullcontext() if out else lock_outputs(root):
        survey = Survey(root)
        plan = _make_plan(
            survey,
            wanted,
            everything=everything,
            outdated=outdated,
            with_needs=profile != "full",  # recorded artefacts are of full runs
        )
        _refuse_mixed_backends(survey, plan)
        if for_site:
            _refuse_stand_ins(survey, plan)
        if plan and not scheduler:
            _require_libraries(root, min(plan))
        report = Report(kept=[item for item in survey.ids if item not in plan])
        if plan:
            _run_plan(
                survey,
                plan,
                report,
                profile=profile,
                out=out or root / OUTPUTS,
                settings=settings or Settings(),
                jobs=jobs,
                scheduler=scheduler,
                warm=warm,
            )
        if everything and not (out or wanted or report.failed):
            _remove_orphans(survey)
    return report


def _make_plan(
    survey: Survey,
    wanted: list[str],
    *,
    everything: bool,
    outdated: bool,
    with_needs: bool,
) -> set[str]:
    """Return the ids that must run: the choice, and what it needs and lacks."""
    for item in wanted:
        if item not in survey.ids:
            raise SnippetError(
                source_name(item),
                "",
                "there is no such snippet",
                "name it as group/stem; 'python -m hamgasht status' lists them",
            )
    survey.fingerprints.order(survey.ids)  # refuses circles
    if everything and not wanted:
        return set(survey.ids)
    bad = {"stale", "missing", "broken", *(["outdated"] if outdated else [])}
    plan = set(wanted) or {
        item for item, state in survey.states().items() if state.kind in bad
    }
    queue = list(plan)
    while queue:
        for need in survey.fingerprints.header(queue.pop()).needs:
            if need not in plan and (with_needs or not _is_usable(survey, need)):
                plan.add(need)
                queue.append(need)
    return plan


def _run_plan(
    survey: Survey,
    plan: set[str],
    report: Report,
    *,
    profile: Profile,
    out: Path,
    settings: Settings,
    jobs: int | None,
    scheduler: str,
    warm: bool,
) -> None:
    """Run a plan, here or on a cluster."""
    import asyncio

    server = contextlib.nullcontext()
    if warm and not scheduler:
        from hamgasht.running.start import kernel_server

        sources = _forkable_sources(survey, plan, settings)
        server = kernel_server(sources, kernel_environment())
    with server as forks:  # it imports while the engine does, too
        from hamgasht.running.jobs import Runner
        from hamgasht.source.snippet import parse

        snippets = {item: parse(survey.root, item) for item in sorted(plan)}
        if scheduler:
            from hamgasht.running.dask import open_cluster

            place = open_cluster(scheduler, jobs, settings, snippets.values())
        else:
            from hamgasht.running.local import open_local_backend

            count = jobs or _num_cores()
            place = open_local_backend(count, settings, snippets.values(), forks)

        async def run_jobs() -> None:
            async with place as backend:
                await Runner(survey, snippets, backend, profile, out, report).run()

        asyncio.run(run_jobs())


def _forkable_sources(survey: Survey, plan: set[str], settings: Settings) -> list[str]:
    """Return the sources of the snippets that will surely compute on no GPU."""
    prints = survey.fingerprints
    gpu = gpu_is_possible(settings)
    return [
        prints.text(source_path(survey.root, item))
        for item in sorted(plan)
        if (prints.header(item).device == "cpu" or not gpu)
        and choose_backend(prints.header(item)) == choose_backend(Header())
    ]


@contextlib.contextmanager
def lock_outputs(root: Path) -> Iterator[None]:
    """Hold the right to write recorded outputs; fix what a killed run left.

    Raises:
        HamgashtError: Another run holds it.
    """
    lock = root / STORE / "run.lock"
    lock.parent.mkdir(exist_ok=True)
    try:
        with filelock.FileLock(lock, timeout=0):
            if (root / OUTPUTS / STAGING).is_dir():
                from hamgasht.records.write import recover

                recover(root / OUTPUTS)
            yield
    except filelock.Timeout:
        raise HamgashtError(
            OUTPUTS,
            "",
            "another run is writing here now",
            "wait until it ends, then run again",
        ) from None


def recover_if_idle(root: Path) -> None:
    """Undo what a killed run left half-way, unless a run is writing now."""
    if (root / OUTPUTS / STAGING).is_dir():
        with contextlib.suppress(HamgashtError), lock_outputs(root):
            pass


def _refuse_stand_ins(survey: Survey, plan: set[str]) -> None:
    """Refuse a plan of which a part would run on a stand-in, before it takes hours."""
    for item in sorted(plan):
        for name in survey.fingerprints.header(item).data:
            found = choose(survey.root, name, "full")
            if found and found.synthetic:
                raise DataError(
                    f"{DATA}/{name}",
                    "",
                    f"{item} is stale, and would run on the synthetic stand-in, "
                    "which no site may show",
                    "fetch the data with 'python -m hamgasht data', or remove "
                    f"{DATA}/{name} to build from what is recorded",
                )


def _refuse_mixed_backends(survey: Survey, plan: set[str]) -> None:
    """Refuse a plan after which a snippet reads what different backends made.

    Snippets that are not to run count, too: running one of the trainings that a
    figure compares on another backend would leave the figure as it is.
    """
    made_on: dict[str, dict[str, str]] = {}

    def find_backends(item: str) -> dict[str, str]:
        """Return the backends behind an output, each with a snippet that used it."""
        if item not in made_on:
            header = survey.fingerprints.header(item)
            own = _backend_of(survey, item, plan)
            made_on[item] = {own: item} if own else {}
            if header.backends != "compared":
                for need in header.needs:
                    made_on[item] |= find_backends(need)
        return made_on[item]

    for item in survey.ids if plan else ():
        header = survey.fingerprints.header(item)
        if header.backends == "compared" or plan.isdisjoint({item, *header.needs}):
            continue
        found: dict[str, str] = {}
        for need in header.needs:
            found |= find_backends(need)
        if len(found) > 1:
            made = " and ".join(f"{need} ({name})" for name, need in found.items())
            raise SnippetError(
                source_name(item),
                "header, needs",
                f"it would read outputs of different backends: {made}",
                "run these on one (KERAS_BACKEND, or 'backend:' in their headers), or "
                "write 'backends: compared' where backends are what it compares",
            )


def _backend_of(survey: Survey, item: str, plan: set[str]) -> str:
    """Return what a snippet computes with after a run; empty if it has no Keras."""
    if item not in plan:
        try:
            return survey.recorded(item).backend
        except HamgashtError:
            return ""
    prints = survey.fingerprints
    files = [source_path(survey.root, item)]
    files += [
        survey.root / name
        for name in prints.inputs(item)["imports"]
        if name.endswith(".py")
    ]
    uses_keras = any("keras" in imported_names(prints.text(file)) for file in files)
    return choose_backend(prints.header(item)) if uses_keras else ""


def _require_libraries(root: Path, first: str) -> None:
    """Refuse to run anything where only docs/requirements.txt is installed."""
    for requirement in snippet_requirements(root):
        name = Requirement(requirement).name
        try:
            version(name)
        except PackageNotFoundError:
            pip = "Scripts\\pip" if os.name == "nt" else "bin/pip"
            raise HamgashtError(
                "requirements.txt",
                "",
                f"{first} is to be run, and {name} is not installed",
                f"type .venv{os.sep}{pip} install -r requirements.txt",
            ) from None


def _is_usable(survey: Survey, snippet_id: str) -> bool:
    """Return whether a needed snippet's artefacts are fresh."""
    state = survey.state(snippet_id)
    return state.good and state.recorded is not None


def _remove_orphans(survey: Survey) -> None:
    """Remove outputs of snippets that are no more."""
    for manifest in (survey.root / OUTPUTS).glob("*/*/manifest.json"):
        folder = manifest.parent
        if f"{folder.parent.name}/{folder.name}" not in survey.ids:
            shutil.rmtree(folder)


def _num_cores() -> int:
    """Return how many cores this process may use."""
    with contextlib.suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
