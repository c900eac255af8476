"""The command line: light where it must be, helpful where it fails."""

import os
import subprocess
import sys

from lab import ENGINE, PLAIN, Lab

HEAVY = ("tensorflow", "keras", "matplotlib", "numpy", "pandas", "nbclient", "jupytext")


def test_a_look_at_fresh_outputs_imports_nothing_heavy(plain: Lab):
    code = f"""
import sys
from pathlib import Path
from hamgasht.cli import main
from hamgasht.running.plan import run
main(["status"], standalone_mode=False)
run(Path.cwd())
print([name for name in {HEAVY!r} if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=plain.root,
        env={**os.environ, "PYTHONPATH": str(ENGINE)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_status_tells_state_reason_and_origin(plain: Lab):
    status, out, _ = plain.cli("status", "--strict")
    assert status == 0
    assert out.startswith("fresh    q1/plain  20")
    assert "cores" in out
    assert out.splitlines()[-1] == "1 of 1 fresh"
    plain.write("q1/plain", PLAIN + "\n# more\n")
    plain.write("q1/new", PLAIN)
    status, out, _ = plain.cli("status", "--strict")
    assert status == 1
    assert "missing  q1/new" in out
    assert "its source changed" in out
    assert plain.cli("status")[0] == 0


def test_run_renews_exactly_what_is_stale(plain: Lab):
    plain.write("q1/other", PLAIN)
    plain.run()
    before = (plain.out("q1/other") / "provenance.json").read_bytes()
    plain.write("q1/plain", PLAIN.replace("A is", "A was"))
    status, _, err = plain.cli("run")
    assert status == 0
    assert "1 recorded, 1 fresh already" in err
    assert (plain.out("q1/other") / "provenance.json").read_bytes() == before
    assert "2 fresh already" in plain.cli("run")[2]


def test_a_build_with_a_failing_snippet_builds_nothing(plain: Lab):
    plain.write("q1/plain", PLAIN.replace("print(", "print(1 / 0, "))
    status, _, err = plain.cli("build")
    assert status == 1
    assert "ZeroDivisionError" in err
    assert not (plain.root / "site").exists()
