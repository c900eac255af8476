"""Fresh, stale, outdated, missing, broken: each input that changes is noticed."""

import json
import os
from pathlib import Path

import pytest
from lab import PLAIN, Lab

from hamgasht.core.errors import SnippetError
from hamgasht.core.fonts import STYLE_FILE
from hamgasht.datasets.on_disk import digest
from hamgasht.records import state as states
from hamgasht.records.fingerprint import Fingerprints, fingerprint_of
from hamgasht.records.read import sealed
from hamgasht.records.state import Survey, current_survey, state

NUMPY = "# %% Sum\nimport numpy as np\n\nfrom _shared import two\nprint(two())\n"
TRAIN = """\
# %% Train
from pathlib import Path

folder = Path("artefacts/train")
folder.mkdir(parents=True, exist_ok=True)
(folder / "history.csv").write_text("epoch,loss\\n1,0.5\\n")

# %% Values tags=["values"]
{"epochs": 1}
"""
DRAW = """\
# ---
# jupyter:
#   hamgasht:
#     needs: [q1/train]
# ---

# %% Read
print(open("artefacts/train/history.csv").read())
"""

TABLE = """\
# %% Table
import pandas as pd

pd.DataFrame({'count': [1, 2]})
"""
FIGURE = """\
# %% Figure
import matplotlib.pyplot as plt

plt.figure().supxlabel('step')
"""


def kinds(lab: Lab) -> dict[str, str]:
    return {item: found.kind for item, found in Survey(lab.root).states().items()}


def test_fresh_until_the_source_changes_but_for_line_ends(plain: Lab):
    plain.write("q1/new", PLAIN)
    assert kinds(plain) == {"q1/new": "missing", "q1/plain": "fresh"}
    path = plain.write("q1/plain", PLAIN.replace("A is", "A was"))
    found = state(plain.root, "q1/plain")
    assert (found.kind, found.why) == ("stale", "its source changed")
    for source in (PLAIN, PLAIN.replace("\n", "\r\n")):
        path.write_bytes(source.encode())
        assert kinds(plain)["q1/plain"] == "fresh"


def test_a_local_import_is_an_input(lab: Lab):
    helper = lab.root / "snippets/q1/_shared.py"
    lab.write("q1/sum", NUMPY)
    helper.write_text("def two():\n    return 2\n")
    lab.run()
    assert lab.cli("status")[1].count("q1/") == 1  # the helper is no snippet
    helper.write_text("def two():\n    return 1 + 1\n")
    found = state(lab.root, "q1/sum")
    assert found.kind == "stale"
    assert found.why == "the imported file snippets/q1/_shared.py changed"


@pytest.mark.parametrize(
    ("source", "helper", "changed"),
    [
        ("import os; import _shared", "", "_shared.py"),
        ("import os, \\\n    _shared", "", "_shared.py"),
        ("if True: import _shared as s", "", "_shared.py"),
        ("def f():\n    from _shared import a\n", "a = 1\n", "_shared.py"),
        ("from tools import part", "", "tools/part.py"),
        ("import tools.part", "", "tools/part.py"),
        ("import tools", "", "tools/table.csv"),
        ("import tools", "from . import part\n", "tools/part.py"),
        ("import tools", "import _shared\n", "_shared.py"),
        ("import _shared", "open(__file__)\n", "table.csv"),
        ("import importlib; importlib.import_module('_' + 'shared')", "", "_shared.py"),
        ("__import__('_shared')", "", "_shared.py"),
    ],
)
def test_whatever_a_source_brings_in_is_an_input(
    lab: Lab, source: str, helper: str, changed: str
):
    folder = lab.write("q1/plain", f"# %% A\n{source}\n").parent
    (folder / "tools").mkdir()
    (folder / "tools/__init__.py").write_text(helper)
    for name in ("_shared.py", "tools/part.py", "table.csv", "tools/table.csv"):
        (folder / name).write_text(helper if name == "_shared.py" else "")
    (folder / "other.csv").write_text("")
    before = Fingerprints(lab.root).fingerprint("q1/plain")
    (folder / changed).write_text("# another text\n")
    inputs = Fingerprints(lab.root).inputs("q1/plain")
    assert fingerprint_of(inputs) != before
    assert f"snippets/q1/{changed}" in inputs["imports"]


