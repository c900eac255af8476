"""Runs that go wrong: one clear line, and the last good outputs as they were."""

import os
import re
import shutil
import signal
import sys
from pathlib import Path

import psutil
import pytest
import yaml
from lab import PLAIN, Lab, wait_for

from hamgasht.core.errors import HamgashtError
from hamgasht.core.paths import STAGING
from hamgasht.records.read import load
from hamgasht.records.state import state
from hamgasht.running.plan import lock_outputs

SLOW = "# %% Wait\nimport time\n\nopen({mark!r}, 'w').close()\ntime.sleep(60)\n"
LIMITED = "# ---\n# jupyter:\n#   hamgasht:\n#     limit: 2\n# ---\n"

BAD = {
    "raises": ("# %% Fine\n1\n\n# %% Bad\nx = 1\nx / 0\n", "ZeroDivisionError"),
    "hangs": (LIMITED + "# %% Bad\nwhile True:\n    pass\n", "limit of 2 s"),
    "floods": (
        "# %% Bad\nfor _ in range(100):\n    print('x' * 1_000_000)\n",
        "displayed more than 5 MB",
    ),
    "loss": (
        '# %% Bad tags=["progress"]\nimport time\n\n'
        "print('accuracy: 0.5000 - loss: 0.6931 - val_loss: 0.7')\n"
        "print('accuracy: 0.5000 - loss: nan')\ntime.sleep(100)\n",
        "its loss is no number any more: accuracy: 0.5000 - loss: nan",
    ),
    "nan": (
        '# %% Bad tags=["values"]\n{"loss": float("nan")}\n',
        "the value 'loss' is nan, not a finite number",
    ),
    "infinite": (
        '# %% Bad tags=["values"]\n{"loss": -float("inf")}\n',
        "the value 'loss' is -inf",
    ),
    "no dict": ('# %% Bad tags=["values"]\n[1, 2]\n', "no dict of plain numbers"),
    "text value": (
        '# %% Bad tags=["values"]\n{"name": "Ali"}\n',
        "no dict of plain numbers",
    ),
    "warns": (
        "# %% Bad\nimport warnings\n\nwarnings.warn('old way')\n",
        "wrote to stderr: cell:3: UserWarning: old way",
    ),
    "no label": (
        "# %% Bad\nimport matplotlib.pyplot as plt\n\n"
        "fig, ax = plt.subplots()\nax.set_xlabel('speed (m/s)')\nNone\n",
        "the label 'speed (m/s)' has no Persian translation",
    ),
    "no head": (
        "# %% Bad\nimport pandas as pd\n\npd.DataFrame({'speed': [1]})\n",
        "the label 'speed' has no Persian translation",
    ),
    "path": (
        "# %% Bad\nimport os\n\nprint(os.getcwd())\n",
        "a path of this machine",
    ),
    "address": (
        "# %% Bad\nobject()\n",
        "its output holds an address in memory ('at 0x",
    ),
    "dies": ("# %% Bad\nimport os\n\nos._exit(3)\n", "its process died"),
    "exits": ("# %% Bad\nraise SystemExit(3)\n", "SystemExit"),
    "stray artefact": (
        "# %% Bad\nfrom pathlib import Path\n\n"
        "Path('artefacts/other').mkdir(parents=True)\n"
        "Path('artefacts/other/a.txt').write_text('a')\nNone\n",
        "another snippet's folder",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_snippets(plain: Lab, name: str):
    before = plain.files("q1/plain")
    text, words = BAD[name]
    plain.write("q1/plain", text)
    line = plain.fail("q1/plain")
    assert line.startswith("snippets/q1/plain.py:")
    assert words in line
    if name != "stray artefact":
        assert "(cell 'Bad')" in line
    assert plain.files("q1/plain") == before
    assert not (plain.root / "docs/outputs" / STAGING).exists()


WRONG_LINES = {
    "raises": BAD["raises"][0],
    "in a function": "# %% A\n\ndef f():\n    1 / 0\n\n\n\nf()\n",
    "above": "# %% A\ndef f():\n    1 / 0\n\n# %% Bad\n2\nf()\n",
    "library": "# %% A\n# of Python\nimport json\njson.loads('')\n",
    "warns": BAD["warns"][0],
}


def test_the_line_of_the_error_is_named(lab: Lab):
    for name, text in WRONG_LINES.items():
        lab.write(f"q1/{name.replace(' ', '_')}", text)
    failed = {key[3:]: error.place for key, error in lab.run().failed.items()}
    assert failed == {
        "raises": "6 (cell 'Bad')",
        "in_a_function": "4 (cell 'A')",
        "above": "7 (cell 'Bad')",
        "library": "4 (cell 'A')",
        "warns": "4 (cell 'Bad')",
    }


def test_missing_labels_are_named_at_once_and_ready_to_paste(lab: Lab):
    lab.label("step: گام\n")
    lab.write(
        "q1/bad",
        "# %% A\nimport matplotlib.pyplot as plt\nimport pandas as pd\n\n"
        "fig, ax = plt.subplots()\nax.set(xlabel='step', ylabel='a: b', title='c')\n"
        "plt.show()\n\n# %% B\nplt.figure().suptitle('d {}')\nplt.show()\n\n"
        "# %% C\npd.DataFrame({'c': [1], 'e': [2]})\n",
    )
    status, _, err = lab.cli("run")
    assert status == 1
    line, *paste = err[err.index("error: ") :].splitlines()[:6]
    assert line.startswith("error: snippets/q1/bad.py:1 (cell 'A'): the labels ")
    assert set(yaml.safe_load("\n".join(paste[:4]))) == {"a: b", "c", "d {}", "e"}


def test_a_failure_does_not_keep_others_from_being_recorded(lab: Lab):
    lab.write("q1/bad", BAD["raises"][0])
    needs = "# ---\n# jupyter:\n#   hamgasht:\n#     needs: [q1/bad]\n# ---\n"
    lab.write("q1/after", needs + PLAIN)
    lab.write("q1/plain", PLAIN)
    report = lab.run()
    assert report.ran == ["q1/plain"]
    assert list(report.failed) == ["q1/bad"]
    assert report.skipped == {"q1/after": "q1/bad"}
    status, _, err = lab.cli("run")
    assert status == 1
    assert "error: snippets/q1/bad.py:6" in err
    assert "skipped: q1/after, because q1/bad failed" in err


def test_a_warning_that_readers_are_meant_to_see_is_recorded(lab: Lab):
    text = BAD["warns"][0].replace("# %% Bad", '# %% Bad tags=["warning"]')
    lab.write("q1/warns", text)
    assert lab.run().ran == ["q1/warns"]
    notebook = lab.files("q1/warns")["notebook.ipynb"].decode()
    assert "cell:3: UserWarning: old way" in notebook
    assert "ipykernel_" not in notebook


def test_smoke_overrides_parameters_and_is_never_published(lab: Lab, tmp_path: Path):
    header = "# ---\n# jupyter:\n#   hamgasht:\n#     smoke: {A: 1}\n# ---\n"
    lab.write("q1/plain", header + PLAIN)
    with pytest.raises(HamgashtError, match="a smoke run is never published"):
        lab.run(profile="smoke")
    lab.run(profile="smoke", out=tmp_path / "smoke", everything=True)
    notebook = (tmp_path / "smoke/q1/plain/notebook.ipynb").read_text()
    assert "A is 1" in notebook
    assert "A = 1" not in notebook  # the override is the engine's, not the cell's
    assert not lab.out("q1/plain").exists()


CUT_SHORT = """\
# ---
# jupyter:
#   hamgasht:
#     device: gpu
#     smoke: {NUM_STEPS: 1}
# ---
# %% Settings tags=["parameters"]
NUM_STEPS = 2

# %% Values tags=["values"]
import tensorflow as tf

{"eager": len(tf.eager)}
"""
TENSORFLOW = """\
from types import SimpleNamespace

eager = []
config = SimpleNamespace(
    run_functions_eagerly=eager.append,
    list_physical_devices=lambda kind: [],
    experimental=None,
)
data = SimpleNamespace(
    experimental=SimpleNamespace(enable_debug_mode=lambda: eager.append(True))
)
"""
KERAS = """\
from types import SimpleNamespace

backend = SimpleNamespace(backend=lambda: "tensorflow")
"""


def test_a_long_training_cut_short_is_run_eagerly_and_no_other(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "lib").mkdir()
    for name, text in (("tensorflow", TENSORFLOW), ("keras", KERAS)):
        (tmp_path / f"lib/{name}.py").write_text(text)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "lib"))
    lab.write("q1/long", CUT_SHORT)
    lab.write("q1/light", CUT_SHORT.replace("#     device: gpu\n", ""))
    lab.write("q1/same", CUT_SHORT.replace("#     smoke: {NUM_STEPS: 1}\n", ""))
    lab.run(profile="smoke", out=tmp_path / "smoke")
    lab.run("q1/long")
    assert load(lab.root, "q1/long").values == {"eager": 0}
    eager = {
        name: load(lab.root, f"q1/{name}", tmp_path / "smoke").values["eager"]
        for name in ("long", "light", "same")
    }
    assert eager == {"long": 2, "light": 0, "same": 0}


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_run_loses_nothing_and_goes_on(
    plain: Lab, tmp_path: Path, how: signal.Signals
):
    mark = tmp_path / "started"
    before = plain.files("q1/plain")
    plain.write("q1/slow", SLOW.format(mark=str(mark)))
    plain.write("q1/plain", PLAIN + "\n")
    process = plain.start("run", "--jobs", "2")
    wait_for(mark.exists)
    kernels = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(how)
    out, err = process.communicate(timeout=300)
    assert process.returncode in (130, -how)
    if how == signal.SIGINT:
        assert err.strip().splitlines()[-1].startswith("interrupted: ")
        assert "Traceback" not in err + out
    _, alive = psutil.wait_procs(kernels, timeout=120)
    assert not alive, "a kernel outlived its run"
    after = plain.files("q1/plain")
    assert {n: after[n] for n in after if n != "manifest.json"} == {
        n: before[n] for n in before if n != "manifest.json"
    }
    plain.write("q1/slow", "# %% Quick\nprint('done')\n")
    report = plain.run()
    assert "q1/slow" in report.ran
    assert state(plain.root, "q1/plain").kind == "fresh"


