r"""Each snippet that uses Keras, run on each backend and compared.

    pip install -r requirements.txt jax==0.10.2 torch==2.13.0
    python tests/benchmarks/course_on_backends.py     # what is new or has changed
    python tests/benchmarks/course_on_backends.py q7_inception_cifar10/network --again

A snippet whose recorded run took at most ``--seconds`` runs in full, and is compared as
``hamgasht check`` does. Where numbers leave its tolerances, its own tests, which hold
the chapter's claims, run on that backend over the new outputs, at the end. A longer one
runs with its header's ``smoke`` settings, on TensorFlow too, and the two are compared.

Writes ``snippets/q7_inception_cifar10/_course_runs.py``, which a snippet shows, and
nothing else of the checkout. Why an output differs goes to stderr.
"""

import argparse
import asyncio
import contextlib
import itertools
import os
import re
import runpy
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from filelock import FileLock

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from hamgasht.core.backends import BACKENDS  # noqa: E402
from hamgasht.core.paths import OUTPUTS, STORE  # noqa: E402
from hamgasht.records.read import Recorded, load  # noqa: E402
from hamgasht.records.state import Survey  # noqa: E402
from hamgasht.running.compare import compare  # noqa: E402
from hamgasht.running.devices import Settings, kernel_environment  # noqa: E402
from hamgasht.running.jobs import Runner  # noqa: E402
from hamgasht.running.local import LocalBackend  # noqa: E402
from hamgasht.running.report import Profile, Report  # noqa: E402
from hamgasht.running.start import LIGHT_MODULES, KernelServer  # noqa: E402
from hamgasht.source.snippet import parse  # noqa: E402

RUNS = ROOT / "snippets/q7_inception_cifar10/_course_runs.py"
BASE, *OTHERS = BACKENDS
LIMIT_SECONDS = 7200.0
MAX_NOTE = 52  # characters: a line of a snippet has 78
HEAD = '''"""The course on each backend.

Written by tests/benchmarks/course_on_backends.py, which says what the
entries mean; not edited by hand.
"""

'''
PLACE = ROOT / STORE / "course"
_FAILED_TEST = re.compile(r"^(FAILED|ERROR) ([^\s:]+)(?:::(\S+))?(?: - (.*))?$", re.M)
Runs = dict[str, dict[str, dict[str, Any]]]


def keras_snippets(survey: Survey) -> list[str]:
    """Return the ids of the snippets that compute with Keras, quickest first.

    Those that compare backends (``backends_...``) are left out.
    """
    found = [
        item
        for item in survey.ids
        if (recorded := survey.state(item).recorded)
        and recorded.backend == BASE
        and not item.partition("/")[2].startswith("backends_")
    ]
    return sorted(found, key=lambda item: seconds_of(survey, item))


def seconds_of(survey: Survey, item: str) -> float:
    """Return how long a snippet's recorded run took."""
    return survey.recorded(item).provenance["seconds"]


