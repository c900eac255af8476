"""Times of the engine, against what it competes with; prints one table.

    python tests/benchmarks/engine.py            all but the cold runs
    python tests/benchmarks/engine.py --cold GROUP...
                                                 these groups' cold runs too
    python tests/benchmarks/engine.py --lightest 20
                                                 only the cold runs of the snippets
                                                 that took the shortest, with and
                                                 without warm start

Each command is a whole process, run several times; the median and the range are
printed. ``papermill`` and ``jupyter-cache`` are compared where they are installed
(``pip install papermill jupyter-cache``); nothing else needs them.
"""

import argparse
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from hamgasht.core.paths import snippet_ids, source_path  # noqa: E402
from hamgasht.records.read import load, sealed  # noqa: E402

SNIPPET = """\
# ---
# jupyter:
#   hamgasht:
#     tolerances: {mean: 1.0e-9}
# ---

# %% [markdown]
# # Snippet

# %% Imports
import numpy as np

# %% Matrix
x = np.arange(9.0).reshape(3, 3)
x

# %% Values tags=["values"]
{"mean": x.mean()}
"""

JCACHE = "from jupyter_cache.cli.commands.cmd_main import jcache; jcache()"


def timed(work: Callable[[], object], times: int) -> list[float]:
    """Return the seconds that each of several runs of ``work`` took."""
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return seconds


def processor_seconds() -> float:
    """Return what all processes that were waited for have computed so far."""
    times = os.times()
    return times.children_user + times.children_system


def row(name: str, seconds: list[float]) -> None:
    """Print one line of the table."""
    low, middle, high = min(seconds), statistics.median(seconds), max(seconds)
    print(f"{name:<58} {middle:9.3f} s   ({low:.3f} to {high:.3f})", flush=True)


