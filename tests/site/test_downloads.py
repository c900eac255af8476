"""The archives: equal bytes for equal contents, whole, and of use by themselves."""

import ast
import graphlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from browser.built import LANGUAGES, Site
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from nbformat import NotebookNode

from hamgasht.core.backends import BACKENDS
from hamgasht.core.paths import output_path, snippet_ids, source_name, source_path
from hamgasht.datasets.catalogue import set_at
from hamgasht.datasets.on_disk import ensure_stand_in
from hamgasht.records.read import load
from hamgasht.site import downloads
from hamgasht.site.downloads import ABOUT, OFFLINE, RELEASE, pack, released, write_about
from hamgasht.site.notebooks import find_services, notebook_page
from hamgasht.source.header import Header, read_header

SNIPPETS = snippet_ids(ROOT)
# Module names that differ from the names of what brings them.
BRINGS = {"sklearn": "scikit-learn", "PIL": "pillow"}
# One that needs nothing, and one that draws from what another left.
LIGHT = ["q2_convolution_by_hand/forward", "q1_optimizers/learning_rate_figures"]
NAMES = st.text("abcxyz_/", min_size=1).filter(
    lambda name: "//" not in name and not name.startswith("/") and name[-1] != "/"
)


@given(st.dictionaries(NAMES, st.binary()))
def test_what_is_packed_comes_out_again(files: dict[str, bytes]) -> None:
    packed = pack(files)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == files
    assert pack(dict(reversed(files.items()))) == packed