@contextlib.contextmanager
def warm_server(backend: str) -> Iterator[KernelServer]:
    """Give a process that has imported Keras on a backend, to fork kernels from.

    The engine forks no kernel from one with JAX or PyTorch, lest a thread be lost; at
    import neither has begun one. Keras takes longer to import than most snippets run.
    """
    variables = kernel_environment(None, Settings(), backend)
    with tempfile.TemporaryDirectory(prefix="hamgasht-warm-") as place:
        module = Path(place) / "warm_keras.py"
        module.write_text("import sys\nimport keras\ndel sys.modules['keras']\n")
        paths = [place, variables.get("PYTHONPATH", "")]
        variables["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
        server = KernelServer((*LIGHT_MODULES, backend, module.stem), variables)
        server.can_serve = _always  # the variables differ by that path alone
        try:
            yield server
        finally:
            server.stop()


async def _always(environment: Mapping[str, str]) -> bool:
    return True


def run_on(
    survey: Survey, ids: Iterable[str], backend: str, profile: Profile, out: Path,
    server: KernelServer,
) -> Report:  # fmt: skip
    """Run snippets on a backend into a folder; in ``smoke`` what they need, too."""
    wanted = set(ids)
    queue = list(wanted) if profile == "smoke" else []
    while queue:
        needs = set(survey.fingerprints.header(queue.pop()).needs) - wanted
        wanted |= needs
        queue += needs
    snippets = {}
    for item in sorted(wanted):
        snippet = parse(survey.root, item)
        header = replace(snippet.header, backend=backend, limit=LIMIT_SECONDS)
        snippets[item] = replace(snippet, header=header)
    report = Report()
    place = LocalBackend(jobs=1, server=server)
    asyncio.run(Runner(survey, snippets, place, profile, out, report).run())
    return report


def refusal(report: Report, item: str) -> dict[str, Any]:
    """Return the entry of a snippet that gave nothing."""
    if item in report.skipped:
        note = f"needs {report.skipped[item]}"
    else:
        error = report.failed[item]
        note = " ".join(str(getattr(error, "problem", error)).split())
    return {"found": "refused", "note": note}


def distance(old: Recorded, new: Recorded) -> float:
    """Return the largest relative difference of two runs' values."""
    pairs = [(old.values[name], new.values[name]) for name in old.values]
    far = (abs(a - b) / max(1.0, abs(a), abs(b)) for a, b in pairs)
    return float(f"{max(far, default=0.0):.0e}")


def kinds(recorded: Recorded) -> list[tuple[str, list[str]]]:
    """Return the kinds of each cell's outputs."""
    return [
        (name, [out.get("metadata", {}).get("hamgasht", {}).get("kind", "text")
                for out in cell["outputs"]])
        for name, cell in recorded.cells.items()
    ]  # fmt: skip


def try_in_full(
    survey: Survey, item: str, backend: str, server: KernelServer
) -> dict[str, Any]:
    """Run a snippet on a backend and compare it with what is recorded."""
    out = PLACE / "full" / backend
    report = run_on(survey, [item], backend, "full", out, server)
    if item not in report.ran:
        return refusal(report, item)
    return compare_runs(survey, item, survey.recorded(item), load(ROOT, item, out))


def compare_runs(
    survey: Survey, item: str, old: Recorded, new: Recorded
) -> dict[str, Any]:
    """Return the entry of a run that gave something."""
    if kinds(old) != kinds(new) or old.values.keys() != new.values.keys():
        return {"found": "kinds"}
    differences = compare(old, new, survey.fingerprints.header(item).tolerances)
    if differences:
        print("   ", *differences[:8], sep="\n    ", file=sys.stderr)
    return {"found": "other" if differences else "same", "apart": distance(old, new)}


def run_quick(survey: Survey, left: Mapping[str, list[str]]) -> None:
    """Run snippets in ``smoke`` on each backend and keep what that gives, by group."""

    def group_of(item: str) -> str:
        return item.partition("/")[0]

    every = sorted(set().union(*left.values()))
    if not every:
        return
    with contextlib.ExitStack() as stack:
        servers = {x: stack.enter_context(warm_server(x)) for x in (BASE, *left)}
        for _, group in itertools.groupby(every, group_of):
            some, reports = list(group), {}
            for backend, server in servers.items():
                mine = [x for x in some if backend == BASE or x in left[backend]]
                if not mine:
                    continue
                out = PLACE / "quick" / backend
                report = run_on(survey, mine, backend, "smoke", out, server)
                reports[backend] = report
                for item in mine if backend != BASE else ():
                    found = compare_quick(survey, item, backend, reports)
                    keep(survey, item, backend, "quick", found)


def compare_quick(
    survey: Survey, item: str, backend: str, reports: Mapping[str, Report]
) -> dict[str, Any]:
    """Return the entry of a snippet that ran in ``smoke`` on two backends."""
    for name in (BASE, backend):
        if item not in reports[name].ran:
            return refusal(reports[name], item)
    both = [load(ROOT, item, PLACE / "quick" / name) for name in (BASE, backend)]
    return compare_runs(survey, item, *both)


def try_claims(survey: Survey, items: list[str], backend: str) -> dict[str, str]:
    """Run snippets' own tests on a backend over new outputs.

    Returns:
        By snippet: ``holds``, ``fails: NAMES OF TESTS``, or ``untested``.
    """
    files = {}
    for item in items:
        group, stem = item.split("/")
        name = f"tests/snippets/test_{group.split('_')[0]}_{stem}.py"
        if (ROOT / name).is_file():
            files[item] = name
    with tempfile.TemporaryDirectory(prefix="hamgasht-claims-") as place:
        root = Path(place)
        skip = shutil.ignore_patterns("node_modules", "theme", "__pycache__", ".venv")
        for part in ("docs", "snippets", "tests"):
            shutil.copytree(ROOT / part, root / part, ignore=skip)
        for part in ("hamgasht", "data", "docs/theme", "mkdocs.yml", "mkdocs.en.yml",
                     "pyproject.toml", "requirements.txt"):  # fmt: skip
            if (ROOT / part).exists():
                (root / part).symlink_to(ROOT / part)
        for item in items:
            shutil.rmtree(root / OUTPUTS / item)
            shutil.copytree(PLACE / "full" / backend / item, root / OUTPUTS / item)
        variables = {"KERAS_BACKEND": backend, "PYTHONPATH": place}
        variables |= {"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}
        variables["COLUMNS"] = "500"  # pytest cuts its summary to the terminal
        command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-m", ""]
        done = subprocess.run(
            [*command, *files.values()],
            cwd=root,
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            check=False,
        )
    print(done.stdout, file=sys.stderr)
    if done.returncode not in (0, 1):
        raise SystemExit(f"pytest ended with {done.returncode}: {done.stderr[-500:]}")
    failed: dict[str, list[str]] = {}
    broken = set()  # the test itself does not run there
    for kind, name, test, why in _FAILED_TEST.findall(done.stdout):
        if kind == "FAILED" and why.lower().startswith("assert"):
            failed.setdefault(name, []).append(test)
        else:
            broken.add(name)

    def claims(item: str) -> str:
        name = files.get(item)
        if name in failed:
            return f"fails: {', '.join(failed[name])}"
        return "untested" if name is None or name in broken else "holds"

    return {item: claims(item) for item in items}


def read_runs() -> Runs:
    """Return what is kept, by snippet and backend."""
    return runpy.run_path(str(RUNS))["RUNS"] if RUNS.is_file() else {}


def keep(survey: Survey, item: str, backend: str, run: str, found: dict) -> None:
    """Keep what one run gave; other processes may keep theirs."""
    (ROOT / STORE).mkdir(exist_ok=True)
    state = survey.fingerprints.fingerprint(item)[:12]
    with FileLock(ROOT / STORE / "course-runs.lock"):
        runs = read_runs()
        if "note" in found:
            found["note"] = found["note"][:MAX_NOTE]
        runs.setdefault(item, {})[backend] = {"run": run, **found, "state": state}
        present = sorted(keras_snippets(survey))
        ordered = {name: runs.get(name, {}) for name in present}
        RUNS.write_text(f"{HEAD}RUNS = {ordered!r}\n", encoding="utf-8")
        command = [sys.executable, "-m", "ruff", "format", "--quiet", str(RUNS)]
        subprocess.run(command, check=True)
    print(f"{run:6}{backend:11}{item:50}{found}", flush=True)


def main() -> None:
    """Run what is asked for and keep what it gives."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("snippets", nargs="*", help="ids; all if none is given")
    parser.add_argument("--backends", nargs="+", choices=OTHERS, default=OTHERS)
    parser.add_argument("--seconds", type=float, default=150.0)
    parser.add_argument("--again", action="store_true", help="run what is kept, too")
    parser.add_argument("--only", choices=("full", "quick", "claims"))
    asked = parser.parse_args()
    survey, runs = Survey(ROOT), read_runs()
    items = [x for x in keras_snippets(survey) if x in (asked.snippets or survey.ids)]
    quick = [x for x in items if seconds_of(survey, x) > asked.seconds]
    quick = [x for x in quick if survey.fingerprints.smaller_in_smoke(x)]
    states = {item: survey.fingerprints.fingerprint(item)[:12] for item in items}

    def is_kept(item: str, backend: str) -> bool:
        found = runs.get(item, {}).get(backend, {})
        wanted = ("full", "quick") if item in quick else ("full",)
        is_present = found.get("run") in wanted and found["state"] == states[item]
        return is_present and not asked.again

    for backend in asked.backends if asked.only in (None, "full") else ():
        with warm_server(backend) as server:
            for item in items:
                if item not in quick and not is_kept(item, backend):
                    found = try_in_full(survey, item, backend, server)
                    keep(survey, item, backend, "full", found)
    if asked.only in (None, "quick"):
        left = {
            backend: [item for item in quick if not is_kept(item, backend)]
            for backend in asked.backends
        }
        run_quick(survey, left)
    runs = read_runs()
    for backend in asked.backends if asked.only in (None, "claims") else ():
        kept = {x: runs[x].get(backend, {}) for x in items if x in runs}
        open_ = [
            item
            for item, found in kept.items()
            if found.get("run") == "full" and found["found"] == "other"
            and ("claims" not in found or asked.again)
        ]  # fmt: skip
        for item, claims in (
            try_claims(survey, open_, backend) if open_ else {}
        ).items():
            keep(survey, item, backend, "full", {**kept[item], "claims": claims})


if __name__ == "__main__":
    main()
