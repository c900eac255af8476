"""The smoke run of snippets, of which only what changed since the last one runs.

What a snippet gave lies in ``.hamgasht/smoke``, in a folder named after all that
decides it: the snippet's inputs, the engine's code that runs and records, and the
installed libraries. Takes the project's root, the folder to fill, and ids.
"""

import hashlib
import importlib.metadata
import json
import os
import platform
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from filelock import FileLock

from hamgasht.core.errors import HamgashtError
from hamgasht.core.paths import STORE
from hamgasht.records.fingerprint import fingerprint_of
from hamgasht.records.read import load
from hamgasht.records.state import Survey
from hamgasht.running.plan import run

PACKAGES = ("core", "source", "datasets", "kernel", "records", "running")


def common_inputs(root: Path) -> dict[str, object]:
    """Return what decides every snippet's run, beside its own inputs."""
    engine = hashlib.sha256()
    for package in PACKAGES:
        for path in sorted((root / "hamgasht" / package).rglob("*.py")):
            engine.update(path.relative_to(root).as_posix().encode())
            engine.update(path.read_bytes())
    libraries = {
        found.name: found.version for found in importlib.metadata.distributions()
    }
    machine = [platform.python_version(), platform.machine()]
    machine += [os.environ.get("KERAS_BACKEND", "")]
    return {"engine": engine.hexdigest(), "libraries": libraries, "machine": machine}


def kept_places(survey: Survey) -> dict[str, Path]:
    """Return where each snippet's results are kept, whether they are there or not."""
    common = common_inputs(survey.root)
    store = survey.root / STORE / "smoke"
    inputs = survey.fingerprints.inputs
    return {
        item: store / fingerprint_of({**common, "id": item, **inputs(item)})
        for item in survey.ids
    }


def is_usable(survey: Survey, item: str, kept: Path) -> bool:
    """Return whether kept results are whole and have the present labels."""
    try:
        labels = load(survey.root, item, kept).manifest["labels"]
    except HamgashtError:
        return False
    return all(survey.labels.get(key) == text for key, text in labels.items())


def run_smoke(root: Path, out: Path, asked: Iterable[str] = ()) -> list[str]:
    """Fill a folder with the smoke results of snippets; return what ran.

    ``errors.json`` in it holds the error of each snippet that gave nothing.

    Args:
        root: The project's root.
        out: The folder.
        asked: The snippets, which bring what they need; all if there is none.
    """
    survey = Survey(root)
    places = kept_places(survey)
    order = survey.fingerprints.order(asked or survey.ids)
    ids = []
    while order.is_active():
        ready = order.get_ready()
        ids += ready
        order.done(*ready)
    wanted = [item for item in ids if not is_usable(survey, item, places[item])]
    errors, ran = {}, []
    if wanted:
        report = run(root, wanted, profile="smoke", jobs=2, out=out)
        ran = report.ran
        errors = {item: str(error) for item, error in report.failed.items()}
        for item, need in report.skipped.items():
            errors[item] = f"{need}, which it needs, failed"
    for item in ids:
        if item in ran:
            shutil.rmtree(places[item], ignore_errors=True)
            shutil.copytree(out / item, places[item] / item)
        elif item not in errors:
            shutil.copytree(places[item] / item, out / item)
    remove_former(places)
    (out / "errors.json").write_text(json.dumps(errors), encoding="utf-8")
    return ran


def remove_former(places: dict[str, Path]) -> None:
    """Remove what was kept of former states of the code."""
    store = next(iter(places.values())).parent
    for folder in store.glob("*"):
        if folder not in places.values():
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    project = Path(sys.argv[1])
    (project / STORE).mkdir(exist_ok=True)
    with FileLock(project / STORE / "smoke.lock"):
        run_smoke(project, Path(sys.argv[2]), sys.argv[3:])
