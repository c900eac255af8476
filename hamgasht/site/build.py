"""Both sites built into one folder: whole or not at all, the same bytes each time.

The Persian site lies in the folder, the English one under ``en/``. Nothing is run.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread

from filelock import FileLock

from hamgasht.core.digests import file_digests
from hamgasht.core.errors import SiteError
from hamgasht.core.paths import STORE
from hamgasht.core.store import keep, recall
from hamgasht.site.kept import Inputs, digest_of, read_inputs

SITES = (("mkdocs.yml", ""), ("mkdocs.en.yml", "en"))
"""Configuration and place of each site; the Persian one owns the folder."""

BUILT = "built.pickle"
"""What each folder of sites was built from, and what it then held."""

EPOCH = "SOURCE_DATE_EPOCH"
_FIRST = "fa"  # the language of the site that owns the folder
NO_DATE = 315532800
"""1980, for a checkout without a git history: any fixed date will do."""

MIN_SNIPPETS_FOR_TWO_PROCESSES = 20
"""From how many snippets on a site takes longer to build than a process to start."""


def build_sites(
    root: Path,
    out: Path,
    *,
    strict: bool = True,
    released: bool = True,
    cached: bool = True,
    say: Callable[[str], object] = lambda line: None,
) -> list[str]:
    """Build both sites into one folder, whole or not at all.

    A site whose inputs are those of the last build, and whose files nobody touched
    since, stays as it is; of another one, what was made from equal inputs is taken from
    the last build. The bytes are those of a build from nothing.

    Args:
        root: The project's root.
        out: The folder to make; what was there is replaced at the end.
        strict: Whether a warning is an error.
        released: Whether to offer the files of the last release, if it was made from
            what is there now.
        cached: Whether to use what earlier builds made.
        say: Called with what is being done.

    Returns:
        The languages that were built.

    Raises:
        HamgashtError: A page asks for something that is not there, ProperDocs warned or
            failed, or the folder cannot be written. ``out`` is then as it was.
    """
    out = out.resolve()
    fresh = out.with_name(f".{out.name}.building")
    former = out.with_name(f".{out.name}.former")
    second = out.with_name(f".{out.name}.second")
    try:
        (root / STORE).mkdir(exist_ok=True)
        with FileLock(root / STORE / "site.lock"):
            if former.exists() and not out.exists():
                former.rename(out)  # a build was killed between the two renames
            for left in (former, fresh, second):
                shutil.rmtree(left, ignore_errors=True)
            date = source_date(root)
            inputs = read_inputs(
                root,
                [name for name, _ in SITES],
                date=date,
                strict=strict,
                released=released,
            )
            sites = [
                (name, place)
                for name, place in SITES
                if not cached or not _is_built(root, out, place, inputs)
            ]
            file_digests(root).write()
            if not sites:
                return []
            from hamgasht.site.generate import build_site, refuse_wrong_values

            refuse_wrong_values(root, [place or _FIRST for _, place in sites])
            say(f"Building: {', '.join(place or _FIRST for _, place in sites)}")
            build = partial(
                build_site,
                root,
                inputs=inputs,
                strict=strict,
                released=released,
                cached=cached,
            )
            fresh.mkdir(parents=True)
            try:
                with fix_date(date):
                    clean = _build(
                        len(inputs.snippets), build, sites, out, fresh, second
                    )
                if out.exists():
                    out.rename(former)
                fresh.rename(out)
            finally:
                for left in (former, fresh, second):
                    shutil.rmtree(left, ignore_errors=True)
            _remember(root, out, inputs if clean else None)
            return [place or _FIRST for _, place in sites]
    except OSError as error:
        raise SiteError(
            out.name,
            "",
            f"the site cannot be written: {error}",
            "make room and give write permission, then build again",
        ) from error


def _is_built(root: Path, out: Path, place: str, inputs: Inputs) -> bool:
    """Return whether a folder holds just what a build of one site would give."""
    said = (recall(root / STORE / BUILT) or {}).get(str(out), {}).get(place)
    return said is not None and said == _describe(root, out, place, inputs)


def _remember(root: Path, out: Path, inputs: Inputs | None) -> None:
    """Note what a folder was built from; nothing where the build was warned."""
    former = recall(root / STORE / BUILT) or {}
    built = {key: each for key, each in former.items() if Path(key).is_dir()}
    places = [place for _, place in SITES] if inputs else []
    built[str(out)] = {place: _describe(root, out, place, inputs) for place in places}
    keep(root / STORE / BUILT, built)
    file_digests(root).write()


def _describe(root: Path, out: Path, place: str, inputs: Inputs) -> list[str]:
    """Return digests of what decides a site, and of its files."""
    files = file_digests(root).tree(out / place)
    others = tuple(f"{other}/" for _, other in SITES if other and not place)
    own = {name: each for name, each in files.items() if not name.startswith(others)}
    return [inputs.of_site(place or _FIRST), str(inputs.date), digest_of(own)]


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


def _build(
    num_snippets: int,
    build: Callable[[str, Path], bool],
    sites: list[tuple[str, str]],
    out: Path,
    fresh: Path,
    apart: Path,
) -> bool:
    """Build some sites, take over the others; return whether there was no warning."""
    if len(sites) == len(SITES):
        if num_snippets >= MIN_SNIPPETS_FOR_TWO_PROCESSES:
            return _build_at_once(build, fresh, apart)
        clean = [build(name, fresh / place) for name, place in sites]
        return all(clean)
    [(name, place)] = sites
    if place:
        for part in out.iterdir():
            if part.name != place:
                _take_over(part, fresh / part.name)
        return build(name, fresh / place)
    clean = build(name, fresh)
    for _, other in SITES[1:]:
        _take_over(out / other, fresh / other)
    return clean


def _take_over(part: Path, place: Path) -> None:
    """Give a file of the former build, or all of a folder, a second name.

    Nothing writes into them: a build writes the files of its own site alone.
    """

    def link(source: str, target: str) -> None:
        try:
            os.link(source, target)
        except OSError:  # a file system without links
            shutil.copy2(source, target)

    if part.is_dir():
        shutil.copytree(part, place, copy_function=link)
    else:
        link(str(part), str(place))


def _build_at_once(build: Callable[[str, Path], bool], out: Path, apart: Path) -> bool:
    """Build the second site in a process of its own, then move it into the first.

    ProperDocs empties the folder that it builds into, hence the folder apart.
    """
    (first, _), (second, place) = SITES
    spawn = get_context("spawn")
    held, holding = spawn.Pipe(duplex=False)
    with ProcessPoolExecutor(1, spawn, _end_with_parent, (held,)) as pool, holding:
        other = pool.submit(build, second, apart)
        clean = [build(first, out), other.result()]
    apart.rename(out / place)
    return all(clean)


def _end_with_parent(held: Connection) -> None:
    """End this process when the one that started it lets go of a pipe, or dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it hears of Ctrl-C, too

    def wait() -> None:
        held.poll(None)
        os._exit(1)

    Thread(target=wait, daemon=True).start()


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
