"""Comparing two recorded runs: the doc test of what a reader sees."""

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hamgasht.core.mime import MATRIX_MIME, TABLE_MIME, VALUES_MIME
from hamgasht.core.paths import source_name
from hamgasht.records.read import Recorded, load
from hamgasht.records.state import Survey
from hamgasht.running.plan import run
from hamgasht.running.report import Profile, Report

DRAWING = 1e-3
"""How far coordinates in a figure may differ: less than an eye can see."""

_NUMBER = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?")


@dataclass(frozen=True)
class Difference:
    """One thing that a re-run gave otherwise.

    Attributes:
        file: The snippet's source.
        place: The cell or value.
        problem: What differs, old and new.
    """

    file: str
    place: str
    problem: str

    def __str__(self) -> str:
        return (
            f"{self.file}:{self.place}: {self.problem}. Fix: make the snippet "
            "deterministic, state a tolerance in its header, or run it again."
        )


def close(old: float, new: float, tolerance: float) -> bool:
    """Return whether two numbers agree, absolutely or relatively."""
    return abs(old - new) <= tolerance * max(1.0, abs(old), abs(new))


def compare(
    old: Recorded, new: Recorded, tolerances: Mapping[str, float]
) -> list[Difference]:
    """Return where a new run differs from a recorded one by more than is stated.

    Args:
        old: What is recorded.
        new: What a re-run gave.
        tolerances: By value name; ``default`` for all other numbers, on the page
            too. Nothing stated means exactly equal.
    """
    return list(_differences(old, new, tolerances))


def _differences(
    old: Recorded, new: Recorded, tolerances: Mapping[str, float]
) -> Iterator[Difference]:
    file = source_name(old.id)
    default = tolerances.get("default", 0.0)
    for name in sorted(old.values.keys() | new.values.keys()):
        before, now = old.values.get(name), new.values.get(name)
        tolerance = tolerances.get(name, default)
        if before is None or now is None or not close(before, now, tolerance):
            yield Difference(file, f"value {name}", f"recorded {before}, now {now}")
    if list(old.cells) != list(new.cells):
        yield Difference(file, "cells", "the cells are not the same")
        return
    for name, cell in old.cells.items():
        if "values" in cell["metadata"]["tags"]:
            continue
        for problem in _cell_differences(old, new, name, default):
            yield Difference(file, f"cell {name}", problem)


def _cell_differences(
    old: Recorded, new: Recorded, name: str, default: float
) -> Iterator[str]:
    before, now = old.cells[name]["outputs"], new.cells[name]["outputs"]
    if len(before) != len(now):
        yield f"recorded {len(before)} outputs, now {len(now)}"
        return
    for number, (one, other) in enumerate(zip(before, now, strict=True), 1):
        for what, left, right, tolerance in _parts(old, new, one, other, default):
            if not _same_text(left, right, tolerance):
                yield f"{what} {number} differs: {_first_difference(left, right)}"


def _parts(
    old: Recorded, new: Recorded, one: dict, other: dict, default: float
) -> Iterator[tuple[str, str, str, float]]:
    """Yield the texts of two outputs to compare, with the tolerance for each."""
    files = one.get("metadata", {}).get("hamgasht", {}).get("files")
    if files:
        for language, path in sorted(files.items()):
            if path.endswith(".svg"):
                yield (
                    f"figure ({language})",
                    _text(old.path / path),
                    _text(new.path / path),
                    max(default, DRAWING),
                )
            elif (old.path / path).read_bytes() != (new.path / path).read_bytes():
                yield f"image ({language})", "recorded bytes", "other bytes", 0.0
        return
    yield "output", _shown(one), _shown(other), default


def _shown(output: dict[str, Any]) -> str:
    """Return what a page shows of an output, as one text."""
    data = output.get("data", {})
    for mime in (TABLE_MIME, MATRIX_MIME, VALUES_MIME):
        if mime in data:
            return repr(data[mime])
    return output.get("text", "") + data.get("text/plain", "")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _same_text(old: str, new: str, tolerance: float) -> bool:
    """Return whether two texts agree but for numbers within the tolerance."""
    if old == new:
        return True
    if tolerance == 0 or _NUMBER.split(old) != _NUMBER.split(new):
        return False
    pairs = zip(_NUMBER.findall(old), _NUMBER.findall(new), strict=True)
    return all(close(float(a), float(b), tolerance) for a, b in pairs)


def _first_difference(old: str, new: str) -> str:
    """Return the first line in which two texts differ, old and new."""
    for left, right in zip(old.splitlines(), new.splitlines(), strict=False):
        if left != right:
            pairs = enumerate(zip(left, right, strict=False))
            at = next((i for i, (one, other) in pairs if one != other), 0)
            start = max(at - 20, 0)
            return f"recorded {left[start : at + 40]!r}, now {right[start : at + 40]!r}"
    return f"recorded {len(old)} characters, now {len(new)}"


def check(
    root: Path,
    wanted: Iterable[str] = (),
    *,
    profile: Profile = "full",
    jobs: int | None = None,
    out: Path | None = None,
    **options: Any,
) -> tuple[list[Difference], Report]:
    """Run snippets again, into a folder of their own, and compare.

    What a named snippet needs is taken from what is recorded, if that is fresh.

    Args:
        root: The project's root.
        wanted: Ids of the snippets; none means all.
        profile: ``full`` or ``smoke``; a snippet whose parameters or data
            ``smoke`` makes smaller is run, but its numbers are not comparable.
        jobs: How many to run at a time.
        out: Where to put the new outputs; a temporary folder if not given.
        **options: Where and how to run (see :func:`hamgasht.running.plan.run`).

    Raises:
        OutputError: Nothing is recorded to compare with, or it is damaged.
    """
    wanted = list(wanted)
    survey = Survey(root)
    for item in wanted or survey.ids:
        survey.recorded(item)
    with tempfile.TemporaryDirectory(prefix="hamgasht-check-") as place:
        new = out or Path(place)
        report = run(
            root,
            wanted,
            everything=not wanted,
            profile=profile,
            jobs=jobs,
            out=new,
            **options,
        )
        found: list[Difference] = []
        for item in sorted(report.ran):
            prints = survey.fingerprints
            if profile == "full" or not prints.smaller_in_smoke(item):
                tolerances = prints.header(item).tolerances
                other = load(root, item, new)
                found += compare(survey.recorded(item), other, tolerances)
    return found, report
