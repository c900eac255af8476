"""The command line: ``python -m hamgasht COMMAND``.

Each command imports what it needs when it runs, so that ``status`` answers at once.
"""

import functools
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import click

from hamgasht.core.errors import HamgashtError
from hamgasht.core.paths import STORE, find_root
from hamgasht.running.devices import PRECISIONS, Settings

_PROFILE = click.option(
    "--profile",
    type=click.Choice(["full", "smoke"]),
    default="full",
    show_default=True,
    help="Full as published, or smoke: seconds, for tests.",
)
_SCHEDULER = click.option(
    "--scheduler",
    metavar="ADDRESS",
    default="",
    help="Run on a dask.distributed cluster (tcp://HOST:PORT).",
)
_RUN_OPTIONS = (
    click.option(
        "--jobs", "-j", type=click.IntRange(min=1), help="How many to run at a time."
    ),
    click.option(
        "--device",
        type=click.Choice(["auto", "cpu", "gpu"]),
        default="auto",
        show_default=True,
        help="What long trainings run on; 'gpu' refuses to run without.",
    ),
    click.option(
        "--precision",
        type=click.Choice(PRECISIONS),
        default="float32",
        show_default=True,
        help="Keras's type policy for long trainings.",
    ),
    click.option("--xla", is_flag=True, help="Compile what Keras leaves alone, too."),
    click.option(
        "--per-gpu",
        type=click.IntRange(min=1),
        default=1,
        show_default=True,
        help="How many trainings share one GPU.",
    ),
    click.option(
        "--fresh-kernels",
        is_flag=True,
        help="Start each kernel as a process of its own, not forked from a warm one.",
    ),
)


def _run_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say where and how snippets run, as ``plan.run`` has them."""

    @functools.wraps(command)
    def gathered(fresh_kernels: bool, **options: Any) -> None:
        settings = Settings(
            **{field.name: options.pop(field.name) for field in fields(Settings)}
        )
        command(settings=settings, warm=not fresh_kernels, **options)

    for option in reversed(_RUN_OPTIONS):
        gathered = option(gathered)
    return gathered


class _Commands(click.Group):
    """A command group whose failures are one line and a non-zero exit."""

    def invoke(self, ctx: click.Context) -> None:
        """Run the chosen command; turn known errors into one line."""
        try:
            super().invoke(ctx)
        except HamgashtError as error:
            _tell_error(error)
            sys.exit(1)
        except (KeyboardInterrupt, click.exceptions.Abort):
            click.echo(
                "interrupted: what was recorded is kept; "
                "run the same command again to go on",
                err=True,
            )
            sys.exit(130)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Run the course's snippets, record what they give, and build the sites."""


@main.command()
@click.option("--out", type=click.Path(path_type=Path), help="Where to (site/).")
@click.option("--fresh", is_flag=True, help="Take nothing from the last build.")
@_run_options
def build(out: Path | None, fresh: bool, **options: Any) -> None:
    """Re-run what is stale, then build into site/ what is not as it should be."""
    from hamgasht.running.plan import run as run_snippets

    root = find_root()
    report = run_snippets(root, for_site=True, **options)
    _tell(report)
    if report.failed:
        sys.exit(1)
    from hamgasht.core.progress import waiting
    from hamgasht.site.build import build_sites

    target = out or root / "site"
    with waiting("building", root / STORE / "build-seconds"):
        built = build_sites(root, target, cached=not fresh)
    index = target / "index.html"
    shown = index.relative_to(root) if index.is_relative_to(root) else index
    done = f"built: {', '.join(built)}" if built else "as it was built before"
    click.echo(f"{done}; open {shown}", err=True)