def test_what_a_source_does_not_bring_in_is_no_input(lab: Lab):
    path = lab.write("q1/plain", "# %% A\n# from _shared\nimport os, json\n'tools'\n")
    (path.parent / "_shared.py").write_text("import tools\n")
    (path.parent / "tools").mkdir()
    assert Fingerprints(lab.root).inputs("q1/plain")["imports"] == {}


def test_a_page_that_is_open_notices_a_helpers_file(plain: Lab):
    table = plain.root / "snippets/q1/tools/table.csv"
    plain.write("q1/plain", "# %% A\nimport tools\n")
    plain.write("q1/tools/__init__", "")
    table.write_text("1\n")
    plain.run()
    assert current_survey(plain.root).state("q1/plain").kind == "fresh"
    table.write_text("1\n2\n")
    assert (
        current_survey(plain.root)
        .state("q1/plain")
        .why.endswith("q1/tools/table.csv changed")
    )


def test_other_library_versions_make_it_aged_not_stale(lab: Lab):
    lab.write("q1/sum", "# %% Sum\nimport numpy as np\nprint(np.add(1, 1))\n")
    lab.run()
    found = state(lab.root, "q1/sum")
    assert found.kind == "outdated"
    assert "wanted is 99.1.0" in found.why
    assert lab.run().ran == []
    assert lab.run(outdated=True).ran == ["q1/sum"]
    made_with = found.recorded.provenance["versions"]["numpy"]
    patch = ".".join([*made_with.split(".")[:2], "999"])
    (lab.root / "requirements.txt").write_text(f"numpy=={patch}\n")
    assert kinds(lab) == {"q1/sum": "fresh"}


def test_what_needs_a_stale_snippet_is_stale_and_nothing_else(lab: Lab):
    train = lab.write("q1/train", TRAIN)
    lab.write("q1/draw", DRAW)
    lab.write("q1/plain", PLAIN)
    assert sorted(lab.run().ran) == ["q1/draw", "q1/plain", "q1/train"]
    train.write_text(TRAIN.replace("0.5", "0.25"))
    assert kinds(lab) == {
        "q1/draw": "stale",
        "q1/plain": "fresh",
        "q1/train": "stale",
    }
    report = lab.run()
    assert report.ran == ["q1/train", "q1/draw"]
    assert report.kept == ["q1/plain"]
    assert b"0.25" in lab.files("q1/draw")["notebook.ipynb"]
    lab.write("q1/draw", DRAW + "\n# %% More\nprint('more')\n")
    assert lab.run().ran == ["q1/draw"], "a mended drawing does not train again"


def test_data_is_an_input_and_absent_data_counts_as_recorded(lab: Lab):
    header = "# ---\n# jupyter:\n#   hamgasht:\n#     data: [small]\n# ---\n"
    lab.write("q1/read", header + "# %% Read\nprint(open('data/small/a.txt').read())\n")
    folder = lab.root / "data/small"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("one")
    lab.run()
    assert kinds(lab) == {"q1/read": "fresh"}
    (folder / "a.txt").write_text("other")
    assert state(lab.root, "q1/read").why == "the data set small changed"
    (folder / "a.txt").unlink()
    folder.rmdir()
    assert kinds(lab) == {"q1/read": "fresh"}
    assert "the data set 'small' is not on this machine" in lab.fail("q1/read")


def test_what_a_file_manager_leaves_in_a_data_folder_changes_nothing(lab: Lab):
    folder = lab.root / "data/small/part"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("one")
    before = digest(lab.root, "small")
    (folder / "__MACOSX").mkdir()
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", "._a.txt", "__MACOSX/a.txt"):
        (folder / name).write_text("where the icons lie")
        assert digest(lab.root, "small") == before
    (folder / "b.txt").write_text("two")
    assert digest(lab.root, "small") != before


def test_a_changed_translation_makes_a_figure_stale_and_no_table(lab: Lab):
    lab.label("count: تعداد\nstep: قدم\n")
    lab.write("q1/table", TABLE)
    lab.write("q1/figure", FIGURE)
    lab.write("q1/both", FIGURE + TABLE)
    (lab.root / "requirements.txt").write_text("")
    lab.run()
    assert set(kinds(lab).values()) == {"fresh"}
    lab.label("count: شمار\nstep: قدم\n")
    assert set(kinds(lab).values()) == {"fresh"}
    lab.label("count: شمار\nstep: گام\n")
    assert kinds(lab) == {"q1/both": "stale", "q1/figure": "stale", "q1/table": "fresh"}
    assert "translation of the label 'step'" in state(lab.root, "q1/figure").why