@pytest.mark.parametrize("moment", ["before the new", "after the new"])
def test_a_kill_between_the_two_moves_is_undone(plain: Lab, moment: str):
    before = plain.files("q1/plain")
    aside = plain.root / "docs/outputs" / STAGING / "old-1-q1.plain"
    aside.mkdir(parents=True)
    (aside / "place.txt").write_text("q1/plain")
    if moment == "before the new":
        plain.out("q1/plain").rename(aside / "content")
    else:
        (aside / "content").mkdir()
        (aside / "content/manifest.json").write_text("old")
    status, out, _ = plain.cli("status", "--strict")
    assert status == 0, out
    assert plain.files("q1/plain") == before
    assert not aside.exists()


def test_two_runs_at_once_are_refused(plain: Lab):
    with lock_outputs(plain.root):
        status, _, err = plain.cli("run", "--all")
        assert plain.cli("status", "--strict")[0] == 0
    assert status == 1
    assert err.strip().startswith("error: docs/outputs: another run is writing")
    assert len(err.strip().splitlines()) == 1


def test_a_full_or_read_only_disk_leaves_the_old_outputs(
    plain: Lab, monkeypatch: pytest.MonkeyPatch
):
    before = plain.files("q1/plain")
    plain.write("q1/plain", PLAIN.replace("A is", "A was"))
    real = os.fsync

    def full(descriptor: int) -> None:
        real(descriptor)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    line = plain.fail("q1/plain")
    assert line.startswith("docs/outputs/q1/plain: ")
    assert "No space left on device" in line
    assert plain.files("q1/plain") == before
    monkeypatch.undo()
    assert plain.run().ran == ["q1/plain"]


