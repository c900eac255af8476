"""Recording: each kind of output arrives in the form that pages use."""

import contextlib
import json
import shutil
import tempfile
from pathlib import Path

import nbformat
import pytest
from conftest import new_lab
from lab import PLAIN, Lab, SharedServer

from hamgasht.core.errors import OutputError, RecordError
from hamgasht.records.artefacts import find_artefacts
from hamgasht.records.read import load
from hamgasht.records.run_result import RunResult
from hamgasht.records.write import _RecordDraft, _refuse_machine_traces
from hamgasht.source.snippet import parse

EVERYTHING = """\
# %% [markdown]
# # All kinds of output

# %% Text
print("one")
print("two")

# %% Repr
"three"

# %% Matrix
import numpy as np

np.array([[1, 2.5], [1e-9, -0.0]])

# %% Row
np.arange(3)

# %% Large
np.zeros((50, 50)).sum(axis=0)

# %% Table
import pandas as pd

pd.DataFrame({"layer": ["conv", "dense"], "count": [3, 4]})

# %% Colours
print("\\x1b[1mbold\\x1b[0m")

# %% Artefact
from pathlib import Path

folder = Path("artefacts/everything")
folder.mkdir(parents=True)
(folder / "small.csv").write_text("a,b")
(folder / "large.bin").write_bytes(bytes(600_000))
None

# %% Values tags=["values"]
{"tenth": np.float32(0.5), "count": np.int64(3), "third": 1 / 3}
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory, warm: SharedServer) -> Lab:
    """A project with one snippet that has just run."""
    lab = new_lab(tmp_path_factory.mktemp("recorded") / "lab")
    lab.label("layer: لایه\ncount: تعداد\nconv: همگشت\n")
    lab.write("q1/everything", EVERYTHING)
    report = lab.run()
    assert report.ran == ["q1/everything"], report.failed
    return lab


@pytest.fixture(scope="module")
def recorded(ran: Lab):
    return load(ran.root, "q1/everything")


@pytest.fixture
def copied(ran: Lab, tmp_path: Path) -> Lab:
    """The same project, to be changed."""
    return Lab(shutil.copytree(ran.root, tmp_path / "lab"))


def kinds(recorded) -> dict[str, list[str]]:
    return {
        name: [
            output.get("metadata", {}).get("hamgasht", {}).get("kind", "stream")
            for output in cell["outputs"]
        ]
        for name, cell in recorded.cells.items()
    }


def test_kinds(recorded):
    assert kinds(recorded) == {
        "text": ["stream"],
        "repr": ["text"],
        "matrix": ["matrix"],
        "row": ["matrix"],
        "large": ["text"],
        "table": ["table"],
        "colours": ["stream"],
        "artefact": [],
        "values": ["values"],
    }


def test_contents(recorded):
    def data(name: str) -> dict:
        return recorded.cells[name]["outputs"][0]["data"]

    assert recorded.cells["text"]["outputs"][0]["text"] == "one\ntwo\n"
    assert recorded.cells["colours"]["outputs"][0]["text"] == "bold\n"
    matrix = data("matrix")["application/vnd.hamgasht.matrix+json"]
    assert matrix == {
        "shape": [2, 2],
        "dtype": "float64",
        "values": [["1", "2.5"], ["1e-09", "0"]],
    }
    assert data("matrix")["text/latex"] == (
        r"$$\begin{bmatrix} 1 & 2.5 \\ 1 \times 10^{-9} & 0 \end{bmatrix}$$"
    )
    table = data("table")["application/vnd.dataresource+json"]
    assert [row["layer"] for row in table["data"]] == ["conv", "dense"]
    assert recorded.manifest["labels"] == {}, "a table's are looked up by the page"


def test_values_keep_every_digit(recorded):
    assert recorded.values == {"tenth": 0.5, "count": 3, "third": 1 / 3}
    assert isinstance(recorded.values["count"], int)


def test_the_notebook_is_valid_and_free_of_times(recorded):
    text = (recorded.path / "notebook.ipynb").read_text()
    nbformat.validate(nbformat.reads(text, as_version=4))
    assert "iopub" not in text
    assert "kernel.install" not in text


def test_artefacts_are_committed(recorded):
    assert set(recorded.manifest["artefacts"]) == {"small.csv", "large.bin"}
    assert (recorded.path / "artefacts/small.csv").read_text() == "a,b"
    assert (recorded.path / "artefacts/large.bin").stat().st_size == 600_000


def test_an_artefact_that_is_not_there_is_one_line(copied: Lab):
    header = "# ---\n# jupyter:\n#   hamgasht:\n#     needs: [q1/everything]\n# ---\n"
    size = "Path('artefacts/everything/large.bin').stat().st_size"
    copied.write(
        "q1/size", f"{header}# %% Size\nfrom pathlib import Path\n\nprint({size})\n"
    )
    assert copied.run().ran == ["q1/size"]
    recorded = load(copied.root, "q1/everything")
    (recorded.path / "artefacts/large.bin").unlink()
    with pytest.raises(OutputError) as caught:
        find_artefacts(recorded)
    assert str(caught.value) == (
        "docs/outputs/q1/everything:artefacts/large.bin: the artefact is listed and "
        "is not there. Fix: make it again with "
        "'python -m hamgasht run q1/everything'."
    )


def test_a_file_that_an_old_run_left_out_is_asked_for_by_who_names_it(copied: Lab):
    recorded = load(copied.root, "q1/everything")
    (recorded.path / "artefacts/large.bin").unlink(missing_ok=True)
    with pytest.raises(OutputError):
        find_artefacts(recorded, "reads small.csv")
    recorded.manifest["artefacts"]["large.bin"]["committed"] = False
    found = find_artefacts(recorded, "reads small.csv")
    assert list(found) == ["everything/small.csv"]
    for reader in ("reads artefacts/everything/large.bin", None):
        with pytest.raises(OutputError):
            find_artefacts(recorded, reader)


def test_provenance_says_when_where_and_with_what(recorded):
    provenance = recorded.provenance
    assert provenance["device"]["kind"] == "cpu"
    assert "cores" in provenance["device"]["name"]
    assert set(provenance["versions"]) == {"numpy", "pandas"}
    assert provenance["seconds"] > 0
    assert provenance["peak_memory_mb"] > 20
    assert set(provenance["cell_seconds"]) == set(recorded.cells)


def test_the_manifest_holds_nothing_of_this_run_alone(recorded):
    text = json.dumps(recorded.manifest)
    assert recorded.provenance["date"][:10] not in text
    assert "cores" not in text


RICH = {
    "html": 'from IPython.display import HTML\n\nHTML("<b>bold</b>")',
    "formula": 'from IPython.display import Math\n\nMath("x^2")',
    "drawing": 'from IPython.display import SVG\n\nSVG("<svg/>")',
    "picture": 'from PIL import Image\n\nImage.new("L", (2, 2))',
    "diagram": (
        "class Estimator:\n    def _repr_html_(self):\n"
        '        return "<pre>of</pre><b>two parts</b>"\n\nEstimator()'
    ),
}


def test_an_object_that_a_page_does_not_show_is_refused(lab: Lab):
    for name, code in RICH.items():
        lab.write(f"q1/{name}", f"# %% Object\n{code}\n")
    report = lab.run()
    assert sorted(report.failed) == sorted(f"q1/{name}" for name in RICH)
    for error in report.failed.values():
        line = str(error)
        assert "(cell 'Object'): it displays an object as " in line
        assert ". Fix: print() it, or give a DataFrame" in line


def test_text_that_is_displayed_in_colours_is_kept(lab: Lab):
    code = "from rich.console import Console\n\nConsole().print('[bold]<one>', 'two')"
    lab.write("q1/colours", f"# %% Text\n{code}\n")
    assert lab.run().failed == {}
    [output] = load(lab.root, "q1/colours").cells["text"]["outputs"]
    assert output["data"] == {"text/plain": "<one> two\n"}


CONTROL = {
    "return": r'print("1/3\r2/3\r3/3")',
    "bar": "import sys\n\nfrom tqdm import tqdm\n\n"
    "for _ in tqdm(range(3), file=sys.stdout):\n    pass",
    # What Keras 3.15 writes for model.fit(...) without verbose, byte by byte.
    "fit": r'print("\x1b[1m1/1\x1b[0m \x1b[32m━━\x1b[0m\x1b[37m\x1b[0m \x1b[1m0s'
    r'\x1b[0m 9ms/step\r\x1b[1m1/1\x1b[0m")',
    "cursor": r'print("one\n\x1b[1Atwo")',
    "backspace": r'print("1/3\b\b\b2/3")',
}


def test_what_moves_a_cursor_is_refused(lab: Lab):
    for name, code in CONTROL.items():
        lab.write(f"q1/{name}", f"# %% Text\n{code}\n")
    report = lab.run()
    assert sorted(report.failed) == sorted(f"q1/{name}" for name in CONTROL)
    for error in report.failed.values():
        line = str(error)
        assert "(cell 'Text'): it prints the control character '\\" in line
        assert ". Fix: pass verbose=0" in line


def test_lines_that_end_as_on_windows_are_lines(lab: Lab):
    lab.write("q1/lines", '# %% Text\nprint("one\\r\\n\\ttwo", end="\\r\\n")\n')
    assert lab.run().failed == {}
    [output] = load(lab.root, "q1/lines").cells["text"]["outputs"]
    assert output["text"] == "one\n\ttwo\n"


@pytest.mark.parametrize(
    ("text", "is_path"),
    [
        ("{}", True),
        ("{}/model.keras", True),
        ("in\n{}/x", True),
        ('"{}"', True),
        ("a=b:{}", True),
        ("/private{}/x", True),
        ("file://{}/x", True),
        ("https://example.org{}", False),
        ("example.org{}/x", False),
        ("results{}", False),
        ("..{}", False),
        ("~{}", False),
        ("{}ography", False),
    ],
)
def test_a_path_of_the_machine_is_told_from_an_address(
    lab: Lab, text: str, is_path: bool
):
    lab.write("q1/plain", PLAIN)
    snippet = parse(lab.root, "q1/plain")
    place = tempfile.gettempdir()
    stream = nbformat.v4.new_output("stream", name="stdout", text=text.format(place))
    snippet.notebook.cells[1].outputs = [stream]
    run = RunResult(snippet.notebook, machine={"places": []})
    expected = pytest.raises(RecordError, match="a path of this machine")
    with expected if is_path else contextlib.nullcontext():
        _refuse_machine_traces(_RecordDraft(snippet), run, lab.root)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ("{'large': 10**400}", "the value 'large' is 10000000000000000000, not a fin"),
        ("{'val-loss': 0.5}", "no page can ask for a value called 'val-loss'"),
    ],
)
def test_a_value_that_no_page_can_show_is_refused(lab: Lab, values: str, problem: str):
    lab.write("q1/values", f'# %% Values tags=["values"]\n{values}\n')
    assert problem in lab.fail("q1/values")