@main.command()
@click.argument("snippets", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Run fresh ones, too.")
@click.option("--outdated", is_flag=True, help="Run what other versions made, too.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Record there instead of docs/outputs.",
)
@_PROFILE
@_SCHEDULER
@_run_options
def run(snippets: tuple[str, ...], out: Path | None, **options: Any) -> None:
    """Run SNIPPETS (group/stem), or all that are stale, and record their outputs."""
    from hamgasht.running.plan import run as run_snippets

    report = run_snippets(
        find_root(),
        map(_snippet_id, snippets),
        out=out.resolve() if out else None,
        **options,
    )
    _tell(report)
    sys.exit(1 if report.failed else 0)


@main.command()
@click.option("--strict", is_flag=True, help="Exit with 1 unless all are fresh.")
def status(strict: bool) -> None:
    """Show each snippet: fresh or stale, why, when and where it was made."""
    from hamgasht.records.state import Survey
    from hamgasht.running.plan import recover_if_idle

    root = find_root()
    recover_if_idle(root)
    survey = Survey(root)
    states = survey.states()
    width = max(map(len, states), default=0)
    for snippet_id, state in states.items():
        made = ""
        if state.recorded:
            provenance = state.recorded.provenance
            date = provenance["date"][:16].replace("T", " ")
            made = f"{date} UTC, {provenance['device']['name']}"
            if state.recorded.backend:
                made += f", {state.recorded.backend}"
            if stand_ins := state.recorded.stand_ins:
                made += f", on SYNTHETIC {', '.join(stand_ins)}"
        line = f"{state.kind:<8} {snippet_id:<{width}}  {made}"
        click.echo(f"{line}  {state.why}".rstrip())
    fresh = sum(state.kind == "fresh" for state in states.values())
    click.echo(f"{fresh} of {len(states)} fresh")
    if strict and fresh < len(states):
        sys.exit(1)


@main.command()
@click.argument("snippets", nargs=-1)
@_PROFILE
@_SCHEDULER
@_run_options
def check(snippets: tuple[str, ...], **options: Any) -> None:
    """Run SNIPPETS (or all) again and compare with what is recorded."""
    from hamgasht.running.compare import check as check_snippets

    differences, report = check_snippets(
        find_root(), map(_snippet_id, snippets), **options
    )
    _tell(report)
    for difference in differences:
        click.echo(f"error: {difference}", err=True)
    if differences or report.failed:
        sys.exit(1)
    click.echo(f"{len(report.ran)} snippets give what is recorded", err=True)


@main.command()
@click.argument("sets", nargs=-1)
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    help="Take the set from this archive, file or folder.",
)
@click.option(
    "--synthetic", is_flag=True, help="Generate small stand-ins, for a first look."
)
@click.option(
    "--trust", is_flag=True, help="Take images that are not known to be the course's."
)
def data(sets: tuple[str, ...], **options: Any) -> None:
    """Fetch the data SETS (or all), verify and unpack them into data/."""
    from hamgasht.datasets.command import bring_datasets

    def say(line: str) -> None:
        click.echo(line, err=True)

    failed = bring_datasets(find_root(), sets, say=say, **options)
    for error in failed:
        click.echo(f"error: {error}", err=True)
    sys.exit(1 if failed else 0)


@main.command()
@click.option("--out", type=click.Path(path_type=Path), help="Where to (site/).")
def release(out: Path | None) -> None:
    """Build both sites with all that there is to download: books, archives."""
    from hamgasht.release.release import make_release

    root = find_root()
    files = make_release(
        root, out or root / "site", echo=lambda line: click.echo(line, err=True)
    )
    for name, size in files.items():
        click.echo(f"release/{name}: {size / 1e6:.1f} MB", err=True)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def serve(host: str, port: int) -> None:
    """Show both sites while you write: saved pages reload by themselves."""
    from hamgasht.site.serve import serve_sites

    serve_sites(find_root(), host, port)


def _snippet_id(name: str) -> str:
    """Return the id that a person means, who may have typed the file's path."""
    path = name.replace("\\", "/").removeprefix("./")
    return path.removeprefix("snippets/").removesuffix(".py")


def _tell_error(error: HamgashtError) -> None:
    """Print an error, and what else it brings: lines to paste, errors of its kind."""
    for line in (f"error: {error}", *getattr(error, "__notes__", ())):
        click.echo(line, err=True)


def _tell(report) -> None:
    """Print a run's failures and its sum."""
    for error in report.failed.values():
        _tell_error(error)
    for snippet_id, need in report.skipped.items():
        click.echo(f"skipped: {snippet_id}, because {need} failed", err=True)
    counts = {
        "recorded": len(report.ran),
        "failed": len(report.failed),
        "skipped": len(report.skipped),
        "fresh already": len(report.kept),
    }
    parts = [f"{count} {what}" for what, count in counts.items() if count]
    click.echo(", ".join(parts) or "there are no snippets", err=True)