def test_a_folder_that_cannot_be_written_is_named(plain: Lab):
    before = plain.files("q1/plain")
    plain.write("q1/plain", PLAIN.replace("A is", "A was"))
    staging = plain.root / "docs/outputs" / STAGING
    staging.write_text("a file stands where the folder should be")
    line = plain.fail("q1/plain")
    assert "cannot be written" in line
    assert plain.files("q1/plain") == before


def test_who_names_a_snippet_gets_that_one_even_with_all(plain: Lab):
    status, _, err = plain.cli("run", "q1/plane")
    assert status == 1
    assert "snippets/q1/plane.py: there is no such snippet" in err
    plain.write("q1/second", PLAIN)
    for path in ("snippets/q1/second.py", ".\\snippets\\q1\\second.py"):
        status, _, err = plain.cli("run", "--all", path)
        assert status == 0, err
        assert "recorded  q1/second" in err
        assert "q1/plain" not in err


def test_outputs_of_a_deleted_snippet_go_with_a_run_of_all(plain: Lab):
    shutil.copytree(plain.out("q1/plain"), plain.out("q1/second"))
    plain.run(everything=True)
    assert plain.out("q1/plain").exists()
    assert not plain.out("q1/second").exists()


def test_outside_a_checkout_the_command_says_so(lab: Lab):
    (lab.root / "mkdocs.yml").unlink()
    status, _, err = lab.cli("status")
    assert status == 1
    assert "no mkdocs.yml" in err


def test_what_a_progress_cell_prints_is_logged_and_no_output(lab: Lab):
    lab.write(
        "q1/long",
        '# %% Work tags=["progress"]\nprint("epoch 1/2")\nprint("epoch 2/2")\n\n'
        "# %% After\nprint('done')\n",
    )
    status, _, err = lab.cli("run")
    assert status == 0
    assert "q1/long: epoch 1/2" in err
    assert "q1/long: epoch 2/2" in err
    assert "done" not in err
    cells = load(lab.root, "q1/long").cells
    assert cells["work"]["outputs"] == []
    assert [item["text"] for item in cells["after"]["outputs"]] == ["done\n"]


def test_what_is_stale_without_its_libraries_is_told_in_one_line(plain: Lab) -> None:
    """As in an environment made from docs/requirements.txt alone."""
    before = plain.files("q1/plain")
    requirements = plain.root / "requirements.txt"
    requirements.write_text("# the snippets\nno-such-library==1.0  # why\n\n# x\n")
    status, _, err = plain.cli("run")
    assert status == 0, "nothing is stale"
    assert "1 fresh already" in err
    plain.write("q1/plain", PLAIN.replace("A = 2", "A = 3"))
    for command in ("run", "build"):
        status, _, err = plain.cli(command)
        assert status == 1
        [line] = err.splitlines()
        assert "q1/plain is to be run, and no-such-library is not installed" in line
        assert re.search(r"type \.venv\S+pip install -r requirements\.txt", line)
    assert plain.files("q1/plain") == before
