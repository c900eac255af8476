"""Data in runs: smoke runs get the stand-in, full ones the real data, and say so."""

import json
from pathlib import Path

from lab import Lab

from hamgasht.datasets.catalogue import BR35H
from hamgasht.datasets.on_disk import make_stand_in

HEADER = """\
# ---
# jupyter:
#   hamgasht:
#     data: [{names}]
# ---
"""
LOOK = (
    HEADER.format(names="br35h, cifar10.npz, own")
    + """\
# %% Look
from pathlib import Path

import numpy as np

found = [len(list(Path("data/br35h", c).glob("*.jpg"))) for c in ("yes", "no")]
with np.load("data/cifar10.npz") as arrays:
    shape = arrays["x_train"].shape
print(sorted(p.name for p in Path("data").iterdir()))

# %% Values tags=["values"]
{"yes": found[0], "no": found[1], "train": shape[0],
 "own": len(Path("data/own/a.txt").read_text())}
"""
)


def look(lab: Lab) -> None:
    lab.write("q1/look", LOOK)
    (lab.root / "data/own").mkdir(parents=True)
    (lab.root / "data/own/a.txt").write_text("abc")


def manifest(out: Path) -> dict:
    return json.loads((out / "q1/look/manifest.json").read_text())


def test_smoke_runs_on_the_stand_in_whatever_is_there(lab: Lab, tmp_path: Path):
    look(lab)
    (lab.root / "data/br35h/yes").mkdir(parents=True)
    (lab.root / "data/br35h/yes/y0.jpg").write_bytes(b"real")
    report = lab.run(profile="smoke", out=tmp_path / "one")
    assert report.ran == ["q1/look"], report.failed
    first = manifest(tmp_path / "one")
    assert first["values"] == {"yes": 60, "no": 60, "train": 200, "own": 3}
    facts = first["data"]
    assert facts["br35h"]["origin"] == {"kind": "synthetic"}
    assert facts["br35h"]["count"] == 120
    assert facts["cifar10.npz"]["count"] == 300
    assert facts["own"]["origin"] == {"kind": "unrecorded"}
    assert first["inputs"]["data"] == {n: f["digest"] for n, f in facts.items()}
    made = {p: p.stat().st_mtime_ns for p in stand_ins(lab)}
    lab.run(profile="smoke", out=tmp_path / "two")
    assert {p: p.stat().st_mtime_ns for p in stand_ins(lab)} == made
    assert manifest(tmp_path / "two") == first


def stand_ins(lab: Lab) -> list[Path]:
    found = sorted((lab.root / ".hamgasht/synthetic").rglob("*.jpg"))
    assert len(found) == 120
    return found


def test_full_runs_do_not_fall_back_on_the_stand_in(lab: Lab, tmp_path: Path):
    look(lab)
    line = lab.fail("q1/look")
    assert "the data set 'br35h' is not on this machine" in line
    assert "python -m hamgasht data" in line


def test_a_full_run_on_the_stand_in_is_recorded_as_such(lab: Lab):
    lab.write(
        "q1/look",
        HEADER.format(names="br35h")
        + "# %% Count\nfrom pathlib import Path\n\n"
        + "print(len(list(Path('data/br35h').rglob('*.jpg'))))\n",
    )
    make_stand_in(lab.root, BR35H, lab.root / "data/br35h")
    assert lab.run().ran == ["q1/look"]
    facts = manifest(lab.root / "docs/outputs")["data"]["br35h"]
    assert facts["origin"] == {"kind": "synthetic"}
    assert facts["count"] == 120
    # Another image than the side file speaks of: its word is no longer taken.
    (lab.root / "data/br35h/yes/y0.jpg").write_bytes(b"changed")
    assert lab.run().ran == ["q1/look"]
    facts = manifest(lab.root / "docs/outputs")["data"]["br35h"]
    assert facts["origin"] == {"kind": "unrecorded"}


TRACING = """\
# %% Warn
import logging

text = "5 out of the last 7 calls to f triggered tf.function retracing. Tracing is"
logging.getLogger("tensorflow").warning(text)
None
"""


def test_only_smoke_is_too_small_for_advice_on_tracing(lab: Lab, tmp_path: Path):
    lab.write("q1/net", TRACING)
    assert lab.run(profile="smoke", out=tmp_path / "smoke").ran == ["q1/net"]
    assert "triggered tf.function retracing" in lab.fail("q1/net")
    lab.write("q1/net", TRACING.replace("triggered", "needs"))
    report = lab.run(profile="smoke", out=tmp_path / "other")
    assert "it wrote to stderr" in str(report.failed["q1/net"])
