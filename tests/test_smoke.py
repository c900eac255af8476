"""The smoke run's own memory: what changed runs again, and nothing else."""

import json

from lab import PLAIN, Lab
from smoke import run_smoke

HEADER = "# ---\n# jupyter:\n#   hamgasht:\n#     needs: [q1/one]\n# ---\n"


def test_what_is_asked_for_runs_with_what_it_needs(lab: Lab) -> None:
    lab.write("q1/one", PLAIN)
    lab.write("q1/two", HEADER + PLAIN)
    lab.write("q1/three", PLAIN)
    out = lab.root / "out"
    out.mkdir()
    assert sorted(run_smoke(lab.root, out, ["q1/two"])) == ["q1/one", "q1/two"]
    assert {path.parent.name for path in out.rglob("manifest.json")} == {"one", "two"}


def test_only_what_changed_runs_again(lab: Lab) -> None:
    def ran() -> list[str]:
        out = lab.root / "out" / str(len(list(lab.root.glob("out/*"))))
        out.mkdir(parents=True)
        found = run_smoke(lab.root, out)
        given.append({path.parent.name for path in out.rglob("manifest.json")})
        errors.append(json.loads((out / "errors.json").read_text()))
        return sorted(found)

    given: list[set[str]] = []
    errors: list[dict[str, str]] = []
    lab.write("q1/one", PLAIN)
    two = lab.write("q1/two", PLAIN)
    assert ran() == ["q1/one", "q1/two"]
    assert ran() == []
    two.write_text(PLAIN.replace("A is", "A was"))
    assert ran() == ["q1/two"]
    two.write_text("# %% Text\nraise ValueError\n")
    assert ran() == ran() == [], "an error is not kept, and tried again"
    assert [set(found) for found in errors] == [set()] * 3 + [{"q1/two"}] * 2
    assert given == [{"one", "two"}] * 3 + [{"one"}] * 2
    two.unlink()
    recording = lab.root / "hamgasht/records/write.py"
    recording.parent.mkdir(parents=True)
    recording.write_text("")
    assert ran() == ["q1/one"], "another engine"
    [kept] = (lab.root / ".hamgasht/smoke").iterdir()
    (kept / "q1/one/notebook.ipynb").write_text("{}")
    assert ran() == ["q1/one"], "damaged"