def command(*arguments: str | Path, cwd: Path = ROOT) -> None:
    """Run a Python module as a process of its own; fail loudly."""
    done = subprocess.run(
        [sys.executable, "-m", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{arguments}: {done.stderr or done.stdout}")


def made_project(folder: Path, count: int) -> Path:
    """Return a project of ``count`` recorded snippets: one run, copied."""
    root = folder / f"project-{count}"
    (root / "docs/fa").mkdir(parents=True)
    (root / "mkdocs.yml").write_text("site_name: benchmark\n")
    (root / "snippets/q0").mkdir(parents=True)
    (root / "snippets/q0/s0000.py").write_text(SNIPPET)
    command("hamgasht", "run", cwd=root)
    first = root / "docs/outputs/q0/s0000"
    manifest = json.loads((first / "manifest.json").read_text())
    for number in range(1, count):
        group, name = f"q{number // 20}", f"s{number:04}"
        source = root / "snippets" / group / f"{name}.py"
        source.parent.mkdir(exist_ok=True)
        source.write_text(SNIPPET)
        target = root / "docs/outputs" / group / name
        shutil.copytree(first, target)
        copy = sealed({**manifest, "snippet": f"{group}/{name}"})
        (target / "manifest.json").write_text(json.dumps(copy))
    return root


def no_op(folder: Path) -> None:
    """Time ``run`` and ``status`` with nothing to do."""
    for count in (20, 1000):
        root = made_project(folder, count)
        for name in ("run", "status"):
            seconds = timed(
                lambda name=name, at=root: command("hamgasht", name, cwd=at), 7
            )
            row(f"no-op {name}, {count} snippets, process start included", seconds)


def alt(cell: dict) -> str:
    """Return the line of a block that a cell with a figure needs, or nothing."""
    kinds = [
        output.get("metadata", {}).get("hamgasht", {}) for output in cell["outputs"]
    ]
    pictured = any(kind.get("kind") in ("figure", "raster") for kind in kinds)
    return "\n    alt: words" if pictured else ""


def in_process() -> None:
    """Time a fingerprint and the embedding of all cells, for each snippet."""
    import markdown

    from hamgasht.records.fingerprint import Fingerprints

    ids = snippet_ids(ROOT)
    seconds = timed(lambda: [Fingerprints(ROOT).fingerprint(item) for item in ids], 7)
    row("fingerprint, one snippet", [each / len(ids) for each in seconds])
    for item in ids:
        recorded = load(ROOT, item)
        names = [
            name
            for name, cell in recorded.cells.items()
            if not {"hide", "values"} & set(cell["metadata"]["tags"])
        ]
        page = "\n\n".join(
            f"/// cell | {item} : {name}\n    show: "
            f"{'code output' if recorded.cells[name]['outputs'] else 'code'}"
            f"{alt(recorded.cells[name])}\n\nCaption\n///"
            for name in names
        )
        configs = {"hamgasht.embed": {"language": "fa", "root": str(ROOT)}}

        def embed(page: str = page, configs: dict = configs) -> None:
            markdown.markdown(
                page, extensions=["hamgasht.embed"], extension_configs=configs
            )

        embed()
        row(f"embed {item}, {len(names)} cells", timed(embed, 5))


def sites(folder: Path) -> None:
    """Time the build of both sites against ProperDocs alone."""

    def bare() -> None:
        command("properdocs", "build", "-q", "-f", "mkdocs.yml", "-d", folder / "bare")
        command(
            "properdocs", "build", "-q", "-f", "mkdocs.en.yml", "-d", folder / "bare/en"
        )

    row("both sites, bare properdocs build, one after the other", timed(bare, 3))
    build = timed(lambda: command("hamgasht", "build", "--out", folder / "site"), 3)
    row("both sites, hamgasht build with nothing stale", build)


def cold(folder: Path, wanted: list[str], jobs: int | None = None) -> None:
    """Time a run of snippets from nothing, and the same by others.

    Args:
        folder: Where to work.
        wanted: The snippets' ids.
        jobs: How many the engine and jupyter-cache run at a time.
    """
    import jupytext

    books = folder / "notebooks"
    for item in wanted:
        (books / item).parent.mkdir(parents=True, exist_ok=True)
        jupytext.write(jupytext.read(source_path(ROOT, item)), books / f"{item}.ipynb")
    order = [*wanted]
    order.sort(key=lambda item: len(load(ROOT, item).manifest["inputs"]["needs"]))
    paths = [books / f"{item}.ipynb" for item in order]

    def nbconvert() -> None:
        options = ("--execute", "--to", "notebook", "--log-level=ERROR")
        for path in paths:
            command("nbconvert", *options, "--output-dir", folder, path, cwd=books)

    def papermill() -> None:
        for path in paths:
            options = ("--kernel", "python3", "--no-progress-bar")
            command("papermill", *options, path, folder / "out.ipynb", cwd=books)

    def jupyter_cache() -> None:
        names = [path.relative_to(books).as_posix() for path in paths]
        for arguments in (
            ["notebook", "add", *names],
            ["project", "execute", "-e", "local-parallel", "-t", "600"],
        ):
            done = subprocess.run(
                [sys.executable, "-c", JCACHE, *arguments],
                cwd=books,
                input="y\n",
                text=True,
                capture_output=True,
                check=False,
            )
            if done.returncode:
                raise SystemExit(f"jupyter-cache {arguments}: {done.stderr}")

    several = ("--jobs", str(jobs)) if jobs else ()
    out = {"warm": folder / "warm", "fresh": folder / "fresh"}
    base: list[float] = []

    def once(name: str, work: Callable[[], object]) -> None:
        before = processor_seconds()
        seconds = timed(work, 1)
        row(name, seconds)
        base.append(seconds[0])
        used = processor_seconds() - before
        print(f"    of nbconvert: {base[-1] / base[0]:.2f}; processor: {used:.1f} s")

    once(f"{len(paths)} notebooks, nbconvert --execute, one by one", nbconvert)
    for kind, words, how in (
        ("fresh", "fresh processes", ["--fresh-kernels"]),
        ("warm", "warm start", []),
    ):
        options = ("--out", out[kind], *how, *several)
        once(
            f"hamgasht run, {words}",
            lambda options=options: command("hamgasht", "run", *options, *wanted),
        )
    for name, work in (("papermill", papermill), ("jupyter_cache", jupyter_cache)):
        if importlib.util.find_spec(name):
            once(name, work)
    cells = [
        sum(load(ROOT, item, out["warm"]).provenance["cell_seconds"].values())
        for item in wanted
    ]
    count = jobs or os.cpu_count() or 1
    row(f"floor: the cells alone, over {count} jobs", [sum(cells) / count])
    same = all(
        left.read_bytes() == right.read_bytes()
        for left, right in pairs(out["warm"], out["fresh"])
    )
    print(
        f"warm and fresh outputs are {'equal, byte by byte' if same else 'DIFFERENT'}"
    )


def pairs(one: Path, other: Path) -> Iterator[tuple[Path, Path]]:
    """Yield the files of two folders of outputs, but for the provenance."""
    for path in sorted(one.rglob("*")):
        if path.is_file() and path.name != "provenance.json":
            yield path, other / path.relative_to(one)


def lightest(count: int) -> list[str]:
    """Return the ids of snippets that took the shortest when they were recorded.

    Only such as need neither data nor other snippets: nobody else knows of these.
    """
    alone = {}
    for item in snippet_ids(ROOT):
        recorded = load(ROOT, item)
        inputs = recorded.manifest["inputs"]
        if not inputs["needs"] and not inputs["data"]:
            alone[item] = recorded.provenance["seconds"]
    return sorted(sorted(alone, key=alone.get)[:count])


def main() -> None:
    """Run the benchmarks that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--cold", nargs="+", metavar="GROUP", help="the cold runs of these groups too"
    )
    parser.add_argument(
        "--lightest", type=int, metavar="COUNT", help="only so many, the lightest, cold"
    )
    parser.add_argument("--jobs", type=int, help="how many at a time in cold runs")
    arguments = parser.parse_args()
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if arguments.lightest:
            cold(folder, lightest(arguments.lightest), arguments.jobs)
            return
        no_op(folder)
        in_process()
        sites(folder)
        if arguments.cold:
            ids = snippet_ids(ROOT)
            wanted = [item for item in ids if item.split("/")[0] in arguments.cold]
            cold(folder, wanted, arguments.jobs)


if __name__ == "__main__":
    main()
