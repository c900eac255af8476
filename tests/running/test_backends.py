"""``backend:`` in a header: each snippet on its own, no comparison of two by chance.

A stand-in for Keras answers with the variable that the engine must set.
"""

import re
from pathlib import Path

import pytest
from conftest import ROOT
from lab import Lab

from hamgasht.core.errors import HamgashtError, SnippetError
from hamgasht.records.read import load
from hamgasht.records.state import state
from hamgasht.running import devices

KERAS = """\
import os
from types import SimpleNamespace

backend = SimpleNamespace(backend=lambda: os.environ["KERAS_BACKEND"])
"""
COMPUTES = """\
# %% Backend
from pathlib import Path

import keras

print(keras.backend.backend())
Path("artefacts/NAME").mkdir(parents=True)
Path("artefacts/NAME/a.txt").write_text(keras.backend.backend())
None
"""
READS = """\
# %% Read
from pathlib import Path

print(*sorted(path.read_text() for path in Path("artefacts").glob("*/a.txt")))
"""


def header(**keys: str) -> str:
    lines = "".join(f"#     {key}: {value}\n" for key, value in keys.items())
    return f"# ---\n# jupyter:\n#   hamgasht:\n{lines}# ---\n"


@pytest.fixture
def three(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A project with a snippet for each backend, and one that names none."""
    lib = tmp_path / "lib"
    lib.mkdir()
    (lib / "keras.py").write_text(KERAS)
    monkeypatch.setenv("PYTHONPATH", str(lib))
    monkeypatch.setattr(devices, "require_backend", lambda *_: None)
    monkeypatch.setattr("hamgasht.running.local.require_backend", lambda *_: None)
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    for name in ("tensorflow", "jax", "torch"):
        text = COMPUTES.replace("NAME", name)
        lab.write(f"q1/{name}", header(backend=name) + text)
    lab.write("q1/silent", COMPUTES.replace("NAME", "silent"))
    return lab


def shown(lab: Lab, item: str) -> str:
    cell = next(iter(load(lab.root, item).cells.values()))
    return cell["outputs"][0]["text"].strip()


def test_one_run_records_on_three_backends(three: Lab):
    assert len(three.run(jobs=2).ran) == 4
    for name in ("tensorflow", "jax", "torch"):
        assert shown(three, f"q1/{name}") == name
        recorded = load(three.root, f"q1/{name}")
        assert recorded.provenance["backend"] == recorded.backend == name
    assert shown(three, "q1/silent") == "tensorflow"
    assert state(three.root, "q1/jax").kind == "fresh"
    assert "cores, jax" in three.cli("status")[1]
    assert three.cli("check", "q1/torch")[0] == 0


def test_another_backend_in_the_header_makes_a_snippet_stale(three: Lab):
    three.run("q1/jax")
    text = COMPUTES.replace("NAME", "jax")
    three.write("q1/jax", header(backend="torch") + text)
    assert state(three.root, "q1/jax").kind == "stale"


def test_the_variable_counts_where_the_header_says_nothing(
    three: Lab, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    three.run("q1/silent", "q1/jax")
    assert (shown(three, "q1/silent"), shown(three, "q1/jax")) == ("torch", "jax")
    monkeypatch.setenv("KERAS_BACKEND", "theano")
    with pytest.raises(HamgashtError, match=r"'theano' is no backend .* Fix: "):
        three.run("q1/silent", "q1/jax")


def test_a_comparison_of_two_backends_must_say_so(three: Lab):
    needs = "[q1/jax, q1/torch]"
    three.write("q1/reads", header(needs=needs) + READS)
    with pytest.raises(SnippetError) as caught:
        three.run()
    for words in ("q1/reads.py:header, needs", "q1/jax (jax) and q1/torch (torch)"):
        assert words in str(caught.value)
    assert not three.out("q1/jax").exists(), "it ran before it was refused"
    three.write("q1/reads", header(needs=needs, backends="compared") + READS)
    three.write("q1/after", header(needs="[q1/reads, q1/silent]") + READS)
    assert len(three.run().ran) == 6
    assert shown(three, "q1/reads") == "jax torch"


def test_a_run_of_one_part_must_not_mix_what_is_recorded(
    three: Lab, monkeypatch: pytest.MonkeyPatch
):
    three.write("q1/other", COMPUTES.replace("NAME", "other"))
    three.write("q1/figure", header(needs="[q1/silent, q1/other]") + READS)
    three.run()
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    with pytest.raises(SnippetError, match=r"figure.*silent \(jax\) and q1/other \(te"):
        three.run("q1/silent")
    assert len(three.run("q1/silent", "q1/other", "q1/figure").ran) == 3
    assert shown(three, "q1/figure") == "jax jax"


def test_a_backend_that_is_not_installed_is_one_line(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(devices.importlib.util, "find_spec", lambda name: None)
    lab.write("q1/torch", header(backend="torch") + "# %% A\n1\n")
    lab.write("q1/plain", "# %% A\n1\n")
    report = lab.run()
    assert report.ran == ["q1/plain"]
    line = str(report.failed["q1/torch"])
    assert "snippets/q1/torch.py:header, backend: it runs on torch" in line
    assert "Fix: type 'pip install torch==2.13.0 --index-url" in line


def test_an_unknown_backend_is_one_line(lab: Lab):
    for keys, words in (
        ({"backend": "theano"}, "'theano' is not one of tensorflow, jax, torch"),
        ({"backends": "mixed"}, "'mixed' is not the word compared"),
    ):
        lab.write("q1/a", header(**keys) + "# %% A\n1\n")
        status, _, err = lab.cli("run")
        assert status == 1
        assert words in err
        assert len(err.strip().splitlines()) == 1


def test_each_backend_has_one_version_everywhere():
    """``devices`` has it for whoever installs; all else that names one must agree."""
    pinned = {
        name: re.match(rf"{name}==([\d.]+)", line)[1]
        for name, line in devices._INSTALL.items()
    }
    files = [ROOT / ".ci/run", ROOT / "CONTRIBUTING.md", ROOT / "README.md"]
    for pattern in (
        ".github/**/*.*",
        "docs/*/*.md",
        "findings/*",
        "hamgasht/**/*.py",
        "snippets/**/*.py",
        "tests/**/*.py",
        "tools/*.py",
    ):
        files += ROOT.glob(pattern)
    other, named = [], set()
    for file in files:
        if not file.is_file() or "node_modules" in file.parts:
            continue
        text = file.read_text(encoding="utf-8", errors="replace")
        for name, version in re.findall(r"\b(jax|torch)==(\d[\d.]*\d)", text):
            named.add(file.relative_to(ROOT).as_posix())
            if version != pinned[name]:
                other.append(f"{file.relative_to(ROOT)}: {name}=={version}")
    assert not other, f"hamgasht/running/devices.py has {pinned}"
    assert {".ci/run", ".github/workflows/publish.yml", "CONTRIBUTING.md"} <= named


@pytest.mark.parametrize("name", ["jax", "torch"])
def test_what_is_recorded_was_made_with_that_version(name: str):
    recorded = load(ROOT, f"q7_inception_cifar10/backends_{name}")
    version = recorded.provenance["versions"][name].partition("+")[0]
    assert devices._INSTALL[name].startswith(f"{name}=={version}")
