"""Checkpoints: a long training that is killed goes on where it ended."""

import signal
import sys

import pytest
from lab import Lab, wait_for

from hamgasht.running.checkpoints import kept_checkpoints

HEADER = "# ---\n# jupyter:\n#   hamgasht:\n#     limit: 900\n# ---\n"
TRAIN = (
    HEADER
    + """\
# %% Train
import time
from pathlib import Path

place = Path("checkpoints")
place.mkdir(exist_ok=True)
start = len(list(place.glob("*.txt")))
for epoch in range(start, 3):
    (place / f"{{epoch}}.txt").write_text("weights")
    if epoch == 1 and start == 0:
        open({mark!r}, "w").close()
        time.sleep(60)
None

# %% Values tags=["values"]
{{"start": start, "epochs": len(list(place.glob("*.txt")))}}
"""
)


def kept(lab: Lab) -> list[str]:
    folder = lab.root / ".hamgasht/checkpoints"
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_killed_training_goes_on(lab: Lab, tmp_path, how: signal.Signals):
    mark = tmp_path / "half-way"
    lab.write("q1/train", TRAIN.format(mark=str(mark)))
    process = lab.start("run")
    wait_for(mark.exists)
    process.send_signal(how)
    process.communicate(timeout=300)
    done = [name for name in kept(lab) if name.endswith(".txt")]
    assert done[:2] == ["0.txt", "1.txt"]
    assert not lab.out("q1/train").exists()
    assert lab.run().ran == ["q1/train"]
    assert b'"start": 2' in lab.files("q1/train")["manifest.json"]
    assert b'"epochs": 3' in lab.files("q1/train")["manifest.json"]
    assert kept(lab) == []
    assert list((lab.root / ".hamgasht/checkpoints").iterdir()) == []


def test_another_source_begins_anew(lab: Lab, tmp_path):
    mark = str(tmp_path / "mark")
    failing = TRAIN.format(mark=mark).replace("        time.sleep(60)", "        1 / 0")
    lab.write("q1/train", failing)
    lab.fail("q1/train")
    assert kept(lab) == ["0.txt", "1.txt"]
    lab.write("q1/train", failing.replace("1 / 0", "pass"))
    lab.run()
    assert b'"start": 0' in lab.files("q1/train")["manifest.json"]


def test_a_short_snippet_has_no_checkpoints(lab: Lab):
    lab.write("q1/short", "# %% List\nimport os\n\nprint(os.listdir())\n")
    lab.run()
    assert b"[]" in lab.files("q1/short")["notebook.ipynb"]
    assert not (lab.root / ".hamgasht/checkpoints").exists()


def test_two_at_once_do_not_share(tmp_path):
    for name in ("run", "check"):
        (tmp_path / name).mkdir()
    with kept_checkpoints(tmp_path, "f" * 64, tmp_path / "run"):
        (tmp_path / "run/checkpoints/a.txt").write_text("a")
        with kept_checkpoints(tmp_path, "f" * 64, tmp_path / "check"):
            assert list((tmp_path / "check/checkpoints").iterdir()) == []
            (tmp_path / "check/checkpoints/b.txt").write_text("b")
        assert [p.name for p in (tmp_path / "run/checkpoints").iterdir()] == ["a.txt"]