def test_archives_carry_no_time_and_no_rights_of_this_machine() -> None:
    with zipfile.ZipFile(io.BytesIO(pack({"a": b"1"}))) as archive:
        [entry] = archive.infolist()
    assert entry.date_time == (1980, 1, 1, 0, 0, 0)
    assert entry.external_attr >> 16 == 0o100644


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def code(built: Site, language: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked archive of a language."""
    return unpacked(built, language, tmp_path_factory.mktemp("code"))


def unpacked(built: Site, language: str, folder: Path) -> Path:
    place = built.folder / ("en" if language == "en" else "")
    with zipfile.ZipFile(place / "downloads/hamgasht-code.zip") as archive:
        archive.extractall(folder)
    return folder / "hamgasht-code"


def test_the_code_is_whole(code: Path, built: Site, language: str) -> None:
    place = built.folder / ("en" if language == "en" else "")
    for snippet in SNIPPETS:
        assert (code / f"{snippet}.py").read_bytes() == (
            source_path(ROOT, snippet).read_bytes()
        )
        notebook = (code / f"{snippet}.ipynb").read_bytes()
        assert notebook == (place / f"notebooks/{snippet}.ipynb").read_bytes()
        group, name = snippet.split("/")
        kept = output_path(ROOT, snippet) / "artefacts"
        for path in kept.rglob("*"):
            if path.is_file():
                copy = code / group / "artefacts" / name / path.relative_to(kept)
                assert copy.read_bytes() == path.read_bytes()
    names = {path.name for path in code.iterdir() if path.is_file()}
    assert names == {"README.txt", "requirements.txt", "LICENSE", "LICENSE-TEXT"}
    readme = (code / "README.txt").read_text(encoding="utf-8")
    assert bool(re.search("[\u0600-\u06ff]", readme)) == (language == "fa")


def test_its_requirements_bring_all_that_is_imported(code: Path) -> None:
    pinned = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    lines = (code / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert lines.pop() == "jupyterlab"
    assert all(re.search(rf"^{re.escape(line)}\b", pinned, re.M) for line in lines)
    brought = {line.partition("==")[0] for line in lines}
    imported = set()
    for snippet in SNIPPETS:
        tree = ast.parse(source_path(ROOT, snippet).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                imported.add(str(node.module).partition(".")[0])
    local = {path.stem for path in (ROOT / "snippets").rglob("*.py")}
    wanted = imported - set(sys.stdlib_module_names) - local
    assert {"keras", "numpy"} <= wanted
    # Of the backends it brings one; for the others the read-me says what to do.
    others = set(BACKENDS) - brought
    readme = (code / "README.txt").read_text(encoding="utf-8")
    assert re.search(r"pip install torch \(\w+ jax\)", readme)
    assert others == {"jax", "torch"}
    assert {BRINGS.get(name, name) for name in wanted - others} <= brought


def test_home_links_to_the_code(built: Site) -> None:
    for home in ("index.html", "en/index.html"):
        text = (built.folder / home).read_text(encoding="utf-8")
        assert 'href="downloads/hamgasht-code.zip" download' in text


@pytest.mark.parametrize("snippet", LIGHT)
def test_a_notebook_runs_by_itself(built: Site, snippet: str, tmp_path: Path) -> None:
    run_notebook(unpacked(built, "en", tmp_path), snippet)


@pytest.mark.slow
@pytest.mark.parametrize("group", sorted({item.split("/")[0] for item in SNIPPETS}))
def test_all_notebooks_run_by_themselves(
    built: Site, group: str, tmp_path: Path
) -> None:
    """With the smaller parameters of smoke, on stand-ins, after what they need."""
    code = unpacked(built, "en", tmp_path)
    shutil.rmtree(code / group / "artefacts", ignore_errors=True)
    headers = {item: header(item) for item in SNIPPETS if item.startswith(f"{group}/")}
    order = graphlib.TopologicalSorter({k: v.needs for k, v in headers.items()})
    for snippet in order.static_order():
        place = code / f"{snippet}.ipynb"
        notebook = nbformat.read(place, as_version=4)
        for name in headers[snippet].data:
            data = place.parent / "data" / name
            kind = set_at(name)
            if kind and not data.exists():
                data.parent.mkdir(exist_ok=True)
                data.symlink_to(ensure_stand_in(ROOT, kind).place)
        make_small(notebook, headers[snippet])
        nbformat.write(notebook, place)
        run_notebook(code, snippet)


def header(snippet: str) -> Header:
    text = source_path(ROOT, snippet).read_text(encoding="utf-8")
    return read_header(text, source_name(snippet))


def make_small(notebook: NotebookNode, about: Header) -> None:
    for number, cell in enumerate(notebook.cells):
        if "parameters" in cell.metadata.get("tags", ()):
            lines = [f"{name} = {value!r}" for name, value in about.smoke.items()]
            notebook.cells.insert(
                number + 1, nbformat.v4.new_code_cell("\n".join(lines))
            )
            return


def run_notebook(code: Path, snippet: str) -> None:
    """Execute a notebook as a reader does, in its own folder, and look for outputs."""
    path = code / f"{snippet}.ipynb"
    command = ["-m", "nbconvert", "--to", "notebook", "--execute"]
    command += ["--output", "executed.ipynb"]
    done = subprocess.run(
        [sys.executable, *command, path.name],
        cwd=path.parent,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"{snippet}: {done.stdout[-3000:]}"
    before = nbformat.read(path, as_version=4)
    after = nbformat.read(path.with_name("executed.ipynb"), as_version=4)
    for old, new in zip(before.cells, after.cells, strict=True):
        if old.cell_type == "code" and old.outputs:
            assert new.outputs, f"{snippet}: a cell printed nothing"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A few sources with a release that was made from them."""
    for name in ("docs/fa/index.md", "snippets/g/s.py", "hamgasht/a.py", "mkdocs.yml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    folder = tmp_path / RELEASE
    folder.mkdir()
    (folder / OFFLINE).write_bytes(b"all of it")
    (folder / "other.txt").write_text("no file that is offered")
    write_about(tmp_path)
    return tmp_path


def test_a_release_is_offered_while_it_is_true(checkout: Path) -> None:
    assert released(checkout) == {OFFLINE: checkout / RELEASE / OFFLINE}


@pytest.mark.parametrize(
    "name", ["docs/fa/index.md", "docs/en/new.md", "snippets/g/s.py", "mkdocs.yml"]
)
def test_a_release_of_other_sources_is_none(checkout: Path, name: str) -> None:
    path = checkout / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("changed", encoding="utf-8")
    assert released(checkout) == {}


def test_a_damaged_release_is_none(checkout: Path) -> None:
    (checkout / RELEASE / OFFLINE).write_bytes(b"half of")
    assert released(checkout) == {}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"sources": 1, "files": {}}'])
def test_a_release_that_says_nothing_of_itself_is_none(
    checkout: Path, text: str
) -> None:
    (checkout / RELEASE / ABOUT).write_text(text)
    assert released(checkout) == {}
    shutil.rmtree(checkout / RELEASE)
    assert released(checkout) == {}


def test_compiled_python_is_no_source(checkout: Path) -> None:
    (checkout / "hamgasht/__pycache__").mkdir()
    (checkout / "hamgasht/__pycache__/a.pyc").write_bytes(b"1")
    assert released(checkout)


def test_services_open_the_recorded_notebook_of_a_public_repository() -> None:
    found = find_services("https://github.com/owner/name.git", "q2_g/s")
    path = "owner/name/blob/main/docs/outputs/q2_g/s/notebook.ipynb"
    assert found == {
        "Colab": f"https://colab.research.google.com/github/{path}",
        "Kaggle": "https://www.kaggle.com/kernels/welcome?src="
        f"https://github.com/{path}",
    }


@pytest.mark.parametrize(
    "repository",
    ["", "https://code.example/owner/name", "https://github.com/owner"],
)
def test_services_are_not_named_where_they_read_no_repository(repository: str) -> None:
    assert find_services(repository, "q2_g/s") == {}


def test_a_notebook_that_needs_others_is_not_offered_alone() -> None:
    offered = {
        item: notebook_page(load(ROOT, item), "en", "https://github.com/o/n").services
        for item in LIGHT
    }
    assert [bool(offered[item]) for item in LIGHT] == [True, False]


def test_recorded_notebooks_are_where_the_services_look(root: Path) -> None:
    for snippet in SNIPPETS:
        [address, _] = find_services("https://github.com/o/n", snippet).values()
        path = root / address.partition("/blob/main/")[2]
        notebook = json.loads(path.read_text(encoding="utf-8"))
        assert notebook["metadata"]["kernelspec"]["name"] == "python3"


def test_a_site_says_nothing_of_a_release_that_there_is_not(built: Site) -> None:
    made = downloads.released(ROOT)
    text = (built.folder / "index.html").read_text(encoding="utf-8")
    for name in [*downloads.OFFERED][1:]:
        assert (f"downloads/{name}" in text) == (name in made)