def test_another_style_makes_figures_stale_and_nothing_else(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    lab.label("step: قدم\n")
    lab.write("q1/table", "# %% Table\nprint('no figure')\n")
    lab.write("q1/train", FIGURE + TRAIN)
    lab.write("q1/draw", DRAW)  # needs it, and prints
    photo = (
        '# %% Photo tags=["raster"]\nimport matplotlib.pyplot as plt\n'
        "import numpy as np\n\n"
        "plt.imshow(np.random.default_rng(0).random((150, 200, 3)))\n"
        "plt.axis('off')\nplt.show()\n"
    )
    lab.write("q1/photo", photo)
    (lab.root / "requirements.txt").write_text("")
    lab.run()
    assert set(kinds(lab).values()) == {"fresh"}
    style = tmp_path / "style.mplstyle"
    style.write_text(STYLE_FILE.read_text() + "lines.linewidth: 3\n")
    monkeypatch.setattr("hamgasht.records.fingerprint.STYLE_FILE", style)
    assert kinds(lab) == {
        "q1/draw": "fresh",
        "q1/photo": "stale",
        "q1/table": "fresh",
        "q1/train": "stale",
    }
    assert state(lab.root, "q1/photo").why == "the style of figures changed"


def test_what_is_known_of_snippets_is_not_read_again(
    plain: Lab, monkeypatch: pytest.MonkeyPatch
):
    assert kinds(plain) == {"q1/plain": "fresh"}
    kept = plain.root / ".hamgasht/states.pickle"
    whole = kept.read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr(states, "load", lambda *_: pytest.fail("it was read"))
        assert kinds(plain) == {"q1/plain": "fresh"}
        assert Survey(plain.root).recorded("q1/plain").cells
    kept.write_bytes(whole[:-9])
    assert kinds(plain) == {"q1/plain": "fresh"}


def test_an_edit_that_keeps_its_size_and_date_is_noticed(plain: Lab):
    assert kinds(plain) == {"q1/plain": "fresh"}
    notebook = plain.out("q1/plain") / "notebook.ipynb"
    before, text = notebook.stat(), notebook.read_text()
    notebook.write_text(text.replace("0.5", "0.6"))
    os.utime(notebook, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert notebook.stat().st_size == before.st_size
    assert kinds(plain) == {"q1/plain": "broken"}
    notebook.write_text(text)
    assert kinds(plain) == {"q1/plain": "fresh"}


def edit_manifest(lab: Lab, reseal: bool) -> None:
    path = lab.out("q1/plain") / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["values"]["half"] = 0.75
    path.write_text(json.dumps(sealed(manifest) if reseal else manifest))


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda lab: edit_manifest(lab, False), "edited by hand"),
        (lambda lab: edit_manifest(lab, True), "notebook printed 0.5"),
        (
            lambda lab: (lab.out("q1/plain") / "manifest.json").write_text("{"),
            "not JSON",
        ),
        (
            lambda lab: (lab.out("q1/plain") / "notebook.ipynb").unlink(),
            "the file is missing",
        ),
        (
            lambda lab: (lab.out("q1/plain") / "notebook.ipynb").write_text("{}"),
            "differs from what was recorded",
        ),
    ],
)
def test_harm_to_the_outputs_is_noticed_and_mended_by_a_run(
    plain: Lab, harm, words: str
):
    before = plain.files("q1/plain")
    harm(plain)
    found = state(plain.root, "q1/plain")
    assert found.kind == "broken"
    assert words in found.why
    assert found.why.startswith("docs/outputs/q1/plain/")
    assert plain.run().ran == ["q1/plain"]
    assert plain.files("q1/plain") == before


def test_needs_that_are_wrong_are_named(lab: Lab):
    lab.write("q1/draw", DRAW)
    with pytest.raises(SnippetError, match="needs 'q1/train', which is no snippet"):
        lab.run()
    circle = DRAW.replace("q1/train", "q1/draw")
    lab.write("q1/draw", circle)
    with pytest.raises(SnippetError, match="in a circle: q1/draw -> q1/draw"):
        lab.run()
