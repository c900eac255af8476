"""Both sites built into one folder: whole or not at all, the same bytes each time.

The Persian site lies in the folder, the English one under ``en/``. Nothing is run.
"""

import logging
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread

from filelock import FileLock

from hamgasht.core.errors import HamgashtError
from hamgasht.core.paths import STORE, snippet_ids
from hamgasht.embed.page import Page
from hamgasht.embed.page_text import Source
from hamgasht.embed.prose.values import find_wrong_values
from hamgasht.embed.record_cache import record_cache

SITES = (("mkdocs.yml", ""), ("mkdocs.en.yml", "en"))
"""Configuration and place of each site; the Persian one owns the folder."""

EMBED = "hamgasht.embed"
EPOCH = "SOURCE_DATE_EPOCH"
NO_DATE = 315532800
"""1980, for a checkout without a git history: any fixed date will do."""

MIN_SNIPPETS_FOR_TWO_PROCESSES = 20
"""From how many snippets on a site takes longer to build than a process to start."""


class SiteError(HamgashtError):
    """A site cannot be built or served."""


def build_sites(
    root: Path,
    out: Path,
    *,
    strict: bool = True,
    released: bool = True,
    cached: bool = True,
) -> None:
    """Build both sites into one folder, whole or not at all.

    Args:
        root: The project's root.
        out: The folder to make; what was there is replaced at the end.
        strict: Whether a warning is an error.
        released: Whether to offer the files of the last release, if it was made from
            what is there now.
        cached: Whether to take the content of a notebook's page from an earlier
            build, where the notebook and its template are the same.

    Raises:
        HamgashtError: A page asks for something that is not there, ProperDocs warned or
            failed, or the folder cannot be written. ``out`` is then as it was.
    """
    _refuse_wrong_values(root)
    out = out.resolve()
    fresh = out.with_name(f".{out.name}.building")
    former = out.with_name(f".{out.name}.former")
    second = out.with_name(f".{out.name}.second")
    build = partial(_build_site, root, strict=strict, released=released, cached=cached)
    try:
        store = root / STORE
        store.mkdir(exist_ok=True)
        with FileLock(store / "site.lock"):
            if former.exists() and not out.exists():
                former.rename(out)  # a build was killed between the two renames
            for left in (former, fresh, second):
                shutil.rmtree(left, ignore_errors=True)
            fresh.mkdir(parents=True)
            try:
                with fix_date(source_date(root)):
                    if len(snippet_ids(root)) < MIN_SNIPPETS_FOR_TWO_PROCESSES:
                        _build_in_turn(build, fresh)
                    else:
                        _build_at_once(build, fresh, second)
                if out.exists():
                    out.rename(former)
                fresh.rename(out)
            finally:
                for left in (former, fresh, second):
                    shutil.rmtree(left, ignore_errors=True)
    except OSError as error:
        raise SiteError(
            out.name,
            "",
            f"the site cannot be written: {error}",
            "make room and give write permission, then build again",
        ) from error


def _refuse_wrong_values(root: Path) -> None:
    """Refuse wrong references to values on all pages at once, before a page is made."""
    record_cache(root).refresh()
    errors = []
    for file in sorted(root.glob("docs/[a-z][a-z]/**/*.md")):
        name = file.relative_to(root)
        page = Page(root, name.parts[1], name.as_posix(), on_stale="ignore")
        page.source = Source(file.read_text(encoding="utf-8"))
        errors += find_wrong_values(page)
    if errors:
        first, *others = errors
        for error in others:
            first.add_note(f"error: {error}")
        raise first


def source_date(root: Path) -> int:
    """Return the date that a build carries, in seconds since 1970.

    Args:
        root: The project's root.

    Returns:
        ``SOURCE_DATE_EPOCH`` where it is set, else the date of the last commit.
    """
    if EPOCH in os.environ:
        return int(os.environ[EPOCH])
    try:
        answer = subprocess.run(
            ["git", "log", "-1", "--format=%ct"],
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        )
        return int(answer.stdout)
    except (OSError, subprocess.CalledProcessError, ValueError):
        return NO_DATE


def _build_in_turn(build: Callable[[str, Path], None], out: Path) -> None:
    for name, place in SITES:
        build(name, out / place)


def _build_at_once(build: Callable[[str, Path], None], out: Path, apart: Path) -> None:
    """Build the second site in a process of its own, then move it into the first.

    ProperDocs empties the folder that it builds into, hence the folder apart.
    """
    (first, _), (second, place) = SITES
    spawn = get_context("spawn")
    held, holding = spawn.Pipe(duplex=False)
    with ProcessPoolExecutor(1, spawn, _end_with_parent, (held,)) as pool, holding:
        other = pool.submit(build, second, apart)
        build(first, out)
        other.result()
    apart.rename(out / place)


def _end_with_parent(held: Connection) -> None:
    """End this process when the one that started it lets go of a pipe, or dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it hears of Ctrl-C, too

    def wait() -> None:
        held.poll(None)
        os._exit(1)

    Thread(target=wait, daemon=True).start()


def _build_site(
    root: Path, name: str, out: Path, *, strict: bool, released: bool, cached: bool
) -> None:
    """Build one site.

    Args:
        root: The project's root.
        name: Its configuration.
        out: The folder to make.
        strict: See :func:`build_sites`, as the two below.
        released: Whether to offer the last release.
        cached: Whether to use contents of an earlier build.

    Raises:
        HamgashtError: The site cannot be built.
    """
    import properdocs.replacement  # noqa: F401 - plugins that import mkdocs get it
    from properdocs.commands.build import build
    from properdocs.config import load_config
    from properdocs.exceptions import ProperDocsException

    with _capture_log() as lines:
        try:
            config = load_config(str(root / name), site_dir=str(out), strict=strict)
            config.extra.update(released=released, cached=cached)
            if not strict:
                config.mdx_configs[EMBED]["on_stale"] = "warn"
            build(config)
        except ProperDocsException as error:
            if isinstance(error.__cause__, HamgashtError):
                raise error.__cause__ from None
            problem = "; ".join(lines) or str(error)
            fix = "fix what is named, then build again"
            if '"nav"' in problem:
                fix = "add it to 'nav' in mkdocs.yml and mkdocs.en.yml"
            raise SiteError(name, "", problem, fix) from error
        if not strict:
            for line in lines:
                print(f"{name}: {line}", file=sys.stderr)


@contextmanager
def fix_date(seconds: int) -> Iterator[None]:
    """Date the files of a build with ``seconds`` instead of now."""
    before = os.environ.get(EPOCH)
    os.environ[EPOCH] = str(seconds)
    try:
        yield
    finally:
        if before is None:
            del os.environ[EPOCH]
        else:
            os.environ[EPOCH] = before


@contextmanager
def _capture_log() -> Iterator[list[str]]:
    """Collect the generator's warnings and errors instead of printing them."""
    collector = _Collector()
    loggers = [logging.getLogger(name) for name in ("properdocs", "mkdocs")]
    before = [logger.propagate for logger in loggers]
    for logger in loggers:
        logger.propagate = False
        logger.addHandler(collector)
    try:
        yield collector.lines
    finally:
        for logger, propagate in zip(loggers, before, strict=True):
            logger.removeHandler(collector)
            logger.propagate = propagate


class _Collector(logging.Handler):
    """Keeps the messages of warnings and errors."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message; of a traceback its first and last line."""
        lines = [line.strip(" .:") for line in record.getMessage().splitlines()]
        self.lines.append(": ".join(dict.fromkeys([lines[0], lines[-1]])))
